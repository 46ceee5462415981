import type { Charset } from '../../../../src-shared/encoding/charset';
import { lengthOf, pointOf } from '../../../../src-shared/encoding/charset';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import type { RegexPattern } from '../../../../src-shared/payload/pattern';
import { latin1 } from './literal-test';

/** What an expression sees of bytes, and where each UTF-16 unit of it stands in them. */
export interface SeenText {
  text: string;
  /** By unit: at which byte it begins; null: each byte is one. */
  begins: Uint32Array | null;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Of bytes that begin with a character. */
export function seenText(bytes: Uint8Array, { flags, charset }: RegexPattern): SeenText {
  if (charset) return read(charset, bytes);
  return flags.includes('u') ? readUtf8(bytes) : { text: latin1(bytes), begins: null };
}

/** The runtime's decoder is many times faster than one that reads character by character. */
function readUtf8(bytes: Uint8Array): SeenText {
  const text = decoder.decode(bytes);
  // No character has more units than bytes.
  if (text.length === bytes.length) return { text, begins: null };
  if (text.includes('\ufffd')) return read(UTF8, bytes);
  const begins = new Uint32Array(text.length);
  for (let unit = 0, at = 0; unit < text.length; unit++) {
    begins[unit] = at;
    const code = text.charCodeAt(unit);
    // The first half of a pair has all four bytes, the second none.
    if (code < 0x80) at += 1;
    else if (code < 0x800) at += 2;
    else if (code < 0xd800 || code > 0xdfff) at += 3;
    else if (code < 0xdc00) at += 4;
  }
  return { text, begins };
}

/** As `decodeText` shows them. */
function read(charset: Charset, bytes: Uint8Array): SeenText {
  const units = new Uint16Array(bytes.length * 2);
  const begins = new Uint32Array(bytes.length * 2);
  let filled = 0;
  for (let at = 0; at < bytes.length;) {
    const found = charset.read(bytes, at);
    const length = lengthOf(found);
    const point = found > 0 ? pointOf(found) : 0xfffd;
    if (found <= 0)
      for (let n = 0; n < length; n++) {
        begins[filled] = at + n;
        units[filled++] = point;
      }
    else if (point < 0x10000) {
      begins[filled] = at;
      units[filled++] = point;
    } else
      for (const unit of charset.text(point).split('')) {
        begins[filled] = at;
        units[filled++] = unit.charCodeAt(0);
      }
    at += length;
  }
  const text = new TextDecoder('utf-16le', { ignoreBOM: true });
  return { text: text.decode(units.subarray(0, filled)), begins: begins.subarray(0, filled) };
}

/** The byte that a unit begins at. */
export function byteAt({ begins }: SeenText, unit: number, lengthBytes: number): number {
  return begins ? (begins[unit] ?? lengthBytes) : unit;
}

/** The first unit that begins at that byte or behind it. */
export function unitAt({ begins, text }: SeenText, byte: number): number {
  if (!begins) return Math.min(byte, text.length);
  let low = 0;
  let high = begins.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((begins[middle] ?? 0) < byte) low = middle + 1;
    else high = middle;
  }
  return low;
}
