import type { Timeline } from '../../../../../src-shared/contract/statistics';
import { widening } from '../../../../../src-shared/statistics/widths';

/** The columns of a timeline: those that are sums, and the one that is the most. */
const SUMS = [
  ...['inBytes', 'inMessages', 'outBytes', 'outMessages', 'answers', 'latencySumMs'],
] as const satisfies readonly (keyof Timeline)[];
const COLUMNS = [
  ...['inBytes', 'inMessages', 'outBytes', 'outMessages', 'answers', 'latencySumMs'],
  'latencyMaxMs',
] as const;
type Column = (typeof COLUMNS)[number];
const FIRST_CAPACITY = 256;

/**
 * Sums over equal stretches of time, at most `limit` of them: when they would be more, each becomes
 * wider. In whatever order times come.
 */
export class TimeBuckets {
  readonly #limit: number;
  #width: number;
  /** The number of the first slot: how many widths since the epoch. */
  #first = 0;
  #used = 0;
  readonly #columns: Record<Column, Float64Array<ArrayBuffer>>;

  constructor(widthMs: number, limit: number) {
    this.#width = widthMs;
    this.#limit = limit;
    const column = () => new Float64Array(Math.min(limit, FIRST_CAPACITY));
    this.#columns = {
      ...{ inBytes: column(), inMessages: column(), outBytes: column(), outMessages: column() },
      ...{ answers: column(), latencySumMs: column(), latencyMaxMs: column() },
    };
  }

  message(atMs: number, outgoing: boolean, bytes: number): void {
    const slot = this.#slotOf(atMs);
    const columns = this.#columns;
    add(outgoing ? columns.outBytes : columns.inBytes, slot, bytes);
    add(outgoing ? columns.outMessages : columns.inMessages, slot, 1);
  }

  answer(atMs: number, latencyMs: number): void {
    const slot = this.#slotOf(atMs);
    const { answers, latencySumMs, latencyMaxMs } = this.#columns;
    add(answers, slot, 1);
    add(latencySumMs, slot, latencyMs);
    latencyMaxMs[slot] = Math.max(latencyMaxMs[slot] ?? 0, latencyMs);
  }

  /** Without the empty ones before and after all. */
  told(): Timeline {
    const { inMessages, outMessages, answers } = this.#columns;
    const isEmpty = (slot: number) =>
      inMessages[slot] === 0 && outMessages[slot] === 0 && answers[slot] === 0;
    let from = 0;
    let end = this.#used;
    while (end > from && isEmpty(end - 1)) end--;
    while (from < end && isEmpty(from)) from++;
    const part = (column: Column) => this.#columns[column].slice(from, end);
    return {
      widthMs: this.#width,
      startAt: (this.#first + from) * this.#width,
      ...{ inBytes: part('inBytes'), inMessages: part('inMessages') },
      ...{ outBytes: part('outBytes'), outMessages: part('outMessages') },
      ...{ answers: part('answers'), latencySumMs: part('latencySumMs') },
      latencyMaxMs: part('latencyMaxMs'),
    };
  }

  #slotOf(atMs: number): number {
    const number = Math.floor(atMs / this.#width);
    if (this.#used === 0) this.#first = number;
    const slot = number - this.#first;
    if (slot >= 0 && slot < this.#used) return slot;
    return this.#makeRoom(atMs);
  }

  #makeRoom(atMs: number): number {
    for (;;) {
      const number = Math.floor(atMs / this.#width);
      const first = this.#used === 0 ? number : Math.min(this.#first, number);
      const span = Math.max(this.#first + this.#used, number + 1) - first;
      if (span > this.#limit) {
        this.#widen();
        continue;
      }
      if (first < this.#first) this.#moveTo(first);
      this.#used = Math.max(this.#used, number - this.#first + 1);
      this.#reserve(this.#used);
      return number - this.#first;
    }
  }

  /** Slots before the first: more than are needed, for a file whose times run backwards. */
  #moveTo(first: number): void {
    const needed = this.#first - first;
    const spare = this.#limit - this.#used;
    const by = Math.min(spare, Math.max(needed, this.#used >>> 1));
    this.#reserve(this.#used + by);
    for (const name of COLUMNS) {
      const column = this.#columns[name];
      column.copyWithin(by, 0, this.#used);
      column.fill(0, 0, by);
    }
    this.#first -= by;
    this.#used += by;
  }

  #widen(): void {
    const times = widening(this.#width);
    const first = Math.floor(this.#first / times);
    let last = 0;
    for (let slot = 0; slot < this.#used; slot++) {
      last = Math.floor((this.#first + slot) / times) - first;
      for (const name of SUMS) add(this.#columns[name], last, taken(this.#columns[name], slot));
      const most = this.#columns.latencyMaxMs;
      most[last] = Math.max(taken(most, slot), most[last] ?? 0);
    }
    if (this.#used > 0) this.#used = last + 1;
    this.#first = first;
    this.#width *= times;
  }

  #reserve(slots: number): void {
    const capacity = this.#columns.inBytes.length;
    if (slots <= capacity) return;
    const wanted = Math.min(this.#limit, Math.max(slots, capacity * 2));
    for (const name of COLUMNS) {
      const wider = new Float64Array(wanted);
      wider.set(this.#columns[name]);
      this.#columns[name] = wider;
    }
  }
}

function add(column: Float64Array, slot: number, value: number): void {
  column[slot] = (column[slot] ?? 0) + value;
}

/** What was there; nothing is, after it. */
function taken(column: Float64Array, slot: number): number {
  const value = column[slot] ?? 0;
  column[slot] = 0;
  return value;
}
