import { codePointAt, INVALID, utf8Length } from '../../src-shared/payload/utf8';

/** Two hex digits of every byte: rows are made into text up to 60 times a second. */
const HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

/** `AA BB CC` of the first `count` bytes. */
export function hexPreview(bytes: Uint8Array, count = bytes.byteLength): string {
  const end = Math.min(count, bytes.byteLength);
  let text = '';
  for (let i = 0; i < end; i++) text += (i === 0 ? '' : ' ') + (HEX[bytes[i] ?? 0] ?? '');
  return text;
}

/** Two capital hex digits. */
export function hexByte(byte: number): string {
  return HEX[byte & 0xff] ?? '';
}

/** What stands for a byte in the text column of a hexdump: itself, or a dot. */
export function asciiDot(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

/** Text, and how many bytes of the payload it stands for. */
export interface TextPreview {
  text: string;
  bytes: number;
}

/**
 * Bytes as one line of text: UTF-8, with everything that would not be seen made visible in the words
 * of the composer, so that what is read here can be typed there: `\r`, `\n`, `\t`, `\\`, other control
 * characters and bytes that are no UTF-8 as `\x1B`, characters that turn the direction of writing or
 * have no width as `\u{202E}`: no payload can look like another. `complete` false: the bytes were cut
 * off, so a character cut at the end is left out. `unseen` 'dot': where the hex stands beside it, one
 * `·` is enough for what would be an escape.
 */
export function textPreview(
  bytes: Uint8Array,
  maxChars: number,
  { complete = true, unseen = 'escape' }: { complete?: boolean; unseen?: 'escape' | 'dot' } = {},
): TextPreview {
  let text = '';
  let at = 0;
  while (at < bytes.byteLength) {
    const byte = bytes[at] ?? 0;
    const size = utf8Length(byte);
    if (!complete && at + size > bytes.byteLength) break;
    const point = byte < 0x80 ? byte : codePointAt(bytes, at);
    const shown = point === INVALID ? `\\x${hexByte(byte)}` : visible(point);
    const next = unseen === 'dot' && shown.startsWith('\\') ? dotFor(point) : shown;
    if (text.length + next.length > maxChars) break;
    text += next;
    at += point === INVALID ? 1 : size;
  }
  return { text, bytes: at };
}

const BACKSLASH = 0x5c;

function dotFor(point: number): string {
  return point === BACKSLASH ? '\\' : '·';
}

/** As the composer writes them. */
const NAMED = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [BACKSLASH, '\\\\'],
]);

/** Controls, format characters, unassigned and private ones, separators, what has no width. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function visible(point: number): string {
  const named = NAMED.get(point);
  if (named !== undefined) return named;
  if (point >= 0x20 && point < 0x7f) return String.fromCharCode(point);
  if (point < 0x80) return `\\x${hexByte(point)}`;
  const char = String.fromCodePoint(point);
  return UNSEEN.test(char) ? `\\u{${point.toString(16).toUpperCase()}}` : char;
}
