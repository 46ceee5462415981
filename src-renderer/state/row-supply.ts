import type { Row } from '../../src-shared/contract/row';
import type { Commands } from './engine-client';
import { PAGE_ROWS, RowCache, type Span } from './row-cache';

/** More than this would only queue up answers that nobody looks at any more. */
const MAX_IN_FLIGHT = 2;

interface Hearer {
  came(rows: readonly Row[], asked: Span): void;
  failed(thrown: unknown): void;
  /** One answer fewer is on its way: more may be asked for. */
  free(): void;
}

/** The rows of one view that are here, and asking the engine for those that are not. */
export class RowSupply {
  readonly #engine: Commands;
  readonly #view: string;
  readonly #hearer: Hearer;
  readonly #cache = new RowCache();
  /** Pages asked for, by number. */
  readonly #asked = new Set<number>();
  #inFlight = 0;
  /** Counts shapes of the view: answers about the rows of another one are of no use. */
  #shape = 0;

  constructor(engine: Commands, view: string, hearer: Hearer) {
    this.#engine = engine;
    this.#view = view;
    this.#hearer = hearer;
  }

  get waiting(): boolean {
    return this.#inFlight > 0;
  }

  get(index: number): Row | undefined {
    return this.#cache.get(index);
  }

  /** Marks rows as looked at: they are let go last. */
  touch(span: Span): void {
    this.#cache.touch(span);
  }

  /** A row has changed. */
  stale(index: number): void {
    this.#cache.stale(index);
  }

  /** Those in sight have changed. */
  askAgain(sight: Span, total: number): void {
    for (let index = sight.from; index < sight.end; index++) this.#cache.stale(index);
    this.fill(sight, total);
  }

  /** All have changed: they are shown as they were until they come anew. */
  renew(sight: Span, total: number): void {
    this.#shape++;
    this.#asked.clear();
    this.#cache.staleAll();
    this.fill(sight, total);
  }

  /** Lets go of what is here. */
  clear(): void {
    this.#cache.clear();
  }

  /** Other rows from now on. */
  restart(): void {
    this.#shape++;
    this.#cache.clear();
    this.#asked.clear();
  }

  /** The first row, of `total`; null when there is none or it could not be had. */
  async first(total: number): Promise<Row | null> {
    if (total === 0) return null;
    try {
      const params = { view: this.#view, from: 0, count: 1 };
      const { rows } = await this.#engine.command('rows', params);
      return rows[0] ?? null;
    } catch (thrown) {
      this.#hearer.failed(thrown);
      return null;
    }
  }

  /** Asks for the pages of what is in sight that are not here; a view has `total` rows. */
  fill({ from, end }: Span, total: number): void {
    for (let start = from - (from % PAGE_ROWS); start < end; start += PAGE_ROWS) {
      const inSight = { from: Math.max(from, start), end: Math.min(end, start + PAGE_ROWS) };
      if (this.#cache.missing(inSight) === null) continue;
      const page = { from: start, end: Math.min(total, start + PAGE_ROWS) };
      const missing = this.#cache.missing(page);
      if (missing !== null) this.ask(missing);
    }
  }

  /** Asks for as many of the last rows as are in sight. */
  tail(sight: Span, base: number, total: number): void {
    // The answer before sets the pace: asking ahead of it would only fetch what has gone by.
    if (this.#inFlight > 0) return;
    const rows = Math.min(PAGE_ROWS, Math.max(1, sight.end - sight.from));
    this.ask({ from: Math.max(base, total - rows), end: total });
  }

  ask(span: Span): void {
    const page = Math.floor(span.from / PAGE_ROWS);
    if (this.#inFlight >= MAX_IN_FLIGHT || this.#asked.has(page)) return;
    const shape = this.#shape;
    this.#asked.add(page);
    this.#inFlight++;
    void this.#load(span, shape).finally(() => {
      if (shape === this.#shape) this.#asked.delete(page);
      this.#inFlight--;
      this.#hearer.free();
    });
  }

  async #load({ from, end }: Span, shape: number): Promise<void> {
    try {
      const params = { view: this.#view, from, count: end - from };
      const { rows } = await this.#engine.command('rows', params);
      if (shape !== this.#shape) return;
      this.#cache.put(rows);
      this.#hearer.came(rows, { from, end });
    } catch (thrown) {
      if (shape === this.#shape) this.#hearer.failed(thrown);
    }
  }
}
