import { z } from 'zod';
import { endpoint } from './socket';

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
