import type { Note, Row } from '../../../src-shared/contract/row';
import type {
  CaptureState,
  Endpoint,
  SocketError,
  SocketId,
} from '../../../src-shared/contract/socket';
import { now as clockNow } from '../clock';
import type { Stamp } from '../clock';
import type {
  LocalPlace,
  Recorder,
  RowView,
  Session,
  SessionCounts,
  TcpFlow,
  UdpFlow,
  UnwrittenChunk,
  ViewOptions,
} from '../types';
import { CaptureIndex, RowKind } from './capture-index';
import { randomSequence, TcpRecord, UdpRecord } from './flow-records';
import type { FlowHost } from './flow-records';
import { formatPeer } from './ip-address';
import { LIVE_SECTIONS, LiveBlocks } from './live-blocks';
import { formatNote } from './note-text';
import { PacketWriter } from './packet-writer';
import { headerBlocks, statisticsBlock } from './pcapng-blocks';
import type { Statistics } from './pcapng-blocks';
import { PcapngWriter } from './pcapng-writer';
import type { Disk } from './pcapng-writer';
import type { RowSource } from './row-reader';
import { openRowView } from './row-view';
import { placeName, standIns } from './stand-in';
import { lossText } from './loss-text';
import type { Loss } from './loss-text';

/** Statistics that changed are written this often; kernel drops at once. */
const STATISTICS_EVERY_NS = 10e9;

export interface SessionOptions {
  path: string;
  /** In the address grammar; becomes the interface's name. */
  address: string;
  rootSocket: SocketId;
  /** What `state.file` says; the path when left out. */
  name?: string;
  /** "Wirebench" and a version, for the section header. */
  userAppl?: string;
  now?: () => Stamp;
  /** Recording stopped, went on or ended: `state` tells which. */
  onChange?: () => void;
  /** First sequence numbers of connections; random when left out. */
  initialSequence?: () => number;
  disk?: Disk;
}

/** A capture while it is written, and after. */
export interface LiveSession extends Session, Recorder {
  /** The file was renamed: it is read there from now on. */
  moved(path: string): void;
}

/**
 * Starts a capture. Its first blocks are on disk when this returns; throws Node's error when they
 * cannot be, and leaves no file behind. Never overwrites: the file must not exist.
 */
export function createSession(options: SessionOptions): LiveSession {
  return new RecordingSession(options);
}

class RecordingSession implements LiveSession, FlowHost {
  readonly packets: PacketWriter;
  readonly #writer: PcapngWriter;
  readonly #index = new CaptureIndex();
  readonly #rows: RowSource;
  readonly #rootSocket: SocketId;
  readonly #now: () => Stamp;
  readonly #onChange: () => void;
  readonly #initialSequence: () => number;
  readonly #name: string | null;
  /** By flow number; 0 is the root itself. */
  readonly #flowSockets: SocketId[];
  readonly #flowPeers: string[] = [''];
  readonly #udpFlows = new Set<number>();
  /** Of local sockets, by flow number. */
  readonly #flowNames = new Map<number, string>();
  #localFlows = 0;
  readonly #latestFlow = new Map<SocketId, number>();
  #path: string;
  #loss: Loss | null = null;
  #fault: SocketError | null = null;
  #complete = false;
  #counts: SessionCounts | null = null;
  #writtenCounts: SessionCounts = { received: 0, kernelDropped: null, ownDropped: 0 };
  #countsWrittenAt: Stamp;

  constructor(options: SessionOptions) {
    this.#path = options.path;
    this.#name = options.name ?? null;
    this.#rootSocket = options.rootSocket;
    this.#flowSockets = [options.rootSocket];
    this.#now = options.now ?? clockNow;
    this.#onChange = options.onChange ?? (() => undefined);
    this.#initialSequence = options.initialSequence ?? randomSequence;
    const header = headerBlocks(options.userAppl ?? 'Wirebench', options.address);
    const events = {
      blocked: () => this.#onChange(),
      resumed: () => this.#resumed(),
      unconfirmed: (error: SocketError) => this.#unconfirmed(error),
    };
    this.#writer = new PcapngWriter(options.path, header, events, options.disk);
    this.packets = new PacketWriter(this.#writer);
    this.#countsWrittenAt = this.#now();
    this.#rows = {
      index: this.#index,
      blocks: new LiveBlocks(this.#writer, () => this.#path),
      socketOf: (flow) => this.#flowSockets[flow] ?? this.#rootSocket,
      peerOf: (flow) => this.#flowNames.get(flow) ?? this.#flowPeers[flow] ?? '',
      nameOf: (flow) => this.#flowNames.get(flow) ?? null,
      summary: () => null,
      live: true,
      protocolOf: (flow) => (flow === 0 ? null : this.#udpFlows.has(flow) ? 'udp' : 'tcp'),
      flowCount: () => this.#flowSockets.length,
      file: () => this.#onDisk(),
    };
  }

  get path(): string {
    return this.#path;
  }

  get flushedBytes(): number {
    return this.#writer.flushedBytes;
  }

  get position(): number {
    return this.#writer.position;
  }

  get state(): CaptureState {
    const blocked = this.#writer.error;
    return {
      file: this.#name ?? this.#path,
      bytes: this.#writer.flushedBytes,
      rows: this.#index.length,
      state: this.#complete ? 'complete' : blocked === null ? 'recording' : 'blocked',
      error: this.#complete ? this.#fault : (blocked ?? this.#fault),
      progress: null,
      damage: null,
    };
  }

  moved(path: string): void {
    this.#path = path;
  }

  view(socket: SocketId | null, options?: ViewOptions): RowView {
    return openRowView(this.#rows, this.#rootSocket, socket, options);
  }

  flush(): void {
    if (!this.#complete) this.#writer.flush();
  }

  #onDisk(): ReturnType<RowSource['file']> {
    this.flush();
    const bytes = this.#writer.flushedBytes;
    const rows = this.#index.rowsBefore(bytes);
    const complete = this.#complete;
    return { path: this.#path, sections: LIVE_SECTIONS, bytes, rows, complete };
  }

  tcp(socket: SocketId, local: Endpoint, remote: Endpoint): TcpFlow {
    const flow = this.#newFlow(socket, remote);
    return new TcpRecord(this, flow, { local, remote }, this.#initialSequence);
  }

  stream(socket: SocketId, place: LocalPlace): TcpFlow {
    this.#localFlows++;
    const ends = standIns(this.#localFlows);
    const flow = this.#newFlow(socket, ends.remote);
    this.#flowNames.set(flow, placeName(place));
    return new TcpRecord(this, flow, ends, this.#initialSequence, place);
  }

  udp(socket: SocketId, local: Endpoint, remote: Endpoint): UdpFlow {
    const flow = this.#newFlow(socket, remote);
    this.#udpFlows.add(flow);
    return new UdpRecord(this, flow, local, remote);
  }

  #newFlow(socket: SocketId, remote: Endpoint): number {
    const flow = this.#flowSockets.push(socket) - 1;
    this.#flowPeers.push(formatPeer(remote.host, remote.port));
    this.#latestFlow.set(socket, flow);
    return flow;
  }

  note(socket: SocketId, note: Note, at: Stamp): void {
    const flow = socket === this.#rootSocket ? 0 : (this.#latestFlow.get(socket) ?? 0);
    const comment = formatNote(note, this.#flowPeers[flow] ?? '');
    this.#statistics({ comment }, flow, at);
  }

  #statistics(of: Omit<Statistics, 'time'>, flow: number, at: Stamp): void {
    const position = this.#writer.position;
    if (!this.packets.block(statisticsBlock({ ...of, time: this.packets.time(at) }))) {
      this.lostState(at);
    } else if (of.comment !== undefined) {
      this.addRow(position, flow, RowKind.note, 0);
    }
  }

  counts(counts: SessionCounts, at: Stamp): void {
    this.#counts = { ...counts };
    const written = this.#writtenCounts;
    const dropped = (counts.kernelDropped ?? 0) - (written.kernelDropped ?? 0);
    const changed =
      counts.received !== written.received || counts.ownDropped !== written.ownDropped;
    if (dropped > 0) {
      const note: Note = { event: 'kernel-dropped', text: `${String(dropped)} datagrams` };
      this.#writeCounts({ comment: formatNote(note) }, at);
    } else if (changed && at - this.#countsWrittenAt >= STATISTICS_EVERY_NS) {
      this.#writeCounts({}, at);
    }
  }

  #writeCounts(extra: Pick<Statistics, 'comment' | 'end'>, at: Stamp): void {
    const counts = this.#counts;
    if (counts !== null) {
      this.#writtenCounts = counts;
      this.#countsWrittenAt = at;
    }
    const { received, ownDropped, kernelDropped } = this.#writtenCounts;
    const kernel = kernelDropped === null ? {} : { kernelDropped };
    this.#statistics({ ...extra, received, ownDropped, ...kernel }, 0, at);
  }

  close(at: Stamp): readonly UnwrittenChunk[] {
    if (this.#complete) return [];
    // While the disk was full, one last try: a gap is told before the end.
    this.#writer.flush();
    this.#writeCounts({ end: this.packets.time(at) }, at);
    const error = this.#writer.close();
    this.#complete = true;
    const unwritten = this.#unwritten();
    if (error !== null) {
      const rows = `the last ${String(unwritten.length)} rows are not in the file: `;
      this.#fault = { ...error, message: (unwritten.length > 0 ? rows : '') + error.message };
    }
    this.#onChange();
    return unwritten.flatMap(({ socket, direction, lengthBytes }) =>
      direction === 'in' || direction === 'out' ? [{ socket, bytes: lengthBytes }] : [],
    );
  }

  /** Rows that were accepted while the disk still took them, and then could not be written. */
  #unwritten(): Row[] {
    const written = this.#index.rowsBefore(this.#writer.flushedBytes);
    return this.view(null).rows(written, this.#index.length - written);
  }

  rollBack(position: number): void {
    this.#writer.rollBack(position);
  }

  addRow(position: number, flow: number, kind: number, lengthBytes: number): void {
    this.#index.append(position, flow, kind, lengthBytes);
  }

  lostChunk(bytes: number, at: Stamp): void {
    const loss = (this.#loss ??= { since: at, chunks: 0, bytes: 0, states: 0 });
    loss.chunks++;
    loss.bytes += bytes;
  }

  lostState(at: Stamp): void {
    const loss = (this.#loss ??= { since: at, chunks: 0, bytes: 0, states: 0 });
    loss.states++;
  }

  #resumed(): void {
    const loss = this.#loss;
    this.#loss = null;
    if (loss !== null) {
      this.note(this.#rootSocket, { event: 'gap', text: lossText(loss) }, this.#now());
    }
    this.#onChange();
  }

  #unconfirmed(error: SocketError): void {
    if (this.#fault !== null) return;
    this.#fault = error;
    this.note(this.#rootSocket, { event: 'fault', error }, this.#now());
    this.#onChange();
  }
}
