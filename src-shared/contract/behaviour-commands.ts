import { z } from 'zod';
import { MAX_REPLY_LENGTH, behaviourName } from './behaviour';
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
      behaviour: behaviourName.nullable(),
      reply: z.string().max(MAX_REPLY_LENGTH).nullable(),
    }),
    result: z.object({}),
  },
} as const;
