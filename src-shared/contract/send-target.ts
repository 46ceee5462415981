import { z } from 'zod';
import { MAX_CHOSEN } from './send-limits';
import { endpoint, socketId } from './socket';

/** Where something is sent to through a socket. */
export const sendTarget = z.discriminatedUnion('to', [
  /** A connection, or the address a UDP socket or peer is connected to. */
  z.object({ to: z.literal('peer') }),
  /** Every open connection of a listener, every known peer of a UDP socket. */
  z.object({ to: z.literal('all') }),
  /** UDP: any address. The host may be a name. */
  z.object({
    to: z.literal('address'),
    host: z.string().min(1).max(255),
    port: endpoint.shape.port,
  }),
]);

/** What may be asked of the engine: besides, chosen ones of a listener's or UDP socket's own. */
export const sendTo = z.discriminatedUnion('to', [
  ...sendTarget.options,
  z.object({ to: z.literal('some'), sockets: z.array(socketId).min(1).max(MAX_CHOSEN) }),
]);
export type SendTo = z.infer<typeof sendTo>;
