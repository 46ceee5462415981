import { z } from 'zod';
import { highlightCommands, highlightState } from './highlight';
import { markCommands } from './mark-commands';
import { searchCommands } from './search-commands';
import { selectionCommands } from './selection-commands';
import { statisticsCommands, statisticsNews } from './statistics';
import { scanState, viewId, viewShape } from './view-shape';
import { recordingSplit } from './recording-split';
import { MAX_ADDRESS_LENGTH } from '../address/kinds';
import { ruleCommands } from './rule-commands';
import { ruleSet } from './rules';
import { behaviourCommands } from './behaviour-commands';
import { controlCommands } from './control-commands';
import { dissectionCommands } from './dissection';
import { networkCommands, networkInterface } from './network';
import { probeCommands } from './probe';
import { row } from './row';
import { MAX_ROWS } from './row-words';
import { certificateFiles, certificateRequest } from './certificate';
import { exportCommands, exportRequest, exportResult } from './export';
import { fileSendCommands, fileSendRequest, fileSendResult } from './file-send';
import { secretValues } from './secret';
import { type sendTarget, sendTo } from './send-target';
import { socketError, socketId, socketInfo } from './socket';
import { tlsCommands } from './tls-commands';

/** One send is at most this big; bigger things are sent as files. */
const MAX_SEND_BYTES = 16 * 1024 * 1024;

/** `rowBytes` answers with at most this many bytes, so that no copy can exhaust the window. */
export const MAX_ROW_BYTES = 64 * 1024 * 1024;

/** A file name in the capture store; never a path. */
const captureName = z
  .string()
  .max(255)
  .regex(/^[^/\\\0]+\.pcapng$/);

/** Updates that may be on their way to a window; it tells what it has seen every UPDATES_PER_RECEIPT. */
export const MAX_UNSEEN_UPDATES = 32;
export const UPDATES_PER_RECEIPT = 8;

export type SendTarget = z.infer<typeof sendTarget>;

const nothing = z.object({});

const interfaceAddress = z.object({
  name: z.string(),
  address: z.string(),
  family: z.enum(['IPv4', 'IPv6']),
  internal: z.boolean(),
});
export type InterfaceAddress = z.infer<typeof interfaceAddress>;

const storedCapture = z.object({
  name: captureName,
  bytes: z.int().min(0),
  modifiedAt: z.number(),
  /** Open in this engine now. */
  inUse: z.boolean(),
  /** Kept by the user: never deleted to make room. */
  kept: z.boolean(),
  /** False when the program that wrote it ended without closing it. */
  complete: z.boolean(),
});
export type StoredCapture = z.infer<typeof storedCapture>;

/**
 * Commands to the engine: parameters and result of each. Network outcomes are events, not results:
 * a command is rejected only when it makes no sense (no such socket, an address that does not
 * parse), with an error a user can read.
 */
export const engineCommands = {
  /** Opens what the address says. Answers at once; what becomes of it comes as updates. */
  open: {
    params: z.object({
      address: z.string().min(1).max(MAX_ADDRESS_LENGTH),
      /** What it answers by itself from its first message on. */
      rules: ruleSet.optional(),
    }),
    result: z.object({ socket: socketId }),
  },
  /** Closes in good order: FIN after what is queued. A listener stops, then closes its connections. */
  close: { params: z.object({ socket: socketId }), result: nothing },
  /** Half-close: sends FIN, keeps receiving. Connections only. */
  end: { params: z.object({ socket: socketId }), result: nothing },
  /** Sends RST. Connections only. */
  reset: { params: z.object({ socket: socketId }), result: nothing },
  /** Forgets a closed root and its children; its capture stays in the store. */
  remove: { params: z.object({ socket: socketId }), result: nothing },
  send: {
    params: z.object({
      socket: socketId,
      target: sendTo,
      bytes: z.instanceof(Uint8Array).refine((b) => b.byteLength <= MAX_SEND_BYTES, 'too large'),
    }),
    /** How many connections or addresses it goes to. */
    result: z.object({ targets: z.int().min(0) }),
  },
  ...probeCommands,
  /** The rows of a root socket, or of one connection, peer or flow. Its length comes as updates. */
  openView: {
    params: z.object({
      view: viewId,
      socket: socketId,
      /** Rows then come as they are found. */
      shape: viewShape.optional(),
    }),
    result: z.object({ length: z.int().min(0) }),
  },
  closeView: { params: z.object({ view: viewId }), result: nothing },
  /** Rows beyond the end are left out. */
  rows: {
    params: z.object({ view: viewId, from: z.int().min(0), count: z.int().min(1).max(MAX_ROWS) }),
    result: z.object({ length: z.int().min(0), rows: z.array(row) }),
  },
  /** Whole payloads, oldest first; stops before MAX_ROW_BYTES and says so. */
  rowBytes: {
    params: z.object({ view: viewId, indexes: z.array(z.int().min(0)).min(1).max(100_000) }),
    result: z.object({ chunks: z.array(z.instanceof(Uint8Array)), truncated: z.boolean() }),
  },
  /**
   * How many updates this window has taken in since it was attached. Past MAX_UNSEEN_UPDATES the
   * engine sends no more until it hears: a frozen window must not fill the engine's memory.
   */
  updatesSeen: { params: z.object({ count: z.int().min(0) }), result: nothing },
  ...networkCommands,
  ...controlCommands,
  ...tlsCommands,
  ...behaviourCommands,
  ...ruleCommands,
  ...exportCommands,
  ...fileSendCommands,
  ...searchCommands,
  ...dissectionCommands,
  ...markCommands,
  ...selectionCommands,
  ...statisticsCommands,
  ...highlightCommands,
  interfaces: { params: nothing, result: z.object({ interfaces: z.array(interfaceAddress) }) },
  captures: { params: nothing, result: z.object({ captures: z.array(storedCapture) }) },
  /** Opens a capture of the store as a `capture-file` socket. */
  openCapture: { params: z.object({ name: captureName }), result: z.object({ socket: socketId }) },
  /** All parts of the recording that a socket shows one of, as one log in a socket of its own. */
  openWhole: {
    params: z.object({ socket: socketId }),
    result: z.object({ socket: socketId }),
  },
  /** Makes the files clean in place: cuts an incomplete tail, adds the closing block. */
  recoverCapture: {
    params: z.object({ name: captureName }),
    result: z.object({ cutBytes: z.int() }),
  },
  deleteCapture: { params: z.object({ name: captureName }), result: nothing },
  keepCapture: { params: z.object({ name: captureName, kept: z.boolean() }), result: nothing },
} as const;

/** Commands only the process that owns the engine may give: they name paths. */
export const hostCommands = {
  /** Where captures go, how they are split and how much they may take, bytes. First of all, and again when changed. */
  configure: {
    params: z.object({
      captureFolder: z.string().min(1),
      captureLimitBytes: z.int().min(1),
      /** The Wireshark that the user chose; null: wherever it is. */
      wireshark: z.string().max(4096).nullable().optional(),
      /** How recordings in the store are split whose address says nothing of it. */
      split: recordingSplit.optional(),
    }),
    result: nothing,
  },
  /** What `secret:NAME` in addresses means from now on; all of them, instead of those before. */
  secrets: { params: z.object({ values: secretValues }), result: nothing },
  /** Test certificates in a folder, which is made if need be. All of them, or nothing is written. */
  makeCertificates: {
    params: certificateRequest.extend({ folder: z.string().min(1) }),
    result: z.object({ files: z.array(certificateFiles) }),
  },
  /** Opens any capture the user chose; several files are one, in the order of their numbers. */
  openCaptureFile: {
    params: z.object({ paths: z.array(z.string().min(1)).min(1).max(100_000) }),
    result: z.object({ socket: socketId }),
  },
  /** Copies what is recorded so far, complete blocks only. */
  saveCapture: { params: z.object({ socket: socketId, path: z.string().min(1) }), result: nothing },
  /** Writes rows to a file the user chose, instead of what is there. Answers when it is done. */
  exportRows: {
    params: exportRequest.extend({ path: z.string().min(1) }),
    result: exportResult,
  },
  /** Sends a file through an open socket. Answers when it is done, stopped or broken off. */
  sendFile: {
    params: fileSendRequest.extend({ path: z.string().min(1) }),
    result: fileSendResult,
  },
  /** The path of a root's capture with all so far recorded written out. */
  capturePath: { params: z.object({ socket: socketId }), result: z.object({ path: z.string() }) },
  /** Closes everything in good order, within 2 s. */
  shutdown: { params: nothing, result: nothing },
} as const;

type EngineCommands = typeof engineCommands;
export type EngineCommandName = keyof EngineCommands;
type HostCommands = typeof hostCommands;
export type HostCommandName = keyof HostCommands;
type All = EngineCommands & HostCommands;
export type ParamsOf<Name extends keyof All> = z.infer<All[Name]['params']>;
export type ResultOf<Name extends keyof All> = z.infer<All[Name]['result']>;

/** A failure that did not end its socket. */
const fault = z.object({
  socket: socketId.nullable(),
  at: z.number(),
  error: socketError,
});
export type Fault = z.infer<typeof fault>;

/**
 * What changed since the message before, at most once per 50 ms and at most 256 sockets at a time.
 * The first message after attaching has `first: true` and carries every socket.
 */
export const engineUpdate = z.object({
  first: z.boolean(),
  sockets: z.array(socketInfo),
  removed: z.array(socketId),
  /** Views that grew. */
  views: z.array(
    z.object({
      view: viewId,
      length: z.int().min(0),
      /** Rows before it were let go: the ring of their recording keeps no more. */
      first: z.int().min(0).optional(),
      /** Of a filtered or framed view. */
      scanning: scanState.optional(),
      /** Of one that is searched: `hits` so far, `whole` when all rows there are were looked at. */
      search: scanState.extend({ hits: z.int().min(0), whole: z.boolean() }).optional(),
      /** Of one whose messages are added up: there is something new to be asked for. */
      statistics: statisticsNews.optional(),
      /** Of one with highlights, when some were given up. */
      highlight: highlightState.optional(),
      /** Counts changes of the capture's marks, when there was one. */
      marks: z.int().min(0).optional(),
    }),
  ),
  faults: z.array(fault),
  /** The interfaces, when they changed and some window watches them. */
  network: z.array(networkInterface).optional(),
});
export type EngineUpdate = z.infer<typeof engineUpdate>;

/** Window (or main) → engine. */
export const engineRequest = z.object({
  id: z.int().min(1),
  command: z.string().max(64),
  params: z.unknown(),
});
export type EngineRequest = z.infer<typeof engineRequest>;

/** Engine → window (or main). A rejection's message is fit for a user; its code is for `switch`. */
export const engineMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int().min(1), result: z.unknown() }),
  z.object({ type: z.literal('rejected'), id: z.int().min(1), error: socketError }),
  z.object({ type: z.literal('update'), update: engineUpdate }),
]);
export type EngineMessage = z.infer<typeof engineMessage>;
