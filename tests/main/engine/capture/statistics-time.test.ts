import { expect, test } from 'vitest';
import { statisticsTime } from '../../../../src-main/engine/capture/format/statistics-time';

/** In units of the interface. */
function read(units: bigint, unitsPerMs: number): bigint {
  const { timeHigh, timeLow } = statisticsTime(
    Number(units >> 32n),
    Number(units & 0xffff_ffffn),
    unitsPerMs,
  );
  return (BigInt(timeHigh) << 32n) + BigInt(timeLow);
}

// 23 November 2026, 11:08:32.113456.
const MICROSECONDS = 1_795_432_112_113_456n;

test.each([
  ['dumpcap: microseconds where the interface counts nanoseconds', MICROSECONDS, 1e6, 1000n],
  ['nanoseconds as told', MICROSECONDS * 1000n, 1e6, 1n],
  ['microseconds as told', MICROSECONDS, 1000, 1n],
  ['milliseconds as told', MICROSECONDS / 1000n, 1, 1n],
  ['no time at all', 0n, 1e6, 1n],
  ['soon after 1970, whatever is meant', 5_000_000n, 1e6, 1n],
] as const)('%s', (_, units, unitsPerMs, factor) => {
  expect(read(units, unitsPerMs)).toBe(units * factor);
});
