import { counted } from '../../../src-shared/counted';
import type { SocketError } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import type { Attendant, Attended } from '../sockets/attendant';

/**
 * While so much waits to be sent to one side, nothing more is read from the other. Above what the
 * send queue has in flight at a time: that must not run dry while the reading begins again.
 */
const QUEUE_BYTES = 512 * 1024;
const RESUME_BYTES = 256 * 1024;

/** One of two connections that a relay joins: passes on what this one received to the other. */
export class RelayEnd implements Attendant {
  wasOpen = false;
  readonly #connection: Attended;
  readonly #whenOpen: (end: RelayEnd) => void;
  #other: RelayEnd | null = null;
  /** Received and not taken over by the other: little, for nothing is read meanwhile. */
  #waiting: Uint8Array[] = [];
  #endPassed = false;
  #over = false;

  /** `whenOpen` may join it with its other half. */
  constructor(connection: Attended, whenOpen: (end: RelayEnd) => void) {
    this.#connection = connection;
    this.#whenOpen = whenOpen;
  }

  join(other: RelayEnd): void {
    this.#other = other;
    other.#other = this;
  }

  opened(): void {
    if (this.#over) return;
    this.wasOpen = true;
    // Until there is somebody to pass it on to.
    this.#connection.holdReading('behaviour', true);
    this.#whenOpen(this);
    this.goOn();
    this.#other?.goOn();
  }

  received(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.goOn();
  }

  sent(): void {
    if (this.#connection.sendQueueBytes <= RESUME_BYTES) this.#other?.goOn();
  }

  secured(): void {
    this.#other?.goOn();
  }

  peerEnded(): void {
    this.goOn();
  }

  /** Idempotent. The other end follows: in good order, or by a reset as this one did. */
  closed(error: SocketError | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.holdReading('behaviour', false);
    const other = this.#other;
    if (!other) return;
    this.#tellLeft(other);
    if (other.#over) return;
    other.#tellLeft(this);
    // Still open: it is only no longer relayed. Closing and not ended by us: the user reset it.
    const { phase, ended } = this.#connection;
    if (!error && (ended || phase === 'open')) other.#connection.close();
    else other.#connection.reset();
  }

  /** The one place where bytes go from one side to the other: what is to change them goes here. */
  goOn(): void {
    const to = this.#other;
    if (!to || this.#over || to.#over) return;
    try {
      while (this.#waiting.length > 0 && to.#takes()) this.#send(to, this.#waiting.shift());
    } catch (thrown) {
      if (!(thrown instanceof CommandError)) throw thrown;
      // Its sending side was ended by hand: what comes waits with the peer, and is told at the end.
    }
    if (this.#waiting.length === 0 && this.#connection.peerEnded) this.#passEnd(to);
    this.#connection.holdReading('behaviour', this.#waiting.length > 0 || !to.#takes());
  }

  #send(to: RelayEnd, bytes: Uint8Array | undefined): void {
    if (!bytes) return;
    if (to.#connection.send({ to: 'peer' }, bytes) > 0) return;
    // The user's own sends have filled its queue; to leave these out would make a stream with a hole.
    this.#waiting.unshift(bytes);
    throw new CommandError({ code: 'ERR_NOT_POSSIBLE', message: 'the other side takes no more' });
  }

  #passEnd(to: RelayEnd): void {
    const { phase, ended, tls } = to.#connection;
    if (this.#endPassed || phase !== 'open' || ended || tls?.state === 'handshaking') return;
    this.#endPassed = true;
    to.#connection.end();
  }

  #takes(): boolean {
    const { phase, ended, tls, sendQueueBytes } = this.#connection;
    const open = phase === 'open' && !ended && tls?.state !== 'handshaking';
    return open && sendQueueBytes < QUEUE_BYTES;
  }

  /** What `from` was to get and will not. */
  #tellLeft(from: RelayEnd): void {
    const bytes = this.#waiting.reduce((sum, one) => sum + one.byteLength, 0);
    this.#waiting = [];
    if (bytes === 0) return;
    const message = `${counted(bytes, 'byte')} received from ${this.#connection.address} and not passed on to ${from.#connection.address}`;
    this.#connection.tellFault({ code: 'ERR_NOT_RELAYED', message });
  }
}
