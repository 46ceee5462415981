import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Endpoint, Phase, SocketError } from '../../../src-shared/contract/socket';
import type { DatagramAttendant } from '../behaviours/answering-socket';
import { CommandError } from '../command-error';

/** While the socket is opened, so many datagrams of its peer wait. */
const MAX_WAITING = 64;
/** While so much waits for the system, no more is passed on: a target that is slow loses datagrams. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/** A UDP socket connected to the target. */
export interface LegSocket {
  readonly phase: Phase;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly error: SocketError | null;
  readonly sendQueueBytes: number;
  attend(attendant: DatagramAttendant): void;
  send(target: SendTarget, bytes: Uint8Array): unknown;
  close(): void;
  destroy(): void;
  whenClosed(): Promise<void>;
}

export interface LegEvents {
  opened(socket: LegSocket): void;
  received(bytes: Uint8Array): void;
  /** `lost`: datagrams that still waited for it to open. */
  closed(error: SocketError | null, lost: number): void;
}

/** The way of one peer to the target and back. */
export class RelayLeg implements DatagramAttendant {
  readonly name = 'relay';
  readonly rules = undefined;
  lastMs = performance.now();
  readonly #socket: LegSocket;
  readonly #events: LegEvents;
  #waiting: Uint8Array[] = [];

  constructor(socket: LegSocket, events: LegEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.attend(this);
    void socket.whenClosed().then(() => {
      events.closed(socket.error, this.#waiting.length);
    });
  }

  /** To the target. Why it does not go there, or null. */
  pass(bytes: Uint8Array): string | null {
    this.lastMs = performance.now();
    if (this.#socket.phase === 'opening') {
      if (this.#waiting.length >= MAX_WAITING) return 'its socket to the target is still opening';
      this.#waiting.push(bytes);
      return null;
    }
    if (this.#socket.sendQueueBytes > QUEUE_BYTES)
      return 'the system does not take them fast enough';
    try {
      this.#socket.send({ to: 'peer' }, bytes);
      return null;
    } catch (thrown) {
      if (thrown instanceof CommandError) return thrown.message;
      throw thrown;
    }
  }

  opened(): void {
    this.#events.opened(this.#socket);
    for (const bytes of this.#waiting.splice(0)) this.pass(bytes);
  }

  received(bytes: Uint8Array): void {
    this.lastMs = performance.now();
    this.#events.received(bytes);
  }

  close(): void {
    this.#socket.close();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
