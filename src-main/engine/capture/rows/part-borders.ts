import type { FilePart } from '../format/block-source';
import type { RowSource } from './row-reader';

/** With which rows another file of a recording begins. */
export class PartBorders {
  readonly #source: RowSource;
  /** The one that the row asked about last is in. */
  #part: FilePart | null = null;
  #row = -1;

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** Whether the row before that one is in another file; the first that is left has none before it. */
  begins(row: number): boolean {
    if (row !== this.#row + 1) this.#part = row === 0 ? null : this.#of(row - 1);
    this.#row = row;
    const before = this.#part;
    this.#part = this.#of(row);
    return before?.start !== this.#part?.start;
  }

  #of(row: number): FilePart | null {
    const { index, blocks } = this.#source;
    if (row < index.first) return null;
    const offset = index.offset(row);
    const part = this.#part;
    // Of the one that is written it is not known yet where it ends.
    if (part && part.end !== Infinity && offset >= part.start && offset < part.end) return part;
    return blocks.part(offset);
  }
}
