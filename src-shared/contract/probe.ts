import { z } from 'zod';
import { MAX_ADDRESS_LENGTH } from '../address/kinds';
import { MAX_TARGETS } from '../address/targets';
import { attempt, endpoint, MAX_ATTEMPTS, socketError } from './socket';
import { tlsDetails } from './tls';

/** Named by who asks for it, so that it can be stopped meanwhile. */
const job = z.string().min(1).max(64);

const probed = z.object({
  /** Stopped on request: then nothing else is told. */
  cancelled: z.boolean(),
  /** The time of the connect, or until it failed; that of the handshake stands in `tls`. */
  ms: z.number(),
  /** Null: it came about. */
  error: socketError.nullable(),
  remote: endpoint.nullable(),
  /** How long looking up the name took; null: there was none to look up, or it was not found. */
  resolveMs: z.number().nullable(),
  /** The addresses that were tried, the one connected to last; none of a local socket. */
  attempts: z.array(attempt).max(MAX_ATTEMPTS),
  /** Of `tls:` once it was connected. */
  tls: tlsDetails.optional(),
});
export type Probed = z.infer<typeof probed>;

/** One of a sweep. */
const outcome = z.object({
  /** Its place in the list, from 0. */
  n: z.int().min(0).max(MAX_TARGETS),
  /** The canonical one, options included. */
  address: z.string(),
  /** By the clock of this computer, when it was over. */
  endedAt: z.number(),
  probed,
});
export type Outcome = z.infer<typeof outcome>;

/** One answer of a sweep has at most so many. */
export const MAX_OUTCOMES = 256;

const sweepNews = z.object({
  /** Those that ended since the last answer, in the order in which they ended. */
  outcomes: z.array(outcome).max(MAX_OUTCOMES),
  total: z.int().min(0),
  /** Ended, those told in this answer included. */
  done: z.int().min(0),
  /** Of those how many came about. */
  open: z.int().min(0),
  /** Since it began, or until it ended. */
  ms: z.number(),
  /** The last answer: nothing more is told. */
  over: z.boolean(),
  /** Stopped on request: what was not tried then never is. */
  cancelled: z.boolean(),
});
export type SweepNews = z.infer<typeof sweepNews>;

/** Trying an address without opening it; part of `engineCommands`. */
export const probeCommands = {
  /** One connect, and with TLS its handshake; closed again at once. */
  probe: {
    params: z.object({
      address: z.string().min(1).max(MAX_ADDRESS_LENGTH),
      /** Left out by who does not want to stop it. */
      job: job.optional(),
    }),
    result: probed,
  },
  /**
   * Probes each of a list, several at a time. One without `connect-timeout` gets 2 s. It waits while
   * nobody fetches its news, and ends when nobody does for a minute.
   */
  sweep: {
    params: z.object({
      /** Each as `parseTargets` takes it. */
      targets: z.array(z.string().min(1).max(MAX_ADDRESS_LENGTH)).min(1).max(MAX_TARGETS),
      job,
    }),
    result: z.object({ total: z.int().min(1) }),
  },
  /** Answers when there is something new; ask again until `over`. One at a time. */
  sweepNews: { params: z.object({ job }), result: sweepNews },
  /** Of a probe its answer comes at once then; of a sweep what ended before is told still. */
  cancelProbe: { params: z.object({ job }), result: z.object({}) },
} as const;
