import type { SocketId, SocketInfo } from '../../../src-shared/contract/socket';
import { isConnection } from '../../../src-shared/contract/socket-words';
import type { Sockets } from '../../state/sockets.svelte';

/** So many are offered by name; a stream of any other is shown from its own tab or its rows. */
export const MAX_OFFERED = 200;

/** Connections and peers whose bytes stand in the capture of a tab's socket. */
export function streamSockets(sockets: Sockets, socket: SocketId): readonly SocketInfo[] {
  const info = sockets.get(socket);
  if (info === undefined) return [];
  if (hasStream(info)) return [info];
  const ids = [...sockets.children(socket), ...sockets.closedChildren(socket)];
  return ids.slice(0, MAX_OFFERED).flatMap((id) => sockets.get(id) ?? []);
}

/** Of others than these two ends, the bytes have no order of their own. */
function hasStream({ kind, remote }: SocketInfo): boolean {
  return isConnection(kind) || kind === 'udp-peer' || (kind === 'udp-socket' && remote !== null);
}
