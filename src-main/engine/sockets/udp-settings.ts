import type { Socket } from 'node:dgram';
import type { Address } from '../../../src-shared/address/address';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import { readInterfaces } from '../network/interfaces';
import { chooseInterface } from '../network/multicast';

type BufferReading = NonNullable<SocketInfo['receiveBuffer']>;

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Below it there is nothing left to halve: no system refuses so little. */
const LEAST_BUFFER_BYTES = 8 * 1024;

/** What the buffers became. */
export interface Buffers {
  receive: BufferReading;
  send: BufferReading;
}

/** Asks for the buffers. Throws what the system says when it refuses even the least. */
export function sizeBuffers(socket: Socket, options: Address['options']): Buffers {
  const receive = options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
  const send = options.sendBufferBytes ?? 0;
  atMost(receive, (bytes) => {
    socket.setRecvBufferSize(bytes);
  });
  if (send > 0)
    atMost(send, (bytes) => {
      socket.setSendBufferSize(bytes);
    });
  return {
    receive: { requestedBytes: receive, effectiveBytes: payloadShare(socket.getRecvBufferSize()) },
    send: { requestedBytes: send, effectiveBytes: payloadShare(socket.getSendBufferSize()) },
  };
}

/** Linux counts its bookkeeping in and tells double (socket(7)); this is the payload's half. */
function payloadShare(told: number): number {
  return process.platform === 'linux' ? told / 2 : told;
}

/** Linux gives what it can (socket(7)), others refuse more than they have: then half is tried. */
function atMost(wanted: number, set: (bytes: number) => void): void {
  for (let bytes = wanted; ; bytes = Math.floor(bytes / 2)) {
    try {
      set(bytes);
      return;
    } catch (thrown) {
      if (bytes / 2 < LEAST_BUFFER_BYTES) throw thrown;
    }
  }
}

/** What must be set before connecting: without it a broadcast address is refused. */
export function allowBroadcast(socket: Socket, { broadcast }: Address['options']): void {
  if (broadcast !== undefined) socket.setBroadcast(broadcast);
}

/**
 * The options of sending. `scope`: the interface that the address itself names, as in
 * `[ff02::1%eth0]`. Throws a `CommandError` for an interface that cannot be used.
 */
export function applySettings(
  socket: Socket,
  options: Address['options'],
  family: 4 | 6,
  scope: string | null,
): void {
  const { ttl, multicastTtl, multicastLoopback } = options;
  if (ttl !== undefined) socket.setTTL(ttl);
  if (multicastTtl !== undefined) socket.setMulticastTTL(multicastTtl);
  if (multicastLoopback !== undefined) socket.setMulticastLoopback(multicastLoopback);
  const through = options.multicastInterface ?? scope;
  if (through !== null) setMulticastInterface(socket, through, family);
}

function setMulticastInterface(socket: Socket, through: string, family: 4 | 6): void {
  const chosen = chooseInterface(readInterfaces(), through, family);
  if (!chosen.ok) throw new CommandError(chosen.error);
  socket.setMulticastInterface(chosen.value);
}
