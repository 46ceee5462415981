import type { Histogram } from '../../../../../src-shared/contract/statistics';
import { binEnd, binStart, highestBit } from '../../../../../src-shared/statistics/bins';

/** Each doubling is cut in so many: a value is known to 1/128 of itself, below that exactly. */
const STEPS_BITS = 6;
const STEPS = 2 ** STEPS_BITS;
const EXACT = STEPS * 2;
/** Up to 2^53: 104 days in nanoseconds, and more bytes than any message has. */
const DOUBLINGS = 53 - STEPS_BITS - 1;
const SLOTS = EXACT + DOUBLINGS * STEPS;

function slotOf(value: number): number {
  if (value < EXACT) return value;
  const shift = highestBit(value) - STEPS_BITS;
  return EXACT + (shift - 1) * STEPS + Math.floor(value / 2 ** shift) - STEPS;
}

/** The least value of a slot; that of the next is where it ends. */
function slotStart(slot: number): number {
  if (slot < EXACT) return slot;
  const shift = Math.floor((slot - EXACT) / STEPS) + 1;
  return (((slot - EXACT) % STEPS) + STEPS) * 2 ** shift;
}

/**
 * How often which value came, in 24 KiB whatever comes: bins that grow with the value, as an HDR
 * histogram has them. Percentiles are within 0.8 % of the value; count, sum, least and most are exact.
 */
export class ValueHistogram {
  readonly #counts = new Float64Array(SLOTS);
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  get count(): number {
    return this.#count;
  }

  /** A whole number from 0; what is beyond 2^53 counts as that. */
  add(value: number): void {
    const slot = Math.min(SLOTS - 1, slotOf(value));
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** The value that so much of all (0..1) is at most; null while there is none. */
  quantile(part: number): number | null {
    if (this.#count === 0) return null;
    const wanted = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      seen += this.#counts[slot] ?? 0;
      if (seen < wanted) continue;
      const middle = (slotStart(slot) + slotStart(slot + 1) - 1) / 2;
      return Math.min(this.#max, Math.max(this.#min, middle));
    }
    return this.#max;
  }

  /** In another unit: each value divided by `unit`. */
  told(unit = 1): Histogram {
    const starts: number[] = [];
    const counts: number[] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      const count = this.#counts[slot] ?? 0;
      if (count === 0) continue;
      const start = binStart(slotStart(slot));
      if (starts.at(-1) === start) counts.push((counts.pop() ?? 0) + count);
      else {
        starts.push(start);
        counts.push(count);
      }
    }
    const scaled = (value: number | null) => (value === null ? null : value / unit);
    const none = this.#count === 0;
    return {
      count: this.#count,
      sum: this.#sum / unit,
      min: none ? null : this.#min / unit,
      max: none ? null : this.#max / unit,
      p50: scaled(this.quantile(0.5)),
      p90: scaled(this.quantile(0.9)),
      p99: scaled(this.quantile(0.99)),
      from: Float64Array.from(starts, (start) => start / unit),
      to: Float64Array.from(starts, (start) => binEnd(start) / unit),
      counts: Float64Array.from(counts),
    };
  }
}
