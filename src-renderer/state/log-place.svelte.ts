import type { Row } from '../../src-shared/contract/row';
import type { Commands } from './engine-client';
import type { Span } from './row-cache';

/** A log, as far as its place is concerned. */
interface PlacedLog {
  readonly id: string;
  readonly active: number | null;
  readonly follow: boolean;
  /** One past the last row shown, and how many the engine has. */
  readonly end: number;
  readonly total: number;
  readonly length: number;
  readonly following: { readonly catchingUp: boolean };
  readonly inspected: { readonly row: Row | null };
  readonly cursor: { activate(index: number): void };
  row(index: number): Row | undefined;
  activate(index: number): void;
  setFollow(follow: boolean): void;
  pause(paused: boolean): void;
}

/** A row of the capture that the log was at. */
interface Place {
  /** Its number in the capture. */
  number: number;
  /** Rows that stood above it in sight; null: the log follows its end, whatever that is. */
  above: number | null;
  /** Rows that were in sight. */
  room: number;
  isActive: boolean;
  /** With another row in its place, that one is the active one. */
  orNext: boolean;
}

/**
 * Keeps the place of a log while its rows give way to others: a filter, a framing or another encoding
 * shows the same capture, and what one was looking at is looked for among what is shown then. It is
 * looked for anew when that changes again, so that a filter that is taken away leads back.
 */
export class LogPlace {
  /** A row that is to be brought into sight, and how many above it: null, as little as needed. */
  wanted = $state.raw<{ at: number; above: number | null } | null>(null);
  /** Where the log was scrolled to when it was left, px. */
  top = 0;
  readonly #engine: Commands;
  readonly #log: PlacedLog;
  #kept: Place | null = null;
  /** Not found yet among the rows there are now. */
  #missing = false;
  /** Counts changes of the rows: an answer about those before is none. */
  #round = 0;
  #asking = false;

  constructor(engine: Commands, log: PlacedLog) {
    this.#engine = engine;
    this.#log = log;
  }

  /** The rows are about to give way. `orNext`: the active one may not be among those that come. */
  keep(sight: Span, orNext = false): void {
    this.#round++;
    const here = this.#kept === null || orNext ? this.#here(sight, orNext) : null;
    this.#kept = here ?? this.#kept;
    this.#missing = this.#kept !== null;
    this.wanted = null;
  }

  /** Makes a row the active one and brings it into sight, to stay there. */
  goTo(index: number): void {
    const log = this.#log;
    log.setFollow(false);
    if (index >= log.end) log.pause(false);
    log.activate(index);
    this.wanted = { at: index, above: null };
  }

  /** The user went elsewhere: that is the place from now on. */
  moved(): void {
    this.#kept = null;
    this.#missing = false;
  }

  /** There are rows, or more of them. */
  rowsCame(): void {
    if (this.#missing && !this.#asking) void this.#find();
  }

  #here(sight: Span, orNext: boolean): Place | null {
    const log = this.#log;
    const { active, follow } = log;
    const room = sight.end - sight.from;
    const inSight = active !== null && active >= sight.from && active < sight.end;
    if (active !== null && (inSight || follow || orNext)) {
      const { row } = log.inspected;
      const shown = log.row(active) ?? (row?.index === active ? row : undefined);
      const above = follow ? null : Math.min(Math.max(0, active - sight.from), room);
      if (shown !== undefined) return { number: shown.number, above, room, isActive: true, orNext };
    }
    if (follow) return null;
    for (let index = sight.from; index < sight.end; index++) {
      const { number } = log.row(index) ?? {};
      const above = index - sight.from;
      if (number !== undefined) return { number, above, room, isActive: false, orNext };
    }
    return null;
  }

  async #find(): Promise<void> {
    const log = this.#log;
    const kept = this.#kept;
    if (kept === null || log.length === 0) return;
    this.#asking = true;
    const round = this.#round;
    const { end } = log;
    try {
      const { number } = kept;
      const asked = { view: log.id, number };
      const { at, holds } = await this.#engine.command('placeOf', asked);
      if (round === this.#round && this.#kept === kept && this.#missing)
        this.#missing = !this.#returned(kept, at, holds);
    } catch {
      // What shows rows fails in the same way, and says why.
      if (round === this.#round) this.#missing = false;
    } finally {
      this.#asking = false;
      if (round !== this.#round || end !== log.end) this.rowsCame();
    }
  }

  /** False: not yet. */
  #returned(
    { above, room, isActive, orNext }: Place,
    at: number | null,
    holds: number | null,
  ): boolean {
    const log = this.#log;
    const growing = log.following.catchingUp;
    if (at === null && growing) return false;
    const index = holds ?? at ?? log.total - 1;
    // Its row is still on its way, or the rows to fill what is in sight.
    if (index >= log.end || (growing && above !== null && index - above + room > log.end))
      return false;
    if (isActive && (holds !== null || orNext)) log.cursor.activate(index);
    if (above !== null) this.wanted = { at: index, above };
    return true;
  }
}
