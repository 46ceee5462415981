import type { Note } from '../../../../src-shared/contract/row';

/** What a row says that stands for no block of the file. */
export interface ToldRow {
  note: Note;
  at: number;
}

/** What it says may become known only later. `at`: epoch ms. */
interface Telling {
  note: () => Note;
  at: () => number;
}

/** Rows that stand for no block: what the reader has to say, by their numbers from 0. */
export class ToldRows {
  readonly #rows = new Map<number, Telling>();
  /** Counts what changed. */
  revision = 0;

  tell(row: number, told: Telling): void {
    this.#rows.set(row, told);
    this.revision++;
  }

  /** What one of them says is another now. */
  changed(): void {
    this.revision++;
  }

  of(row: number): ToldRow | null {
    const told = this.#rows.get(row);
    return told ? { note: told.note(), at: told.at() } : null;
  }

  /** For another thread. */
  all(): (ToldRow & { row: number })[] {
    return [...this.#rows].map(([row, { note, at }]) => ({ row, note: note(), at: at() }));
  }
}
