import type { Charset } from '../encoding/charset';
import { byteOfUnit, characterAt, decodeText } from '../encoding/charset';
import { UTF8 } from '../encoding/unicode';
import { NO_DIGIT, hexDigit } from './hex-digit';
import { parseText } from './text';

/** Bytes with the bits that count; a byte of the mask is 0 for `??`, 0x0f for `?3`, 0xff for `43`. */
export interface MaskedBytes {
  values: Uint8Array;
  masks: Uint8Array;
}

export type Pattern =
  /** Parts that follow each other with anything between them. */
  | { kind: 'bytes'; parts: readonly MaskedBytes[] }
  /** `charset`: it sees the text in it. Null: bytes as U+0000 to U+00FF, with the flag `u` as UTF-8. */
  | { kind: 'regex'; source: string; flags: string; charset: Charset | null };

type PatternErrorCode =
  'unknown-pattern' | 'empty-pattern' | 'long-pattern' | 'bad-hex' | 'bad-escape' | 'bad-regex';

export interface PatternError {
  code: PatternErrorCode;
  /** English: what is wrong and an example that works. */
  message: string;
  /** Offset in the text, from 0. */
  at: number;
}

export type BytesPattern = Extract<Pattern, { kind: 'bytes' }>;
export type RegexPattern = Extract<Pattern, { kind: 'regex' }>;

export type ParsedPattern = { ok: true; pattern: Pattern } | { ok: false; error: PatternError };

/** Keeps the search for adverse bytes in bounds. */
const MAX_PATTERN_BYTES = 4096;

/** A regular expression sees at most so much of a stream, the newest; of a longer chunk step by step. */
const WINDOW_BYTES = 65_536;
const STEP_BYTES = WINDOW_BYTES / 2;

const REGEX_FLAGS = /^[imsu]*$/;

/**
 * Understands `hex:01 03 ?? 4? *`, `text:OK\r\n` with escapes, and `/regex/imsu`. Each matches
 * anywhere in what is looked at; text stands for its bytes in the encoding. Where that is UTF-8, a
 * regular expression sees bytes as U+0000 to U+00FF, so that it can name any byte, and with the flag
 * `u` as UTF-8; of another encoding it sees the text.
 */
export function parsePattern(text: string, charset: Charset = UTF8): ParsedPattern {
  if (/^hex:/i.test(text)) return parseHexPattern(text, 4);
  if (/^text:/i.test(text)) return parseTextPattern(text.slice(5), 5, charset);
  if (text.startsWith('/')) return parseRegex(text, charset === UTF8 ? null : charset);
  return wrong(
    'unknown-pattern',
    0,
    'A pattern begins with hex:, text: or /. Examples: hex:01 03 ?? ?? · text:OK\\r\\n · /^OK \\d+/i',
  );
}

function wrong(code: PatternErrorCode, at: number, message: string): ParsedPattern {
  return { ok: false, error: { code, at, message } };
}

function finish(parts: MaskedBytes[], at: number): ParsedPattern {
  const length = parts.reduce((sum, part) => sum + part.values.length, 0);
  if (length === 0)
    return wrong('empty-pattern', at, 'The pattern is empty. Example: hex:01 03 ?? ??');
  if (length > MAX_PATTERN_BYTES)
    return wrong(
      'long-pattern',
      at,
      `The pattern has ${length} bytes; at most ${MAX_PATTERN_BYTES} are searched for`,
    );
  return { ok: true, pattern: { kind: 'bytes', parts } };
}

function parseHexPattern(text: string, start: number): ParsedPattern {
  const parts: MaskedBytes[] = [];
  let values: number[] = [];
  let masks: number[] = [];
  function endPart(): void {
    if (values.length > 0)
      parts.push({ values: Uint8Array.from(values), masks: Uint8Array.from(masks) });
    values = [];
    masks = [];
  }
  for (let at = start; at < text.length;) {
    const char = text[at] ?? '';
    if (char === '*') endPart();
    else if (!/[\s,:-]/.test(char)) {
      const high = nibble(text, at);
      const low = nibble(text, at + 1);
      if (high === null || low === null)
        return wrong(
          'bad-hex',
          high === null ? at : at + 1,
          `"${text.slice(at, at + 2)}" is no byte: write two hex digits, ? for any digit, * for any run. Example: hex:01 03 ?? 4? *`,
        );
      values.push((high.value << 4) | low.value);
      masks.push((high.mask << 4) | low.mask);
      at++;
    }
    at++;
  }
  endPart();
  return finish(parts, start);
}

function nibble(text: string, at: number): { value: number; mask: number } | null {
  if (text[at] === '?') return { value: 0, mask: 0 };
  const value = hexDigit(text, at);
  return value === NO_DIGIT ? null : { value, mask: 0xf };
}

function parseTextPattern(text: string, start: number, charset: Charset): ParsedPattern {
  const parsed = parseText(text, { escapes: true, lineEnding: 'none', charset });
  if (!parsed.ok) return wrong('bad-escape', start + parsed.error.at, parsed.error.message);
  return finish(
    [{ values: parsed.bytes, masks: new Uint8Array(parsed.bytes.length).fill(0xff) }],
    start,
  );
}

function parseRegex(text: string, charset: Charset | null): ParsedPattern {
  const [, source = '', flags = ''] = /^\/(.*)\/([^/]*)$/s.exec(text) ?? [];
  if (source === '')
    return wrong(
      'bad-regex',
      0,
      'A regular expression stands between two slashes. Example: /^OK \\d+/i',
    );
  if (!REGEX_FLAGS.test(flags))
    return wrong(
      'bad-regex',
      text.length - flags.length,
      `The flags "${flags}" are not among i, m, s and u`,
    );
  try {
    new RegExp(source, flags);
  } catch (error) {
    return wrong(
      'bad-regex',
      1,
      error instanceof Error ? error.message : 'This is no regular expression',
    );
  }
  return { ok: true, pattern: { kind: 'regex', source, flags, charset } };
}

/**
 * Whether the expression with flag `g` matches from `lastIndex` on. Given by the host, which knows
 * how to stop an expression that would take for ever; it may throw then.
 */
export type RegexTest = (source: string, flags: string, text: string, lastIndex: number) => boolean;

/** Looks for a pattern in a stream that comes in chunks. Holds at most 64 KiB of it. */
export class PatternMatcher {
  readonly #pattern: Pattern;
  readonly #test: RegexTest;
  #kept: Uint8Array = new Uint8Array(0);
  #cut = false;
  #part = 0;

  constructor(pattern: Pattern, test: RegexTest) {
    this.#pattern = pattern;
    this.#test = test;
  }

  /** True as soon as all of the pattern has come; stays true. */
  push(chunk: Uint8Array): boolean {
    const pattern = this.#pattern;
    if (pattern.kind === 'bytes') return this.#search(pattern.parts, chunk);
    // A datagram is never longer.
    if (chunk.length <= WINDOW_BYTES) return this.#match(pattern, chunk);
    for (let at = 0; at < chunk.length; at += STEP_BYTES)
      if (this.#match(pattern, chunk.subarray(at, at + STEP_BYTES))) return true;
    return false;
  }

  #search(parts: readonly MaskedBytes[], chunk: Uint8Array): boolean {
    const data = joined(this.#kept, chunk);
    let at = 0;
    for (let part = parts[this.#part]; part; part = parts[++this.#part]) {
      const found = indexOf(data, part, at);
      if (found === -1) {
        this.#kept = data.slice(Math.max(at, data.length - part.values.length + 1));
        return false;
      }
      at = found + part.values.length;
    }
    return true;
  }

  #match(pattern: RegexPattern, chunk: Uint8Array): boolean {
    const all = joined(this.#kept, chunk);
    this.#cut ||= all.length > WINDOW_BYTES;
    const start = Math.max(0, all.length - WINDOW_BYTES);
    // What is kept begins with a character, so what goes on from it does too.
    const data = all.subarray(pattern.charset ? characterAt(pattern.charset, all, start) : start);
    this.#kept = data.slice();
    const text = regexText(data, pattern);
    // Where the beginning of the stream has gone by, `^` must not match: one character stands before.
    return this.#test(pattern.source, `${pattern.flags}g`, text, this.#cut ? 1 : 0);
  }
}

function joined(kept: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (kept.length === 0) return chunk;
  const all = new Uint8Array(kept.length + chunk.length);
  all.set(kept);
  all.set(chunk, kept.length);
  return all;
}

/** Whether whole bytes contain the parts one after the other, with anything between them. */
export function containsParts(data: Uint8Array, parts: readonly MaskedBytes[]): boolean {
  return indexOfParts(data, parts, 0) !== -1;
}

/** Where the first of them begins, from `from` on, when all of them follow; else -1. */
export function indexOfParts(
  data: Uint8Array,
  parts: readonly MaskedBytes[],
  from: number,
): number {
  let begin = -1;
  let at = from;
  for (const part of parts) {
    const found = indexOf(data, part, at);
    if (found === -1) return -1;
    if (begin === -1) begin = found;
    at = found + part.values.length;
  }
  return begin;
}

function indexOf(data: Uint8Array, { values, masks }: MaskedBytes, from: number): number {
  const last = data.length - values.length;
  // The runtime finds a single byte many times faster than this loop does.
  const anchor = masks.indexOf(0xff);
  const anchored = values[anchor] ?? 0;
  for (let at = from; at <= last; at++) {
    if (anchor !== -1) {
      const hit = data.indexOf(anchored, at + anchor);
      if (hit === -1) return -1;
      at = hit - anchor;
      if (at > last) return -1;
    }
    let n = 0;
    while (n < values.length && ((data[at + n] ?? 0) & (masks[n] ?? 0)) === values[n]) n++;
    if (n === values.length) return at;
  }
  return -1;
}

/** What a regular expression sees of bytes. */
export function regexText(bytes: Uint8Array, { flags, charset }: RegexPattern): string {
  if (charset) return decodeText(charset, bytes);
  return flags.includes('u') ? new TextDecoder().decode(bytes) : latin1(bytes);
}

/** Which byte the UTF-16 unit `unit` of what a regular expression sees stands for. */
export function regexByte(
  bytes: Uint8Array,
  unit: number,
  { flags, charset }: RegexPattern,
): number {
  if (charset) return byteOfUnit(charset, bytes, 0, unit);
  return flags.includes('u') ? byteOfUtf8(bytes, unit) : unit;
}

/** Of what is no UTF-8, each wrong byte counts as the runtime's decoder shows it. */
function byteOfUtf8(bytes: Uint8Array, unit: number): number {
  let low = unit;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (new TextDecoder().decode(bytes.subarray(0, middle)).length <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  // Not all at once: arguments are put on the stack.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
