import { z } from 'zod';
import { ENCODING_NAMES } from '../encoding/names';
import { socketError } from './socket';

/** Views are named by who opens them, so that no round trip is needed to learn the name. */
export const viewId = z.string().min(1).max(64);

/** What a view shows of the rows there are: all of them, unless told otherwise. */
export const viewShape = z.object({
  /** Only what passes, in the grammar of `filter/parse.ts`. */
  filter: z.string().min(1).max(4000).optional(),
  /** Frames instead of chunks, in the grammar of `framing/framing.ts`. */
  framing: z.string().min(1).max(300).optional(),
  /** What text is: for patterns of the filter and of searches, and for characters that rows cut. */
  encoding: z.enum(ENCODING_NAMES).optional(),
  /** Only rows with a packet that passes this display filter of Wireshark, as far as it has looked. */
  displayFilter: z.string().min(1).max(4000).optional(),
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
});
