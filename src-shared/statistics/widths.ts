const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each fits into the next a whole number of times, so that sums stay exact. */
const WIDTHS = [
  ...[1, 2, 10, 20, 100, 200, SECOND, 2 * SECOND, 10 * SECOND, 20 * SECOND],
  ...[MINUTE, 2 * MINUTE, 10 * MINUTE, 20 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY],
];

/** How many stretches of time of a width make one of the next, ms. */
export function widening(widthMs: number): number {
  const place = WIDTHS.indexOf(widthMs);
  const next = place < 0 ? undefined : WIDTHS[place + 1];
  return next === undefined ? 2 : next / widthMs;
}
