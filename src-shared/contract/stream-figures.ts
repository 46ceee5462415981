import { z } from 'zod';

const count = z.int().min(0);

/**
 * Of TCP in a capture that others made: what the network did to it, put right in the rows. Zeros for
 * a flow that came as it was sent.
 */
export const streamFigures = z.object({
  /** Shown once, where they were first captured. */
  retransmittedSegments: count,
  retransmittedBytes: count,
  /** Came later than what follows them; shown in their place. */
  outOfOrderSegments: count,
  /** Bytes that no packet in the file has, told by `gap` rows. */
  gaps: count,
  missingBytes: count,
  /** Bytes that were cut off when they were captured. */
  cutBytes: count,
  keepAlives: count,
  /** Bytes from before the first segment, or out of a gap told already: shown where they came. */
  lateBytes: count,
});
export type StreamFigures = z.infer<typeof streamFigures>;

export function noStreamFigures(): StreamFigures {
  return {
    retransmittedSegments: 0,
    retransmittedBytes: 0,
    outOfOrderSegments: 0,
    gaps: 0,
    missingBytes: 0,
    cutBytes: 0,
    keepAlives: 0,
    lateBytes: 0,
  };
}
