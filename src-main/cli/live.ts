import type { Charset } from '../../src-shared/encoding/charset';
import type { RecordTo } from '../engine/engine';
import type { Session } from '../engine/types';
import { statisticsJson } from './capture-stats-json';
import { statisticsLines } from './capture-stats-text';
import type { LiveShown } from './live-options';
import { LiveRows } from './live-rows';
import { ScratchRecording } from './scratch-recording';
import type { Console } from './session-options';

/** A person wonders why the command has not ended. */
const LATE_MS = 1000;

interface Looking {
  /** Null: nobody asked for a file. */
  record: string | null;
  charset: Charset;
  console: Console;
  session: {
    /** Bytes that come are to wait with their peers, or no longer. */
    hold(why: 'rows', on: boolean): void;
    fail(thrown: unknown): void;
  };
}

/** What `--filter`, `--highlight` and `--stats` make of a live session, from its recording. */
export class Live {
  readonly #shown: LiveShown;
  readonly #of: Looking;
  readonly #scratch: ScratchRecording | null;
  #rows: LiveRows | null = null;
  #closed = false;
  /** An expression took too long: rows are missing in what was printed. */
  gaveUp = false;

  /** Throws the `CliError` that says why there is no place for a recording. */
  constructor(shown: LiveShown, of: Looking) {
    this.#shown = shown;
    this.#of = of;
    this.#scratch = of.record === null ? new ScratchRecording() : null;
  }

  get printsRows(): boolean {
    return this.#shown.printsRows;
  }

  /** Of a recording that nobody asked for. */
  get path(): string | null {
    return this.#scratch?.path ?? null;
  }

  /** Where it is recorded when nobody asked for a file. */
  get recordTo(): RecordTo {
    return this.#scratch ?? 'none';
  }

  begin(session: Session): void {
    const { console, charset, session: of } = this.#of;
    const gaveUp = (problem: string) => {
      this.gaveUp = true;
      console.tell(`wirebench: ${problem}`);
    };
    const how = { holdBack: this.#scratch !== null, output: console.output };
    this.#rows = new LiveRows(session, {
      ...{ shown: this.#shown, charset, ...how, gaveUp },
      behind: (isBehind) => {
        if (!this.#closed) of.hold('rows', isBehind);
      },
    });
    this.#rows.whenDone.catch((thrown: unknown) => {
      of.fail(thrown);
    });
  }

  /** A line besides rows, in its place among them. */
  line(text: string): void {
    if (this.#rows) this.#rows.line(text);
    else this.#of.console.output.line(text);
  }

  /** No message that comes from now on is printed. */
  enough(): void {
    this.#rows?.enough();
  }

  /** The capture is complete. Resolves when all of it is printed; rows that were let go before that. */
  async end(): Promise<number> {
    this.#closed = true;
    const rows = this.#rows;
    if (!rows) return 0;
    rows.end();
    const late = setTimeout(() => {
      this.#of.console.tell(
        'wirebench: what was received is still being looked through; Ctrl+C leaves the rest out',
      );
    }, LATE_MS);
    await rows.whenDone.finally(() => {
      clearTimeout(late);
    });
    return rows.skippedRows;
  }

  /** What is left is not printed. */
  leave(): void {
    this.#rows?.leave();
  }

  /** Of `--stats`: on standard output as JSON, else where the summary is told. `name`: of what it is. */
  tellStatistics(name: string): void {
    const { print, statistics } = this.#shown;
    const { output, tell } = this.#of.console;
    const found = this.#rows?.statistics;
    if (!statistics || !found) return;
    if (print === 'json')
      for (const line of statisticsJson(name, found, statistics)) output.line(line);
    else for (const line of statisticsLines(found)) tell(line);
  }

  /** Leaves nothing behind. Idempotent. */
  close(): void {
    this.#scratch?.remove();
  }
}
