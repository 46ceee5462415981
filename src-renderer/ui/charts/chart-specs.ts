import type { Histogram, Statistics, Timeline } from '../../../src-shared/contract/statistics';
import { binsOf, latencyOf, rateFigures, ratesOf } from '../../format/chart-data';
import type { BinnedData, Figures } from '../../format/chart-data';
import { duration } from '../../format/duration';
import { formatByteRate, formatCount, formatRate, formatSize } from '../../format/sizes';
import { dateTime } from '../../format/times';
import { m } from '../../i18n/generated/messages';
import type { ChartSpec } from './chart-spec';
import type { PlotLine } from './plot';
import { BYTE_TICKS, COUNT_TICKS } from './ticks';

/** Times are counted in ns and told in ms. */
const NS_PER_MS = 1e6;

function ways(): PlotLine[] {
  return [
    { label: m.chart_rx(), colour: '--rx', filled: true },
    { label: m.chart_tx(), colour: '--tx', filled: false },
  ];
}

/** What all charts over time have. */
function overTime({ widthMs, startAt }: Timeline) {
  return {
    kind: 'time' as const,
    placeHead: m.chart_time(),
    placeText: (slot: number) => dateTime(startAt + slot * widthMs, { microseconds: false }),
    binText: () => '',
  };
}

function rateChart(
  id: 'bytes' | 'messages',
  timeline: Timeline,
  text: (value: number) => string,
): ChartSpec {
  const data = ratesOf(
    timeline,
    id === 'bytes' ? ['inBytes', 'outBytes'] : ['inMessages', 'outMessages'],
  );
  return {
    ...overTime(timeline),
    id,
    title: id === 'bytes' ? m.chart_bytes() : m.chart_messages(),
    lines: ways(),
    data,
    figures: data.lines.map(rateFigures),
    ...{ text, axisText: text, figureText: text },
    axisTicks: id === 'bytes' ? BYTE_TICKS : COUNT_TICKS,
    empty: m.chart_no_messages(),
  };
}

function latencyChart(timeline: Timeline): ChartSpec {
  const data = latencyOf(timeline);
  return {
    ...overTime(timeline),
    id: 'latency',
    title: m.chart_latency(),
    lines: [
      { label: m.chart_mean(), colour: '--rx', filled: true },
      { label: m.chart_most(), colour: '--sys', filled: false },
    ],
    data,
    figures: data.lines.map(rateFigures),
    ...{ text: duration, axisText: duration, figureText: duration },
    axisTicks: null,
    empty: m.chart_no_answers(),
  };
}

function spread({ count, sum, max, p50 }: Histogram): Figures {
  return { now: p50, mean: count === 0 ? null : sum / count, most: max };
}

/** What all histograms have; `text` says what a value is. */
function overBins(
  data: BinnedData,
  text: (value: number) => string,
  locale: string,
): Omit<ChartSpec, 'id' | 'title' | 'lines' | 'figures' | 'placeHead' | 'empty'> {
  const counted = (count: number) => formatCount(count, locale);
  return {
    kind: 'bins',
    data,
    ...{ text: counted, axisText: counted, figureText: text, axisTicks: COUNT_TICKS },
    placeText: (bin) => `${text(data.from[bin] ?? 0)} – ${text(data.to[bin] ?? 0)}`,
    binText: (bin) => text(data.from[bin] ?? data.to.at(-1) ?? 0),
  };
}

/** The charts of what was added up, in the order they stand; `timeline`: as it is drawn. */
export function chartSpecs(
  { in: received, out: sent, latency }: Statistics,
  timeline: Timeline,
  locale: string,
): ChartSpec[] {
  const size = (bytes: number) => formatSize(bytes, locale);
  const gaps = binsOf([received.gapsMs, sent.gapsMs], NS_PER_MS);
  const sizes = binsOf([received.sizes, sent.sizes], 1);
  const none = m.chart_no_messages();
  const answers: ChartSpec[] = [];
  if (latency !== null) {
    const data = binsOf([latency.ms], NS_PER_MS);
    answers.push(latencyChart(timeline), {
      ...overBins(data, duration, locale),
      ...{ id: 'latency-spread', title: m.chart_latency_spread(), empty: m.chart_no_answers() },
      lines: [{ label: m.chart_answers(), colour: '--rx', filled: true }],
      figures: [spread(latency.ms)],
      placeHead: m.chart_latency_of(),
    });
  }
  return [
    rateChart('bytes', timeline, (value) => formatByteRate(value, locale)),
    rateChart('messages', timeline, (value) => formatRate(value, locale)),
    ...answers,
    {
      ...overBins(gaps, duration, locale),
      ...{ id: 'gaps', title: m.chart_gaps(), lines: ways(), empty: m.chart_no_gaps() },
      figures: [spread(received.gapsMs), spread(sent.gapsMs)],
      placeHead: m.chart_gap(),
    },
    {
      ...overBins(sizes, size, locale),
      ...{ id: 'sizes', title: m.chart_sizes(), lines: ways(), empty: none },
      figures: [spread(received.sizes), spread(sent.sizes)],
      placeHead: m.chart_size(),
    },
  ];
}
