import { z } from 'zod';
import { EXPORT_FORMATS } from './export-formats';
import { socketId } from './socket';
import { viewShape } from './view-shape';

/** Named by who asks for it, so that it can be asked about and stopped meanwhile. */
const job = z.string().min(1).max(64);

/** Rows from..end of a view of that shape. */
const span = z
  .object({ from: z.int().min(0), end: z.int().min(1) })
  .refine(({ from, end }) => from < end, 'an empty span');

/** Which rows, and as what. */
export const exportRequest = z.object({
  job,
  /** A root: all its rows. */
  socket: socketId,
  /** Only what passes, or frames instead of chunks. */
  shape: viewShape.optional(),
  /** Only these, ascending; all when left out. */
  rows: z.array(span).min(1).max(10_000).optional(),
  format: z.enum(EXPORT_FORMATS),
  /** Says what each frame means, in CSV and JSON lines. */
  decoder: z.string().min(1).max(500).optional(),
  /** Of that decoder, where it is none of the built-in ones. */
  definitions: viewShape.shape.definitions,
});
export type ExportRequest = z.infer<typeof exportRequest>;

export const exportResult = z.object({
  /** Stopped on request: then there is no file. */
  cancelled: z.boolean(),
  rows: z.int().min(0),
  bytes: z.int().min(0),
});
export type ExportResult = z.infer<typeof exportResult>;

/** Of exports that run, for the window. */
export const exportCommands = {
  /** Null: no such export runs (yet, or any more). */
  exportProgress: {
    params: z.object({ job }),
    result: z.object({
      progress: z
        .object({
          rows: z.int().min(0),
          bytes: z.int().min(0),
          /** From 0 to 1. */
          part: z.number().min(0).max(1),
        })
        .nullable(),
    }),
  },
  /** Stops it, and nothing is left of its file. */
  cancelExport: { params: z.object({ job }), result: z.object({}) },
} as const;
