import type { Charset } from '../encoding/charset';
import { encodeText, lengthOf, pointOf } from '../encoding/charset';
import { encodingLabel } from '../encoding/names';
import { UTF8 } from '../encoding/unicode';
import { dotStuff, withCrlf } from '../protocols/dot-stuffing';
import { UNSEEN_CLASS } from './plain-text';
import type { FaithfulText, ParsedBytes } from './problem';
import { failed } from './problem';

/**
 * What is put after a text. `dot`: it is a text of SMTP, POP3 or NNTP, whose lines end in CRLF, whose
 * leading dots are doubled and which a line of one dot ends (RFC 5321 §4.5.2).
 */
export type LineEnding = 'none' | 'cr' | 'lf' | 'crlf' | 'nul' | 'dot';

export interface TextOptions {
  /** Whether `\r \n \t \0 \\ \xHH \u{…}` mean what they say. */
  escapes: boolean;
  /** What is put after the text, once. */
  lineEnding: LineEnding;
  /** Left out: UTF-8. */
  charset?: Charset;
}

/** Characters: in UTF-16 each has two bytes. */
const ENDINGS: Record<LineEnding, string> = {
  none: '',
  cr: '\r',
  lf: '\n',
  crlf: '\r\n',
  nul: '\0',
  dot: '',
};

const SHORT_ESCAPES = new Map([
  ['r', '\r'],
  ['n', '\n'],
  ['t', '\t'],
  ['0', '\0'],
  ['\\', '\\'],
]);

const UNSEEN = new RegExp(`[${UNSEEN_CLASS}]`, 'u');

/** A surrogate without its other half: with the flag `u`, pairs are one character and do not match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text as bytes. What the encoding cannot say is an error that lists the places, never another
 * character; so are escapes that are none.
 */
export function parseText(
  text: string,
  { escapes, lineEnding, charset = UTF8 }: TextOptions,
): ParsedBytes {
  const surrogate = text.search(LONE_SURROGATE);
  if (surrogate !== -1)
    return failed(
      'lone-surrogate',
      surrogate,
      `U+${text.charCodeAt(surrogate).toString(16).toUpperCase()}`,
      'Half of a character stands here alone; no encoding has bytes for it. Delete it',
    );
  const writer = new Writer(charset);
  let at = 0;
  while (at < text.length) {
    const slash = escapes ? text.indexOf('\\', at) : -1;
    const end = slash === -1 ? text.length : slash;
    writer.put(text.slice(at, end), at);
    if (slash === -1) break;
    const escape = readEscape(text, slash);
    if (escape === null) return badEscape(text, slash);
    if (typeof escape.value === 'number') writer.byte(escape.value);
    else writer.put(escape.value, slash, text.slice(slash, slash + escape.length));
    at = slash + escape.length;
  }
  writer.put(ENDINGS[lineEnding], text.length);
  const parsed = writer.done();
  return parsed.ok && lineEnding === 'dot' ? dotEnded(parsed.bytes, charset) : parsed;
}

/** The text with its lines, dots and end as mail and news have them; they know no wide characters. */
export function dotEnded(text: Uint8Array, { unit, name }: Charset): ParsedBytes {
  if (unit === 1) return { ok: true, bytes: dotStuff(withCrlf(text)) };
  const encoding = encodingLabel(name);
  return failed(
    'no-dot-text',
    0,
    encoding,
    `A text that a dot ends has lines of single bytes, and ${encoding} has none. Choose UTF-8`,
  );
}

/** So many of the places of what cannot be encoded are told. */
const MAX_PLACES = 8;

/** Puts bytes together, and remembers what has none. */
class Writer {
  readonly #charset: Charset;
  readonly #parts: Uint8Array[] = [];
  readonly #places: { at: number; found: string }[] = [];
  #length = 0;
  #bad = 0;

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  byte(value: number): void {
    this.#add(Uint8Array.of(value));
  }

  /** `at`: where it stands; `as`: how it is written there, when it is an escape. */
  put(text: string, at: number, as?: string): void {
    if (text === '') return;
    // The runtime's own encoder is far faster, and a draft may be long.
    const { bytes, bad } =
      this.#charset === UTF8
        ? { bytes: new TextEncoder().encode(text), bad: [] }
        : encodeText(this.#charset, text);
    this.#add(bytes);
    this.#bad += bad.length;
    for (const one of bad.slice(0, MAX_PLACES - this.#places.length))
      this.#places.push({ at: at + one.at, found: as ?? one.found });
  }

  done(): ParsedBytes {
    const [first] = this.#places;
    if (first) return notEncodable(this.#charset, this.#bad, this.#places);
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { ok: true, bytes };
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}

function notEncodable(
  { name }: Charset,
  count: number,
  places: readonly { at: number; found: string }[],
): ParsedBytes {
  const encoding = encodingLabel(name);
  const told = places.map(({ at, found }) => `${found} at ${at + 1}`).join(', ');
  const more = count > places.length ? ', …' : '';
  const what = count === 1 ? '1 character' : `${count} characters`;
  const them = count === 1 ? 'it' : 'them';
  const message = `${what} cannot be encoded in ${encoding} (${told}${more}). Delete ${them}, or write the bytes as \\xHH`;
  const { at = 0, found = '' } = places[0] ?? {};
  const { ok, error } = failed('not-encodable', at, found, message);
  return { ok, error: { ...error, unencodable: { encoding, count, places } } };
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
  const char = SHORT_ESCAPES.get(next);
  return char === undefined ? null : { value: char, length: 2 };
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
 * Bytes as text in which everything is seen: bytes that are no character as `\xHH`, control, bidi and
 * zero-width characters as escapes. `parseText` with escapes gives the same bytes back; of an encoding
 * with several codes for a character only with `exact`, which writes the others as bytes.
 */
export function formatText(bytes: Uint8Array, charset: Charset = UTF8, exact = false): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    // Most there is; how NUL is shown, depends on what follows.
    if (charset === UTF8 && byte > 0 && byte < 0x80) {
      text += ASCII[byte] ?? '';
      at++;
      continue;
    }
    const read = charset.read(bytes, at);
    const end = at + lengthOf(read);
    if (read <= 0 || (exact && !comesBack(charset, bytes, at, read)))
      text += escaped(bytes, at, end);
    else text += visible(charset.text(pointOf(read)), end - at, bytes[end]);
    at = end;
  }
  return text;
}

/** Whether the character is written with the bytes it was read from. */
function comesBack(charset: Charset, bytes: Uint8Array, at: number, read: number): boolean {
  if (charset === UTF8) return true;
  const out: number[] = [];
  charset.write(charset.text(pointOf(read)), 0, out);
  return out.length === lengthOf(read) && out.every((byte, n) => bytes[at + n] === byte);
}

function escaped(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at++) text += byteEscape(bytes[at] ?? 0);
  return text;
}

const NAMED = new Map([
  ['\\', '\\\\'],
  ['\r', '\\r'],
  ['\n', '\\n'],
  ['\t', '\\t'],
]);

/** `length`: its bytes; of more than one, an escape of bytes would not be the character. */
function visible(char: string, length: number, nextByte: number | undefined): string {
  if (char >= ' ' && char <= '~' && char !== '\\') return char;
  const named = NAMED.get(char);
  if (named !== undefined) return named;
  // Before a digit `\0` would read as the beginning of an octal escape.
  const digitNext = nextByte !== undefined && nextByte >= 0x30 && nextByte <= 0x39;
  if (char === '\0' && length === 1) return digitNext ? '\\x00' : '\\0';
  if (char < '\x80' && length === 1) return byteEscape(char.charCodeAt(0));
  return UNSEEN.test(char) ? pointEscapes(char) : char;
}

const ASCII = Array.from({ length: 0x80 }, (_, code) =>
  visible(String.fromCharCode(code), 1, undefined),
);

function pointEscapes(text: string): string {
  return Array.from(text, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join('');
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/**
 * Bytes as text to go on editing, when no byte would be lost by it: with escapes always; without,
 * only what the encoding reads, and writes with the same bytes, without characters that an edit field
 * changes or does not show.
 */
export function toTextIfFaithful(
  bytes: Uint8Array,
  { escapes, charset = UTF8 }: { escapes: boolean; charset?: Charset } = { escapes: false },
): FaithfulText {
  if (escapes) return { ok: true, text: formatText(bytes, charset, true) };
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const read = charset.read(bytes, at);
    const end = at + lengthOf(read);
    if (read <= 0 || !comesBack(charset, bytes, at, read))
      return notText(charset, at, escaped(bytes, at, end));
    const char = charset.text(pointOf(read));
    if (char !== '\n' && char !== '\t' && UNSEEN.test(char)) {
      const found = visible(char, end - at, undefined);
      return failed(
        'not-typable',
        at,
        found,
        `Byte ${at + 1} (${found}) cannot be seen or kept in a text field; turn escapes on`,
      );
    }
    text += char;
    at = end;
  }
  return { ok: true, text };
}

function notText(charset: Charset, at: number, found: string): FaithfulText {
  if (charset === UTF8)
    return failed('not-utf8', at, found, `Byte ${at + 1} (${found}) is not valid UTF-8`);
  const encoding = encodingLabel(charset.name);
  const message = `Byte ${at + 1} (${found}) is not what ${encoding} writes for any text`;
  const { ok, error } = failed('not-in-encoding', at, found, message);
  return { ok, error: { ...error, encoding } };
}
