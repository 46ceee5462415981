import type { InterfaceAddress } from '../../src-shared/contract/engine';
import type { Endpoint } from '../../src-shared/contract/socket';
import { showEndpoint } from './endpoints';

/** An address under which others find a listening socket. */
export interface Reach {
  text: string;
  host: string;
  /** The interface, such as `eth0`; empty when the socket listens on one address only. */
  interfaceName: string;
  /** Only programs on this computer can use it. */
  loopback: boolean;
}

/** Where a socket bound to `local` can be reached; those for others first, IPv4 before IPv6. */
export function reachAt(
  local: Endpoint,
  interfaces: readonly InterfaceAddress[],
): readonly Reach[] {
  const { port } = local;
  const any = local.host === '0.0.0.0' || local.host === '::';
  if (!any) {
    const loopback = isLoopback(local.host);
    return [{ text: showEndpoint(local), host: local.host, interfaceName: '', loopback }];
  }
  return interfaces
    .filter(({ family }) => local.host === '::' || family === 'IPv4')
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ name, address, internal }) => ({
      text: showEndpoint({ host: address, port }),
      host: address,
      interfaceName: name,
      loopback: internal,
    }));
}

/** An address of this computer on which a socket bound to `host` answers. */
export function loopbackFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host;
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

function rank({ family, internal, address }: InterfaceAddress): number {
  const linkLocal = address.startsWith('fe80:') || address.startsWith('169.254.');
  return (internal ? 4 : 0) + (linkLocal ? 2 : 0) + (family === 'IPv6' ? 1 : 0);
}
