import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';

export const LOOP: SocketError = {
  code: 'ERR_RELAY_LOOP',
  message: 'the target is this relay itself: what it passes on comes back to it',
};

/** Whether what goes from `own` to `to` comes out where a relay is bound. */
export function isLoop(to: Endpoint | null, own: Endpoint | null, bound: Endpoint | null): boolean {
  if (!to || !bound || to.port !== bound.port) return false;
  const any = bound.host === '0.0.0.0' || bound.host === '::';
  // To an address of this computer the system sends from that address (ip(7)).
  return to.host === bound.host || (any && to.host === own?.host);
}
