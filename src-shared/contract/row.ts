import { z } from 'zod';
import { FRAME_ROLES } from '../framing/frame';
import { ROW_EVENTS } from './row-words';
import { socketError, socketId } from './socket';

/**
 * What a row without payload tells. They come from the flags of recorded segments and from
 * comments in the capture, so an opened file shows what the live session showed.
 */
const rowEvent = z.enum(ROW_EVENTS);
export type RowEvent = z.infer<typeof rowEvent>;

/** What is said about a row or instead of one; travels in the capture as a comment. */
const note = z.object({
  event: rowEvent,
  error: socketError.optional(),
  /** Figures or words beside the event, such as how much a gap is. Plain text. */
  text: z.string().max(4000).optional(),
});
export type Note = z.infer<typeof note>;

/** What a user says about a row; kept beside the capture. */
export const mark = z.object({
  /** Plain text, in lines. */
  note: z.string().min(1).max(2000).nullable(),
});
export type Mark = z.infer<typeof mark>;

/** One line of a log: a chunk, a datagram, or a state between them. */
export const row = z.object({
  /** Its place in the view, from 0. */
  index: z.int().min(0),
  /** Its number in the capture, from 1. */
  number: z.int().min(1),
  /** Epoch ms, with fractions down to about 0.3 µs. */
  at: z.number(),
  /** Ms since the row before it in the same view; null for the first. */
  deltaMs: z.number().nullable(),
  /** The connection or peer, or the root itself. */
  socket: socketId,
  /** `host:port` of the remote; empty for states of the root. */
  peer: z.string(),
  direction: z.enum(['in', 'out', 'state', 'fault']),
  lengthBytes: z.int().min(0),
  preview: z.instanceof(Uint8Array),
  note: note.nullable(),
  /** A datagram from a source that `only-from` does not name. */
  unexpected: z.literal(true).optional(),
  /**
   * The bytes of the rows before it that begin the character which its first bytes go on with, in the
   * encoding of the view; left out when it begins with a character.
   */
  lead: z.instanceof(Uint8Array).optional(),
  /** Of a framed view: how this frame was found, and where in it (up to 64 places) a chunk begins. */
  frame: z
    .object({
      role: z.enum(FRAME_ROLES),
      part: z.enum(['whole', 'first', 'middle', 'last']),
      side: z.enum(['client', 'server']),
      incomplete: z.boolean(),
      cuts: z.array(z.int().min(1)),
      /** When each of these chunks came, epoch ms. */
      cutTimes: z.array(z.number()).optional(),
    })
    .optional(),
  /** Of a view of lines: how many bytes went that way before this one. */
  offset: z.number().min(0).optional(),
  /** Which of the view's highlights it passes; left out when none of them was looked at. */
  highlight: z.array(z.int().min(0)).optional(),
  /** Left out when it has none. */
  mark: mark.optional(),
});
export type Row = z.infer<typeof row>;
