import { z } from 'zod';
import { viewId } from './view-shape';

/** The largest tree that is told: what is more is left out, and counted. */
export const MAX_DISSECTED_NODES = 20_000;
export const MAX_DISSECTED_DEPTH = 64;
const MAX_TEXT = 500;

/**
 * One line of a dissection, in the order of the tree; `depth` 0: a protocol. All text was made by
 * Wireshark of what peers sent: show it as text only.
 */
const dissectedNode = z.object({
  depth: z.int().min(0).max(MAX_DISSECTED_DEPTH),
  text: z.string().max(MAX_TEXT),
  /** Where it stands in the payload of the row; null: in a header, or nowhere. */
  range: z.object({ start: z.int().min(0), end: z.int().min(0) }).nullable(),
  /** A display filter that finds the same; null: none. */
  filter: z.string().max(MAX_TEXT).nullable(),
  /** What Wireshark's experts say of it. */
  severity: z.enum(['comment', 'chat', 'note', 'warning', 'error']).nullable(),
});
export type DissectedNode = z.infer<typeof dissectedNode>;

/** The programs of Wireshark that do the work. */
const dissector = z.object({
  /** Null: none was found. */
  program: z.enum(['sharkd', 'tshark']).nullable(),
  path: z.string().max(4096).nullable(),
  /** `4.0.17`; null: it was not asked yet, or did not say. */
  version: z.string().max(64).nullable(),
});
export type Dissector = z.infer<typeof dissector>;

const dissection = z.object({
  nodes: z.array(dissectedNode).max(MAX_DISSECTED_NODES),
  /** Lines left out because there were too many, or too deep. */
  leftOut: z.int().min(0),
  /** The packet it is of, as Wireshark numbers them in what it was given. */
  frame: z.int().min(1),
  /** How many packets the row has: the last of them is dissected. */
  packets: z.int().min(1),
  /** It was given all of the capture; else only what stands before the row, and numbers begin there. */
  whole: z.boolean(),
  dissector,
});
export type Dissection = z.infer<typeof dissection>;

/** Wireshark's engine; part of `engineCommands`. */
export const dissectionCommands = {
  /** Which programs there are; starts one to learn its version. */
  dissector: { params: z.object({}), result: dissector },
  /**
   * All that Wireshark makes of a row. Rejected with ERR_NO_DISSECTOR, ERR_DISSECTOR_TIMEOUT,
   * ERR_DISSECTOR_MEMORY, ERR_DISSECTOR_FAILED, or ERR_NOT_POSSIBLE for a row without a packet.
   */
  dissect: {
    params: z.object({ view: viewId, index: z.int().min(0) }),
    result: dissection,
  },
} as const;
