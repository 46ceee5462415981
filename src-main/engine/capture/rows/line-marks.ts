import { firstFrom } from './capture-index';
import type { LinePlace } from './line-walker';

/** Of so many lines, the beginning of the first is kept: those between are found by walking on. */
export const LINES_PER_MARK = 64;

const MARK_WORDS = 6;
const PIECE_MARKS = 1 << 12;

/** The words of a place, to be sent from one thread to another. */
export function packPlace({ row, offset, inBytes, outBytes }: LinePlace): number[] {
  return [row, offset, ...halves(inBytes), ...halves(outBytes)];
}

function halves(value: number): [number, number] {
  return [value >>> 0, Math.floor(value / 2 ** 32)];
}

/** Where each 64th line begins: less than half a byte a line, however long the connection. */
export class LineMarks {
  readonly #pieces: Uint32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `words`: those of `packPlace`, of one or more. */
  append(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += MARK_WORDS) {
      const place = this.#length % PIECE_MARKS;
      if (place === 0) this.#pieces.push(new Uint32Array(PIECE_MARKS * MARK_WORDS));
      this.#pieces.at(-1)?.set(words.subarray(at, at + MARK_WORDS), place * MARK_WORDS);
      this.#length++;
    }
  }

  at(mark: number): LinePlace {
    const piece = this.#pieces[Math.floor(mark / PIECE_MARKS)];
    const at = (mark % PIECE_MARKS) * MARK_WORDS;
    const word = (n: number) => piece?.[at + n] ?? 0;
    return {
      row: word(0),
      offset: word(1),
      inBytes: word(2) + word(3) * 2 ** 32,
      outBytes: word(4) + word(5) * 2 ** 32,
    };
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
