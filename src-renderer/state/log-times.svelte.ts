import type { Row } from '../../src-shared/contract/row';

export type TimeMode = 'clock' | 'date' | 'start' | 'delta' | 'utc' | 'reference';

/** The row that times are counted from. */
export interface TimeReference {
  number: number;
  /** Epoch ms. */
  at: number;
}

/** How the times of one log are told. */
export class LogTimes {
  mode = $state.raw<TimeMode>('clock');
  microseconds = $state.raw(false);
  /** When the first row was, for `start`; null until known. Epoch ms. */
  startedAt = $state.raw<number | null>(null);
  /** Null: none was chosen. */
  reference = $state.raw<TimeReference | null>(null);
  readonly #firstRow: () => Promise<Row | null>;
  #modeBefore: TimeMode = 'clock';

  /** `firstRow` asks for it; null: there is none yet, or it could not be had. */
  constructor(firstRow: () => Promise<Row | null>) {
    this.#firstRow = firstRow;
  }

  set(mode: TimeMode): void {
    this.mode = mode;
    if (mode === 'start') void this.#findStart();
  }

  /** Counts from a row; from the one it counts from already, no longer. */
  refer({ number, at }: TimeReference): void {
    const again = this.reference?.number === number && this.reference.at === at;
    this.reference = again ? null : { number, at };
    if (!again) {
      if (this.mode !== 'reference') this.#modeBefore = this.mode;
      this.mode = 'reference';
    } else if (this.mode === 'reference') this.set(this.#modeBefore);
  }

  /** Other rows from now on. */
  restart(): void {
    this.startedAt = null;
  }

  async #findStart(): Promise<void> {
    if (this.startedAt !== null) return;
    this.startedAt = (await this.#firstRow())?.at ?? null;
  }
}
