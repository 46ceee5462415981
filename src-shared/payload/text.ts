import type { FaithfulText, ParsedBytes } from './problem';
import { failed } from './problem';
import { INVALID, codePointAt, utf8Length } from './utf8';

export type LineEnding = 'none' | 'cr' | 'lf' | 'crlf' | 'nul';

export interface TextOptions {
  /** Whether `\r \n \t \0 \\ \xHH \u{…}` mean what they say. */
  escapes: boolean;
  /** What is put after the text, once. */
  lineEnding: LineEnding;
}

const ENDINGS: Record<LineEnding, readonly number[]> = {
  none: [],
  cr: [0x0d],
  lf: [0x0a],
  crlf: [0x0d, 0x0a],
  nul: [0],
};

const SHORT_ESCAPES = new Map([
  ['r', 0x0d],
  ['n', 0x0a],
  ['t', 0x09],
  ['0', 0],
  ['\\', 0x5c],
]);

/** Code points that are not seen or that change how others are seen: control, bidi, zero-width. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A surrogate without its other half: with the flag `u`, pairs are one character and do not match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text as UTF-8. What UTF-8 cannot say and escapes that are none are errors at their place. */
export function parseText(text: string, { escapes, lineEnding }: TextOptions): ParsedBytes {
  const surrogate = text.search(LONE_SURROGATE);
  if (surrogate !== -1)
    return failed(
      'lone-surrogate',
      surrogate,
      `U+${text.charCodeAt(surrogate).toString(16).toUpperCase()}`,
      'Half of a character stands here alone; UTF-8 has no bytes for it. Delete it',
    );
  const ending = ENDINGS[lineEnding];
  // UTF-8 has at most three bytes for each UTF-16 unit, escapes fewer than they have characters.
  const bytes = new Uint8Array(text.length * 3 + ending.length);
  const encoder = new TextEncoder();
  let length = 0;
  let at = 0;
  while (at < text.length) {
    const slash = escapes ? text.indexOf('\\', at) : -1;
    const end = slash === -1 ? text.length : slash;
    length += encoder.encodeInto(text.slice(at, end), bytes.subarray(length)).written;
    if (slash === -1) break;
    const escape = readEscape(text, slash);
    if (escape === null) return badEscape(text, slash);
    if (typeof escape.value === 'number') bytes[length++] = escape.value;
    else length += encoder.encodeInto(escape.value, bytes.subarray(length)).written;
    at = slash + escape.length;
  }
  bytes.set(ending, length);
  return { ok: true, bytes: bytes.slice(0, length + ending.length) };
}

/** A byte, or the character of a code point. */
function readEscape(text: string, at: number): { value: number | string; length: number } | null {
  const next = text[at + 1] ?? '';
  if (next === 'x') {
    const digits = /^[0-9a-f]{2}$/i.exec(text.slice(at + 2, at + 4));
    return digits ? { value: parseInt(digits[0], 16), length: 4 } : null;
  }
  if (next === 'u') {
    const braced = /^\{([0-9a-f]{1,6})\}/i.exec(text.slice(at + 2, at + 10));
    const point = parseInt(braced?.[1] ?? '', 16);
    if (!braced || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    return { value: String.fromCodePoint(point), length: 2 + braced[0].length };
  }
  // In C `\012` is octal; to send NUL, `1`, `2` instead would be a silent surprise.
  if (next === '0' && /[0-9]/.test(text[at + 2] ?? '')) return null;
  const byte = SHORT_ESCAPES.get(next);
  return byte === undefined ? null : { value: byte, length: 2 };
}

function badEscape(text: string, at: number): ParsedBytes {
  const found =
    /^\\(?:u\{?[0-9a-f]{0,8}\}?|x.{0,2}|0\d{0,2}|.?)/iu.exec(text.slice(at, at + 14))?.[0] ?? '\\';
  return failed(
    'bad-escape',
    at,
    found,
    `"${found}" is no escape. There are \\r \\n \\t \\0 \\\\ \\xHH and \\u{…}; for a backslash write \\\\`,
  );
}

/**
 * Bytes as text in which everything is seen: what is not valid UTF-8 as `\xHH`, control, bidi and
 * zero-width characters as escapes. `parseText` with escapes gives the same bytes back.
 */
export function formatText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const point = codePointAt(bytes, at);
    if (point === INVALID) text += byteEscape(bytes[at++] ?? 0);
    else {
      at += utf8Length(bytes[at] ?? 0);
      text += visible(point, bytes[at]);
    }
  }
  return text;
}

function visible(point: number, nextByte: number | undefined): string {
  if (point >= 0x20 && point < 0x7f && point !== 0x5c) return String.fromCharCode(point);
  switch (point) {
    case 0x5c:
      return '\\\\';
    case 0x0d:
      return '\\r';
    case 0x0a:
      return '\\n';
    case 0x09:
      return '\\t';
    case 0:
      // Before a digit `\0` would read as the beginning of an octal escape.
      return nextByte !== undefined && nextByte >= 0x30 && nextByte <= 0x39 ? '\\x00' : '\\0';
  }
  if (point < 0x80) return byteEscape(point);
  const char = String.fromCodePoint(point);
  return UNSEEN.test(char) ? `\\u{${point.toString(16)}}` : char;
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/**
 * Bytes as text to go on editing, when no byte would be lost by it: with escapes always; without,
 * only valid UTF-8 without characters that an edit field changes or does not show.
 */
export function toTextIfFaithful(
  bytes: Uint8Array,
  { escapes }: { escapes: boolean } = { escapes: false },
): FaithfulText {
  if (escapes) return { ok: true, text: formatText(bytes) };
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const point = codePointAt(bytes, at);
    const lead = bytes[at] ?? 0;
    if (point === INVALID)
      return failed(
        'not-utf8',
        at,
        byteEscape(lead),
        `Byte ${at + 1} (${byteEscape(lead)}) is not valid UTF-8`,
      );
    const char = String.fromCodePoint(point);
    if (char !== '\n' && char !== '\t' && UNSEEN.test(char)) {
      const found = visible(point, undefined);
      return failed(
        'not-typable',
        at,
        found,
        `Byte ${at + 1} (${found}) cannot be seen or kept in a text field; turn escapes on`,
      );
    }
    text += char;
    at += utf8Length(lead);
  }
  return { ok: true, text };
}
