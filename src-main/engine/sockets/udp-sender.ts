import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { endpointText } from './endpoint';
import { PacedTurn, type Pacer } from './pacer';
import { MAX_QUEUED_BYTES } from './send-queue';
import { toSocketError } from './socket-error';
import type { Taken } from './socket-actions';
import type { UdpPeer } from './udp-peer';

/** The most one datagram carries: 65,535 less the headers that count (RFC 768, RFC 8200 §3). */
const MAX_DATAGRAM_V4 = 65_507;
const MAX_DATAGRAM_V6 = 65_527;

/** With a rate so many datagrams may wait. */
const MAX_WAITING = 100_000;

/** Who is told; `peer` null: the one that the socket is connected to. */
export interface SenderEvents {
  sent(peer: UdpPeer | null, bytes: Uint8Array, comment?: string): void;
  failed(error: SocketError): void;
}

interface Waiter {
  readonly peer: UdpPeer | null;
  taken: Taken;
  readonly resolve: (taken: Taken) => void;
}

/** Sends through one open UDP socket, and knows how much the system has not taken yet. */
export class UdpSender {
  queuedBytes = 0;
  readonly #socket: Socket;
  readonly #events: SenderEvents;
  #waiters: Waiter[] = [];
  /** Those whose turn has not come, with a rate. */
  #waiting: (() => void)[] = [];
  readonly #turn = new PacedTurn(() => {
    this.#goOn();
  });

  constructor(socket: Socket, events: SenderEvents, pacer: Pacer | null) {
    this.#socket = socket;
    this.#events = events;
    this.#turn.set(pacer);
  }

  /** From now on, of those that wait too; null: as fast as they are taken. */
  pace(pacer: Pacer | null): void {
    this.#turn.set(pacer);
  }

  /** How many datagrams it becomes: 0 or 1. Throws EMSGSIZE. */
  write(bytes: Uint8Array, to: Endpoint, peer: UdpPeer | null, comment?: string): number {
    const size = bytes.byteLength;
    refuseOversize(size, to);
    if (this.queuedBytes + size > MAX_QUEUED_BYTES || this.#waiting.length >= MAX_WAITING) {
      const message = `the system does not take datagrams fast enough: ${this.queuedBytes} bytes wait already`;
      this.#events.failed({ code: 'ENOBUFS', syscall: 'send', message });
      return 0;
    }
    this.queuedBytes += size;
    const done = (error: Error | null) => {
      this.queuedBytes -= size;
      if (error) this.#failed(peer, size, naming(to, toSocketError(error)));
      else this.#events.sent(peer, bytes, comment);
      if (this.queuedBytes === 0) this.over();
    };
    const send = () => {
      this.#turn.pacer?.passed(size);
      if (peer) this.#socket.send(bytes, peer.port, peer.wireHost, done);
      else this.#socket.send(bytes, done);
    };
    if (this.#turn.pacer === null) send();
    else {
      this.#waiting.push(send);
      this.#goOn();
    }
    return 1;
  }

  /** Sends those whose turn has come. */
  #goOn(): void {
    let sent = 0;
    while (sent < this.#waiting.length && this.#turn.come()) {
      this.#waiting[sent]?.();
      sent += 1;
    }
    if (sent > 0) this.#waiting.splice(0, sent);
  }

  /** Resolves when nothing waits: with what failed since it was asked; `peer` null: of any. */
  taken(peer: UdpPeer | null): Promise<Taken> {
    if (this.queuedBytes === 0) return Promise.resolve({ leftBytes: 0, error: null });
    return new Promise((resolve) =>
      this.#waiters.push({ peer, taken: { leftBytes: 0, error: null }, resolve }),
    );
  }

  /** Nothing is on its way, or it will not be told what becomes of it. */
  over(): void {
    this.#turn.stop();
    this.#waiting = [];
    for (const { taken, resolve } of this.#waiters.splice(0))
      resolve({ ...taken, leftBytes: taken.leftBytes + this.queuedBytes });
  }

  #failed(peer: UdpPeer | null, size: number, error: SocketError): void {
    for (const waiter of this.#waiters)
      if (waiter.peer === null || waiter.peer === peer)
        waiter.taken = { leftBytes: waiter.taken.leftBytes + size, error };
    this.#events.failed(error);
  }
}

function refuseOversize(size: number, to: Endpoint): void {
  const most = isIPv6(to.host) ? MAX_DATAGRAM_V6 : MAX_DATAGRAM_V4;
  if (size <= most) return;
  const refused = refusal('datagram-long', { peer: endpointText(to), most, bytes: size });
  throw new CommandError({ code: 'EMSGSIZE', syscall: 'send', ...refused });
}

function naming(to: Endpoint, error: SocketError): SocketError {
  return { ...error, message: `${error.message} (to ${endpointText(to)})` };
}
