import { z } from 'zod';
import { MAX_LISTED_MARKS, MAX_MARKS } from './mark-limits';
import { mark, row } from './row';
import { viewId } from './view-shape';

/** Rows from..end of a view. */
export const rowSpan = z
  .object({ from: z.int().min(0), end: z.int().min(1) })
  .refine(({ from, end }) => from < end, 'an empty span');

/** Of the row with this number in its capture, from 1; null: no mark. */
const rowMark = z.object({ number: z.int().min(1), mark: mark.nullable() });

const view = viewId;
const nothing = z.object({});

/**
 * Marks and notes of rows. They belong to the capture, not to the view: a frame's is that of the row
 * it begins in. That they changed is told with `updates.views[].marks`.
 */
export const markCommands = {
  /**
   * `toggle` takes the marks away when all of these rows have one, and marks those without one
   * otherwise; `note` marks all of them with this note, or with none. Rejected with
   * ERR_TOO_MANY_MARKS when the capture would have more than MAX_MARKS.
   */
  markRows: {
    params: z.object({
      view,
      rows: z.array(rowSpan).min(1).max(10_000),
      change: z.discriminatedUnion('do', [
        z.object({ do: z.literal('toggle') }),
        z.object({ do: z.literal('note'), note: mark.shape.note }),
      ]),
    }),
    /** What was before, for `setMarks` to take it back; `marked`: whether they have marks now. */
    result: z.object({ before: z.array(rowMark), marked: z.boolean() }),
  },
  setMarks: {
    params: z.object({ view, marks: z.array(rowMark).max(MAX_MARKS) }),
    result: nothing,
  },
  /** The marks of the capture by row number, from the one with this ordinal on. */
  marks: {
    params: z.object({
      view,
      from: z.int().min(0),
      count: z.int().min(1).max(MAX_LISTED_MARKS),
    }),
    result: z.object({
      total: z.int().min(0),
      /** Marks of the file whose rows are not in it (any more). */
      missing: z.int().min(0),
      /** `at`: its place in the view; null when the view does not show it. */
      marks: z.array(z.object({ row, at: z.int().min(0).nullable() })),
    }),
  },
  /** The marked row of the view after or before row `from`; beyond the end it goes on at the other. */
  findMark: {
    params: z.object({ view, from: z.int().min(-1), backwards: z.boolean() }),
    result: z.object({
      hit: z.object({ at: z.int().min(0), wrapped: z.boolean() }).nullable(),
    }),
  },
} as const;
