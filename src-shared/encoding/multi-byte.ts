import type { Charset } from './charset';
import { CUT, character } from './charset';
import type { EncodingName } from './names';

/**
 * Bytes in hex, then what they and the ones after them are: characters, or how many more follow the
 * last one in the order of Unicode. As iconv-lite keeps its tables.
 */
type TableChunk = readonly [string, ...(string | number)[]];

export interface TableData {
  chunks: readonly TableChunk[];
  /** Codes that are read and never written: the character has another one. */
  unwritten?: readonly (number | { from: number; to: number })[];
  /** GB18030: four bytes for what is in no table, in runs of code points. */
  runs?: { uChars: readonly number[]; gbChars: readonly number[] };
}

/** Points from here on are the sequences of a few codes of Big5: their number is added. */
const FIRST_SEQUENCE = 0x110000;

const NONE = -1;

/** Code points by bytes, filled from the chunks. */
class Table {
  /** By byte. */
  readonly singles = new Int32Array(256).fill(NONE);
  /** By two bytes. */
  readonly pairs = new Int32Array(65_536).fill(NONE);
  /** By the last two bytes of three, of which the first is always the same. */
  readonly triples = new Int32Array(65_536).fill(NONE);
  tripleLead = NONE;
  readonly leads = new Uint8Array(256);
  /** Bytes that stand second or third in some character. */
  readonly inner = new Uint8Array(256);
  readonly sequences: string[] = [];

  constructor(chunks: readonly TableChunk[]) {
    for (const [start, ...parts] of chunks) this.#fill(start, parts);
  }

  #fill(start: string, parts: readonly (string | number)[]): void {
    let code = parseInt(start, 16);
    let point = NONE;
    const put = (next: number): void => {
      point = next;
      this.#put(start.length, code++, point);
    };
    for (const part of parts) {
      if (typeof part === 'number') for (let n = 0; n < part; n++) put(point + 1);
      else for (const next of this.#pointsOf(part)) put(next);
    }
  }

  /** A mark before them says how many of the characters that follow belong to one code. */
  *#pointsOf(text: string): Generator<number> {
    const chars = Array.from(text);
    for (let at = 0; at < chars.length; at++) {
      const point = chars[at]?.codePointAt(0) ?? 0;
      if (point <= 0x0ff0 || point > 0x0fff) yield point;
      else {
        const length = 0xfff - point + 2;
        this.sequences.push(chars.slice(at + 1, at + 1 + length).join(''));
        at += length;
        yield FIRST_SEQUENCE + this.sequences.length - 1;
      }
    }
  }

  #put(digits: number, code: number, point: number): void {
    if (digits <= 2) {
      this.singles[code] = point;
      return;
    }
    const lead = digits <= 4 ? code >> 8 : code >> 16;
    this.leads[lead] = 1;
    this.inner[code & 0xff] = 1;
    if (digits <= 4) this.pairs[code] = point;
    else {
      this.tripleLead = lead;
      this.inner[(code >> 8) & 0xff] = 1;
      this.triples[code & 0xffff] = point;
    }
  }

  /** Every code there is, in the order of its bytes. */
  *codes(): Generator<{ code: number; point: number }> {
    for (let lead = 0; lead < 256; lead++) {
      const single = this.singles[lead] ?? NONE;
      if (single !== NONE) yield { code: lead, point: single };
      if (this.leads[lead] !== 1) continue;
      const start = lead << 8;
      const [rows, first] =
        lead === this.tripleLead
          ? [this.triples, 0]
          : [this.pairs.subarray(start, start + 256), start];
      for (const [at, point] of rows.entries())
        if (point !== NONE)
          yield { code: (lead === this.tripleLead ? lead << 16 : first) + at, point };
    }
  }
}

/** An encoding of one to three bytes a character, GB18030 with its four as well. */
export function multiByte(
  name: EncodingName,
  { chunks, unwritten = [], runs }: TableData,
): Charset {
  const table = new Table(chunks);
  const four = runs ? new FourBytes(runs) : null;
  const { singles, pairs, triples, tripleLead, leads, inner, sequences } = table;
  if (four) for (let digit = 0x30; digit <= 0x39; digit++) inner[digit] = 1;
  const written = writtenCodes(table, unwritten);
  return {
    name,
    longest: four ? 4 : tripleLead === NONE ? 2 : 3,
    unit: 1,
    reach: Infinity,
    read(bytes, at) {
      const lead = bytes[at] ?? 0;
      const single = singles[lead] ?? NONE;
      if (single !== NONE) return character(single, 1);
      if (leads[lead] !== 1) return -1;
      if (at + 1 >= bytes.length) return CUT;
      const second = bytes[at + 1] ?? 0;
      if (four && isDigit(second)) return four.read(bytes, at);
      if (lead === tripleLead) {
        if (inner[second] !== 1) return -1;
        if (at + 2 >= bytes.length) return CUT;
        const point = triples[(second << 8) | (bytes[at + 2] ?? 0)] ?? NONE;
        return point === NONE ? -1 : character(point, 3);
      }
      const point = pairs[(lead << 8) | second] ?? NONE;
      return point === NONE ? -1 : character(point, 2);
    },
    begins: (byte) => inner[byte] !== 1,
    text: (point) =>
      point < FIRST_SEQUENCE
        ? String.fromCodePoint(point)
        : (sequences[point - FIRST_SEQUENCE] ?? ''),
    write(text, at, out) {
      for (const [place, sequence] of sequences.entries())
        if (text.startsWith(sequence, at)) {
          push(written.get(FIRST_SEQUENCE + place) ?? 0, out);
          return sequence.length;
        }
      const point = text.codePointAt(at) ?? 0;
      const code = written.get(point);
      if (code !== undefined) push(code, out);
      else if (four?.write(point, out) !== true) return 0;
      return point > 0xffff ? 2 : 1;
    },
  };
}

/** The code of each point: of several, the first that is not only read. */
function writtenCodes(
  table: Table,
  unwritten: NonNullable<TableData['unwritten']>,
): Map<number, number> {
  const skipped = (code: number): boolean =>
    unwritten.some((one) =>
      typeof one === 'number' ? one === code : code >= one.from && code <= one.to,
    );
  const written = new Map<number, number>();
  for (const { code, point } of table.codes())
    if (!written.has(point) && !skipped(code)) written.set(point, code);
  return written;
}

function push(code: number, out: number[]): void {
  if (code > 0xffff) out.push(code >> 16);
  if (code > 0xff) out.push((code >> 8) & 0xff);
  out.push(code & 0xff);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The last of the four-byte codes that stand for the characters up to U+FFFF. */
const LAST_BASIC = 39_419;
/** Those from here on stand for U+10000 and on; what lies between stands for nothing. */
const FIRST_ASTRAL = 189_000;
const LAST_ASTRAL = FIRST_ASTRAL + 0xfffff;

/** The four-byte codes of GB18030. */
class FourBytes {
  readonly #points: readonly number[];
  readonly #pointers: readonly number[];

  constructor({ uChars, gbChars }: NonNullable<TableData['runs']>) {
    this.#points = uChars;
    this.#pointers = gbChars;
  }

  /** Four bytes of the right form that stand for nothing are none together. */
  read(bytes: Uint8Array, at: number): number {
    if (at + 2 >= bytes.length) return CUT;
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4);
    if (third < 0x81 || third > 0xfe) return -1;
    if (at + 3 >= bytes.length) return CUT;
    if (!isDigit(fourth)) return -1;
    const pointer =
      (((first - 0x81) * 10 + (second - 0x30)) * 126 + (third - 0x81)) * 10 + (fourth - 0x30);
    // iconv-lite makes characters of these too: all 499,604 codes that are none.
    const known = pointer <= LAST_BASIC || (pointer >= FIRST_ASTRAL && pointer <= LAST_ASTRAL);
    if (!known) return -4;
    const run = runOf(this.#pointers, pointer);
    const point = (this.#points[run] ?? 0) + pointer - (this.#pointers[run] ?? 0);
    return character(point, 4);
  }

  /** False: there is no such code. */
  write(point: number, out: number[]): boolean {
    if (point < 0x80 || (point >= 0xd800 && point <= 0xdfff)) return false;
    const run = runOf(this.#points, point);
    let rest = (this.#pointers[run] ?? 0) + point - (this.#points[run] ?? 0);
    // Between two runs stand characters that have two bytes, and a few that have none.
    if (rest >= (this.#pointers[run + 1] ?? Infinity)) return false;
    const fourth = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
    const third = 0x81 + (rest % 126);
    rest = Math.floor(rest / 126);
    out.push(0x81 + Math.floor(rest / 10), 0x30 + (rest % 10), third, fourth);
    return true;
  }
}

/** The last of the ascending values that is not above. */
function runOf(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((values[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}
