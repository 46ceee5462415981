import type { Definition } from '../../src-shared/contract/definition';
import type { FramingSuggestion } from '../../src-shared/contract/highlight';
import type { Note, Row } from '../../src-shared/contract/row';
import type { Statistics, StatisticsOptions } from '../../src-shared/contract/statistics';
import type { Charset } from '../../src-shared/encoding/charset';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import type {
  CaptureState,
  Endpoint,
  SocketError,
  SocketId,
} from '../../src-shared/contract/socket';
import type { SectionStart } from './capture/format/file-blocks';
import type { SessionFile } from './capture/format/session-file';
import type { MarkLookup, Marks } from './capture/store/marks';
import type { Stamp } from './clock';

/* Between sockets, which tell their session what happened, and captures, which write it down and
 * answer views. Implemented in capture/, used by sockets/ and by engine.ts. */

export type Direction = 'in' | 'out';
export type Side = 'us' | 'peer';

/** The record of one TCP connection. Calls in the order things happened. */
export interface TcpFlow {
  /** Writes SYN, SYN-ACK, ACK; `by` dialled. */
  opened(by: Side, at: Stamp): void;
  /** A dial that came to nothing: a SYN with the note, and an RST when the peer refused. */
  failed(note: Note, refused: boolean, at: Stamp): void;
  /**
   * Copies the bytes before it returns. False: not recorded (the caller's ledger counts it).
   * `comment` is told on the first of its packets.
   */
  data(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): boolean;
  /** FIN. */
  ended(by: Side, at: Stamp): void;
  /** RST, with the cause if there is one to tell. */
  reset(by: Side, at: Stamp, note?: Note): void;
}

/** The record of one peer of a UDP socket. */
export interface UdpFlow {
  data(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): boolean;
}

export interface SessionCounts {
  /** Packets the socket has received (for the statistics block). */
  received: number;
  kernelDropped: number | null;
  ownDropped: number;
}

/** Not in the file after all. */
export interface UnwrittenChunk {
  socket: SocketId;
  bytes: number;
}

/** Where a connection without addresses is. */
export interface LocalPlace {
  /** In the address grammar, without options: `unix:/run/device.sock`. */
  address: string;
  /** Of one that a listener accepted: its number, from 1. Null: we dialled. */
  peer: number | null;
}

/** Records one root socket from open to close. */
export interface Recorder {
  tcp(socket: SocketId, local: Endpoint, remote: Endpoint): TcpFlow;
  /** A connection over a local socket: recorded like TCP, between addresses that stand for it. */
  stream(socket: SocketId, place: LocalPlace): TcpFlow;
  udp(socket: SocketId, local: Endpoint, remote: Endpoint): UdpFlow;
  /** From now on `socket` is in one log with `other`. */
  join(socket: SocketId, other: SocketId): void;
  /** A state with no packet of its own, as the comment of a statistics block. */
  note(socket: SocketId, note: Note, at: Stamp): void;
  /** Written when changed, at once if `kernelDropped` grew, and with the closing block. */
  counts(counts: SessionCounts, at: Stamp): void;
  /**
   * Writes the closing block and closes the file. Idempotent. Returns the chunks that counted as
   * recorded and that the disk did not take to the end: none, unless it was full.
   */
  close(at: Stamp): readonly UnwrittenChunk[];
}

/** The blocks of the capture file that the rows of a view stand for. */
export interface RowPackets {
  /** Hands over where each block of a row stands. `own`: the one where comments on the row are. */
  each(index: number, visit: (offset: number, lengthBytes: number, own: boolean) => void): void;
  /** How the blocks there are to be read, and where that began. */
  section(offset: number): SectionStart;
  /** At least `bytes` bytes from there on, fewer at the end. Valid until the next read. */
  read(offset: number, bytes: number): Uint8Array;
  /** Runs a group of reads: the file is opened once for them. */
  during<Result>(reads: () => Result): Result;
}

/** Which rows of the capture those of a view are. */
export interface RowPlaces {
  /** Number in the index, from 0; of a frame, of the row it begins in. */
  rowOf(index: number): number;
  /** Its place in the view; null: it is not in it. */
  placeOf(row: number): number | null;
  /** Bytes of payload. */
  lengthBytes(index: number): number;
  readonly marks: MarkLookup;
}

/** The rows of a session or of one socket in it, in order; grows while the session lives. */
export interface RowView {
  readonly length: number;
  rows(from: number, count: number): Row[];
  bytes(index: number): Uint8Array;
  /** Null when rows are frames: those have no packets of their own. */
  readonly packets: RowPackets | null;
  /** Of rows of the capture or frames of it; not of what is neither. */
  readonly places?: RowPlaces;
  /** How far another thread is with looking for its rows; `goneRows` a ring let go before that. */
  readonly scanning?: ScanState & { goneRows?: number };
  /** Looks for something in these rows; closed on its own. */
  search(options: SearchOptions): Search;
  /** Adds up its messages; closed on its own. */
  statistics(request: StatisticsRequest): RunningStatistics;
  /** Where a row of the capture is, by its number from 1: it or the first after it. */
  placeFrom(number: number): number | null;
  /** Rows as a thread knows them; null: of lines, which nothing is asked about. */
  asked(from: number, end: number): AskedRows | null;
  /** Begins to be asked about its rows; closed on its own. */
  questions(request: QuestionsRequest): RowQuestions;
  /** Rows before this one were let go: the ring of their recording keeps no more. Not given: none. */
  readonly first?: number;
  /** Keeps the capture open until the function returned is called: for one who reads all rows. */
  hold?(): () => void;
  /** Called from time to time while somebody looks. */
  refresh?(): void;
  /** Ends what it has running. */
  close?(): void;
}

/** What is looked for, a filter understood already, and who hears that more was found. */
export interface SearchOptions {
  search: string;
  /** Of decoders that it names, besides those of the view. */
  definitions?: readonly Definition[] | undefined;
  onChange: () => void;
  /** The bundle of the thread that looks, where it is not beside this one. */
  thread?: URL;
}

/** A hit: its place in the view, and which of the hits it is, from 0. */
export interface FoundHit {
  at: number;
  ordinal: number;
  /** It was found on the other side of the view's end. */
  wrapped: boolean;
}

/**
 * Where in a view something was found. A match that lies across rows of one connection and direction
 * counts for the row it begins in, and is found when the last of them has come.
 */
export interface Search {
  /** Hits so far. */
  readonly length: number;
  readonly scanning: ScanState;
  /** All rows there are now were looked at. */
  readonly whole: boolean;
  /** The place of a hit in the view. */
  at(ordinal: number): number;
  /** The first hit at `from` or after it, or before it; beyond the end it goes on at the other. */
  find(from: number, backwards: boolean): FoundHit | null;
  /** Places from `from` up to but not including `end`. */
  between(from: number, end: number): number[];
  refresh(): void;
  close(): void;
}

/** Some rows of a view: their numbers from 0 in the capture, or the words of frames. */
export interface AskedRows {
  count: number;
  frames: boolean;
  words: Uint32Array<ArrayBuffer>;
}

/** Highlight rules, understood already, and who hears that an answer came late or that one ended. */
export interface QuestionsRequest {
  rules: readonly string[];
  /** Of decoders that they name, besides those of the view. */
  definitions?: readonly Definition[] | undefined;
  onChange: () => void;
  /** The bundle of the thread that answers, where it is not beside this one. */
  thread?: URL | undefined;
}

/** Answers about the rows of a view, bounded in time. */
export interface RowQuestions {
  /** Rules that were given up, by their place in the request, and why. */
  readonly ended: readonly { rule: number; problem: SocketError }[];
  /** Which rules each row passes; null: not known yet. Never rejects. */
  marks(rows: AskedRows): Promise<number[][] | null>;
  /** What a framing would make of the first rows. */
  tryFraming(framing: string): Promise<TriedFraming>;
  /** Framings that what came suggests; `port` is that of the root. */
  suggestFraming(port: number | null): Promise<FramingSuggestion[]>;
  close(): void;
}

/** Frames as rows. */
export interface TriedFraming {
  first: Row[];
  last: Row[];
  frames: number;
  /** Rows looked at, and whether those were all. */
  rows: number;
  whole: boolean;
}

/** What is to be added up, understood already, and who hears that there is more. */
export interface StatisticsRequest {
  options: StatisticsOptions;
  /** Of decoders that its rule names, besides those of the view. */
  definitions?: readonly Definition[] | undefined;
  onChange: () => void;
  /** The bundle of the thread that adds up, where it is not beside this one. */
  thread?: URL;
}

/** What the messages of a view come to, so far. */
export interface RunningStatistics {
  /** Null for the moment until the first is told. */
  readonly latest: Statistics | null;
  /** Counts those told. */
  readonly version: number;
  readonly scanning: ScanState;
  refresh(): void;
  close(): void;
}

interface ScanState {
  /** Rows of the capture looked at so far. */
  scannedRows: number;
  /** Bytes that wait for the rest of their frame. */
  pendingBytes: number;
  /** Why no more are looked at, if so. */
  problem: SocketError | null;
  /** No more rows will come, and all were looked at. */
  done: boolean;
  /** With a display filter: how far Wireshark is. */
  wireshark?: Pick<PacketMatches, 'readBytes' | 'ofBytes' | 'packets' | 'done'> & {
    behind: boolean;
  };
}

/** Packets that pass a display filter of Wireshark, as they are found. */
export interface PacketMatches {
  /** Of the file: what is asked about, and how much of that was read. */
  readonly ofBytes: number;
  readonly readBytes: number;
  /** Found so far. */
  readonly packets: number;
  /** All packets that begin before it were judged. */
  readonly judgedBytes: number;
  readonly done: boolean;
  /** Why no more are found, if so: of a filter that Wireshark does not understand, its words. */
  readonly problem: SocketError | null;
  /** Where the blocks of those found begin, ascending, from the one with that number on. */
  offsets(from: number): readonly number[];
  /** Called when something changed; returns what ends that. */
  listen(listener: () => void): () => void;
  close(): void;
}

/** What a view shows, understood already, and who hears that more was found. */
export interface ViewOptions {
  shape: ViewShape;
  /** Of the display filter of the shape; the view closes it. */
  matches?: PacketMatches;
  /** Of the encoding of the shape, loaded; left out: UTF-8. */
  charset?: Charset;
  onChange: () => void;
  /** The bundle of the thread that looks, where it is not beside this one. */
  thread?: URL;
}

/** One capture, being written or opened from disk. */
export interface Session {
  /** Of a recording that is split: the part that is written now; of one opened from disk the first. */
  readonly path: string;
  /** All files that it is in, one after the other. */
  readonly files: readonly SessionFile[];
  readonly state: CaptureState;
  /** `socket` null or the root: all rows. */
  view(socket: SocketId | null, options?: ViewOptions): RowView;
  /** Writes out what is still in memory, so that the file holds all so far. */
  flush(): void;
  /** Bytes of complete blocks in the file now. */
  readonly flushedBytes: number;
  readonly marks: Marks;
}
