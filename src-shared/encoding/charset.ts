import type { EncodingName } from './names';

/**
 * An encoding as this program reads and writes it: character by character, so that it is known which
 * bytes each character has, which bytes are none, and where a character is cut off.
 */
export interface Charset {
  readonly name: EncodingName;
  /** Bytes of its longest character. */
  readonly longest: number;
  /** Every character has a multiple of so many bytes. */
  readonly unit: 1 | 2;
  /**
   * The character that begins at `at`: see `pointOf` and `lengthOf`. Below 0: so many bytes are no
   * character. CUT: the bytes end within one that may still become whole.
   */
  read(bytes: Uint8Array, at: number): number;
  /** Whether a byte is always the first of its character, or alone, whatever stands before it. */
  begins(byte: number): boolean;
  /**
   * How far back a byte must be looked for that `begins`. Infinity: any number of bytes may lie between,
   * each the first or the second of its character by what stands before.
   */
  readonly reach: number;
  /** The text of a point: a character, of a few in Big5 two. */
  text(point: number): string;
  /** Adds the bytes of the character at `at`; returns how long that is in UTF-16 units, 0: not to be said. */
  write(text: string, at: number, out: number[]): number;
}

/** What `read` says at the end of bytes. */
export const CUT = 0;

/** Of what `read` says: valid as long as that is above 0. */
export function pointOf(read: number): number {
  return read >>> 3;
}

/** Bytes of what was read, a character or none; at least one. */
export function lengthOf(read: number): number {
  return read > 0 ? read & 7 : Math.max(1, -read);
}

/** For `read` to say: a character. */
export function character(point: number, length: number): number {
  return point * 8 + length;
}

/** A point as text, where each is a character. */
export function pointText(point: number): string {
  return String.fromCodePoint(point);
}

/** What stands for each byte that is no character. */
const NO_CHARACTER = 0xfffd;

/** UTF-16 units put together at once: as arguments they stand on the stack. */
const BATCH_UNITS = 4096;

/** For expressions to look at: each byte that is no character becomes U+FFFD, and so does a cut end. */
export function decodeText(charset: Charset, bytes: Uint8Array, from = 0): string {
  let text = '';
  const units = new Uint16Array(BATCH_UNITS + 8);
  let filled = 0;
  for (let at = from; at < bytes.length;) {
    const read = charset.read(bytes, at);
    const point = read > 0 ? read >>> 3 : NO_CHARACTER;
    const length = read > 0 ? read & 7 : read === CUT ? 1 : -read;
    if (read <= 0) for (let n = 0; n < length; n++) units[filled++] = NO_CHARACTER;
    else if (point < 0x10000) units[filled++] = point;
    else for (const unit of charset.text(point).split('')) units[filled++] = unit.charCodeAt(0);
    at += length;
    if (filled >= BATCH_UNITS) {
      text += String.fromCharCode(...units.subarray(0, filled));
      filled = 0;
    }
  }
  return text + String.fromCharCode(...units.subarray(0, filled));
}

/** Which byte the UTF-16 unit `unit` of `decodeText` begins at. */
export function byteOfUnit(
  charset: Charset,
  bytes: Uint8Array,
  from: number,
  unit: number,
): number {
  let at = from;
  for (let units = 0; at < bytes.length && units < unit;) {
    const read = charset.read(bytes, at);
    const length = lengthOf(read);
    units += read > 0 ? charset.text(pointOf(read)).length : length;
    at += length;
  }
  return at;
}

/** A character that an encoding has no bytes for, and where it stands in UTF-16 units. */
export interface Unencodable {
  at: number;
  found: string;
}

/** Text as bytes; what cannot be said is left out and listed, all of it. */
export function encodeText(
  charset: Charset,
  text: string,
): { bytes: Uint8Array<ArrayBuffer>; bad: Unencodable[] } {
  const out: number[] = [];
  const bad: Unencodable[] = [];
  for (let at = 0; at < text.length;) {
    const units = charset.write(text, at, out);
    if (units > 0) {
      at += units;
      continue;
    }
    const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
    bad.push({ at, found });
    at += found.length;
  }
  return { bytes: Uint8Array.from(out), bad };
}

/** Where what is left is a character that is cut off; the length when none is. `from`: where one begins. */
export function cutAt(charset: Charset, bytes: Uint8Array, from = 0): number {
  let at = from;
  while (at < bytes.length) {
    const read = charset.read(bytes, at);
    if (read === CUT) return at;
    at += lengthOf(read);
  }
  return bytes.length;
}

/** Where the first character at `wanted` or after it begins, of bytes that begin with one. */
export function characterAt(charset: Charset, bytes: Uint8Array, wanted: number): number {
  let at = 0;
  // A byte that surely begins one, a little before, saves reading all.
  for (let near = wanted; near > Math.max(0, wanted - 256); near--)
    if (charset.begins(bytes[near] ?? 0)) {
      at = near;
      break;
    }
  while (at < wanted) at += lengthOf(charset.read(bytes, at));
  return Math.min(at, bytes.length);
}
