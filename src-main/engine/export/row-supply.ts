import type { Row } from '../../../src-shared/contract/row';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { RowView, Session } from '../types';

/** Rows read at once: their previews are in memory together. */
const BATCH = 64;

/** Payloads of more than that are read row by row: sockets wait meanwhile. */
const LARGE_BYTES = 1024 * 1024;

/** Rows from..end of a view. */
export interface Span {
  from: number;
  end: number;
}

/** The rows to export, batch by batch, while another thread may still be looking for them. */
export class RowSupply {
  readonly #session: Session;
  readonly #view: RowView;
  readonly #spans: readonly Span[];
  /** Rows of the capture when it began: what comes after is not waited for. */
  readonly #captured: number;
  /** One past the last row wanted; of a view still being made, once that is known. */
  #end: number | null;
  #span = 0;
  #at: number;
  /** Rows read at once now: how long payloads are is known when they are read. */
  #batch = 1;

  /** `rows` null: all. `until`: how many the capture had when it was asked for them. */
  constructor(
    session: Session,
    view: RowView,
    { rows: spans, until }: { rows: readonly Span[] | null; until: number },
  ) {
    session.flush();
    const { state } = session.state;
    if (view.scanning && state === 'blocked')
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('export-blocked'));
    this.#session = session;
    this.#view = view;
    this.#spans = spans ?? [{ from: 0, end: Infinity }];
    this.#captured = until;
    this.#at = this.#spans[0]?.from ?? 0;
    this.#end = view.scanning || this.#reading ? null : view.length;
  }

  /** How far it is, from 0 to 1. */
  get part(): number {
    const { length, scanning } = this.#view;
    const { rows, progress } = this.#session.state;
    const read = progress ?? 1;
    const looked = scanning ? Math.min(1, scanning.scannedRows / Math.max(1, rows)) : 1;
    const from = this.#spans[0]?.from ?? 0;
    const end = Math.min(this.#end ?? length, this.#spans.at(-1)?.end ?? Infinity);
    const written = end <= from ? 1 : Math.min(1, (this.#at - from) / (end - from));
    return Math.max(0, Math.min(1, read * looked * written));
  }

  /** None: more may be found. Throws why none will be. */
  next(): readonly Row[] | 'end' {
    const whole = this.#isWhole();
    const { length } = this.#view;
    if (whole) this.#end ??= length;
    const there = Math.min(length, this.#end ?? Infinity);
    // What a ring lets go meanwhile is not waited for: its first row says how much that is.
    this.#at = Math.max(this.#at, this.#view.first ?? 0);
    while (this.#at >= (this.#spans[this.#span]?.end ?? Infinity)) {
      this.#span++;
      this.#at = this.#spans[this.#span]?.from ?? this.#at;
    }
    const span = this.#spans[this.#span];
    if (!span) return 'end';
    const count = Math.min(this.#batch, Math.min(there, span.end) - this.#at);
    if (count > 0) {
      const rows = this.#view.rows(this.#at, count);
      this.#at += rows.length;
      const bytes = rows.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
      this.#batch = bytes > LARGE_BYTES ? 1 : Math.min(BATCH, this.#batch * 2);
      if (rows.length > 0) return rows;
    }
    if (this.#end !== null && this.#at >= this.#end) return 'end';
    this.#view.refresh?.();
    return [];
  }

  get #reading(): boolean {
    return this.#session.state.progress !== null;
  }

  /** All rows that are wanted were found. */
  #isWhole(): boolean {
    const { scanning } = this.#view;
    if (scanning?.problem) throw new CommandError(scanning.problem);
    if (this.#reading) return false;
    if (!scanning || scanning.done) return true;
    // A file has more rows than when it began; a session that goes on is not waited for.
    const { rows, state } = this.#session.state;
    return state === 'complete' ? false : scanning.scannedRows >= Math.min(rows, this.#captured);
  }
}
