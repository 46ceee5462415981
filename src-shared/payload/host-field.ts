import { parseAddress, type Address } from '../address/address';

/**
 * The host that is dialled, as the Host field of HTTP has it (RFC 9110 §7.2): IPv6 in brackets, the port
 * when it is not the usual one. Null: nothing is dialled by name or number.
 */
export function hostField({ kind, host, port }: Address): string | null {
  if (host === null || (kind !== 'tcp' && kind !== 'tls' && kind !== 'udp')) return null;
  const usual = kind === 'tls' ? 443 : 80;
  const name = host.includes(':') ? `[${host}]` : host;
  return port === usual ? name : `${name}:${port}`;
}

/** The same of an address as it is written. */
export function hostFieldOf(address: string): string | null {
  const parsed = parseAddress(address);
  return parsed.ok ? hostField(parsed.address) : null;
}
