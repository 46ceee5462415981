import type { Socket } from 'node:dgram';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import { readInterfaces } from '../network/interfaces';
import { chooseInterface } from '../network/multicast';
import type { Trace } from './trace';

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
export function sizeBuffers(socket: Socket, options: AddressOptions, trace: Trace): Buffers {
  const receive = options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
  const send = options.sendBufferBytes ?? 0;
  atMost(receive, (bytes) => {
    socket.setRecvBufferSize(bytes);
    trace.call('setsockopt', `fd, SOL_SOCKET, SO_RCVBUF, ${bytes}`);
  });
  if (send > 0)
    atMost(send, (bytes) => {
      socket.setSendBufferSize(bytes);
      trace.call('setsockopt', `fd, SOL_SOCKET, SO_SNDBUF, ${bytes}`);
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

/**
 * The options of sending; what the socket is not asked for stays as it is. `scope`: the interface
 * that the address itself names, as in `[ff02::1%eth0]`. Throws a `CommandError` for an interface
 * that cannot be used, and what the system says.
 */
export function applySettings(
  socket: Socket,
  options: AddressOptions,
  family: 4 | 6,
  scope: string | null,
  trace: Trace,
): void {
  const { broadcast, ttl, multicastTtl, multicastLoopback } = options;
  const [level, v6] = family === 6 ? ['IPPROTO_IPV6', true] : ['IPPROTO_IP', false];
  if (broadcast !== undefined) {
    socket.setBroadcast(broadcast);
    trace.call('setsockopt', `fd, SOL_SOCKET, SO_BROADCAST, ${broadcast ? 1 : 0}`);
  }
  if (ttl !== undefined) {
    socket.setTTL(ttl);
    trace.call('setsockopt', `fd, ${level}, ${v6 ? 'IPV6_UNICAST_HOPS' : 'IP_TTL'}, ${ttl}`);
  }
  if (multicastTtl !== undefined) {
    socket.setMulticastTTL(multicastTtl);
    const name = v6 ? 'IPV6_MULTICAST_HOPS' : 'IP_MULTICAST_TTL';
    trace.call('setsockopt', `fd, ${level}, ${name}, ${multicastTtl}`);
  }
  if (multicastLoopback !== undefined) {
    socket.setMulticastLoopback(multicastLoopback);
    const name = v6 ? 'IPV6_MULTICAST_LOOP' : 'IP_MULTICAST_LOOP';
    trace.call('setsockopt', `fd, ${level}, ${name}, ${multicastLoopback ? 1 : 0}`);
  }
  const through = options.multicastInterface ?? scope;
  if (through === null) return;
  const chosen = chooseInterface(readInterfaces(), through, family);
  if (!chosen.ok) throw new CommandError(chosen.error);
  socket.setMulticastInterface(chosen.value);
  const name = v6 ? 'IPV6_MULTICAST_IF' : 'IP_MULTICAST_IF';
  trace.call('setsockopt', `fd, ${level}, ${name}, ${chosen.value}`);
}
