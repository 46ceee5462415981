import { z } from 'zod';

/** Smaller files would be made all the time. */
export const LEAST_PART_BYTES = 64 * 1024;
export const LEAST_PART_MS = 1000;

const MAX_QUANTITY = 2 ** 31 - 1;

/** How recordings are split and what of them is kept, as the options of an address; null: not by this. */
export const recordingSplit = z
  .object({
    splitSizeBytes: z.int().min(LEAST_PART_BYTES).max(MAX_QUANTITY).nullable(),
    splitTimeMs: z.int().min(LEAST_PART_MS).max(MAX_QUANTITY).nullable(),
    ringMs: z.int().min(1).max(MAX_QUANTITY).nullable(),
    ringParts: z.int().min(1).max(100_000).nullable(),
  })
  // A count of files says nothing while nobody says how big they are.
  .refine(({ splitSizeBytes, splitTimeMs, ringParts }) =>
    ringParts === null ? true : splitSizeBytes !== null || splitTimeMs !== null,
  );
export type RecordingSplit = z.infer<typeof recordingSplit>;

/** One file a recording. */
export const IN_ONE_FILE: RecordingSplit = {
  splitSizeBytes: null,
  splitTimeMs: null,
  ringMs: null,
  ringParts: null,
};
