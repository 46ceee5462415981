import { plainJson } from '../../../src-shared/payload/plain-text';

/** One JSON object, safe for a terminal. */
export function jsonLine(object: object): string {
  return plainJson(JSON.stringify(object));
}

/** The last and first moment that a `Date` can say. */
const MAX_DATE_MS = 8.64e15;

/**
 * ISO 8601 with nanoseconds of epoch ms; a `number` holds them to about 0.3 µs. A time of a damaged
 * capture that no calendar has is told as the number it is.
 */
export function isoOfMs(ms: number): string {
  if (!(Math.abs(ms) < MAX_DATE_MS)) return String(ms);
  const whole = Math.floor(ms);
  const ns = Math.min(999_999, Math.round((ms - whole) * 1e6));
  return withNs(whole, ns);
}

/** ISO 8601 with nanoseconds, exact. */
export function isoOfNs(epochNs: bigint): string {
  return withNs(Number(epochNs / 1_000_000n), Number(epochNs % 1_000_000n));
}

/** Rows after each other are mostly of one second: the calendar is asked once for it. */
const last = { second: NaN, text: '' };

function withNs(ms: number, ns: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== last.second) {
    last.text = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    last.second = second;
  }
  return `${last.text}${String((ms - second * 1000) * 1e6 + ns).padStart(9, '0')}Z`;
}
