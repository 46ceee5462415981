import type { Pattern } from '../../../../src-shared/payload/pattern';
import { RowKind } from '../rows/capture-index';
import type { RowSource } from '../rows/row-reader';
import { finderOf } from './literal-finder';
import type { Finder } from './literal-finder';
import { requiredLiterals } from './required-literals';
import type { Literal } from './required-literals';

/** One packet of a chunk takes at most so many bytes of payload (`flow-records.ts`). */
export const ONE_PACKET_BYTES = 60_000;

/** Of the file, looked through at once. */
const STRETCH_BYTES = 1 << 20;

/**
 * Says of rows, without a look at each, that they lack what is looked for: a payload in one packet
 * stands in the file as it is, so bytes that are in no part of the file are in no payload there.
 */
export class RawSearch {
  readonly #source: RowSource;
  readonly #finders: readonly Finder[];
  /** Rows from `#from` up to `#end` were looked through. */
  #from = 0;
  #end = 0;
  #stretchStart = 0;
  /** Where in the file fragments of packets stand, which are looked at in any case: ascending. */
  #fragments: number[] = [];
  #nextFragment = 0;

  private constructor(source: RowSource, literals: readonly Literal[]) {
    this.#source = source;
    this.#finders = literals.map(finderOf);
  }

  /** Whether the payload of a row stands in the file as it is: in one packet, or in fragments. */
  static isOnePacket({ index, blocks }: RowSource, row: number): boolean {
    return index.lengthBytes(row) <= ONE_PACKET_BYTES || !blocks.section(index.offset(row)).ours;
  }

  /** Null when it is not known of each pattern what bytes its matches hold. */
  static of(source: RowSource, patterns: readonly Pattern[]): RawSearch | null {
    const literals = requiredLiterals(patterns);
    return literals && new RawSearch(source, literals);
  }

  /** Whether a row that is one packet lacks it; false: it has to be looked at. */
  lacks(row: number, end: number): boolean {
    if (row < this.#from || row >= this.#end) this.#look(row, end);
    if (row < this.#from || row >= this.#end) return false;
    const { index } = this.#source;
    const next = row + 1 < this.#end ? index.offset(row + 1) : Infinity;
    return this.#nextPlace(index.offset(row)) >= next;
  }

  /** The first row from `row` on that may hold it or was not looked at, when all are single packets. */
  lackedUntil(row: number, end: number): number {
    if (row < this.#from || row >= this.#end) this.#look(row, end);
    if (row < this.#from || row >= this.#end) return row;
    const place = this.#nextPlace(this.#source.index.offset(row));
    return place === Infinity ? this.#end : Math.max(row, this.#rowsUntil(place, row, this.#end));
  }

  /** The first place in the file, from that offset on, where it was found or may be in fragments. */
  #nextPlace(offset: number): number {
    while ((this.#fragments[this.#nextFragment] ?? Infinity) < offset) this.#nextFragment++;
    let place = this.#fragments[this.#nextFragment] ?? Infinity;
    const from = offset - this.#stretchStart;
    for (const finder of this.#finders)
      place = Math.min(place, this.#stretchStart + finder.next(from));
    return place;
  }

  /** The row of `from`..`end` that a place in the file is in; all of them are in order. */
  #rowsUntil(place: number, from: number, end: number): number {
    const { index } = this.#source;
    let low = from;
    let high = end;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (index.offset(middle) <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  /**
   * The first row from `from` on that is not before a place in the file, or stands out of the file's
   * order: segments that came late have their rows where they belong.
   */
  #inOrder(place: number, from: number, end: number): number {
    const { index } = this.#source;
    let before = index.offset(from);
    for (let row = from + 1; row < end; row++) {
      const offset = index.offset(row);
      if (offset < before || offset > place) return row - 1;
      before = offset;
    }
    return Math.max(from, end - 1);
  }

  /** Looks through the file from a row on. */
  #look(row: number, end: number): void {
    const { index, blocks, fragments } = this.#source;
    const start = index.offset(row);
    this.#from = row;
    this.#end = row;
    this.#stretchStart = start;
    this.#nextFragment = 0;
    // What is read must reach beyond the last row of the stretch, whose end is where the next begins.
    const bytes = blocks.read(start, STRETCH_BYTES);
    const data = bytes.subarray(0, Math.min(bytes.length, STRETCH_BYTES));
    // What the reader says of the file as a whole is its last row, and stands nowhere.
    const blockEnd = index.kind(end - 1) === RowKind.summary ? end - 1 : end;
    this.#end = row < blockEnd ? this.#inOrder(start + data.length, row, blockEnd) : row;
    for (const finder of this.#finders) finder.take(data);
    // What came in fragments stands in several parts of the file.
    this.#fragments = fragments ? [...fragments.between(start, start + data.length)] : [];
  }
}
