import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { SocketError } from '../../../src-shared/contract/socket';
import { lookUp } from './look-ups';
import { toSocketError } from './socket-error';

export type Resolved = { ok: true; addresses: LookupAddress[] } | { ok: false; error: SocketError };

/** The family of a literal IP address, else null. */
export function familyOf(host: string): 4 | 6 | null {
  const family = isIP(host);
  return family === 4 || family === 6 ? family : null;
}

/**
 * All addresses of a name, in the system's order, or the literal itself. Never rejects; a name
 * server that does not answer is given up after 11 s.
 */
export async function resolve(host: string, family: 4 | 6 | null): Promise<Resolved> {
  const literal = familyOf(host);
  if (literal !== null) return { ok: true, addresses: [{ address: host, family: literal }] };
  const found = await lookUp(host, family);
  if (found instanceof Error)
    return { ok: false, error: { ...toSocketError(found), message: because(host, found) } };
  if (found.length === 0) return { ok: false, error: noAddress(host) };
  return { ok: true, addresses: found };
}

function noAddress(host: string): SocketError {
  return { code: 'ENOTFOUND', syscall: 'getaddrinfo', message: `no address for "${host}"` };
}

function because(host: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'EAI_AGAIN')
    return `the name server did not answer for "${host}" (${error.message})`;
  return `cannot find host "${host}" (${error.message})`;
}
