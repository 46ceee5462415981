import type { EngineUpdate, ResultOf } from '../../src-shared/contract/engine';
import type { Charset } from '../../src-shared/encoding/charset';
import type { FilterError } from '../../src-shared/filter/filter';
import type { Problem } from '../../src-shared/refusal/refusal';
import type { FilterRules } from './log-shape.svelte';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import { LogTerm } from './log-term.svelte';
import type { Span } from './row-cache';

/** How far the engine is with a search. */
export type SearchProgress = NonNullable<EngineUpdate['views'][number]['search']>;

type Hit = NonNullable<ResultOf<'findHit'>['hit']>;

/** The log that is searched. */
interface SearchedLog {
  readonly id: string;
  readonly total: number;
  readonly base: number;
  readonly end: number;
  readonly active: number | null;
  /** What text is in it. */
  readonly charset: Charset;
  setFollow(follow: boolean): void;
  pause(paused: boolean): void;
  activate(index: number): void;
}

const NONE: ReadonlySet<number> = new Set();

/** Looks for something in the rows of one log: where it is, which of the hits one is at, forth and back. */
export class LogSearch {
  readonly term: LogTerm<FilterError>;
  /** Null until the engine has told of what is looked for now. */
  progress = $state.raw<SearchProgress | null>(null);
  /** The hit gone to last; a new object each time. */
  current = $state.raw<Hit | null>(null);
  /** Which end it went on beyond. */
  wrapped = $state.raw<'end' | 'start' | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The rows in sight that are hits. */
  marks = $state.raw<ReadonlySet<number>>(NONE);
  readonly #engine: Commands;
  readonly #log: SearchedLog;
  readonly #rules: FilterRules;
  /** Counts searches: answers about another one are of no use. */
  #asking = 0;
  /** A step that waits until more was looked through. */
  #waiting: 'next' | 'previous' | null = null;
  #stepping = false;
  #sight: Span = { from: 0, end: 0 };
  /** What `marks` were asked for, and whether an answer is on its way. */
  #marked = '';
  #marking = false;

  constructor(engine: Commands, log: SearchedLog, rules: FilterRules) {
    this.#engine = engine;
    this.#log = log;
    this.#rules = rules;
    this.term = new LogTerm(
      (text) => rules.error(text, log.charset),
      () => void this.restart(),
    );
  }

  /** Looks again from the beginning: for something else, or in other rows. */
  async restart(): Promise<void> {
    const { applied } = this.term;
    const asking = ++this.#asking;
    const searched = this.progress !== null || this.problem !== null || applied !== null;
    this.progress = null;
    this.current = null;
    this.wrapped = null;
    this.problem = null;
    this.marks = NONE;
    this.#marked = '';
    if (applied === null) this.#waiting = null;
    if (!searched) return;
    try {
      const search = applied === null ? null : this.#rules.expanded(applied);
      await this.#engine.command('search', { view: this.#log.id, search });
    } catch (thrown) {
      if (asking === this.#asking) this.problem = toProblem(thrown);
    }
  }

  /** The engine has looked at more. */
  grew(progress: SearchProgress): void {
    if (this.term.applied === null) return;
    this.progress = progress;
    this.#mark();
    const waiting = this.#waiting;
    if (waiting !== null && (progress.hits > 0 || progress.whole)) this.#step(waiting);
  }

  /** The log has more rows: a hit found before its row was there can be gone to. */
  rowsCame(): void {
    if (this.#waiting !== null) this.#step(this.#waiting);
  }

  /** Goes to the hit after or before the active row; past the end to the other one. */
  step(way: 'next' | 'previous'): void {
    this.term.apply();
    if (this.term.applied === null) return;
    this.#step(way);
  }

  /** What is in sight, in row indexes. */
  look(from: number, end: number): void {
    this.#sight = { from, end };
    this.#mark();
  }

  #step(way: 'next' | 'previous'): void {
    this.#waiting = way;
    // Of what is not begun yet, the engine tells first.
    if (this.#stepping || this.progress === null) return;
    this.#stepping = true;
    const seen = this.progress;
    void this.#go(way).finally(() => {
      this.#stepping = false;
      // What was told meanwhile found a step under way, and may be the last that is told.
      if (this.#waiting !== null && this.progress !== seen) this.#step(this.#waiting);
    });
  }

  async #go(way: 'next' | 'previous'): Promise<void> {
    const asking = this.#asking;
    const { progress } = this;
    try {
      const hit = await this.#find(way);
      if (asking !== this.#asking) return;
      const over = progress?.whole === true || progress?.problem !== null;
      // What lies ahead may not have been looked at yet, or its row is still on its way to the log.
      if ((hit === null || hit.wrapped) && !over) return;
      if (hit !== null && hit.at >= this.#log.total) return;
      this.#waiting = null;
      this.wrapped = hit?.wrapped === true ? (way === 'next' ? 'end' : 'start') : null;
      if (hit === null) return;
      this.#log.setFollow(false);
      if (hit.at >= this.#log.end) this.#log.pause(false);
      this.#log.activate(hit.at);
      this.current = hit;
    } catch (thrown) {
      this.#waiting = null;
      if (asking === this.#asking) this.problem = toProblem(thrown);
    }
  }

  async #find(way: 'next' | 'previous'): Promise<Hit | null> {
    const { active, base, total } = this.#log;
    const backwards = way === 'previous';
    const here = active ?? (backwards ? total : base);
    const onIt = active !== null && this.current?.at === active;
    const away = backwards ? Math.max(0, here - 1) : onIt ? here + 1 : here;
    const hit = await this.#ask(away, backwards);
    // Rows cleared from sight are passed over.
    if (hit === null || hit.at >= base) return hit;
    const again = await this.#ask(backwards ? total : base, backwards);
    return again === null || again.at < base ? null : { ...again, wrapped: true };
  }

  async #ask(from: number, backwards: boolean): Promise<Hit | null> {
    const { hit } = await this.#engine.command('findHit', { view: this.#log.id, from, backwards });
    return hit;
  }

  /** Asks which rows in sight are hits, one question at a time. */
  #mark(): void {
    const { from, end } = this.#sight;
    if (this.progress === null || this.#marking || end <= from) return;
    const wanted = `${this.#asking} ${from} ${end} ${this.progress.hits}`;
    if (wanted === this.#marked) return;
    this.#marked = wanted;
    this.#marking = true;
    void this.#loadMarks({ from, end }, this.#asking).finally(() => {
      this.#marking = false;
      this.#mark();
    });
  }

  async #loadMarks({ from, end }: Span, asking: number): Promise<void> {
    try {
      const { at } = await this.#engine.command('hits', { view: this.#log.id, from, end });
      if (asking === this.#asking) this.marks = new Set(at);
    } catch (thrown) {
      if (asking === this.#asking) this.problem = toProblem(thrown);
    }
  }
}
