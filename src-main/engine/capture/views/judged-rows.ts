import type { PacketMatches } from '../../types';
import type { RowSource } from '../rows/row-reader';

/** The rows that a display filter was asked about already, and the packets that passed. */
export class JudgedRows {
  readonly #source: RowSource;
  readonly #matches: PacketMatches;
  #told = 0;

  constructor(source: RowSource, matches: PacketMatches) {
    this.#source = source;
    this.#matches = matches;
  }

  /** Of the rows that are there: those that may be looked at, and which packets are new. */
  of({ rows, complete }: { rows: number; complete: boolean }) {
    const matched = Float64Array.from(this.#matches.offsets(this.#told));
    this.#told += matched.length;
    const judged = this.#rows(rows);
    return { rows: judged, complete: complete && this.#matches.done && judged === rows, matched };
  }

  #rows(rows: number): number {
    const { judgedBytes, ofBytes, done } = this.#matches;
    const { index, file } = this.#source;
    const { sections, bytes } = file();
    if (done && bytes <= ofBytes) return rows;
    // In captures of others rows may stand in another order than packets: all, or none yet.
    if (!done && !sections.every(({ section }) => section.ours)) return 0;
    let low = 0;
    let high = rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (index.offset(middle) < judgedBytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
