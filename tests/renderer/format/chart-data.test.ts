import { describe, expect, test } from 'vitest';
import type { Histogram, Timeline } from '../../../src-shared/contract/statistics';
import {
  binsOf,
  coarser,
  csvOf,
  latencyOf,
  rateFigures,
  ratesOf,
} from '../../../src-renderer/format/chart-data';
import { duration } from '../../../src-renderer/format/duration';
import {
  hasSpan,
  isTime,
  withoutSpan,
  withSpan,
  zonedTime,
} from '../../../src-renderer/format/time-span';
import { parseFilter } from '../../../src-shared/filter/parse';

function timeline(widthMs: number, startAt: number, inBytes: number[]): Timeline {
  const none = new Float64Array(inBytes.length);
  return {
    ...{ widthMs, startAt, inBytes: Float64Array.from(inBytes), inMessages: none },
    ...{ outBytes: none, outMessages: none },
    answers: Float64Array.from(inBytes, (_, slot) => (slot % 2 === 0 ? 2 : 0)),
    latencySumMs: Float64Array.from(inBytes, (_, slot) => (slot % 2 === 0 ? 10 : 0)),
    latencyMaxMs: Float64Array.from(inBytes, (_, slot) => (slot % 2 === 0 ? slot : 0)),
  };
}

function histogram(from: number[], counts: number[]): Histogram {
  const none = { sum: 0, min: null, max: null, p50: null, p90: null, p99: null };
  const count = counts.reduce((all, one) => all + one, 0);
  const places = { from: Float64Array.from(from), to: Float64Array.from(from) };
  return { ...none, count, ...places, counts: Float64Array.from(counts) };
}

describe('what a chart shows', () => {
  test('rates are per second, and of nothing there is no time of an answer', () => {
    const of = timeline(100, 5000, [10, 0, 30]);
    expect(ratesOf(of, ['inBytes', 'outBytes'])).toEqual({
      x: [5, 5.1, 5.2],
      lines: [
        [100, 0, 300],
        [0, 0, 0],
      ],
    });
    expect(latencyOf(of).lines).toEqual([
      [5, null, 5],
      [0, null, 2],
    ]);
    expect(rateFigures([100, 0, 300])).toEqual({ now: 300, mean: 400 / 3, most: 300 });
    expect(rateFigures([null])).toEqual({ now: null, mean: null, most: null });
  });

  test('many stretches of time become fewer, and their sums stay', () => {
    const of = timeline(
      10,
      1_000_000_090,
      Array.from({ length: 1500 }, (_, slot) => slot),
    );
    const wide = coarser(of);
    expect([wide.widthMs, wide.startAt]).toEqual([100, 1_000_000_000]);
    // Nine of its ten slots lie before the first there is.
    expect([wide.inBytes.length, wide.inBytes[0], wide.inBytes[1]]).toEqual([151, 0, 55]);
    const sum = (column: Float64Array) => column.reduce((all, one) => all + one, 0);
    expect(sum(wide.inBytes)).toBe(sum(of.inBytes));
    expect([sum(wide.answers), sum(wide.latencySumMs)]).toEqual([1500, 7500]);
    expect(Math.max(...wide.latencyMaxMs)).toBe(1498);
    expect(coarser(timeline(10, 0, [1, 2]))).toMatchObject({ widthMs: 10 });
  });

  test('bins of both directions stand side by side, without holes', () => {
    expect(binsOf([histogram([4, 8], [1, 2]), histogram([12], [5])], 1)).toEqual({
      x: [0, 1, 2, 3, 4, 5, 6],
      lines: [
        [1, 0, 0, 0, 2, 0, 0],
        [0, 0, 0, 0, 0, 0, 5],
      ],
      from: [4, 5, 6, 7, 8, 10, 12],
      to: [5, 6, 7, 8, 10, 12, 14],
    });
    expect(binsOf([histogram([0.001], [3])], 1e6)).toMatchObject({ lines: [[3]] });
    expect(binsOf([histogram([], [])], 1)).toMatchObject({ x: [], lines: [[]] });
  });

  test('tables are copied as RFC 4180 has it', () => {
    expect(csvOf(['Time', 'a, "b"'], [['x', 1.5]])).toBe('Time,"a, ""b"""\r\nx,1.5\r\n');
  });

  test.each([
    [0, '0'],
    [0.00025, '250 ns'],
    [0.25, '250 µs'],
    [1.5, '1.5 ms'],
    [999.9, '1 s'],
    [90_000, '1.5 min'],
    [7_200_000, '2 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('a span of time in a filter', () => {
  const from = zonedTime(1_769_868_123_500);
  const to = zonedTime(1_769_868_129_000);

  test('is understood as the moments it was made of', () => {
    const parsed = parseFilter(withSpan(null, from, to));
    expect(parsed.ok && parsed.filter).toEqual({
      kind: 'all',
      parts: [
        { kind: 'time', op: '>=', value: 1_769_868_123_500, daily: false },
        { kind: 'time', op: '<', value: 1_769_868_129_000, daily: false },
      ],
    });
  });

  test('stands beside what was filtered for, takes the place of one before, and goes again', () => {
    const first = withSpan('dir:rx or "a) and time>=1"', from, to);
    const second = withSpan(first, '14:00', '15:00');
    expect(second).toBe('(dir:rx or "a) and time>=1") and time>=14:00 and time<15:00');
    expect(parseFilter(second).ok).toBe(true);
    expect([hasSpan(second), withoutSpan(second)]).toEqual([true, 'dir:rx or "a) and time>=1"']);
    expect(withoutSpan(withSpan(null, from, to))).toBeNull();
    expect([hasSpan('len>4'), withoutSpan('len>4'), withoutSpan(null)]).toEqual([
      ...[false, 'len>4', null],
    ]);
  });

  test.each([
    ['14:02:03.5', true],
    ['2026-01-31T14:02:03Z', true],
    ['25:00', false],
    ['', false],
    ['14:00 or dir:rx', false],
  ])('"%s" may be typed: %s', (text, good) => {
    expect(isTime(text)).toBe(good);
  });
});
