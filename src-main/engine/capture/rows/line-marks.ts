import { firstFrom } from './capture-index';
import type { LinePlace } from './line-walker';

/** Of so many lines, the beginning of the first is kept at least: those between are found by walking on. */
export const LINES_PER_MARK = 64;

const MARK_WORDS = 7;
const PIECE_MARKS = 1 << 12;

/** Where a line begins, and which one it is, from 0. */
interface MarkedLine extends LinePlace {
  line: number;
}

/** The words of a mark, to be sent from one thread to another. */
export function packMark({ line, row, offset, inBytes, outBytes }: MarkedLine): number[] {
  return [line, row, offset, ...halves(inBytes), ...halves(outBytes)];
}

function halves(value: number): [number, number] {
  return [value >>> 0, Math.floor(value / 2 ** 32)];
}

/**
 * Where each 64th line begins, and the first one of each file: less than half a byte a line, however
 * long the connection.
 */
export class LineMarks {
  /** Of those that were let go there are none. */
  readonly #pieces: (Uint32Array | undefined)[] = [];
  #firstPiece = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `words`: those of `packMark`, of one or more. */
  append(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += MARK_WORDS) {
      const place = this.#length % PIECE_MARKS;
      if (place === 0) this.#pieces.push(new Uint32Array(PIECE_MARKS * MARK_WORDS));
      this.#pieces.at(-1)?.set(words.subarray(at, at + MARK_WORDS), place * MARK_WORDS);
      this.#length++;
    }
  }

  at(mark: number): MarkedLine {
    const piece = this.#pieces[Math.floor(mark / PIECE_MARKS)];
    const at = (mark % PIECE_MARKS) * MARK_WORDS;
    const word = (n: number) => piece?.[at + n] ?? 0;
    return {
      line: word(0),
      row: word(1),
      offset: word(2),
      inBytes: word(3) + word(4) * 2 ** 32,
      outBytes: word(5) + word(6) * 2 ** 32,
    };
  }

  /** The last mark at this line or before it; -1 when there is none. */
  ofLine(line: number): number {
    const next = firstFrom(this.#length, line + 1, (mark) => this.at(mark).line) ?? this.#length;
    return next - 1;
  }

  /** Nobody wants marks before that one any more. */
  letGo(first: number): void {
    for (; this.#firstPiece < Math.floor(first / PIECE_MARKS); this.#firstPiece++)
      this.#pieces[this.#firstPiece] = undefined;
  }

  /** The first mark that lies in this row or a later one; `length` when there is none. */
  from(row: number): number {
    return firstFrom(this.#length, row, (mark) => this.at(mark).row) ?? this.#length;
  }

  /** The last mark that lies in a row before this one, or the first of all. */
  before(row: number): number {
    return Math.max(0, this.from(row) - 1);
  }
}
