import type { Socket } from 'node:net';
import { PacedTurn, type Pacer } from './pacer';

/** A connection holds at most this much that its peer has not taken, bytes and sends. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const MAX_QUEUED_SENDS = 100_000;

/**
 * Handed to Node at a time. Small, so that after a reset little is in doubt: of what Node had, it
 * does not tell how much the kernel took.
 */
const IN_FLIGHT_BYTES = 256 * 1024;

/** One write is one chunk of the capture: the most that one IP packet carries (65,535 - 40). */
const WRITE_BYTES = 65_495;

/** What waits to be written to one connection. Made with the first send: most have none. */
export class SendQueue {
  readonly #socket: Socket;
  readonly #sent: (bytes: Uint8Array, comment?: string) => void;
  /** What TLS is written over; then one piece at a time is in flight. Null: a socket of the system. */
  readonly #wire: Socket | null;
  /** The piece that TLS has and has not answered for, and whether it was told as sent already. */
  #inTls: { bytes: Uint8Array; told: boolean } | null = null;
  #waiting: Uint8Array[] = [];
  /** The first of `waiting` that is still to be handed over, and how much of it was. */
  #head = 0;
  #offset = 0;
  #inFlightBytes = 0;
  #queuedBytes = 0;
  #ending = false;
  /** All ever accepted, of which `queuedBytes` are left. */
  #pushedBytes = 0;
  /** What is told of bytes that wait, by where they begin among all that was pushed. */
  #comments: { at: number; text: string }[] = [];
  #waiters: { pushedBytes: number; resolve: (leftBytes: number) => void }[] = [];
  readonly #turn = new PacedTurn(() => {
    this.#pump();
  });

  /** `sent` is called for each piece that the kernel took; `wire`: what `socket` is TLS over. */
  constructor(
    socket: Socket,
    wire: Socket | null,
    sent: (bytes: Uint8Array, comment?: string) => void,
  ) {
    this.#socket = socket;
    this.#wire = wire;
    this.#sent = sent;
  }

  /**
   * The peer has said something. A system's socket answers for a write before anything can be read;
   * TLS answers some turns later, and what the peer says by then may be its reply: what the kernel
   * has taken is told first, or a capture would show replies before what they reply to.
   */
  heard(): void {
    const piece = this.#inTls;
    if (!piece || piece.told || (this.#wire?.writableLength ?? 0) > 0) return;
    piece.told = true;
    this.#taken(piece.bytes);
  }

  /** From now on, of what waits too; null: as fast as it is taken. */
  pace(pacer: Pacer | null): void {
    this.#turn.set(pacer);
  }

  /** Bytes accepted and not taken by the kernel; after a failure: not sent. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * False: too much waits already, and nothing was queued. `comment` is told with the first piece of
   * the bytes.
   */
  push(bytes: Uint8Array, comment?: string): boolean {
    const sends = this.#waiting.length - this.#head;
    if (this.#queuedBytes + bytes.byteLength > MAX_QUEUED_BYTES || sends >= MAX_QUEUED_SENDS)
      return false;
    if (bytes.byteLength === 0) return true;
    if (comment !== undefined) this.#comments.push({ at: this.#pushedBytes, text: comment });
    this.#waiting.push(bytes);
    this.#queuedBytes += bytes.byteLength;
    this.#pushedBytes += bytes.byteLength;
    this.#pump();
    return true;
  }

  /**
   * Resolves with 0 when all that was pushed so far is with the kernel; with what is left of it when
   * the connection is over.
   */
  taken(): Promise<number> {
    if (this.#queuedBytes === 0) return Promise.resolve(0);
    const pushedBytes = this.#pushedBytes;
    return new Promise((resolve) => this.#waiters.push({ pushedBytes, resolve }));
  }

  /** Nothing will be taken any more. */
  over(): void {
    this.#turn.stop();
    const takenBytes = this.#pushedBytes - this.#queuedBytes;
    for (const { pushedBytes, resolve } of this.#waiters.splice(0))
      resolve(Math.max(0, pushedBytes - takenBytes));
  }

  /** FIN is to follow what waits: nothing can be pushed any more. */
  get isEnding(): boolean {
    return this.#ending;
  }

  /** FIN after all that waits. */
  end(): void {
    this.#ending = true;
    this.#pump();
  }

  #pump(): void {
    while (this.#inFlightBytes < (this.#wire ? 1 : IN_FLIGHT_BYTES)) {
      if (this.#head < this.#waiting.length && !this.#turn.come()) break;
      const bytes = this.#next();
      if (!bytes) break;
      this.#inFlightBytes += bytes.byteLength;
      this.#turn.pacer?.passed(bytes.byteLength);
      if (this.#wire) this.#inTls = { bytes, told: false };
      this.#socket.write(bytes, (error) => {
        this.#written(bytes, !error);
      });
    }
    if (this.#ending && this.#head === this.#waiting.length) this.#socket.end();
  }

  #next(): Uint8Array | null {
    const first = this.#waiting[this.#head];
    if (!first) return null;
    const most = this.#turn.pacer?.pieceBytes(WRITE_BYTES) ?? WRITE_BYTES;
    const piece = first.subarray(this.#offset, this.#offset + most);
    this.#offset += piece.byteLength;
    if (this.#offset === first.byteLength) {
      this.#offset = 0;
      this.#head += 1;
      this.#compact();
    }
    return piece;
  }

  /** In halves: to shift each one off would cost the length of the queue. */
  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  #written(bytes: Uint8Array, taken: boolean): void {
    this.#inFlightBytes -= bytes.byteLength;
    const told = this.#inTls?.told ?? false;
    this.#inTls = null;
    if (!taken) return;
    if (!told) this.#taken(bytes);
    this.#pump();
    this.#answer();
  }

  #answer(): void {
    const takenBytes = this.#pushedBytes - this.#queuedBytes;
    for (;;) {
      const [first] = this.#waiters;
      if (!first || first.pushedBytes > takenBytes) return;
      this.#waiters.shift();
      first.resolve(0);
    }
  }

  #taken(bytes: Uint8Array): void {
    const begin = this.#pushedBytes - this.#queuedBytes;
    this.#queuedBytes -= bytes.byteLength;
    const told = this.#comments[0]?.at === begin ? this.#comments.shift() : undefined;
    this.#sent(bytes, told?.text);
  }
}
