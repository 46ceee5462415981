import { z } from 'zod';
import { viewId, viewShape } from './view-shape';

const nothing = z.object({});

/** Places of hits that are told at once: more than any window shows. */
const MAX_HITS = 4096;

/** Looking for something in the rows of a view. */
export const searchCommands = {
  /** In the grammar of `filter/parse.ts`; null: no more. What is found comes as updates. */
  search: {
    params: z.object({
      view: viewId,
      search: z.string().min(1).max(4000).nullable(),
      definitions: viewShape.shape.definitions,
    }),
    result: nothing,
  },
  /** The first hit at row `from` or after it, or before it; beyond the end it goes on at the other. */
  findHit: {
    params: z.object({ view: viewId, from: z.int().min(-1), backwards: z.boolean() }),
    result: z.object({
      hit: z
        .object({
          /** Its row in the view. */
          at: z.int().min(0),
          /** Which of the hits it is, from 0. */
          ordinal: z.int().min(0),
          /** It was found beyond the end. */
          wrapped: z.boolean(),
        })
        .nullable(),
    }),
  },
  /** Those of these rows that are hits. */
  hits: {
    params: z
      .object({ view: viewId, from: z.int().min(0), end: z.int().min(0) })
      .refine(({ from, end }) => end - from <= MAX_HITS, 'too many rows'),
    result: z.object({ at: z.array(z.int().min(0)) }),
  },
} as const;
