import type { SocketId } from '../../src-shared/contract/socket';
import { clientDirection } from '../format/decoder-choice';
import type { RowOrigin } from './row-labels.svelte';
import type { Sockets } from './sockets.svelte';

/** Where the rows of a log come from: that of a socket, its children's among them. */
export function rowOrigin(sockets: Sockets, log: SocketId): RowOrigin {
  const kindOf = (socket: SocketId) => sockets.get(socket)?.kind;
  const datagrams = (socket: SocketId) =>
    kindOf(socket) === 'udp-peer' || kindOf(socket) === 'udp-socket';
  return {
    client: (socket) => {
      const info = sockets.get(socket);
      if (info === undefined) return 'out';
      return clientDirection(info, info.parent === null ? undefined : sockets.get(info.parent));
    },
    datagrams,
    messages: () =>
      datagrams(log) || (kindOf(log) === 'capture-file' && sockets.children(log).some(datagrams)),
  };
}
