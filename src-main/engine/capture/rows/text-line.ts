import type { Charset } from '../../../../src-shared/encoding/charset';
import { CUT, lengthOf, pointOf } from '../../../../src-shared/encoding/charset';
import { UTF8 } from '../../../../src-shared/encoding/unicode';

/** Lines of text are about so long at most, bytes. */
const TEXT_BYTES = 128;

/** More than that, for a line end or the rest of a character that begins within. */
const TEXT_OVERHANG = 3;

/** The longest line there is, bytes. */
export const MAX_LINE_BYTES = TEXT_BYTES + TEXT_OVERHANG;

const LF = 0x0a;
const CR = 0x0d;

/** How far a line goes in some bytes, and whether it ends there. */
export interface LineEnd {
  end: number;
  ends: boolean;
}

/** Finds where a line of text ends, between characters of its encoding. */
export class TextLine {
  readonly #charset: Charset;
  /** UTF-8 tells of each byte by itself whether a character begins there. */
  readonly #byItself: boolean;
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  /** Bytes of the line so far, as far as they are needed. */
  #open = 0;
  /** Bytes at its beginning that belong to a character of before. */
  #skip = 0;

  constructor(charset: Charset) {
    this.#charset = charset;
    this.#byItself = charset.name === UTF8.name;
  }

  /** `before`: bytes of its stream that came before it. */
  begin(before: number): void {
    this.#open = 0;
    this.#skip = before % this.#charset.unit;
  }

  /** Of these bytes from `at` on, `open` bytes of the line being known: how far it goes. */
  endIn(bytes: Uint8Array, at: number, open: number): LineEnd {
    if (this.#byItself) return utf8End(bytes, at, open);
    if (this.#charset.unit === 1) {
      const soft = Math.min(bytes.length, at + Math.max(0, TEXT_BYTES - open));
      // No character but the line end itself has this byte in it.
      const found = bytes.subarray(at, soft).indexOf(LF);
      if (found !== -1) return { end: at + found + 1, ends: true };
      if (open + soft - at < TEXT_BYTES) return this.#goesOn(bytes, at, soft);
    }
    const there = Math.min(MAX_LINE_BYTES, this.#open + bytes.length - at);
    this.#line.set(bytes.subarray(at, at + there - this.#open), this.#open);
    const stop = this.#stop(this.#line.subarray(0, there));
    if (stop === null) return this.#goesOn(bytes, at, at + there - this.#open);
    return { end: at + stop - this.#open, ends: true };
  }

  #goesOn(bytes: Uint8Array, at: number, end: number): LineEnd {
    this.#line.set(bytes.subarray(at, end), this.#open);
    this.#open += end - at;
    return { end, ends: false };
  }

  /** Where the line ends; null: what is there does not tell. Never before what is taken already. */
  #stop(line: Uint8Array): number | null {
    const wanted = Math.max(TEXT_BYTES, this.#open);
    let at = this.#surely(line, wanted);
    while (at < wanted) {
      const read = this.#charset.read(line, at);
      if (read === CUT) return line.length < MAX_LINE_BYTES ? null : line.length;
      at += lengthOf(read);
      if (read > 0 && pointOf(read) === LF && at > this.#open) return at;
    }
    // Only of bytes that are no characters; there is no place between such.
    if (at > MAX_LINE_BYTES) return this.#open;
    return this.#withLineEnd(line, at);
  }

  /** A line end that follows belongs to it. */
  #withLineEnd(line: Uint8Array, from: number): number | null {
    let at = from;
    while (at < MAX_LINE_BYTES) {
      if (at >= line.length) return null;
      const read = this.#charset.read(line, at);
      const point = read > 0 ? pointOf(read) : -1;
      if (point === LF) return at + lengthOf(read);
      if (point !== CR) return at;
      at += lengthOf(read);
    }
    return Math.min(at, MAX_LINE_BYTES);
  }

  /** A place at which a character begins for sure, as near as can be. */
  #surely(line: Uint8Array, wanted: number): number {
    // A line end may stand anywhere before.
    if (this.#charset.unit > 1) return this.#skip;
    for (let near = Math.min(wanted, line.length - 1); near > 0; near--)
      if (this.#charset.begins(line[near] ?? 0)) return near;
    return 0;
  }
}

function utf8End(bytes: Uint8Array, at: number, open: number): LineEnd {
  const soft = Math.min(bytes.length, at + Math.max(0, TEXT_BYTES - open));
  // Only so far: a gigabyte without a line end would be searched to its end for each line.
  const found = bytes.subarray(at, soft).indexOf(LF);
  if (found !== -1) return { end: at + found + 1, ends: true };
  if (open + soft - at < TEXT_BYTES) return { end: soft, ends: false };
  const hard = at + MAX_LINE_BYTES - open;
  let end = soft;
  for (; end < bytes.length && end < hard; end++) {
    const byte = bytes[end] ?? 0;
    if (byte === LF) return { end: end + 1, ends: true };
    if (byte !== CR && (byte & 0xc0) !== 0x80) return { end, ends: true };
  }
  return { end, ends: end >= hard };
}
