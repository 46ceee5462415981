import type { BaseSocket, SocketHost } from '../sockets/base-socket';
import type { SocketId } from '../../../src-shared/contract/socket';

/** Makes the other half of a client: both are one log from its first row on, and each names the other. */
export function pairedWith<Made extends BaseSocket>(
  client: BaseSocket,
  host: SocketHost,
  make: (id: SocketId) => Made,
): Made {
  const id = host.nextId();
  client.recording.recorder.join(id, client.id);
  const made = make(id);
  made.pair = { socket: client.id, dialled: true };
  client.pair = { socket: id, dialled: false };
  host.changed(made);
  host.changed(client);
  return made;
}
