import { WAIT, type Hearing } from './hearing';

/** In place of a line that had more bytes than allowed; what there was of it is gone. */
export const TOO_LONG = Symbol('too long');

const LF = 0x0a;
const CR = 0x0d;
const NONE = Buffer.alloc(0);

/**
 * What has come and was not used yet. Its bytes are copied in: a chunk of one byte would otherwise
 * hold the whole buffer it was read into. Who fills it pauses reading while much waits here.
 */
export class Input {
  ended = false;
  #bytes = NONE;
  #from = 0;
  #to = 0;
  /** How far was looked for a line's end in vain. */
  #looked = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  push(bytes: Uint8Array): void {
    if (this.#bytes.byteLength - this.#to < bytes.byteLength) this.#makeRoom(bytes.byteLength);
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.byteLength;
  }

  clear(): void {
    this.#take(this.length);
  }

  /** Looks at what is there, without taking it. */
  peek(max: number): string {
    return this.#bytes.toString('latin1', this.#from, Math.min(this.#to, this.#from + max));
  }

  /** At least one byte and at most `max`; null: the peer has ended and nothing is left. */
  *some(max = Infinity): Hearing<Buffer | null> {
    while (this.length === 0) {
      if (this.ended) return null;
      yield WAIT;
    }
    return this.#take(Math.min(max, this.length));
  }

  /** Null: the peer ended before so many came. */
  *exactly(count: number): Hearing<Buffer | null> {
    while (this.length < count) {
      if (this.ended) return null;
      yield WAIT;
    }
    return this.#take(count);
  }

  /**
   * A line without its LF or CR LF, one character a byte. One of more than `max` bytes is passed
   * over to its end, however long it is. Null: the peer has ended; a line without an end is none.
   */
  *line(max: number): Hearing<string | typeof TOO_LONG | null> {
    let passedOver = false;
    for (;;) {
      const piece = yield* this.piece(max + 2);
      if (piece === null) return null;
      const isEnd = piece[piece.length - 1] === LF;
      if (!isEnd) {
        passedOver = true;
        continue;
      }
      const end = piece[piece.length - 2] === CR ? piece.length - 2 : piece.length - 1;
      return passedOver || end > max ? TOO_LONG : piece.toString('latin1', 0, end);
    }
  }

  /** Up to and with the next LF, or `max` bytes without one. Null: the peer ended before that. */
  *piece(max: number): Hearing<Buffer | null> {
    for (;;) {
      const at = this.#bytes.subarray(0, this.#to).indexOf(LF, this.#from + this.#looked);
      const length = at === -1 ? this.length : at + 1 - this.#from;
      if (at !== -1 || length >= max) return this.#take(Math.min(length, max));
      this.#looked = length;
      if (this.ended) return null;
      yield WAIT;
    }
  }

  #take(count: number): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#from, this.#from + count));
    this.#from += count;
    this.#looked = 0;
    // Many connections are idle: none of them holds a buffer then.
    if (this.#from === this.#to) {
      this.#bytes = NONE;
      this.#from = this.#to = 0;
    }
    return taken;
  }

  #makeRoom(count: number): void {
    const { length } = this;
    const bytes = Buffer.allocUnsafe(Math.max(1024, 2 ** Math.ceil(Math.log2(length + count))));
    bytes.set(this.#bytes.subarray(this.#from, this.#to));
    this.#bytes = bytes;
    this.#from = 0;
    this.#to = length;
  }
}
