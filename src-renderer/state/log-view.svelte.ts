import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import { ENGINE_LOST, toProblem } from './command-error';
import type { Commands } from './engine-client';
import { Inspected } from './inspected.svelte';
import { LogSearch } from './log-search.svelte';
import { filterError, LogShape } from './log-shape.svelte';
import type { ScanProgress } from './log-term.svelte';
import { PAGE_ROWS, RowCache, type Span } from './row-cache';
import { RowSelection } from './row-selection';

export type TimeMode = 'clock' | 'date' | 'start' | 'delta' | 'utc';
export type ShowAs = 'hex' | 'text' | 'both';

/** More than this would only queue up answers that nobody looks at any more. */
const MAX_IN_FLIGHT = 2;

/**
 * The rows of one socket as the log shows them. Rows are named by their index in the engine's view;
 * the first one shown is `base`. Rows themselves are plain data: `version` tells when more came.
 */
export class LogView {
  readonly id: string;
  readonly socket: SocketId;
  readonly inspected: Inspected;
  readonly search: LogSearch;
  readonly shape = new LogShape(() => void this.#reopen());
  /** Rows the engine has. */
  total = $state.raw(0);
  /** Rows before this one were cleared from sight. */
  base = $state.raw(0);
  /** One past the last row shown: behind `total` while paused, and while the tail is on its way. */
  end = $state.raw(0);
  /** Counts arrivals of rows, so that what is in sight is drawn again. */
  version = $state.raw(0);
  paused = $state.raw(false);
  follow = $state.raw(true);
  showAs = $state.raw<ShowAs>('both');
  timeMode = $state.raw<TimeMode>('clock');
  microseconds = $state.raw(false);
  active = $state.raw<number | null>(null);
  selection = $state.raw(RowSelection.none);
  /** When the first row was, for `start`; null until known. Epoch ms. */
  startedAt = $state.raw<number | null>(null);
  problem = $state.raw<{ code: string; message: string } | null>(null);
  /** Where the log was scrolled to when it was left, px. */
  top = 0;
  readonly #engine: Commands;
  readonly #cache = new RowCache();
  /** Pages asked for, by number. */
  readonly #asked = new Set<number>();
  #sight: Span = { from: 0, end: 0 };
  #inFlight = 0;
  /** Counts shapes: answers about the rows of another one are of no use. */
  #opening = 0;
  #opened = false;
  #anchor = 0;
  /** Rows shown when following ended. */
  #followedTo = $state.raw(0);

  constructor(engine: Commands, socket: SocketId, id: string, showAs: ShowAs = 'both') {
    this.#engine = engine;
    this.socket = socket;
    this.id = id;
    this.showAs = showAs;
    this.inspected = new Inspected(engine, id);
    this.search = new LogSearch(engine, this, filterError);
  }

  get length(): number {
    return this.end - this.base;
  }

  /** Rows that came since it was paused. */
  get held(): number {
    return this.paused ? this.total - this.end : 0;
  }

  /** Rows that were added below since following ended. */
  get fresh(): number {
    return this.follow ? 0 : Math.max(0, this.end - Math.max(this.base, this.#followedTo));
  }

  async open(): Promise<void> {
    const opening = ++this.#opening;
    this.#opened = false;
    const shape = this.shape.asked;
    try {
      const { length } = await this.#engine.command('openView', {
        view: this.id,
        socket: this.socket,
        ...(shape === undefined ? {} : { shape }),
      });
      if (opening !== this.#opening) return;
      this.#opened = true;
      this.grew(length);
      void this.search.restart();
    } catch (thrown) {
      if (opening === this.#opening) this.problem = toProblem(thrown);
    }
  }

  /** Other rows from now on. */
  async #reopen(): Promise<void> {
    this.#cache.clear();
    this.#asked.clear();
    this.total = this.base = this.end = this.#followedTo = 0;
    this.active = null;
    this.selection = RowSelection.none;
    this.startedAt = null;
    this.problem = null;
    this.paused = false;
    this.inspected.show(null);
    this.version++;
    await this.open();
  }

  async close(): Promise<void> {
    this.#cache.clear();
    try {
      await this.#engine.command('closeView', { view: this.id });
    } catch (thrown) {
      // An engine that is gone has no view left to close.
      if (toProblem(thrown).code !== ENGINE_LOST) this.problem = toProblem(thrown);
    }
  }

  /** Lets go of the rows while nobody looks; they are asked for again when wanted. */
  release(): void {
    this.#cache.clear();
  }

  /** The engine's view has this many rows now. */
  grew(length: number, progress: ScanProgress | null = null): void {
    // Of the rows before, told while those of another shape are on their way.
    if (!this.#opened) return;
    if (progress !== null) this.shape.progress = progress;
    // An answer and an update may cross; a view never shrinks.
    if (length <= this.total) return;
    this.total = length;
    this.#advance();
  }

  row(index: number): Row | undefined {
    return this.#cache.get(index);
  }

  /** What is in sight, in row indexes. Asks for what is not here. */
  look(from: number, end: number): void {
    this.#sight = { from, end };
    this.#cache.touch(this.#sight);
    this.#fill();
  }

  /** After `problem`: asks again. */
  retry(): void {
    this.problem = null;
    if (this.total === 0) void this.open();
    else this.#fill();
  }

  setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    if (!follow) this.#followedTo = this.end;
    this.#advance();
  }

  pause(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.#advance();
  }

  /** Nothing is deleted: rows before now are only not shown. Returns what shows them again. */
  clear(): () => void {
    const before = { base: this.base, active: this.active, selection: this.selection };
    this.base = this.paused ? this.end : this.total;
    this.end = Math.max(this.end, this.base);
    this.active = null;
    this.selection = RowSelection.none;
    this.inspected.show(null);
    return () => {
      Object.assign(this, before);
      this.#inspect();
    };
  }

  setTimeMode(mode: TimeMode): void {
    this.timeMode = mode;
    if (mode === 'start') void this.#findStart();
  }

  /**
   * Makes a row the active one. `extend` selects up to it from where the selection began, `toggle`
   * adds or takes away that row alone.
   */
  activate(index: number, how: 'only' | 'extend' | 'toggle' = 'only'): void {
    if (this.length <= 0) return;
    const row = Math.min(this.end - 1, Math.max(this.base, index));
    const alone = RowSelection.between(row, row);
    if (how === 'extend') {
      this.selection = RowSelection.between(this.#anchor, row);
    } else {
      this.#anchor = row;
      if (how === 'only') this.selection = alone;
      else if (this.selection.has(row)) this.selection = this.selection.without(row);
      else this.selection = this.selection.with(alone);
    }
    this.active = row;
    this.#inspect();
  }

  selectAll(): void {
    if (this.length <= 0) return;
    this.#anchor = this.base;
    if (this.active === null) this.activate(this.end - 1, 'toggle');
    this.selection = RowSelection.between(this.base, this.end - 1);
  }

  clearSelection(): void {
    this.selection = RowSelection.none;
  }

  /**
   * While following, a row is shown only once it is here: at high rates the rows in sight would
   * otherwise always be the ones still on their way.
   */
  #advance(): void {
    if (this.paused) return;
    if (!this.follow || this.#sight.end === this.#sight.from) this.end = this.total;
    this.#fill();
  }

  #fill(): void {
    if (this.follow && !this.paused && this.end < this.total) {
      // The answer before sets the pace: asking ahead of it would only fetch what has gone by.
      if (this.#inFlight > 0) return;
      const rows = Math.min(PAGE_ROWS, Math.max(1, this.#sight.end - this.#sight.from));
      this.#ask({ from: Math.max(this.base, this.total - rows), end: this.total });
      return;
    }
    const { from, end } = this.#sight;
    for (let start = from - (from % PAGE_ROWS); start < end; start += PAGE_ROWS) {
      const inSight = { from: Math.max(from, start), end: Math.min(end, start + PAGE_ROWS) };
      if (this.#cache.missing(inSight) === null) continue;
      const page = { from: start, end: Math.min(this.total, start + PAGE_ROWS) };
      const missing = this.#cache.missing(page);
      if (missing !== null) this.#ask(missing);
    }
  }

  #ask(span: Span): void {
    const page = Math.floor(span.from / PAGE_ROWS);
    if (this.#inFlight >= MAX_IN_FLIGHT || this.#asked.has(page)) return;
    const opening = this.#opening;
    this.#asked.add(page);
    this.#inFlight++;
    void this.#load(span, opening).finally(() => {
      if (opening === this.#opening) this.#asked.delete(page);
      this.#inFlight--;
      if (this.problem === null) this.#fill();
    });
  }

  async #load({ from, end }: Span, opening: number): Promise<void> {
    try {
      const params = { view: this.id, from, count: end - from };
      const { rows } = await this.#engine.command('rows', params);
      if (opening !== this.#opening) return;
      this.problem = null;
      this.#cache.put(rows);
      // How many there are now is told by updates alone: taken from here as well, each answer would
      // ask for the next, as fast as both sides can.
      const last = rows.at(-1);
      if (last === undefined) throw new Error(`The engine has no rows ${from} to ${end - 1}.`);
      if (this.follow && !this.paused) this.end = Math.max(this.end, last.index + 1);
      this.version++;
      if (this.inspected.row?.index !== this.active) this.#inspect();
    } catch (thrown) {
      if (opening === this.#opening) this.problem = toProblem(thrown);
    }
  }

  #inspect(): void {
    const row = this.active === null ? null : this.#cache.get(this.active);
    if (row !== undefined) this.inspected.show(row);
    else if (this.active !== null) this.#ask({ from: this.active, end: this.active + 1 });
  }

  async #findStart(): Promise<void> {
    if (this.startedAt !== null || this.total === 0) return;
    try {
      const { rows } = await this.#engine.command('rows', { view: this.id, from: 0, count: 1 });
      this.startedAt = rows[0]?.at ?? null;
    } catch (thrown) {
      this.problem = toProblem(thrown);
    }
  }
}
