import type { Mark } from '../../../../src-shared/contract/row';
import { MAX_MARKS } from '../../../../src-shared/contract/mark-limits';
import { refusal, type Refused } from '../../../../src-shared/refusal/refusal';
import type { CaptureIndex } from '../rows/capture-index';
import { CaptureError } from '../format/capture-error';

/** Of the notes of one capture together: its marks are kept in one small file. */
const MAX_NOTE_CHARS = 1_000_000;

/** A mark and what finds its row again. */
export interface StoredMark {
  /** Number in the index, from 0. */
  row: number;
  /** Where its block begins, and when it was, epoch ms: a row's number alone may become another's. */
  offset: number;
  at: number;
  note: string | null;
}

/** What rows are read with. */
export interface MarkLookup {
  /** Counts changes. */
  readonly revision: number;
  readonly size: number;
  /** Null: not marked. */
  of(row: number): Mark | null;
  /** As they are kept. */
  all(): StoredMark[];
}

type Rows = Pick<CaptureIndex, 'length' | 'first' | 'offset'>;

/** Which rows of a capture are marked. Those of a file that is being read hold as its rows come. */
export class Marks implements MarkLookup {
  readonly #index: Rows;
  readonly #timeOf: (row: number) => number;
  #byRow = new Map<number, StoredMark>();
  /** Their rows are not in the capture (any more). */
  #missing: StoredMark[] = [];
  #sorted: { revision: number; length: number; rows: readonly number[] } | null = null;
  #noteChars = 0;
  revision = 0;
  /** Hears of rows whose mark was changed, for whoever keeps them. */
  onChange: (rows: readonly number[]) => void = () => undefined;
  /** Why nothing may be changed, if so. */
  frozen: Refused | null = null;

  /** `timeOf`: epoch ms of a row. */
  constructor(index: Rows, timeOf: (row: number) => number) {
    this.#index = index;
    this.#timeOf = timeOf;
  }

  get size(): number {
    return this.#byRow.size;
  }

  get missing(): number {
    return this.#missing.length;
  }

  of(row: number): Mark | null {
    const found = this.#byRow.get(row);
    return found && this.#holds(found) ? { note: found.note } : null;
  }

  all(): StoredMark[] {
    return [...this.#byRow.values(), ...this.#missing];
  }

  /** The marked rows, ascending. */
  rows(): readonly number[] {
    const { length } = this.#index;
    const known = this.#sorted;
    if (known?.revision === this.revision && known.length === length) return known.rows;
    const rows = [...this.#byRow.values()].filter((mark) => this.#holds(mark));
    const sorted = rows.map(({ row }) => row).sort((a, b) => a - b);
    this.#sorted = { revision: this.revision, length, rows: sorted };
    return sorted;
  }

  /**
   * All of it or nothing: throws ERR_TOO_MANY_MARKS, or ERR_NOT_POSSIBLE while frozen. Rows that are
   * not there are passed over.
   */
  set(changes: readonly { row: number; mark: Mark | null }[]): void {
    if (this.frozen !== null) throw new CaptureError('ERR_NOT_POSSIBLE', this.frozen);
    const next = new Map(this.#byRow);
    let chars = this.#noteChars;
    const changed: number[] = [];
    for (const { row, mark } of changes) {
      const before = next.get(row);
      if (row >= this.#index.length || (!before && mark === null)) continue;
      chars += (mark?.note?.length ?? 0) - (before?.note?.length ?? 0);
      if (mark === null) next.delete(row);
      else
        next.set(row, {
          ...{ row, offset: this.#index.offset(row), at: this.#timeOf(row) },
          note: mark.note,
        });
      changed.push(row);
    }
    if (next.size > Math.max(MAX_MARKS, this.#byRow.size)) throw tooMany();
    if (chars > Math.max(MAX_NOTE_CHARS, this.#noteChars)) throw tooLong();
    if (changed.length === 0) return;
    this.#byRow = next;
    this.#noteChars = chars;
    this.revision++;
    this.onChange(changed);
  }

  /** Those that were kept; of `except` what is here stays. */
  load(kept: readonly StoredMark[], except: ReadonlySet<number> = new Set()): void {
    const own = [...this.#byRow.values()].filter(({ row }) => except.has(row));
    const others = kept.filter(({ row }) => !except.has(row));
    this.#byRow = new Map([...others, ...own].map((mark) => [mark.row, mark]));
    this.#missing = [];
    this.#noteChars = [...this.#byRow.values()].reduce((sum, m) => sum + (m.note?.length ?? 0), 0);
    this.revision++;
  }

  /** All rows are there now: marks whose row has another number are looked for. */
  settle(): void {
    const there = (mark: StoredMark) => this.#holds(mark) && this.#timeOf(mark.row) === mark.at;
    const astray = [...this.#byRow.values()].filter((mark) => !there(mark));
    if (astray.length === 0) return;
    for (const { row } of astray) this.#byRow.delete(row);
    for (const mark of astray) {
      const row = this.#find(mark);
      if (row === null || this.#byRow.has(row)) this.#missing.push(mark);
      else this.#byRow.set(row, { ...mark, row, offset: this.#index.offset(row) });
    }
    this.revision++;
  }

  /** By its time: rows stand in its order, nearly. */
  #find({ at }: StoredMark): number | null {
    let low = 0;
    let high = this.#index.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timeOf(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low < this.#index.length && this.#timeOf(low) === at ? low : null;
  }

  #holds({ row, offset }: StoredMark): boolean {
    const { first, length } = this.#index;
    return row >= first && row < length && this.#index.offset(row) === offset;
  }
}

function tooMany(): CaptureError {
  return new CaptureError('ERR_TOO_MANY_MARKS', refusal('too-many-marks', { most: MAX_MARKS }));
}

function tooLong(): CaptureError {
  return new CaptureError(
    'ERR_TOO_MANY_MARKS',
    refusal('notes-too-long', { most: MAX_NOTE_CHARS }),
  );
}
