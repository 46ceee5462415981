import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import { isLocal } from '../../../src-shared/address/kinds';
import type { Note } from '../../../src-shared/contract/row';
import type { Endpoint, SocketId } from '../../../src-shared/contract/socket';
import type { Stamp } from '../clock';
import type { LocalPlace, Recorder, TcpFlow } from '../types';
import { anyAddress, plainHost } from './endpoint';

/** The two ends of a stream and its record. A local socket has no ends but a place. */
export interface StreamEnds {
  local: Endpoint | null;
  remote: Endpoint | null;
  flow: TcpFlow;
}

/** Where a local address is; null for those with a host. */
export function placeOf(address: Address, peer: number | null): LocalPlace | null {
  if (!isLocal(address.kind)) return null;
  return { address: formatAddress({ ...address, options: {} }), peer };
}

/** Its remote end as long as it is connected: it is gone from the socket once that is destroyed. */
export function remoteOf(socket: Socket): Endpoint {
  return { host: plainHost(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
}

export function beginRecord(
  recorder: Recorder,
  id: SocketId,
  socket: Socket,
  place: LocalPlace | null,
): StreamEnds {
  if (place) return { local: null, remote: null, flow: recorder.stream(id, place) };
  const local = { host: plainHost(socket.localAddress ?? ''), port: socket.localPort ?? 0 };
  const remote = remoteOf(socket);
  return { local, remote, flow: recorder.tcp(id, local, remote) };
}

/** A dial that came to nothing, as far as it came. */
export function recordFailure(
  recorder: Recorder,
  id: SocketId,
  note: Note,
  dialled: { remote: Endpoint | null; options: Address['options'] },
  at: Stamp,
): void {
  const { remote, options } = dialled;
  if (!remote) {
    recorder.note(id, note, at);
    return;
  }
  const local = { host: options.bind ?? anyAddress(remote.host), port: options.sourcePort ?? 0 };
  recorder.tcp(id, local, remote).failed(note, note.error?.code === 'ECONNREFUSED', at);
}
