import { z } from 'zod';

/** What a view shows of the rows there are: all of them, unless told otherwise. */
export const viewShape = z.object({
  /** Only what passes, in the grammar of `filter/parse.ts`. */
  filter: z.string().min(1).max(4000).optional(),
  /** Frames instead of chunks, in the grammar of `framing/framing.ts`. */
  framing: z.string().min(1).max(300).optional(),
});
export type ViewShape = z.infer<typeof viewShape>;
