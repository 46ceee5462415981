import { z } from 'zod';
import { MAX_HIGHLIGHTS } from './highlight-words';
import { row } from './row';
import { socketError, socketId } from './socket';
import { viewId, viewShape } from './view-shape';

/** Rows that pass an expression stand out, and `rule:NAME` in a filter means it. */
export const highlightRule = z.strictObject({
  name: z.string().trim().min(1).max(40),
  /** In the grammar of `filter/parse.ts`. */
  expression: z.string().min(1).max(4000),
  /** One of HIGHLIGHT_COLOURS; plain text, so that one of a later version harms no profile. */
  colour: z.string().min(1).max(20),
  enabled: z.boolean(),
});
export type HighlightRule = z.infer<typeof highlightRule>;

/** Of a view with highlights: expressions that were given up, by their place among them. */
export const highlightState = z.object({
  ended: z.array(z.object({ rule: z.int().min(0), problem: socketError })),
});

/**
 * What is counted: chunks that end in CRLF or LF; lines of a text; chunks that end where a frame does
 * (`fixed`, `length`), or a frame between marks; frames of a protocol that are as it says.
 */
const SUGGESTED = [
  'crlf',
  'lf',
  'text-crlf',
  'text-lf',
  'fixed',
  'length',
  'slip',
  'cobs',
  'startend',
  'proto',
] as const;
export type SuggestedKind = (typeof SUGGESTED)[number];

/** A framing that the bytes themselves suggest, and what of them does. */
const framingSuggestion = z.object({
  /** In the grammar of framings. */
  framing: z.string(),
  /** What was counted: so many of so many are as the kind says. */
  evidence: z.object({
    kind: z.enum(SUGGESTED),
    held: z.int().min(0),
    of: z.int().min(0),
  }),
});
export type FramingSuggestion = z.infer<typeof framingSuggestion>;

const nothing = z.object({});

export const highlightCommands = {
  /**
   * What stands out in the rows of a view from now on, in the grammar of `filter/parse.ts`: each row
   * then tells which of these it passes. None: nothing does.
   */
  highlight: {
    params: z.object({
      view: viewId,
      expressions: z.array(z.string().min(1).max(4000)).max(MAX_HIGHLIGHTS),
      definitions: viewShape.shape.definitions,
    }),
    result: nothing,
  },
  /**
   * Where in a view a row of the capture is, by its number from 1: `at` it or the first after it, and
   * which row of the view is it or `holds` a part of it; null: none does, or is found yet.
   */
  placeOf: {
    params: z.object({ view: viewId, number: z.int().min(1) }),
    result: z.object({
      at: z.int().min(0).nullable(),
      holds: z.int().min(0).nullable(),
    }),
  },
  /** What a framing would make of the first rows that are recorded: nothing is changed by it. */
  tryFraming: {
    params: z.object({ socket: socketId, framing: z.string().min(1).max(300) }),
    result: z.object({
      /** The first of them, then the last; `skipped` stand between. */
      first: z.array(row),
      last: z.array(row),
      frames: z.int().min(0),
      skipped: z.int().min(0),
      /** Rows looked at, and whether those were all there are. */
      rows: z.int().min(0),
      whole: z.boolean(),
    }),
  },
  /** Framings that what is recorded suggests, the plainest first. */
  suggestFraming: {
    params: z.object({ socket: socketId }),
    result: z.object({ suggestions: z.array(framingSuggestion) }),
  },
} as const;
