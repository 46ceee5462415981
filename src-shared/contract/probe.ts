import { z } from 'zod';
import { MAX_ADDRESS_LENGTH } from '../address/kinds';
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
  /** Its answer comes at once then, if it still runs. */
  cancelProbe: { params: z.object({ job }), result: z.object({}) },
} as const;
