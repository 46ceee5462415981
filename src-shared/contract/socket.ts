import { z } from 'zod';

/** Names one socket of one engine process, from 1 up; never reused while that engine lives. */
export const socketId = z.int().min(1);
export type SocketId = z.infer<typeof socketId>;

/**
 * What a socket is. A `udp-peer` is one remote address seen by a UDP socket; a `capture-file` is a
 * capture opened from disk, with the flows in it as its children. Everything here has a tab.
 */
const socketKind = z.enum([
  'tcp-listener',
  'tcp-connection',
  'udp-socket',
  'udp-peer',
  'capture-file',
]);
export type SocketKind = z.infer<typeof socketKind>;

/** The one lifecycle: opening → open → closing → closed, never backwards. */
const phase = z.enum(['opening', 'open', 'closing', 'closed']);
export type Phase = z.infer<typeof phase>;

/** An address and port as the system tells them; IPv6 without brackets, with its `%scope` if any. */
export const endpoint = z.object({ host: z.string().max(255), port: z.int().min(0).max(65535) });
export type Endpoint = z.infer<typeof endpoint>;

/** A failed system call, as plain data. `code` is Node's name for it (`ECONNREFUSED`). */
export const socketError = z.object({
  code: z.string().max(64),
  errno: z.int().optional(),
  syscall: z.string().max(64).optional(),
  message: z.string().max(2000),
});
export type SocketError = z.infer<typeof socketError>;

const count = z.int().min(0);

/**
 * Where every chunk went. A chunk is one read of a stream or one datagram. For a listener and a
 * UDP socket the figures are the sums over its connections or peers, those gone by included.
 * `recorded` counts both directions, so that `received + sent = recorded + ownDropped`.
 */
const ledger = z.object({
  receivedChunks: count,
  receivedBytes: count,
  sentChunks: count,
  sentBytes: count,
  recordedChunks: count,
  recordedBytes: count,
  /** Datagrams the kernel threw away for this socket; null where the system does not tell. */
  kernelDropped: count.nullable(),
  /** Chunks that passed but could not be recorded (the disk was full or failed). */
  ownDroppedChunks: count,
  ownDroppedBytes: count,
  /** Connections that could not be served because the process ran short of file descriptors. */
  refusedConnections: count,
});
export type Ledger = z.infer<typeof ledger>;

/** The capture of a root socket. */
const captureState = z.object({
  /** The file's name in the capture store, or its full path when it was chosen by the user. */
  file: z.string(),
  /** Bytes written so far. */
  bytes: count,
  rows: count,
  /** `blocked`: writing fails now (see `error`), sockets live on, it is tried again every second. */
  state: z.enum(['recording', 'blocked', 'complete']),
  error: socketError.nullable(),
  /** 0 to 1 while a capture file is being read, else null. */
  progress: z.number().min(0).max(1).nullable(),
  /** What is wrong with an opened file, and from which byte on; null when all of it was read. */
  damage: z
    .object({ kind: z.enum(['cut', 'damaged']), atByte: count, message: z.string() })
    .nullable(),
});
export type CaptureState = z.infer<typeof captureState>;

export const socketInfo = z.object({
  id: socketId,
  /** The listener, UDP socket or capture file this belongs to; null for a root. */
  parent: socketId.nullable(),
  kind: socketKind,
  /** The address it was opened with, in canonical form; for children that of the remote. */
  address: z.string(),
  phase,
  /** What an opening socket is waiting for. */
  step: z.enum(['resolving', 'connecting', 'binding', 'reading']).nullable(),
  local: endpoint.nullable(),
  remote: endpoint.nullable(),
  openedAt: z.number().nullable(),
  closedAt: z.number().nullable(),
  /** How long connecting took, ms, name resolution included. */
  connectMs: z.number().nullable(),
  /** The peer has sent FIN: it will send no more. */
  peerEnded: z.boolean(),
  /** We have sent FIN. */
  ended: z.boolean(),
  /** Why it closed, when it did not close in good order. */
  error: socketError.nullable(),
  ledger,
  /** Bytes accepted for sending that the kernel has not taken yet. */
  sendQueueBytes: count,
  /** Connections or peers open now, and those gone by. */
  openChildren: count,
  closedChildren: count,
  /** UDP: SO_RCVBUF asked for and what the kernel gave, bytes; null where it does not apply. */
  receiveBuffer: z.object({ requestedBytes: count, effectiveBytes: count }).nullable(),
  /** Only for a root. */
  capture: captureState.nullable(),
});
export type SocketInfo = z.infer<typeof socketInfo>;

/** The ledger of a socket that has just been made. */
export function emptyLedger(): Ledger {
  return {
    receivedChunks: 0,
    receivedBytes: 0,
    sentChunks: 0,
    sentBytes: 0,
    recordedChunks: 0,
    recordedBytes: 0,
    kernelDropped: null,
    ownDroppedChunks: 0,
    ownDroppedBytes: 0,
    refusedConnections: 0,
  };
}

/** Whether nothing is known to be lost. */
export function isClean(of: Ledger): boolean {
  return (of.kernelDropped ?? 0) === 0 && of.ownDroppedChunks === 0 && of.refusedConnections === 0;
}
