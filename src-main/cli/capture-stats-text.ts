import { counted } from '../../src-shared/counted';
import type {
  Histogram,
  LatencyStatistics,
  PairingRule,
  Statistics,
} from '../../src-shared/contract/statistics';
import { formatPairing } from '../../src-shared/statistics/pairing-rule';
import { isoOfMs } from '../engine/export/json-line';

const COLUMN_GAP = 2;

/** Rows of cells in columns; all but the first are set to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart((widths[at] ?? 0) + COLUMN_GAP),
      )
      .join('')
      .trimEnd(),
  );
}

/** At most four digits after the point, and no more than are of use. */
function ms(value: number | null): string {
  if (value === null) return '-';
  return value >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

function whole(value: number | null): string {
  return value === null ? '-' : String(Math.round(value));
}

function mean({ count, sum }: Histogram): number | null {
  return count === 0 ? null : sum / count;
}

function rate(count: number, seconds: number): string {
  return seconds > 0 ? (count / seconds).toFixed(1) : '-';
}

/** When, and how many messages each way, how big and how far apart. */
export function statisticsLines(found: Statistics): string[] {
  const { firstAt, lastAt, untimed } = found;
  const seconds = firstAt === null || lastAt === null ? 0 : (lastAt - firstAt) / 1000;
  const ways = [
    ['received', found.in],
    ['sent', found.out],
  ] as const;
  const sums = ways.map(([name, { messages, bytes }]) => [
    ...[name, String(messages), String(bytes)],
    ...[rate(messages, seconds), rate(bytes, seconds)],
  ]);
  const figuresOf = (name: string, all: Histogram, show: (value: number | null) => string) => {
    const { min, p50, p90, p99, max } = all;
    return [name, ...[min, mean(all), p50, p90, p99, max].map(show)];
  };
  const spread = ways.flatMap(([name, { sizes, gapsMs }]) =>
    sizes.count === 0
      ? []
      : [
          figuresOf(`size, ${name}, bytes`, sizes, whole),
          ...(gapsMs.count === 0 ? [] : [figuresOf(`gap, ${name}, ms`, gapsMs, ms)]),
        ],
  );
  const heads = ['', 'min', 'mean', 'p50', 'p90', 'p99', 'max'];
  return [
    ...(firstAt === null || lastAt === null
      ? ['no messages with a time']
      : [`${isoOfMs(firstAt)} to ${isoOfMs(lastAt)}, ${seconds.toFixed(3)} s`]),
    ...(untimed > 0 ? [`${counted(untimed, 'message')} without a time, in no stretch of it`] : []),
    '',
    ...table([['', 'messages', 'bytes', 'messages/s', 'bytes/s'], ...sums]),
    ...(spread.length > 0 ? ['', ...table([heads, ...spread])] : []),
  ];
}

/** How long answers took, and which did not come. */
export function latencyLines(found: LatencyStatistics, rule: PairingRule): string[] {
  const { requests, answered, timedOut, waiting, forgotten, orphans, skipped } = found;
  const { min, p50, p90, p99, max } = found.ms;
  const counts = [
    counted(requests, 'request'),
    `${answered} answered`,
    `${timedOut} timed out`,
    `${waiting} not answered at the end`,
    ...(forgotten > 0 ? [`${forgotten} given up, too many at once`] : []),
    `${counted(orphans, 'answer')} to no request`,
    ...(skipped > 0 ? [`${counted(skipped, 'message')} too short to compare`] : []),
  ];
  const lines = [`latency by ${formatPairing(rule)}: ${counts.join(', ')}`];
  if (answered === 0) return lines;
  const figures = [min, mean(found.ms), p50, p90, p99, max].map(ms);
  const heads = ['', 'min', 'mean', 'p50', 'p90', 'p99', 'max'];
  return [...lines, '', ...table([heads, ['latency, ms', ...figures]])];
}

/** One line a stretch of time. */
export function bucketLines({ timeline, latency }: Statistics): string[] {
  const { widthMs, startAt, inBytes, inMessages, outBytes, outMessages } = timeline;
  const { answers, latencySumMs, latencyMaxMs } = timeline;
  const rows: string[][] = [];
  for (let slot = 0; slot < inBytes.length; slot++) {
    const count = answers[slot] ?? 0;
    const paired = [
      String(count),
      ms(count === 0 ? null : (latencySumMs[slot] ?? 0) / count),
      ms(count === 0 ? null : (latencyMaxMs[slot] ?? 0)),
    ];
    rows.push([
      isoOfMs(startAt + slot * widthMs),
      ...[inMessages, inBytes, outMessages, outBytes].map((column) => String(column[slot] ?? 0)),
      ...(latency ? paired : []),
    ]);
  }
  const heads = [
    ...[`per ${widthMs} ms, from`, 'received', 'bytes', 'sent', 'bytes'],
    ...(latency ? ['answers', 'mean ms', 'max ms'] : []),
  ];
  return table([heads, ...rows]);
}
