import type {
  Histogram,
  Statistics,
  StatisticsOptions,
} from '../../src-shared/contract/statistics';
import { formatPairing } from '../../src-shared/statistics/pairing-rule';
import { isoOfMs, jsonLine } from '../engine/export/json-line';

/** Microseconds are kept, noise of the arithmetic is not. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

function figures({ count, sum, min, max, p50, p90, p99 }: Histogram) {
  const mean = count === 0 ? null : sum / count;
  const [least, most, half, most90, most99, average] = [min, max, p50, p90, p99, mean].map(rounded);
  return { count, min: least, mean: average, p50: half, p90: most90, p99: most99, max: most };
}

function directionFields({ messages, bytes, sizes, gapsMs }: Statistics['in']) {
  return { messages, bytes, sizes: figures(sizes), gapsMs: figures(gapsMs) };
}

/** One line with all sums, then one for each stretch of time and each bin of a histogram. */
export function* statisticsJson(
  file: string,
  found: Statistics,
  { pairing, timeoutMs }: StatisticsOptions,
): Generator<string> {
  const { firstAt, lastAt, untimed, goneRows, latency } = found;
  const { ms, ...counts } = latency ?? { ms: null };
  const answers =
    ms === null || pairing === null
      ? {}
      : { latency: { pair: formatPairing(pairing), timeoutMs, ...counts, ms: figures(ms) } };
  yield jsonLine({
    event: 'statistics',
    file,
    from: firstAt === null ? null : isoOfMs(firstAt),
    to: lastAt === null ? null : isoOfMs(lastAt),
    untimed,
    ...(goneRows > 0 ? { goneRows } : {}),
    in: directionFields(found.in),
    out: directionFields(found.out),
    ...answers,
  });
  yield* bucketJson(found);
  yield* binJson('size', 'in', found.in.sizes);
  yield* binJson('size', 'out', found.out.sizes);
  yield* binJson('gap', 'in', found.in.gapsMs);
  yield* binJson('gap', 'out', found.out.gapsMs);
  if (latency) yield* binJson('latency', null, latency.ms);
}

function* bucketJson({ timeline, latency }: Statistics): Generator<string> {
  const { widthMs, startAt, inBytes, inMessages, outBytes, outMessages } = timeline;
  const { answers, latencySumMs, latencyMaxMs } = timeline;
  for (let slot = 0; slot < inBytes.length; slot++) {
    const count = answers[slot] ?? 0;
    const messages = (inMessages[slot] ?? 0) + (outMessages[slot] ?? 0);
    // Nearly all of a quiet capture.
    if (messages + count === 0) continue;
    const sum = latencySumMs[slot] ?? 0;
    const paired = {
      answers: count,
      latencyMeanMs: count === 0 ? null : rounded(sum / count),
      latencyMaxMs: count === 0 ? null : rounded(latencyMaxMs[slot] ?? 0),
    };
    yield jsonLine({
      event: 'bucket',
      at: isoOfMs(startAt + slot * widthMs),
      widthMs,
      in: { messages: inMessages[slot] ?? 0, bytes: inBytes[slot] ?? 0 },
      out: { messages: outMessages[slot] ?? 0, bytes: outBytes[slot] ?? 0 },
      ...(latency ? paired : {}),
    });
  }
}

function* binJson(
  of: 'size' | 'gap' | 'latency',
  direction: 'in' | 'out' | null,
  { from, to, counts }: Histogram,
): Generator<string> {
  const which = direction === null ? { of } : { of, direction };
  for (let bin = 0; bin < counts.length; bin++)
    yield jsonLine({
      event: 'bin',
      ...which,
      from: rounded(from[bin] ?? 0),
      to: rounded(to[bin] ?? 0),
      count: counts[bin] ?? 0,
    });
}
