import type { ParsedBytes } from './problem';
import { failed } from './problem';

/** Offset, what parts it from the bytes, and the rest. */
const LINE = /^\s*(?:0x)?([0-9a-f]{3,16})(:[ \t]|[ \t]{2,}|[ \t](?=[0-9a-f]{2}(?:[ \t]|$)))(.*)$/i;
const CLOSING = /^\s*(?:0x)?([0-9a-f]{4,16}):?\s*$/i;
const SKIPPED = /^\s*(?:$|#|\/\/)/;
const BARS = /(?:\|.*\||>.*<)\s*$/;

interface Line {
  offset: string;
  bytes: number[];
  /** The characters beside the bytes; null without such a column. */
  column: string | null;
  /** Only hexdumps look like this. */
  sure: boolean;
}

interface Problem {
  /** In the line. */
  at: number;
  message: string;
}

/**
 * The bytes of a pasted hexdump (`xxd`, `hexdump -C`, `od -tx1`, `tcpdump -X`, Wireshark), or null
 * when the text is none. What only may be one counts as one when its offsets agree with the bytes.
 */
export function readHexdump(text: string): ParsedBytes | null {
  const first = firstLine(text);
  const match = LINE.exec(first);
  if (!match) return null;
  const line = readLine(match);
  const sure = 'message' in line ? match[2]?.startsWith(':') === true : line.sure;
  if (sure) return new HexdumpReader(text, 16).read().parsed;
  for (const radix of [16, 8]) {
    const { parsed, likely } = new HexdumpReader(text, radix).read();
    if (likely && (parsed.ok || parsed.error.code === 'squeezed-hexdump')) return parsed;
  }
  return null;
}

function firstLine(text: string): string {
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    // No line of a dump is longer; a plain payload may be one line of megabytes.
    const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + 2000));
    if (end === -1 || !SKIPPED.test(line)) return line.replace(/\r$/, '');
    start = end + 1;
  }
}

class HexdumpReader {
  readonly #text: string;
  readonly #radix: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #lines = 0;
  #base = 0;
  #hasColumn = false;
  #closed = false;

  constructor(text: string, radix: number) {
    this.#text = text;
    this.#radix = radix;
    this.#bytes = new Uint8Array(text.length >> 1);
  }

  /** `likely`: offsets agreed, or there was a column of characters after offset 0. */
  read(): { parsed: ParsedBytes; likely: boolean } {
    let start = 0;
    while (start < this.#text.length) {
      const newline = this.#text.indexOf('\n', start);
      const end = newline === -1 ? this.#text.length : newline;
      const parsed = this.#take(this.#text.slice(start, end).replace(/\r$/, ''), start);
      if (parsed) return { parsed, likely: this.#lines > 0 };
      start = end + 1;
    }
    const likely = this.#lines > 1 || this.#closed || (this.#hasColumn && this.#base === 0);
    return { parsed: { ok: true, bytes: this.#bytes.slice(0, this.#length) }, likely };
  }

  /** Null: fine. */
  #take(text: string, at: number): ParsedBytes | null {
    if (SKIPPED.test(text)) return null;
    if (/^\s*\*\s*$/.test(text))
      return failed(
        'squeezed-hexdump',
        at,
        '*',
        'The "*" stands for lines that were left out; make the dump with all lines (hexdump -v)',
      );
    const closing = CLOSING.exec(text);
    const match = LINE.exec(text);
    const offset = parseInt(match?.[1] ?? closing?.[1] ?? '', this.#radix);
    if (Number.isNaN(offset) || this.#closed)
      return failed(
        'bad-hexdump',
        at,
        text.slice(0, 40),
        'This is no line of the hexdump above it',
      );
    if (this.#lines === 0) this.#base = offset;
    if (offset !== this.#base + this.#length) return this.#wrongOffset(text, at, offset);
    if (closing) {
      this.#closed = true;
      return null;
    }
    return match ? this.#takeBytes(match, at) : null;
  }

  #takeBytes(match: RegExpExecArray, at: number): ParsedBytes | null {
    const line = readLine(match);
    if ('message' in line)
      return failed(
        'bad-hexdump',
        at + line.at,
        match[0].slice(line.at, line.at + 10),
        line.message,
      );
    this.#bytes.set(line.bytes, this.#length);
    this.#length += line.bytes.length;
    this.#lines++;
    this.#hasColumn ||= line.column !== null;
    return null;
  }

  #wrongOffset(text: string, at: number, offset: number): ParsedBytes {
    const wanted = this.#base + this.#length;
    return failed(
      'bad-hexdump',
      at,
      text.trim().slice(0, 16),
      `This line says offset 0x${offset.toString(16)}, the bytes before it end at 0x${wanted.toString(16)}: lines are missing or cut`,
    );
  }
}

function readLine(match: RegExpExecArray): Line | Problem {
  const [whole, offset = '', gap = '', rest = ''] = match;
  const start = whole.length - rest.length;
  const bars = BARS.exec(rest);
  const colon = gap.startsWith(':');
  const data = readPairs(bars ? rest.slice(0, bars.index) : rest, colon);
  if ('message' in data) return { ...data, at: data.at + start };
  const column = bars ? bars[0].trim().slice(1, -1) : data.column;
  const clash = column === null ? -1 : disagreement(data.bytes, column);
  if (clash !== -1)
    return {
      at: start,
      message: `Byte ${clash + 1} of this line is not what its text column shows: is it a dump of little-endian words?`,
    };
  return { offset, bytes: data.bytes, column, sure: colon || bars !== null };
}

/** The pairs of digits up to the gap before the column of characters. */
function readPairs(
  rest: string,
  colon: boolean,
): { bytes: number[]; column: string | null } | Problem {
  const bytes: number[] = [];
  const token = /(\s*)(\S+)/y;
  for (let found = token.exec(rest); found; found = token.exec(rest)) {
    const [all, space = '', word = ''] = found;
    // One space parts bytes; `hexdump -C` and Wireshark put two in the middle of sixteen.
    const wide = bytes.length > 0 && space.length >= (colon || bytes.length >= 16 ? 2 : 3);
    if (wide) return { bytes, column: rest.slice(token.lastIndex - all.length + space.length) };
    if (!/^(?:[0-9a-f]{2})+$/i.test(word))
      return {
        at: token.lastIndex - word.length,
        message: `"${word.slice(0, 16)}" is not made of pairs of hex digits`,
      };
    for (let at = 0; at < word.length; at += 2) bytes.push(parseInt(word.slice(at, at + 2), 16));
  }
  return { bytes, column: null };
}

/**
 * The first byte that its character contradicts, or -1. Only where the column is as long as the
 * bytes: some programs put a space in its middle, and pasting may have cut spaces at its end.
 */
function disagreement(bytes: number[], column: string): number {
  if (column.length !== bytes.length) return -1;
  return bytes.findIndex((byte, n) => {
    const shown = column.charCodeAt(n);
    const printable = shown > 0x20 && shown < 0x7f && shown !== 0x2e;
    return printable && shown !== byte;
  });
}
