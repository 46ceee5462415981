import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenRequests } from '../../../../../src-main/engine/capture/scan/statistics/open-requests';
import { TimeBuckets } from '../../../../../src-main/engine/capture/scan/statistics/time-buckets';
import { ValueHistogram } from '../../../../../src-main/engine/capture/scan/statistics/value-histogram';

const RUNS = { numRuns: 100 };
/** As many small ones as big ones, up to what a histogram tells apart. */
const value = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([bit, part]) => Math.floor(2 ** bit * (1 + part)) - 1);

describe('a histogram', () => {
  test('tells percentiles within 1 % and all else exactly', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = new ValueHistogram();
        for (const one of values) histogram.add(one);
        const sorted = [...values].sort((a, b) => a - b);
        for (const part of [0, 0.01, 0.5, 0.9, 0.99, 1]) {
          const exact = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
          const found = histogram.quantile(part) ?? NaN;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.01);
        }
        const { count, sum, min, max } = histogram.told();
        expect({ count, min, max }).toEqual({
          count: values.length,
          min: sorted[0],
          max: sorted.at(-1),
        });
        expect(sum).toBe(values.reduce((all, one) => all + one, 0));
      }),
      RUNS,
    );
  });

  test('puts each value into one bin that holds it, and bins do not overlap', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        const histogram = new ValueHistogram();
        for (const one of values) histogram.add(one);
        const { from, to, counts } = histogram.told();
        counts.forEach((count, bin) => {
          const [low = NaN, high = NaN] = [from[bin], to[bin]];
          expect(values.filter((one) => one >= low && one < high)).toHaveLength(count);
          // Four to each doubling: no bin is wider than a quarter of its least value, or than 1.
          expect(high - low).toBeLessThanOrEqual(Math.max(1, low / 4));
          expect(from[bin + 1] ?? Infinity).toBeGreaterThanOrEqual(high);
        });
        expect(counts.reduce((all, count) => all + count, 0)).toBe(values.length);
      }),
      RUNS,
    );
  });

  test('has no figures while it is empty', () => {
    expect(new ValueHistogram().told(1e6)).toEqual({
      ...{ count: 0, sum: 0, min: null, max: null, p50: null, p90: null, p99: null },
      ...{ from: new Float64Array(0), to: new Float64Array(0), counts: new Float64Array(0) },
    });
  });
});

describe('sums over time', () => {
  const message = fc.record({
    // Some close together, some years apart, and in no order.
    at: fc.oneof(
      fc.integer({ min: 1_767_225_600_000, max: 1_767_225_605_000 }),
      fc.double({ min: 1, max: 2e12, noNaN: true }),
    ),
    out: fc.boolean(),
    bytes: fc.integer({ min: 0, max: 100_000 }),
    latencyMs: fc.option(fc.integer({ min: 0, max: 5000 })),
  });

  test('are those of each stretch, however they come and however often they were made wider', () => {
    const limit = 16;
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(1, 7, 1000),
        (messages, widthMs) => {
          const buckets = new TimeBuckets(widthMs, limit);
          for (const { at, out, bytes, latencyMs } of messages) {
            buckets.message(at, out, bytes);
            if (latencyMs !== null) buckets.answer(at, latencyMs);
          }
          const told = buckets.told();
          const length = told.inBytes.length;
          expect(length).toBeLessThanOrEqual(limit);
          expect(told.startAt % told.widthMs).toBe(0);
          const slots = Array.from({ length }, (_, slot) =>
            messages.filter(
              ({ at }) => Math.floor(at / told.widthMs) === told.startAt / told.widthMs + slot,
            ),
          );
          const sum = (of: number[]) => of.reduce((all, one) => all + one, 0);
          const bytes = (out: boolean) =>
            slots.map((slot) => sum(slot.filter((one) => one.out === out).map((one) => one.bytes)));
          const count = (out: boolean) =>
            slots.map((slot) => slot.filter((one) => one.out === out).length);
          const waits = slots.map((slot) => slot.flatMap((one) => one.latencyMs ?? []));
          expect([...told.inBytes]).toEqual(bytes(false));
          expect([...told.outBytes]).toEqual(bytes(true));
          expect([...told.inMessages]).toEqual(count(false));
          expect([...told.outMessages]).toEqual(count(true));
          expect([...told.answers]).toEqual(waits.map((of) => of.length));
          expect([...told.latencySumMs]).toEqual(waits.map(sum));
          expect([...told.latencyMaxMs]).toEqual(waits.map((of) => Math.max(0, ...of)));
          expect(sum([...told.inMessages, ...told.outMessages])).toBe(messages.length);
        },
      ),
      RUNS,
    );
  });

  test('begin at 1 ms and widen only as far as they must', () => {
    const buckets = new TimeBuckets(1, 2000);
    for (let ms = 0; ms < 2000; ms++) buckets.message(1_000_000_000_000 + ms, false, 1);
    expect(buckets.told()).toMatchObject({ widthMs: 1, startAt: 1_000_000_000_000 });
    buckets.message(1_000_000_000_000 + 2000, true, 5);
    expect(buckets.told().widthMs).toBe(2);
    buckets.message(1_000_000_000_000 + 86_400_000, true, 5);
    const { widthMs, inBytes, outBytes } = buckets.told();
    expect([widthMs, inBytes[0]]).toEqual([60_000, 2000]);
    expect(outBytes[0]).toBe(5);
    expect(outBytes.at(-1)).toBe(5);
  });
});

test('requests that wait are at most so many, oldest first, and time takes the oldest', () => {
  const open = new OpenRequests(3);
  for (const at of [1, 2, 3, 4]) open.add(at % 2 === 0 ? 'a' : 'b', at);
  expect([open.size, open.forgotten, open.oldestAt]).toEqual([3, 1, 2]);
  expect([open.take('b'), open.take('b')]).toEqual([3, null]);
  expect([open.dropBefore(4), open.size, open.has('a'), open.take('a')]).toEqual([1, 1, true, 4]);
  expect([open.has('a'), open.oldestAt]).toEqual([false, null]);
  // Many more than are kept at once.
  for (let at = 0; at < 10_000; at++) {
    open.add(at % 7, at);
    if (at % 3 === 0) open.take(at % 7);
  }
  expect(open.size).toBeLessThanOrEqual(3);
});
