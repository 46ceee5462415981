import type { SocketId } from '../../src-shared/contract/socket';
import { clientDirection } from '../format/decoder-choice';
import type { RowOrigin } from './row-labels.svelte';
import { socketName } from '../format/socket-text';
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
    connection: (socket) => {
      const info = socket === log ? undefined : sockets.get(socket);
      return info === undefined || info.parent === null ? null : socketName(info);
    },
    messages: () =>
      datagrams(log) ||
      // Those of a capture are over, all of them.
      (kindOf(log) === 'capture-file' && sockets.closedChildren(log).some(datagrams)),
  };
}
