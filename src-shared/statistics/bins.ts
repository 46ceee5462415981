/*
 * Bins of histograms that are told: each doubling is cut in four, so that a millionth and a thousand
 * stand in one picture. Values are whole numbers from 0.
 */

const STEPS = 4;

/** A whole number's highest bit. */
export function highestBit(value: number): number {
  return value < 2 ** 32 ? 31 - Math.clz32(value) : 63 - Math.clz32(value / 2 ** 32);
}

/** The least value of the bin that a value is in. */
export function binStart(value: number): number {
  if (value < STEPS * 2) return value;
  const step = 2 ** highestBit(value) / STEPS;
  return Math.floor(value / step) * step;
}

/** Where the bin that begins there ends, and the next begins. */
export function binEnd(start: number): number {
  return start < STEPS * 2 ? start + 1 : start + 2 ** highestBit(start) / STEPS;
}
