import type { Row } from '../../src-shared/contract/row';

export type TimeMode = 'clock' | 'date' | 'start' | 'delta' | 'utc';

/** How the times of one log are told. */
export class LogTimes {
  mode = $state.raw<TimeMode>('clock');
  microseconds = $state.raw(false);
  /** When the first row was, for `start`; null until known. Epoch ms. */
  startedAt = $state.raw<number | null>(null);
  readonly #firstRow: () => Promise<Row | null>;

  /** `firstRow` asks for it; null: there is none yet, or it could not be had. */
  constructor(firstRow: () => Promise<Row | null>) {
    this.#firstRow = firstRow;
  }

  set(mode: TimeMode): void {
    this.mode = mode;
    if (mode === 'start') void this.#findStart();
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
