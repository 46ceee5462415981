import type { Histogram, Timeline } from '../../src-shared/contract/statistics';
import { binEnd } from '../../src-shared/statistics/bins';
import { widening } from '../../src-shared/statistics/widths';

/** What one chart shows: values of a few lines over one axis, ready to be drawn and to be read. */
export interface ChartData {
  /** Epoch seconds of where stretches of time begin, or the numbers of bins. */
  x: number[];
  /** One list a line; null: nothing there. */
  lines: (number | null)[][];
}

/** Now, on average and at most; null while nothing is there. */
export interface Figures {
  now: number | null;
  mean: number | null;
  most: number | null;
}

/** Points beside each other that an eye can tell apart in a chart. */
const MOST_POINTS = 150;

/** Sums over wider stretches of time: as many as can be told apart in a chart. */
export function coarser(timeline: Timeline): Timeline {
  let times = 1;
  while (timeline.inBytes.length / times > MOST_POINTS) times *= widening(timeline.widthMs * times);
  if (times === 1) return timeline;
  const widthMs = timeline.widthMs * times;
  const first = Math.floor(timeline.startAt / widthMs);
  // Of each slot there was, the wider one it is in now.
  const place = (slot: number) =>
    Math.floor((timeline.startAt + slot * timeline.widthMs) / widthMs) - first;
  const length = place(timeline.inBytes.length - 1) + 1;
  const joined = (column: Float64Array, join: (a: number, b: number) => number) => {
    const wide = new Float64Array(length);
    column.forEach((value, slot) => (wide[place(slot)] = join(wide[place(slot)] ?? 0, value)));
    return wide;
  };
  const sum = (column: Float64Array) => joined(column, (a, b) => a + b);
  return {
    widthMs,
    startAt: first * widthMs,
    ...{ inBytes: sum(timeline.inBytes), inMessages: sum(timeline.inMessages) },
    ...{ outBytes: sum(timeline.outBytes), outMessages: sum(timeline.outMessages) },
    ...{ answers: sum(timeline.answers), latencySumMs: sum(timeline.latencySumMs) },
    latencyMaxMs: joined(timeline.latencyMaxMs, Math.max),
  };
}

type Sums = 'inBytes' | 'outBytes' | 'inMessages' | 'outMessages';

/** Where each stretch begins, epoch seconds, as the plotting library wants it. */
function starts({ startAt, widthMs, inBytes }: Timeline): number[] {
  return Array.from(inBytes, (_, slot) => (startAt + slot * widthMs) / 1000);
}

/** Per second. */
export function ratesOf(timeline: Timeline, columns: readonly Sums[]): ChartData {
  const seconds = timeline.widthMs / 1000;
  return {
    x: starts(timeline),
    lines: columns.map((name) => Array.from(timeline[name], (sum) => sum / seconds)),
  };
}

/** The mean and the longest time of the answers that came in each stretch, ms. */
export function latencyOf(timeline: Timeline): ChartData {
  const { answers, latencySumMs, latencyMaxMs } = timeline;
  return {
    x: starts(timeline),
    lines: [
      Array.from(answers, (count, slot) =>
        count === 0 ? null : (latencySumMs[slot] ?? 0) / count,
      ),
      Array.from(answers, (count, slot) => (count === 0 ? null : (latencyMaxMs[slot] ?? 0))),
    ],
  };
}

/** The rate now and at most, of one line; on average over all the time there is. */
export function rateFigures(values: readonly (number | null)[]): Figures {
  const there = values.filter((value) => value !== null);
  if (there.length === 0) return { now: null, mean: null, most: null };
  const sum = there.reduce((all, value) => all + value, 0);
  return { now: there.at(-1) ?? null, mean: sum / there.length, most: Math.max(...there) };
}

/** Bins of several histograms side by side, without holes from the first to the last of them all. */
export interface BinnedData extends ChartData {
  /** Of each bin, in the unit of the histograms. */
  from: number[];
  to: number[];
}

/** More can only be of a damaged file: nanoseconds to years are 240. */
const MAX_BINS = 1000;

/** `unit`: how many of the whole numbers that were counted make one of what is told. */
export function binsOf(histograms: readonly Histogram[], unit: number): BinnedData {
  const whole = (value: number | undefined) => Math.round((value ?? 0) * unit);
  const some = histograms.filter(({ counts }) => counts.length > 0);
  const found: BinnedData = { x: [], lines: histograms.map(() => []), from: [], to: [] };
  if (some.length === 0) return found;
  const least = Math.min(...some.map(({ from }) => whole(from[0])));
  const most = Math.max(...some.map(({ from }) => whole(from.at(-1))));
  const counts = histograms.map(
    (one) => new Map(Array.from(one.from, (from, bin) => [whole(from), one.counts[bin] ?? 0])),
  );
  for (let start = least; start <= most && found.x.length < MAX_BINS; start = binEnd(start)) {
    found.x.push(found.x.length);
    found.from.push(start / unit);
    found.to.push(binEnd(start) / unit);
    counts.forEach((of, line) => found.lines[line]?.push(of.get(start) ?? 0));
  }
  return found;
}

/** Fields with a comma, quote or line end in quotes (RFC 4180). */
export function csvOf(heads: readonly string[], rows: readonly (readonly (string | number)[])[]) {
  const field = (value: string | number) =>
    typeof value === 'number' || !/[",\r\n]/.test(value)
      ? String(value)
      : `"${value.replaceAll('"', '""')}"`;
  return [heads, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
