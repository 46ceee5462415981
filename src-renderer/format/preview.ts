import { joined } from '../../src-shared/encoding/carry';
import type { Charset } from '../../src-shared/encoding/charset';
import { CUT, lengthOf, pointOf } from '../../src-shared/encoding/charset';
import { UTF8 } from '../../src-shared/encoding/unicode';

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

/** What would not keep to its place in a line: marks on the letter before, and letters from right to left. */
const NOT_IN_PLACE = /[\p{M}\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** The same in an encoding of one byte a character; in others a byte beyond ASCII is no character. */
export function byteSign(byte: number, charset: Charset): string {
  if (charset.longest > 1 || byte < 0x80) return asciiDot(byte);
  const read = charset.read(Uint8Array.of(byte), 0);
  const char = read > 0 ? charset.text(pointOf(read)) : '.';
  return UNSEEN.test(char) || NOT_IN_PLACE.test(char) ? '.' : char;
}

/** Text, and how many bytes of the payload it stands for. */
export interface TextPreview {
  text: string;
  bytes: number;
}

/** Stands before the bytes of a character that has no end in its row. */
const NOT_WHOLE = '‹';
/** Stands before a character that began in the rows before, and is shown whole. */
const BEGUN_BEFORE = '›';

export interface TextPreviewOptions {
  /** False: the bytes were cut off, so a character cut at the end is left out. */
  complete?: boolean;
  /** 'dot': where the hex stands beside it, one `·` is enough for what would be an escape. */
  unseen?: 'escape' | 'dot';
  /** Left out: UTF-8. */
  charset?: Charset;
  /** The bytes before these that begin the character which they go on with. */
  lead?: Uint8Array;
}

/**
 * Bytes as one line of text, with everything that would not be seen made visible in the words of the
 * composer, so that what is read here can be typed there: `\r`, `\n`, `\t`, `\\`, other control
 * characters and bytes that are no character as `\x1B`, characters that turn the direction of writing
 * or have no width as `\u{202E}`: no payload can look like another. A character that is cut between two
 * rows is shown whole in the later one, after `›`; the earlier one ends with `‹` and the bytes of it.
 */
export function textPreview(
  bytes: Uint8Array,
  maxChars: number,
  { complete = true, unseen = 'escape', charset = UTF8, lead }: TextPreviewOptions = {},
): TextPreview {
  const all = lead ? joined(lead, bytes) : bytes;
  const start = lead?.length ?? 0;
  let text = lead ? BEGUN_BEFORE : '';
  let taken = text.length;
  let at = 0;
  while (at < all.length) {
    const read = charset.read(all, at);
    if (read === CUT && !complete) break;
    const end = read === CUT ? all.length : at + lengthOf(read);
    const next =
      read > 0
        ? shownChar(charset.text(pointOf(read)), end - at, unseen)
        : shownBytes(all.subarray(Math.max(at, start), end), read === CUT, unseen);
    taken += cells(next);
    if (taken > maxChars) break;
    text += next;
    at = end;
  }
  return { text, bytes: Math.max(0, at - start) };
}

/** Ideographs, kana, syllables and what else stands in the width of two letters. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function cells(text: string): number {
  // Most are one letter: a look at the code costs less than an expression.
  if (text.length > 2 || text < '\u1100') return text.length;
  return WIDE.test(text) ? 2 : text.length;
}

function shownChar(char: string, length: number, unseen: 'escape' | 'dot'): string {
  if (char >= ' ' && char <= '~' && char !== '\\') return char;
  const shown = visible(char, length);
  if (unseen === 'escape' || !shown.startsWith('\\')) return shown;
  return char === '\\' ? char : '·';
}

/** Bytes that are no character, or have no end in their row. */
function shownBytes(bytes: Uint8Array, cut: boolean, unseen: 'escape' | 'dot'): string {
  if (cut) return NOT_WHOLE + (unseen === 'dot' ? '' : hexPreview(bytes));
  if (unseen === 'dot') return '·';
  return Array.from(bytes, (byte) => `\\x${hexByte(byte)}`).join('');
}

/** As the composer writes them. */
const NAMED = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\\', '\\\\'],
]);

/** Controls, format characters, unassigned and private ones, separators, what has no width. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** `length`: its bytes; of more than one, an escape of bytes would not be the character. */
function visible(char: string, length: number): string {
  const named = NAMED.get(char);
  if (named !== undefined) return named;
  if (char >= ' ' && char <= '~') return char;
  if (char < '\x80' && length === 1) return `\\x${hexByte(char.charCodeAt(0))}`;
  return UNSEEN.test(char) ? pointEscapes(char) : char;
}

function pointEscapes(text: string): string {
  return Array.from(
    text,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  ).join('');
}
