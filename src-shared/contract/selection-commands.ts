import { z } from 'zod';
import { rowSpan } from './mark-commands';
import { viewId } from './view-shape';

/** A checksum is made of at most this many bytes of a selection. */
export const MAX_SUMMED_BYTES = 64 * 1024 * 1024;

const selected = z.object({
  view: viewId,
  /** Ascending. */
  rows: z.array(rowSpan).min(1).max(10_000),
});

/** What the rows of a selection come to. A newer question about the same view ends an older one. */
export const selectionCommands = {
  /** `sums` null: a newer question came, or the view was closed. */
  selectionSums: {
    params: selected,
    result: z.object({
      sums: z
        .object({
          rows: z.int().min(0),
          /** Payload of all of them. */
          bytes: z.int().min(0),
          /** Epoch ms of the first and the last one. */
          firstAt: z.number(),
          lastAt: z.number(),
        })
        .nullable(),
    }),
  },
  /** Of the payloads one after another. `checksums` null: as `sums`. */
  checksums: {
    params: selected.extend({ names: z.array(z.string().min(1).max(64)).min(1).max(16) }),
    result: z.object({
      checksums: z
        .object({
          /** Bytes that were read, and whether the selection has more. */
          bytes: z.int().min(0),
          cut: z.boolean(),
          /** In the order asked for, hex, high byte first. Null: there is none of that name. */
          values: z.array(z.string().nullable()),
        })
        .nullable(),
    }),
  },
} as const;
