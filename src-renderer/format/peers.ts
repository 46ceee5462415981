import type { Endpoint } from '../../src-shared/contract/socket';

/** `192.168.1.20:9000`, `[fe80::1%eth0]:9000`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
