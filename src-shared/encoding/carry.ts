import type { Charset } from './charset';
import { CUT, cutAt, lengthOf } from './charset';

const NONE = new Uint8Array(0);

/**
 * The end of `before` in which a character begins that goes on in `next`; null: `next` begins with one.
 * `before` begins with a character itself.
 */
export function leadOf(
  charset: Charset,
  before: Uint8Array,
  next: Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const bytes = joined(before, next.subarray(0, charset.longest));
  for (let at = 0; at < before.length;) {
    const read = charset.read(bytes, at);
    // Bytes that are no character, of which some stand here and some there, are shown where they stand.
    const goesOn = read === CUT || (read > 0 && at + lengthOf(read) > before.length);
    if (goesOn) return bytes.slice(at, before.length);
    at += lengthOf(read);
  }
  return null;
}

/** Reads a stream that comes in pieces, each cut anywhere. */
export class Carry {
  readonly #charset: Charset;
  #pending: Uint8Array = NONE;

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  /** What of the bytes before begins a character that this piece goes on with; null: nothing. */
  lead(piece: Uint8Array): Uint8Array<ArrayBuffer> | null {
    const before = this.#pending;
    const all = joined(before, piece);
    this.#pending = all.slice(cutAt(this.#charset, all));
    return before.length === 0 ? null : leadOf(this.#charset, before, piece);
  }

  /** The characters that are whole now: what was begun before and is none comes with them. */
  whole(piece: Uint8Array): Uint8Array {
    const all = joined(this.#pending, piece);
    const end = cutAt(this.#charset, all);
    this.#pending = all.slice(end);
    return all.subarray(0, end);
  }

  /** What is begun and not whole. */
  get pending(): Uint8Array {
    return this.#pending;
  }
}

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
