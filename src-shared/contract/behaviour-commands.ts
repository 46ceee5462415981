import { z } from 'zod';
import { MAX_ADDRESS_LENGTH } from '../address/kinds';
import { BEHAVIOURS, MAX_REPLY_LENGTH } from './behaviour';
import { socketId } from './socket';

/** Commands of behaviours; see `engineCommands`. */
export const behaviourCommands = {
  /**
   * From now on, for the connections that are open and for those to come. `behaviour` null: none.
   * `reply` is what the behaviour `reply` sends, as text with escapes (`\r \n \t \xHH …`).
   */
  setBehaviour: {
    params: z.object({
      socket: socketId,
      behaviour: z.enum(BEHAVIOURS).nullable(),
      reply: z.string().max(MAX_REPLY_LENGTH).nullable(),
      /** Where `relay` passes everything on to: an address that dials, or `udp:` for datagrams. */
      relayTo: z.string().min(1).max(MAX_ADDRESS_LENGTH).optional(),
    }),
    result: z.object({}),
  },
} as const;
