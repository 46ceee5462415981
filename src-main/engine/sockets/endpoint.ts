import { isIPv6 } from 'node:net';
import type { Endpoint } from '../../../src-shared/contract/socket';

const MAPPED = '::ffff:';

/**
 * An IPv4 address that a dual-stack socket tells as `::ffff:1.2.3.4` (RFC 4291 §2.5.5.2), as the
 * user knows it.
 */
export function plainHost(host: string): string {
  return host.startsWith(MAPPED) && host.includes('.') ? host.slice(MAPPED.length) : host;
}

/** `host:port`, IPv6 in brackets. */
export function endpointText({ host, port }: Endpoint): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The wildcard address of the same family as `host`: what stands for "not known" in a record. */
export function anyAddress(host: string): string {
  return isIPv6(host) ? '::' : '0.0.0.0';
}

/**
 * The local end of what passed between a bound socket and `remote`. A dual-stack wildcard is told
 * in the family of the remote, since one packet cannot have both.
 */
export function localFor(local: Endpoint, remote: Endpoint): Endpoint {
  if (isIPv6(local.host) === isIPv6(remote.host)) return local;
  return { host: anyAddress(remote.host), port: local.port };
}
