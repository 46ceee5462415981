import type { Filter } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowFacts, RowTest } from '../../../../src-shared/filter/matcher';
import type { RowSource } from '../rows/row-reader';
import { patternsOf } from './payload-patterns';
import { RawSearch } from './raw-search';

/** Rows after which it is asked whether this is worth its while. */
const TRIAL_ROWS = 1024;

/**
 * Says of rows that a filter cannot let them pass, as the bytes that it wants in the payload are in no
 * part of the file there: nearly all rows need no look then.
 */
export class PayloadsLacking {
  readonly #source: RowSource;
  readonly #raw: RawSearch;
  /** What else the filter wants, and costs less; null: nothing. */
  readonly #others: RowTest | null;
  #asked = 0;
  #wanted = 0;

  private constructor(source: RowSource, raw: RawSearch, others: RowTest | null) {
    this.#source = source;
    this.#raw = raw;
    this.#others = others;
  }

  /** Null: the filter wants no literal bytes of every row. */
  static of(source: RowSource, filter: Filter): PayloadsLacking | null {
    const parts = filter.kind === 'all' ? filter.parts : [filter];
    for (const part of parts) {
      const patterns = patternsOf(part);
      const raw = patterns && RawSearch.of(source, patterns);
      if (!raw) continue;
      const cheap = parts.filter(({ kind }) => kind === 'way' || kind === 'compare');
      const others = cheap.length === 0 ? null : rowTest({ kind: 'all', parts: cheap });
      return new PayloadsLacking(source, raw, others);
    }
    return null;
  }

  /** `facts` are of the row; `end`: rows that there are. False: it has to be looked at. */
  lacks(facts: RowFacts, row: number, end: number): boolean {
    // Few rows far from each other are read sooner than all of the file between them.
    if (this.#asked >= TRIAL_ROWS && this.#wanted < this.#asked / 4) return false;
    this.#asked++;
    if (this.#others !== null && !this.#others(facts)) return true;
    this.#wanted++;
    if (this.#source.index.lengthBytes(row) === 0) return true;
    return RawSearch.isOnePacket(this.#source, row) && this.#raw.lacks(row, end);
  }
}
