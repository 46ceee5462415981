import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { SocketError } from '../../../src-shared/contract/socket';
import { toSocketError } from './socket-error';

export type Resolved = { ok: true; addresses: LookupAddress[] } | { ok: false; error: SocketError };

/** The family of a literal IP address, else null. */
export function familyOf(host: string): 4 | 6 | null {
  const family = isIP(host);
  return family === 4 || family === 6 ? family : null;
}

/**
 * All addresses of a name, in the system's order, or the literal itself. Never rejects. Cannot be
 * cancelled: getaddrinfo(3) runs in libuv's pool of threads.
 */
export function resolve(host: string, family: 4 | 6 | null): Promise<Resolved> {
  return new Promise((done) => {
    lookup(host, { all: true, family: family ?? 0 }, (error, addresses) => {
      if (error)
        done({ ok: false, error: { ...toSocketError(error), message: because(host, error) } });
      else if (addresses.length === 0) done({ ok: false, error: noAddress(host) });
      else done({ ok: true, addresses });
    });
  });
}

function noAddress(host: string): SocketError {
  return { code: 'ENOTFOUND', syscall: 'getaddrinfo', message: `no address for "${host}"` };
}

function because(host: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'EAI_AGAIN')
    return `the name server did not answer for "${host}" (${error.message})`;
  return `cannot find host "${host}" (${error.message})`;
}
