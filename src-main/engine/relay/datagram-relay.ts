import { counted } from '../../../src-shared/counted';
import { formatAddress, type Address } from '../../../src-shared/address/address';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import type { DatagramAttendant } from '../behaviours/answering-socket';
import { CommandError } from '../command-error';
import { CountedFaults } from '../counted-faults';
import { endpointText } from '../sockets/endpoint';
import type { UdpPeer } from '../sockets/udp-peer';
import { isLoop, LOOP } from './loop';
import { RelayLeg, type LegSocket } from './relay-leg';

/** How long a peer's socket is kept while nothing passes, when nothing is said. */
const IDLE_MS = 60_000;
/** So many peers have a socket to the target; of more, the longest idle gives up its own. */
const MAX_LEGS = 1000;

const CLOSED_EARLY = 'the relay was closed before its socket to the target was open';

/** The socket that its peers send to. */
export interface RelayingSocket {
  readonly local: Endpoint | null;
  /** A socket connected to the target, in one log with the peer. */
  openTarget(target: Address, peer: UdpPeer): LegSocket;
  sendTo(peer: UdpPeer, bytes: Uint8Array): unknown;
  tellFault(error: SocketError): void;
}

/** Passes the datagrams of each peer on through a socket of its own, and what comes there back. */
export class DatagramRelay implements DatagramAttendant {
  readonly name = 'relay';
  readonly rules = undefined;
  readonly relayTo: string;
  readonly #socket: RelayingSocket;
  readonly #target: Address;
  readonly #idleMs: number;
  readonly #faults = new CountedFaults();
  readonly #legs = new Map<UdpPeer, RelayLeg>();
  #timer: NodeJS.Timeout | null = null;
  #over = false;
  #isLoop = false;

  constructor(socket: RelayingSocket, target: Address, idleMs = IDLE_MS) {
    this.#socket = socket;
    this.#target = target;
    this.relayTo = formatAddress(target);
    this.#idleMs = idleMs;
  }

  get busy(): boolean {
    return this.#legs.size > 0;
  }

  received(bytes: Uint8Array, peer: UdpPeer | null): void {
    if (!peer) return;
    if (this.#over) this.#refuse(peer, 'the relay is closing');
    else if (this.#isLoop) this.#refuse(peer, LOOP.message);
    else {
      const leg = this.#legs.get(peer) ?? this.#newLeg(peer);
      // It keeps what it is given until that is sent.
      const why = leg.pass(new Uint8Array(bytes));
      if (why !== null) this.#refuse(peer, why);
    }
  }

  closed(how: 'close' | 'destroy'): void {
    this.#over = true;
    for (const leg of [...this.#legs.values()]) leg[how]();
    this.#faults.flush();
  }

  #newLeg(peer: UdpPeer): RelayLeg {
    if (this.#legs.size >= MAX_LEGS) this.#longestIdle()?.close();
    const leg = new RelayLeg(this.#socket.openTarget(this.#target, peer), {
      opened: (target) => {
        if (!isLoop(target.remote, target.local, this.#socket.local)) return;
        this.#isLoop = true;
        this.#socket.tellFault(LOOP);
        for (const one of [...this.#legs.values()]) one.close();
      },
      received: (bytes) => {
        this.#back(peer, bytes);
      },
      closed: (error, lost) => {
        this.#legs.delete(peer);
        const why = error ? `${error.code} (${error.message})` : CLOSED_EARLY;
        if (lost > 0) this.#refuse(peer, why, lost);
        if (this.#legs.size === 0) this.#stopTimer();
      },
    });
    this.#legs.set(peer, leg);
    this.#timer ??= setInterval(() => {
      this.#closeIdle();
    }, this.#idleMs / 4).unref();
    return leg;
  }

  #back(peer: UdpPeer, bytes: Uint8Array): void {
    // One that made room for others is not listed any more: it comes again with its next datagram.
    if (peer.phase !== 'open') {
      this.#legs.get(peer)?.close();
      return;
    }
    try {
      this.#socket.sendTo(peer, new Uint8Array(bytes));
    } catch (thrown) {
      if (!(thrown instanceof CommandError)) throw thrown;
      this.#refuse(peer, `back to it: ${thrown.message}`);
    }
  }

  #closeIdle(): void {
    const before = performance.now() - this.#idleMs;
    for (const [peer, leg] of [...this.#legs])
      if (leg.lastMs <= before || peer.phase === 'closed') leg.close();
  }

  #longestIdle(): RelayLeg | undefined {
    let found: RelayLeg | undefined;
    for (const leg of this.#legs.values()) if (!found || leg.lastMs < found.lastMs) found = leg;
    return found;
  }

  #stopTimer(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #refuse(peer: UdpPeer, why: string, datagrams = 1): void {
    const said = (count: number) =>
      `${counted(count, 'datagram')} not relayed since this was last told; of ${endpointText(peer.endpoint)}: ${why}`;
    const fault = (count: number) => ({
      code: 'ERR_NOT_RELAYED',
      message: said(count).slice(0, 2000),
    });
    this.#faults.add(this.#socket, fault, datagrams);
  }
}
