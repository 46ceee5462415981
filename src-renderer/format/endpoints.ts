import type { Endpoint } from '../../src-shared/contract/socket';

/** `host:port`, IPv6 in brackets. */
export function showEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
