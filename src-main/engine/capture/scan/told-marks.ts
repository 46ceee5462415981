import type { Mark } from '../../../../src-shared/contract/row';
import type { CaptureIndex } from '../rows/capture-index';
import type { MarkLookup, StoredMark } from '../store/marks';

/** Marks as another thread was told of them. */
export class ToldMarks implements MarkLookup {
  readonly #index: CaptureIndex;
  #byRow: ReadonlyMap<number, StoredMark> = new Map();
  revision = 0;

  constructor(index: CaptureIndex) {
    this.#index = index;
  }

  get size(): number {
    return this.#byRow.size;
  }

  told(marks: readonly StoredMark[]): void {
    this.#byRow = new Map(marks.map((mark) => [mark.row, mark]));
    this.revision++;
  }

  of(row: number): Mark | null {
    const found = this.#byRow.get(row);
    return found?.offset === this.#index.offset(row) ? { note: found.note } : null;
  }

  all(): StoredMark[] {
    return [...this.#byRow.values()];
  }
}
