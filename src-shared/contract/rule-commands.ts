import { z } from 'zod';
import { ruleSet } from './rules';
import { MAX_JUDGED_BYTES } from './rule-words';
import { socketError, socketId } from './socket';

/** Commands of rules; see `engineCommands`. */
export const ruleCommands = {
  /**
   * From now on, for the connections that are open and those to come, and for datagrams; in place of
   * a behaviour. Null: no rules. Of listeners, UDP sockets and what dials.
   */
  setRules: {
    params: z.object({ socket: socketId, rules: ruleSet.nullable() }),
    result: z.object({}),
  },
  /** What the rules would make of a message, delays and chances left aside. Changes nothing. */
  tryRules: {
    params: z.object({
      rules: ruleSet,
      message: z.instanceof(Uint8Array).refine((b) => b.byteLength <= MAX_JUDGED_BYTES),
      /** What `{{host}}` stands for, as `hostField` has it; left out: nothing is dialled. */
      host: z.string().max(300).optional(),
    }),
    result: z.object({
      /** Which answers, from 0; null: none. */
      rule: z.int().min(0).nullable(),
      /** Null: it sends nothing. */
      reply: z.instanceof(Uint8Array).nullable(),
      /** Why there is no answer although a rule fits, or why one was given up. */
      problem: socketError.nullable(),
    }),
  },
} as const;
