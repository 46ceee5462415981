import { z } from 'zod';
import { ANSWERINGS } from './behaviour';
import { reason } from './reason';
import { ruleState } from './rules';
import { streamFigures } from './stream-figures';
import { tlsSummary } from './tls';

/** Names one socket of one engine process, from 1 up; never reused while that engine lives. */
export const socketId = z.int().min(1);
export type SocketId = z.infer<typeof socketId>;

/**
 * What a socket is. The local ones are Unix sockets and Windows' named pipes. A `dialer` is the root
 * of a dial with `reconnect`: the connections it makes one after another are its children. A
 * `udp-peer` is one remote address seen by a UDP socket; a `capture-file` is a capture opened from
 * disk, with the flows in it as its children. Everything here has a tab.
 */
const socketKind = z.enum([
  'tcp-listener',
  'tcp-connection',
  'local-listener',
  'local-connection',
  'dialer',
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
  /** EADDRINUSE: who has the port, where the system tells: `python3 (pid 123)`. */
  takenBy: z.string().max(300).optional(),
  reason: reason.optional(),
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

/** A multicast group that a UDP socket has joined, or joins again when its interface is back. */
export const membership = z.object({
  group: z.string().min(1).max(64),
  /** As it was asked for: a name or an address of the interface; null: the system's choice. */
  interface: z.string().min(1).max(255).nullable(),
  /** Source-specific: only what this address sends to the group. */
  source: z.string().min(1).max(255).nullable(),
  /** False: the interface went away, so nothing comes until it is back. */
  joined: z.boolean(),
});
export type Membership = z.infer<typeof membership>;

const idle = z.object({
  timeoutMs: z.int().min(1),
  action: z.enum(['warn', 'half-close', 'close', 'reset']),
  /** Whose silence counts: `rx` that of the peer, however much we send. */
  direction: z.enum(['either', 'rx', 'tx']),
  /** When it will be too long, if nothing passes until then; null while it does not count. */
  deadlineAt: z.number().nullable(),
  /** It has been too long: nothing of that direction has passed since then. Epoch ms. */
  silentSince: z.number().nullable(),
});
export type Idle = z.infer<typeof idle>;

const reconnect = z.object({
  /** Failed one after another; 0 while it stands. */
  attempt: count,
  /** After so many it is given up; null: never. */
  limit: z.int().min(1).nullable(),
  /** When the next is made; null: none is waited for. */
  nextAt: z.number().nullable(),
});
export type Reconnect = z.infer<typeof reconnect>;

/** The newest of a socket that are kept. */
export const MAX_ATTEMPTS = 16;

/** One address that was tried. */
export const attempt = z.object({
  host: endpoint.shape.host,
  port: endpoint.shape.port,
  ms: z.number(),
  /** Null: it is the one that was connected. */
  error: socketError.nullable(),
});
export type Attempt = z.infer<typeof attempt>;

/** Whom a listener takes: at most so many at a time (null: all), and nobody from these ranges. */
export const limitsShape = {
  maxClients: z.int().min(1).nullable(),
  /** IP addresses and CIDR ranges. */
  block: z.array(z.string().min(2).max(64)).max(1000),
};

/** Packets of a capture that have no row of their own, by what they are. */
const otherPackets = z.array(z.object({ what: z.string().max(100), packets: count })).max(100);
export type OtherPackets = z.infer<typeof otherPackets>;

/** Of a recording that goes on in new files: what is kept, and what a ring let go on purpose. */
const captureParts = z.object({
  /** The one being written, from 1. */
  number: z.int().min(1),
  kept: z.int().min(1),
  letGoParts: count,
  letGoRows: count,
  letGoBytes: count,
  /** Of those opened as one: numbers that nobody let go on purpose, and that are not there. */
  missingParts: count.optional(),
});
export type CaptureParts = z.infer<typeof captureParts>;

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
  /** Of one that is split; `file` is the part being written, `bytes` and `rows` are of all. */
  parts: captureParts.optional(),
  /** Of an opened file that is one of several of a recording: which, and how many there are. */
  partOf: z.object({ number: z.int().min(1), count }).optional(),
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
  step: z.enum(['resolving', 'connecting', 'securing', 'binding', 'reading']).nullable(),
  local: endpoint.nullable(),
  remote: endpoint.nullable(),
  /**
   * Of a local socket: the file, `@name` for an abstract one, or the name of a pipe. Its `local` and
   * `remote` are null; a connection that a listener accepted has its number (`#1`) as its address.
   */
  path: z.string().nullable(),
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
  /** The most that is sent in a second, bytes; of a listener to each client to come. */
  sendRateBytes: count.optional(),
  /** Connections or peers open now, and those gone by. */
  openChildren: count,
  closedChildren: count,
  /** Of TCP and local streams and their listeners; null: plain. */
  tls: tlsSummary.nullable(),
  /** The user has paused reading: what the peer sends waits with it. */
  readingPaused: z.boolean(),
  /** Of a listener: whether it takes new connections now. */
  accepting: z.boolean().nullable(),
  /** Null: it may be silent as long as it likes. */
  idle: idle.nullable(),
  /** Of a dialer, and of a listener that listens again after a failure. */
  reconnect: reconnect.nullable(),
  /** Of a root that dials: the addresses tried, newest last. */
  attempts: z.array(attempt).max(MAX_ATTEMPTS),
  /** Of a listener, as `setLimits` has them. */
  ...limitsShape,
  /** Clients turned away because of them. */
  refusedClients: count,
  /** Of a listener or UDP socket: what it answers by itself; null: nothing. */
  behaviour: z.enum(ANSWERINGS).nullable(),
  /** Of one that answers by rules: how they fare. */
  rules: ruleState.optional(),
  /** Of one that relays: the address that it passes everything on to. */
  relayTo: z.string().optional(),
  /** A relay has joined it with that one: their rows are one log. The one that was dialled says so. */
  pair: z.object({ socket: socketId, dialled: z.boolean() }).optional(),
  /** UDP: SO_RCVBUF asked for and what the kernel gave, bytes; null where it does not apply. */
  receiveBuffer: z.object({ requestedBytes: count, effectiveBytes: count }).nullable(),
  /** UDP: SO_SNDBUF likewise; `requestedBytes` 0: left as the system makes it. */
  sendBuffer: z.object({ requestedBytes: count, effectiveBytes: count }).nullable(),
  /** UDP: multicast groups. */
  groups: z.array(membership),
  /** UDP with only-from: peers it does not name; of such a peer itself, 1. All is recorded. */
  unexpectedSources: count,
  /** The address it is bound to is gone from the computer; until it is back nothing arrives. */
  addressGone: z.boolean(),
  /** Of an opened capture and its flows, when there is something to tell. */
  reassembly: streamFigures.optional(),
  /** Of an opened capture. */
  otherPackets: otherPackets.optional(),
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
