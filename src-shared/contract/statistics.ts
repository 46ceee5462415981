import { z } from 'zod';
import { ASKING } from './statistics-words';
import { scanState, viewId, viewShape } from './view-shape';

/*
 * What the messages of a view come to: how many, how big, how far apart, and how long an answer takes.
 * A message is a chunk, a datagram or a frame that the view shows; states are none.
 */

const count = z.int().min(0);

/** Of one view's messages in time, unless a width was asked for. */
export const USUAL_BUCKETS = 2000;
/** With a width that was asked for; beyond it becomes wider. */
export const MAX_BUCKETS = 100_000;

/** Bytes `from`..`to` of a message, `to` not among them; negative: from its end; null: to its end. */
const byteRange = z.object({
  from: z.int().min(-0xffff).max(0xffff),
  to: z.int().min(-0xffff).max(0xffff).nullable(),
});
export type ByteRange = z.infer<typeof byteRange>;

const asks = z.enum(ASKING);
export type Asks = z.infer<typeof asks>;

const pattern = z.string().min(1).max(4000);

/** Which answer belongs to which request; always of the same connection or peer. */
const pairingRule = z.discriminatedUnion('by', [
  /** The next message the other way that no earlier request waits for. */
  z.object({ by: z.literal('next'), asks }),
  /** The next message the other way with the same bytes, such as a transaction's number. */
  z.object({ by: z.literal('bytes'), asks, request: byteRange, response: byteRange }),
  /** Filters, in the grammar of `filter/parse.ts`: the next message that passes `response`. */
  z.object({ by: z.literal('patterns'), request: pattern, response: pattern }),
]);
export type PairingRule = z.infer<typeof pairingRule>;

/** What is to be added up besides the plain sums. */
const statisticsOptions = z.object({
  /** Null: no answers are looked for. */
  pairing: pairingRule.nullable(),
  /** After so long a request counts as timed out, and what comes later answers nothing. */
  timeoutMs: z.int().min(1).max(86_400_000),
  /** Of the time buckets at least; null: as fine as USUAL_BUCKETS allow, from 1 ms. */
  bucketMs: z.int().min(1).max(86_400_000).nullable(),
});
export type StatisticsOptions = z.infer<typeof statisticsOptions>;

/** Values are exact; `p50` and the like are within 1 % of the value. All null while there is none. */
const histogram = z.object({
  count,
  sum: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  /** Four to each doubling, ascending, those with something in them: from, up to but not with, how many. */
  from: z.instanceof(Float64Array),
  to: z.instanceof(Float64Array),
  counts: z.instanceof(Float64Array),
});
export type Histogram = z.infer<typeof histogram>;

const direction = z.object({
  messages: count,
  bytes: count,
  /** Bytes of a message. */
  sizes: histogram,
  /** Ms since the message before it in the same direction; less than none counts as none. */
  gapsMs: histogram,
});

/** Sums of equal stretches of time, without holes; a stretch is left out only before and after all. */
const timeline = z.object({
  widthMs: z.number().min(1),
  /** Epoch ms of the first; a multiple of the width. */
  startAt: z.number(),
  inBytes: z.instanceof(Float64Array),
  inMessages: z.instanceof(Float64Array),
  outBytes: z.instanceof(Float64Array),
  outMessages: z.instanceof(Float64Array),
  /** By when the answer came; empty without a pairing. */
  answers: z.instanceof(Float64Array),
  latencySumMs: z.instanceof(Float64Array),
  latencyMaxMs: z.instanceof(Float64Array),
});
export type Timeline = z.infer<typeof timeline>;

/** `requests` = answered + timed out + waiting + forgotten. */
const latency = z.object({
  requests: count,
  answered: count,
  /** No answer came within the time. */
  timedOut: count,
  /** No answer yet; at the end of a capture: none, but its time was not over. */
  waiting: count,
  /** No longer waited for: too many were open at once. */
  forgotten: count,
  /** Answers to nothing that waits: unasked, or too late. */
  orphans: count,
  /** Messages too short for the bytes that are compared. */
  skipped: count,
  ms: histogram,
});
export type LatencyStatistics = z.infer<typeof latency>;

const statistics = z.object({
  in: direction,
  out: direction,
  /** Of the first and last message, epoch ms. */
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
  /** Messages whose time is not known: in the sums, not in the timeline. */
  untimed: count,
  /** Rows that a ring let go before they could be counted: in no sum. */
  goneRows: count,
  timeline,
  latency: latency.nullable(),
});
export type Statistics = z.infer<typeof statistics>;

/** Adding up the messages of a view that is open. */
export const statisticsCommands = {
  /** From the first row on, instead of what was added up before. Progress comes as updates. */
  openStatistics: {
    params: z.object({
      view: viewId,
      options: statisticsOptions,
      /** Of decoders that the rule names, besides those of the view. */
      definitions: viewShape.shape.definitions,
    }),
    result: z.object({}),
  },
  closeStatistics: { params: z.object({ view: viewId }), result: z.object({}) },
  /** As far as it has come. */
  statistics: {
    params: z.object({ view: viewId }),
    result: z.object({ scanning: scanState, statistics }),
  },
} as const;

/** In an update: there is something new to be asked for. */
export const statisticsNews = scanState.extend({
  /** Grows with each. */
  version: count,
  /** Requests that no answer came to in time; null: no answers are looked for. */
  timedOut: count.nullable(),
});
