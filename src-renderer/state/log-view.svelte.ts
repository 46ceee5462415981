import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import type { Charset } from '../../src-shared/encoding/charset';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import { Inspected } from './inspected.svelte';
import { LogCursor } from './log-cursor.svelte';
import { LogFollow, type LogSource } from './log-follow.svelte';
import { LogPlace } from './log-place.svelte';
import { LogSearch } from './log-search.svelte';
import { LogHighlight } from './highlight.svelte';
import { dependsOnMarks, LogShape, namesRule } from './log-shape.svelte';
import { LogStatistics } from './log-statistics.svelte';
import type { ScanProgress } from './log-term.svelte';
import { LogTimes } from './log-times.svelte';
import type { Pane, ShowAs } from './pane';
import type { Span } from './row-cache';
import type { RowSelection } from './row-selection';
import { RowSupply } from './row-supply';
import { SelectionSums } from './selection-sums.svelte';
import { ViewDoor } from './view-door';

/**
 * The rows of one socket as the log shows them. Rows are named by their index in the engine's view;
 * the first one shown is `base`. Rows themselves are plain data: `version` tells when more came.
 * What can be done with them stands in the members, each of which knows only what it needs.
 */
export class LogView {
  readonly id: string;
  readonly socket: SocketId;
  readonly inspected: Inspected;
  readonly search: LogSearch;
  readonly highlight: LogHighlight;
  readonly shape: LogShape;
  readonly following: LogFollow;
  readonly place: LogPlace;
  readonly cursor = new LogCursor(this, () => this.#inspect());
  readonly statistics = new LogStatistics(this, () => this.#engine);
  readonly sums: SelectionSums;
  readonly times = new LogTimes(() => this.#supply.first(this.total));
  /** Rows the engine has. */
  total = $state.raw(0);
  /** Rows before this one were cleared from sight. */
  base = $state.raw(0);
  /** One past the last row shown: behind `total` while paused, and while the tail is on its way. */
  end = $state.raw(0);
  /** Counts arrivals of rows, so that what is in sight is drawn again. */
  version = $state.raw(0);
  /** Counts changes of marks. */
  marked = $state.raw(0);
  paused = $state.raw(false);
  showAs = $state.raw<ShowAs>('both');
  pane = $state.raw<Pane>('log');
  problem = $state.raw<Problem | null>(null);
  readonly #engine: Commands;
  readonly #supply: RowSupply;
  readonly #door: ViewDoor;
  #sight: Span = { from: 0, end: 0 };

  constructor(
    engine: Commands,
    socket: SocketId,
    id: string,
    { showAs = 'both', source }: { showAs?: ShowAs; source?: () => LogSource } = {},
  ) {
    this.#engine = engine;
    this.following = new LogFollow(source);
    this.socket = socket;
    this.id = id;
    this.place = new LogPlace(engine, this);
    this.showAs = showAs;
    this.inspected = new Inspected(engine, id);
    this.sums = new SelectionSums(this, () => engine);
    this.highlight = new LogHighlight(engine, {
      id,
      rulesChanged: () => void this.#rulesChanged(),
      askAgain: () => this.#supply.askAgain(this.#sight, this.total),
    });
    this.shape = new LogShape(
      () => void this.#reopen(),
      () => void this.#reread(),
      this.highlight,
    );
    this.search = new LogSearch(engine, this, this.highlight);
    const failed = (thrown: unknown): void => void (this.problem = toProblem(thrown));
    this.#door = new ViewDoor(engine, { id, socket, failed });
    this.#supply = new RowSupply(engine, id, {
      came: (rows, asked) => this.#came(rows, asked),
      failed,
      free: () => void (this.problem === null && this.#fill()),
    });
  }

  get length(): number {
    return this.end - this.base;
  }

  /** Rows that came since it was paused. */
  get held(): number {
    return this.paused ? this.total - this.end : 0;
  }

  get follow(): boolean {
    return this.following.on;
  }

  get fresh(): number {
    return this.following.fresh(this.base, this.end);
  }

  /** What text is in it. */
  get charset(): Charset {
    return this.shape.encoding.charset;
  }

  get active(): number | null {
    return this.cursor.active;
  }

  get selection(): RowSelection {
    return this.cursor.selection;
  }

  activate(index: number, how: 'only' | 'extend' | 'toggle' = 'only'): void {
    this.place.moved();
    this.cursor.activate(index, how);
  }

  async open(): Promise<void> {
    this.#supply.restart();
    const length = await this.#door.open(this.shape.asked);
    if (length === null) return;
    // First: the rows that are asked for next already tell what stands out.
    void this.highlight.restart();
    this.grew(length);
    void this.search.restart();
    void this.statistics.restart();
  }

  /** What is here does not tell what stands out now. */
  async #rulesChanged(): Promise<void> {
    if (!this.#door.opened) return;
    await this.highlight.restart();
    this.#supply.restart();
    this.version++;
    this.#fill();
    this.shape.rulesChanged();
    if (namesRule(this.search.term.applied)) void this.search.restart();
  }

  /** Marks of the capture have changed: so have rows, or they are others. */
  marksChanged(): void {
    this.marked++;
    if (this.shape.usesMarks) {
      void this.#reopen(true);
    } else this.#supply.renew(this.#sight, this.total);
    if (dependsOnMarks(this.search.term.applied)) void this.search.restart();
    this.statistics.marksChanged();
  }

  /** The same rows, read in another encoding. */
  async #reread(): Promise<void> {
    await this.open();
    // Those that were asked for meanwhile were read in the one before.
    this.#supply.restart();
    this.inspected.show(null);
    this.version++;
    this.#inspect();
    this.#fill();
  }

  /** Other rows from now on. `orNext`: see `LogPlace`. */
  async #reopen(orNext = false): Promise<void> {
    // What stood still is not left for the end.
    if (this.paused) this.following.set(false, this.end);
    this.place.keep(this.#sight, orNext);
    this.total = this.base = this.end = 0;
    this.following.restart();
    this.cursor.leave();
    this.times.restart();
    this.problem = null;
    this.paused = false;
    this.inspected.show(null);
    this.version++;
    await this.open();
  }

  async close(): Promise<void> {
    this.highlight.leave();
    this.#supply.clear();
    await this.#door.close();
  }

  /** Lets go of the rows while nobody looks; they are asked for again when wanted. */
  release(): void {
    this.#supply.clear();
  }

  /** The engine's view has this many rows now. */
  grew(length: number, progress: ScanProgress | null = null): void {
    // Of the rows before, told while those of another shape are on their way.
    if (!this.#door.opened) return;
    if (progress !== null) this.shape.progress = progress;
    // The last line of a stream may have gone on.
    const goesOn = this.shape.lines !== null && progress !== null && this.total > 0;
    if (goesOn) this.#supply.stale(this.total - 1);
    // An answer and an update may cross; a view never shrinks.
    const came = length > this.total;
    if (came) this.total = length;
    this.following.looked(progress, this.shape.isDerived, this.total);
    if (!came && !goesOn) return;
    this.#advance();
    this.place.rowsCame();
  }

  row(index: number): Row | undefined {
    return this.#supply.get(index);
  }

  /** What is in sight, in row indexes. Asks for what is not here. */
  look(from: number, end: number): void {
    this.#sight = { from, end };
    this.#supply.touch(this.#sight);
    this.#fill();
  }

  /** After `problem`: asks again. */
  retry(): void {
    this.problem = null;
    if (this.total === 0) void this.open();
    else this.#fill();
  }

  setFollow(follow: boolean): void {
    this.place.moved();
    if (this.following.set(follow, this.end)) this.#advance();
  }

  /** Makes a row the active one and brings it into sight, to stay there. */
  goTo(index: number): void {
    this.place.goTo(index);
  }

  pause(paused: boolean): void {
    if (this.paused === paused) return;
    this.paused = paused;
    this.#advance();
  }

  /** Nothing is deleted: rows before now are only not shown. Returns what shows them again. */
  clear(): () => void {
    const { base } = this;
    this.base = this.paused ? this.end : this.total;
    this.end = Math.max(this.end, this.base);
    const goBack = this.cursor.leave();
    this.inspected.show(null);
    return () => {
      this.base = base;
      goBack();
    };
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
    if (this.follow && !this.paused && this.end < this.total)
      this.#supply.tail(this.#sight, this.base, this.total);
    else this.#supply.fill(this.#sight, this.total);
  }

  #came(rows: readonly Row[], { from, end }: Span): void {
    this.problem = null;
    // How many there are now is told by updates alone: taken from here as well, each answer would
    // ask for the next, as fast as both sides can.
    const last = rows.at(-1);
    if (last === undefined) throw new Error(`The engine has no rows ${from} to ${end - 1}.`);
    if (this.follow && !this.paused) this.end = Math.max(this.end, last.index + 1);
    this.place.rowsCame();
    this.version++;
    this.highlight.came(rows);
    this.inspected.came(rows);
    if (this.inspected.row?.index !== this.active) this.#inspect();
  }

  #inspect(): void {
    const { active } = this;
    const row = active === null ? null : this.#supply.get(active);
    if (row !== undefined) this.inspected.show(row);
    else if (active !== null) this.#supply.ask({ from: active, end: active + 1 });
  }
}
