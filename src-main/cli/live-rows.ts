import { setImmediate } from 'node:timers/promises';
import type { Row } from '../../src-shared/contract/row';
import type { Statistics } from '../../src-shared/contract/statistics';
import type { Charset } from '../../src-shared/encoding/charset';
import type { RowView, RunningStatistics, Session } from '../engine/types';
import { Highlights } from './highlights';
import { Lag } from './lag';
import type { LiveShown } from './live-options';
import type { Output } from './output';
import { isData, rowTexts } from './row-lines';

/** Rows printed before what has come is received. */
const BATCH = 64;

/** Node takes at most 32 datagrams at a time: when so many came, more are waiting in the system. */
const FULL_TURN_ROWS = 32;

/** So long what comes goes before printing. */
const PATIENCE_MS = 50;

/** How often it is asked whether rows have come. */
const TICK_MS = 20;

interface Showing {
  shown: LiveShown;
  charset: Charset;
  output: Output;
  /** What is recorded is let go soon: what cannot be looked at as fast is to wait with its peers. */
  holdBack: boolean;
  behind: (behind: boolean) => void;
  /** An expression takes too long. */
  gaveUp: (problem: string) => void;
}

/**
 * Prints the rows of a session while it is being recorded, read from its capture by what reads them from
 * a file: nothing that is asked about them holds up what receives.
 */
export class LiveRows {
  readonly #session: Session;
  readonly #showing: Showing;
  readonly #view: RowView;
  readonly #highlights: Highlights;
  readonly #statistics: RunningStatistics | null;
  readonly #lag: Lag;
  /** Lines besides rows, each after the rows that had been when it was told. */
  #held: { rows: number; text: string }[] = [];
  #printed = 0;
  /** Rows of the view that were let go before they were printed. */
  #skipped = 0;
  /** Messages after that row are not printed. */
  #lastRow = Infinity;
  #ended = false;
  #gaveUp = false;
  #isDone = false;
  #left = false;
  #wake: () => void = () => undefined;
  /** Resolves when all is printed, after `end`. */
  readonly whenDone: Promise<void>;

  constructor(session: Session, showing: Showing) {
    const { shown, charset, holdBack, behind, gaveUp } = showing;
    const { shape, rules, definitions } = shown;
    this.#session = session;
    this.#showing = showing;
    const onChange = () => {
      this.#wake();
    };
    this.#view = session.view(null, { shape, charset, onChange });
    this.#highlights = new Highlights(this.#view, { rules, definitions, gaveUp });
    this.#statistics =
      shown.statistics && this.#view.statistics({ options: shown.statistics, onChange });
    this.#lag = new Lag(holdBack ? behind : () => undefined);
    this.whenDone = this.#run();
  }

  /** What is told besides rows: it comes after the rows before it. */
  line(text: string): void {
    if (this.#isDone || this.#gaveUp) this.#showing.output.line(text);
    else this.#held.push({ rows: this.#session.state.rows, text });
  }

  /** No message that comes from now on is printed. */
  enough(): void {
    this.#lastRow = this.#session.state.rows;
  }

  /** The capture is complete: what is left is printed. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What is left is not printed: it is counted. */
  leave(): void {
    if (!this.#isDone) this.#left = true;
    this.#wake();
  }

  /** Rows that were not looked at or not printed: a ring let them go, or they were left. */
  get skippedRows(): number {
    const { scanning, length } = this.#view;
    const gone = this.#skipped + (scanning?.goneRows ?? 0);
    if (!this.#left || !this.#prints) return gone;
    return (
      gone + length - this.#printed + this.#session.state.rows - (scanning?.scannedRows ?? length)
    );
  }

  get statistics(): Statistics | null {
    return this.#statistics?.latest ?? null;
  }

  async #run(): Promise<void> {
    const { output } = this.#showing;
    while (!output.gone && !this.#left) {
      if (await this.#some()) {
        await this.#received();
        continue;
      }
      this.#tellProblem();
      this.#release(this.#seen());
      if (this.#ended && this.#isWhole()) break;
      await this.#more();
    }
    this.#isDone = true;
    this.#release(Infinity);
    this.#lag.end();
    this.#highlights.close();
    this.#statistics?.close();
    this.#view.close?.();
  }

  /** Lets be received what has come: of datagrams, what is not taken is lost. */
  async #received(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const before = this.#session.state.rows;
      await setImmediate();
      const came = this.#session.state.rows - before;
      if (came < FULL_TURN_ROWS || performance.now() > until) return;
    }
  }

  /** Prints what there is, but not more than is taken. False: there is nothing. */
  async #some(): Promise<boolean> {
    const { shown, output } = this.#showing;
    const { first = 0 } = this.#view;
    if (first > this.#printed) {
      if (this.#prints) this.#skipped += first - this.#printed;
      this.#printed = first;
    }
    if (this.#printed >= this.#view.length) return false;
    if (!this.#prints) {
      this.#printed = this.#view.length;
      return false;
    }
    const rows = this.#view.rows(this.#printed, BATCH);
    this.#printed += rows.length;
    const names = await this.#highlights.of(rows);
    // Of a ring, some may have been let go meanwhile.
    const kept = this.#view.first ?? 0;
    for (const [place, row] of rows.entries()) {
      this.#release(row.number - 1);
      if (row.index < kept) this.#skipped++;
      else if (this.#isPrinted(row)) {
        const printing = { ...shown, charset: this.#showing.charset };
        const about = { highlight: names[place] ?? [] };
        for (const text of rowTexts(row, this.#view, printing, about)) output.line(text);
      }
    }
    await output.room();
    return true;
  }

  /** States are told as they are by every session; as rows those that a filter asks for. */
  #isPrinted(row: Row): boolean {
    if (isData(row)) return row.number <= this.#lastRow;
    return this.#showing.shown.shape.filter !== undefined;
  }

  get #prints(): boolean {
    return this.#showing.shown.printsRows && this.#showing.shown.print !== 'none';
  }

  /** Rows of the capture that were looked at, where all that passed are printed. */
  #seen(): number {
    const { scanning } = this.#view;
    return scanning ? scanning.scannedRows : this.#printed;
  }

  /** Held lines before which there are no more than so many rows. */
  #release(rows: number): void {
    if (this.#held.length === 0) return;
    const { output } = this.#showing;
    const held = this.#held.findIndex((one) => one.rows > rows);
    const free = held < 0 ? this.#held.splice(0) : this.#held.splice(0, held);
    for (const { text } of free) output.line(text);
  }

  #tellProblem(): void {
    const problem = [this.#view, this.#statistics]
      .map((one) => one?.scanning?.problem)
      .find(Boolean);
    if (!problem || this.#gaveUp) return;
    this.#gaveUp = true;
    this.#showing.gaveUp(problem.message);
    this.#release(Infinity);
    this.#lag.end();
  }

  #isWhole(): boolean {
    if (this.#gaveUp) return true;
    return [this.#view, this.#statistics].every((one) => one?.scanning?.done !== false);
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TICK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#view.refresh?.();
    this.#statistics?.refresh();
    const { rows, bytes } = this.#session.state;
    if (!this.#gaveUp) this.#lag.now({ rows, bytes, seen: this.#seen() });
  }
}
