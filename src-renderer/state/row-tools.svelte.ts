import { MAX_COMPARED_BYTES } from '../../src-shared/compare/byte-diff';
import type { ResultOf } from '../../src-shared/contract/engine';
import type { Charset } from '../../src-shared/encoding/charset';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { LogView } from './log-view.svelte';
import type { Span } from './row-cache';
import type { Shell } from './shell.svelte';
import type { Toasts } from './toasts.svelte';

/** A row that is compared with another. */
export interface ComparedRow {
  /** Of the socket whose log it is in. */
  socket: number;
  number: number;
  bytes: Uint8Array;
  /** Of the whole payload. */
  lengthBytes: number;
  charset: Charset;
}

/** A note that is being written. */
interface Noting {
  log: LogView;
  rows: readonly Span[];
  /** How many rows get it. */
  count: number;
  note: string;
}

type Marks = ResultOf<'marks'>;

/** What can be done with single rows: mark them, note something, compare them with others. */
export class RowTools {
  /** Null: none is being written. */
  noting = $state.raw<Noting | null>(null);
  /** The row that another one is to be compared with. */
  chosen = $state.raw<ComparedRow | null>(null);
  compared = $state.raw<{ a: ComparedRow; b: ComparedRow } | null>(null);
  readonly #engine: Commands;
  readonly #toasts: Toasts;
  readonly #shell: Shell;

  constructor(engine: Commands, toasts: Toasts, shell: Shell) {
    this.#engine = engine;
    this.#toasts = toasts;
    this.#shell = shell;
  }

  /** Marks what is selected, or takes the marks away when all of it is marked. */
  async toggleMark(log: LogView): Promise<void> {
    const rows = spansOf(log);
    if (rows.length > 0) await this.#change(log, rows, { do: 'toggle' });
  }

  /** Begins a note on what is selected. */
  note(log: LogView): void {
    const rows = spansOf(log);
    const count = rows.reduce((sum, { from, end }) => sum + end - from, 0);
    if (count === 0) return;
    const row = log.active === null ? undefined : log.row(log.active);
    this.noting = { log, rows, count, note: row?.mark?.note ?? '' };
    this.#shell.open({ kind: 'note' });
  }

  /** Empty: the rows stay marked. */
  async saveNote(text: string): Promise<void> {
    const { noting } = this;
    this.noting = null;
    if (noting === null) return;
    const note = text.trim() === '' ? null : text.trim();
    await this.#change(noting.log, noting.rows, { do: 'note', note });
  }

  /** Goes to the mark after or before the active row; past the end to the other one. */
  async stepMark(log: LogView, way: 'next' | 'previous'): Promise<void> {
    await this.#try(async () => {
      const backwards = way === 'previous';
      const here = log.active ?? (backwards ? log.total : log.base - 1);
      const from = Math.max(-1, backwards ? here - 1 : here + 1);
      const { hit } = await this.#engine.command('findMark', { view: log.id, from, backwards });
      if (hit === null) this.#toasts.show({ kind: 'no-marks' });
      else log.goTo(hit.at);
    });
  }

  /** Marks of the capture, from one of them on. */
  marks(log: LogView, from: number, count: number): Promise<Marks> {
    return this.#engine.command('marks', { view: log.id, from, count });
  }

  /** Takes one mark away; what it said can be had back. */
  async unmark(log: LogView, number: number, note: string | null): Promise<void> {
    const before = [{ number, mark: { note } }];
    await this.#set(log, [{ number, mark: null }]);
    const undo = (): void => void this.#set(log, before);
    this.#toasts.show({ kind: 'marked', rows: 1, marked: false, undo });
  }

  /** Counts times from the active row, or no longer. */
  refer(log: LogView): void {
    const row = log.active === null ? undefined : log.row(log.active);
    if (row !== undefined) log.times.refer(row);
  }

  /**
   * Compares the two rows that are selected; or chooses the active one, and compares the next one
   * with it, of whatever log.
   */
  async compare(log: LogView): Promise<void> {
    await this.#try(async () => {
      const { selection } = log;
      if (selection.count === 2) {
        const [a, b] = selection.indexes(2);
        if (a !== undefined && b !== undefined) await this.#show(log, a, log, b);
        return;
      }
      const { active } = log;
      if (active === null) return;
      const row = await this.#row(log, active);
      const { chosen } = this;
      if (chosen === null || (chosen.socket === row.socket && chosen.number === row.number)) {
        this.chosen = row;
        this.#toasts.show({ kind: 'compare-with', number: row.number });
        return;
      }
      this.chosen = null;
      this.compared = { a: chosen, b: row };
      this.#shell.open({ kind: 'compare' });
    });
  }

  async #show(logA: LogView, a: number, logB: LogView, b: number): Promise<void> {
    this.compared = { a: await this.#row(logA, a), b: await this.#row(logB, b) };
    this.#shell.open({ kind: 'compare' });
  }

  async #row(log: LogView, index: number): Promise<ComparedRow> {
    const { socket, id: view, charset } = log;
    const { rows } = await this.#engine.command('rows', { view, from: index, count: 1 });
    const [row] = rows;
    if (row === undefined) throw new Error(`There is no row ${index}`);
    const { chunks } = await this.#engine.command('rowBytes', { view, indexes: [index] });
    // One byte more tells that there are more.
    const bytes = (chunks[0] ?? row.preview).slice(0, MAX_COMPARED_BYTES + 1);
    return { socket, number: row.number, bytes, lengthBytes: row.lengthBytes, charset };
  }

  async #change(
    log: LogView,
    rows: readonly Span[],
    change: { do: 'toggle' } | { do: 'note'; note: string | null },
  ): Promise<void> {
    await this.#try(async () => {
      const asked = { view: log.id, rows: rows.map(({ from, end }) => ({ from, end })), change };
      const { before, marked } = await this.#engine.command('markRows', asked);
      const lost = before.some(({ mark }) => typeof mark?.note === 'string');
      // One mark without a note is taken back with the same key.
      if (before.length < 2 && !lost) return;
      const undo = (): void => void this.#set(log, before);
      this.#toasts.show({ kind: 'marked', rows: before.length, marked, undo });
    });
  }

  async #set(log: LogView, marks: ResultOf<'markRows'>['before']): Promise<void> {
    await this.#try(() => this.#engine.command('setMarks', { view: log.id, marks }));
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }
}

/** What is selected, or else the row one is at. */
function spansOf({ selection, active }: LogView): readonly Span[] {
  if (selection.count > 0) return selection.spans;
  return active === null ? [] : [{ from: active, end: active + 1 }];
}
