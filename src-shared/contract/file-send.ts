import { z } from 'zod';
import { MAX_FILE_DATAGRAM_BYTES } from './send-limits';
import { sendTo } from './send-target';
import { socketError, socketId } from './socket';

const count = z.int().min(0);

/** A file through an open socket; its path is known to main and engine only. */
export const fileSendRequest = z.object({
  socket: socketId,
  target: sendTo,
  /** Bytes per second; left out: as fast as it is taken. */
  rateBytes: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  /** UDP: what each datagram carries, but for the last. */
  datagramBytes: z.int().min(1).max(MAX_FILE_DATAGRAM_BYTES).optional(),
});
export type FileSendRequest = z.infer<typeof fileSendRequest>;

const progress = z.object({
  /** Without its folder. */
  name: z.string().max(1000),
  /** Handed to the system, which is not: received. Of several targets the slowest counts. */
  sentBytes: count,
  /** Null: not known, as of a pipe. */
  totalBytes: count.nullable(),
  /** Since it began. */
  ms: z.number().min(0),
});
export type FileSendProgress = z.infer<typeof progress>;

export const fileSendResult = progress.extend({
  /** `file`: it could not be read (to its end); `socket`: the connection ended, or refused. */
  end: z.enum(['done', 'cancelled', 'file', 'socket']),
  /** Of `file` and `socket`. */
  error: socketError.nullable(),
  /** Of one that was cancelled: accepted already, so they still go out when the peer takes them. */
  queuedBytes: count,
  /** Connections or addresses it was begun for, and those that ended before they had all of it. */
  targets: count,
  gone: count,
});
export type FileSendResult = z.infer<typeof fileSendResult>;

/** Of files on their way, by the socket that was asked; for the window. */
export const fileSendCommands = {
  /** For a page that was loaded again: who is being sent a file now. */
  fileSends: { params: z.object({}), result: z.object({ sockets: z.array(socketId) }) },
  /** Null: none is on its way (yet, or any more). */
  fileSendProgress: {
    params: z.object({ socket: socketId }),
    result: z.object({
      progress: progress.nullable(),
      /** How the last one ended, of those that ended lately. */
      ended: fileSendResult.nullable(),
    }),
  },
  /** Stops it; the connection stays open. */
  cancelFileSend: { params: z.object({ socket: socketId }), result: z.object({}) },
} as const;
