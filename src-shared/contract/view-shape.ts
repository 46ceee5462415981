import { z } from 'zod';
import { ENCODING_NAMES } from '../encoding/names';
import { definition } from './definition';
import { socketError } from './socket';

/** Views are named by who opens them, so that no round trip is needed to learn the name. */
export const viewId = z.string().min(1).max(64);

/** A stream as lines: so many bytes each, or text up to its line ends; of both directions or one. */
const linesShape = z.object({
  as: z.enum(['hex16', 'hex32', 'text']),
  way: z.enum(['in', 'out']).optional(),
});
export type LinesShape = z.infer<typeof linesShape>;

/** What a view shows of the rows there are: all of them, unless told otherwise. */
export const viewShape = z.object({
  /** Only what passes, in the grammar of `filter/parse.ts`. */
  filter: z.string().min(1).max(4000).optional(),
  /** Frames instead of chunks, in the grammar of `framing/framing.ts`. */
  framing: z.string().min(1).max(300).optional(),
  /** Of the decoders that the filter names and that are none of the built-in ones. */
  definitions: z.array(definition).max(100).optional(),
  /** What text is: for patterns of the filter and of searches, and for characters that rows cut. */
  encoding: z.enum(ENCODING_NAMES).optional(),
  /** Only rows with a packet that passes this display filter of Wireshark, as far as it has looked. */
  displayFilter: z.string().min(1).max(4000).optional(),
  /** One connection as it ran, each row a line; then neither filter nor framing. */
  lines: linesShape.optional(),
});
export type ViewShape = z.infer<typeof viewShape>;

/** How far the engine is with looking through rows. */
export const scanState = z.object({
  /** Rows of the capture looked at so far. */
  scannedRows: z.int().min(0),
  /** Bytes that wait for the rest of their frame. */
  pendingBytes: z.int().min(0),
  /** Why no more are looked at, if so. */
  problem: socketError.nullable(),
  /** No more rows will come, and all were looked at. */
  done: z.boolean(),
  /** With a display filter: how much of the capture Wireshark was given, and what passed so far. */
  wireshark: z
    .object({
      readBytes: z.int().min(0),
      /** What was recorded when it was asked: it is not asked about what comes after. */
      ofBytes: z.int().min(0),
      packets: z.int().min(0),
      done: z.boolean(),
      /** It is through, and more rows have come since it was asked. */
      behind: z.boolean(),
    })
    .optional(),
});
