import { z } from 'zod';

/** Which refusal something is (`refusal/refusal.ts`), for a sentence in another language. */
export const reason = z.object({
  name: z.string().max(64),
  values: z.record(z.string().max(32), z.string().max(2000)),
});
