import type { ScanProgress } from './log-term.svelte';

/** The capture that a log shows rows of. */
export interface LogSource {
  /** Rows come as they happen; those of a file were all there before. */
  isLive: boolean;
  /** So many it has now. */
  rows: number;
}

/**
 * Whether a log keeps its last row in sight, and how many rows came while it did not. It does from the
 * start where rows come as they happen; a file is read from its first row, and nothing in it is new.
 */
export class LogFollow {
  readonly source: () => LogSource;
  /** What the user chose; null: nothing yet. */
  #chosen = $state.raw<boolean | null>(null);
  /** Rows shown when following ended. */
  #upTo = $state.raw(0);
  /** Of the capture, when others of its rows began to be shown; those are found one after the other. */
  #known = 0;
  #scanned = 0;

  constructor(source: () => LogSource = () => ({ isLive: true, rows: 0 })) {
    this.source = source;
  }

  get on(): boolean {
    return this.#chosen ?? this.source().isLive;
  }

  /** `end`: one past the last row shown. False: it was so. */
  set(follow: boolean, end: number): boolean {
    if (this.on === follow) return false;
    this.#chosen = follow;
    if (!follow) this.#upTo = end;
    return true;
  }

  /** Of the rows from `base` to `end`, those that came since following ended. */
  fresh(base: number, end: number): number {
    if (this.on || !this.source().isLive) return 0;
    return Math.max(0, end - Math.max(base, this.#upTo));
  }

  /** Rows that were there when these began to be shown are still looked for. */
  get catchingUp(): boolean {
    return this.#scanned < this.#known;
  }

  /** Other rows are shown from now on, none of them yet. */
  restart(): void {
    this.#upTo = 0;
    this.#known = this.source().rows;
    this.#scanned = 0;
  }

  /** `shown`: rows found so far; of a derived view `progress` says in how many of the capture. */
  looked(progress: ScanProgress | null, derived: boolean, shown: number): void {
    // Found only now, and there before: not new.
    if (this.catchingUp && !this.on) this.#upTo = shown;
    this.#scanned = progress?.scannedRows ?? (derived ? 0 : Infinity);
  }
}
