import { basename } from 'node:path';
import type { Note, Row } from '../../../../src-shared/contract/row';
import type {
  CaptureState,
  Endpoint,
  SocketError,
  SocketId,
} from '../../../../src-shared/contract/socket';
import { now as clockNow } from '../../clock';
import type { Stamp } from '../../clock';
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
} from '../../types';
import { CaptureIndex, RowKind } from '../rows/capture-index';
import { randomSequence, TcpRecord, UdpRecord } from './flow-records';
import type { FlowHost } from './flow-records';
import { LiveBlocks, liveSections } from './live-blocks';
import { formatNote } from '../format/note-text';
import { PacketWriter } from './packet-writer';
import { headerBlocks, statisticsBlock } from '../format/pcapng-blocks';
import type { Statistics } from '../format/pcapng-blocks';
import { PartChange } from './part-change';
import { PcapngWriter } from './pcapng-writer';
import { Marks } from '../store/marks';
import { RowReader } from '../rows/row-reader';
import { ToldRows } from '../reading/told-rows';
import { RecordedCounts } from './recorded-counts';
import { RecordedFlows } from './recorded-flows';
import { oneFile, RecordingParts, sessionFiles, UNSPLIT } from './recording-parts';
import type { SessionOptions } from './session-options';
import type { RowSource } from '../rows/row-reader';
import { openRowView } from '../views/row-view';
import { lossText } from '../format/loss-text';
import type { Loss } from '../format/loss-text';

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
  readonly marks: Marks;
  readonly #writer: PcapngWriter;
  readonly #index = new CaptureIndex();
  readonly #rows: RowSource;
  readonly #rootSocket: SocketId;
  readonly #splits: boolean;
  readonly #now: () => Stamp;
  readonly #onChange: () => void;
  readonly #sequence: () => number;
  readonly #name: string | null;
  readonly #flows: RecordedFlows;
  readonly #parts: RecordingParts;
  readonly #change: PartChange;
  readonly #counts: RecordedCounts;
  #loss: Loss | null = null;
  #fault: SocketError | null = null;
  #complete = false;

  constructor(options: SessionOptions) {
    this.#name = options.name ?? null;
    this.#splits = options.split !== undefined;
    this.#rootSocket = options.rootSocket;
    this.#flows = new RecordedFlows(options.rootSocket);
    this.#now = options.now ?? clockNow;
    this.#onChange = options.onChange ?? (() => undefined);
    this.#sequence = options.initialSequence ?? randomSequence;
    const header = headerBlocks(options.userAppl ?? 'Wirebench', options.address);
    const events = {
      blocked: () => this.#onChange(),
      resumed: () => this.#resumed(),
      unconfirmed: (error: SocketError) => this.#unconfirmed(error),
    };
    const { plan, files } = options.split ?? { plan: UNSPLIT, files: oneFile(options.path) };
    this.#writer = new PcapngWriter(files.path(1), header, events, options.disk);
    const parts = new RecordingParts(plan, files);
    this.#parts = parts;
    this.#change = new PartChange(this.#writer, parts, header);
    this.#counts = new RecordedCounts(this.#now());
    this.packets = new PacketWriter(this.#writer, options.memory ?? null);
    this.marks = new Marks(this.#index, (row) => new RowReader(this.#rows).timeOf(row).ms);
    this.#rows = {
      index: this.#index,
      blocks: new LiveBlocks(this.#writer, parts),
      ...this.#flows.told,
      told: new ToldRows(),
      marks: this.marks,
      live: true,
      file: () => this.#onDisk(),
    };
  }

  get path(): string {
    return this.#parts.path;
  }

  get files(): Session['files'] {
    return sessionFiles(this.#parts, this.#writer.flushedBytes);
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
      file: this.#name === null ? this.path : basename(this.path),
      bytes: this.#writer.flushedBytes,
      rows: this.#index.length,
      state: this.#complete ? 'complete' : blocked === null ? 'recording' : 'blocked',
      error: this.#complete ? this.#fault : (blocked ?? this.#fault),
      progress: null,
      damage: null,
      ...(this.#splits ? { parts: this.#parts.told } : {}),
    };
  }

  moved(path: string): void {
    this.#parts.moved(path);
  }

  view(socket: SocketId | null, options?: ViewOptions): RowView {
    const of = socket === null ? null : this.#flows.logOf(socket);
    return openRowView(this.#rows, this.#rootSocket, of, options);
  }

  flush(): void {
    if (!this.#complete) this.#writer.flush();
  }

  #onDisk(): ReturnType<RowSource['file']> {
    this.flush();
    const bytes = this.#writer.flushedBytes;
    const rows = this.#index.rowsBefore(bytes);
    const [sections, complete] = [liveSections(this.#parts), this.#complete];
    return { path: this.path, sections, bytes, rows, complete, parts: this.#parts.kept };
  }

  tcp(socket: SocketId, local: Endpoint, remote: Endpoint): TcpFlow {
    const flow = this.#flows.add(socket, remote);
    return new TcpRecord(this, flow, { local, remote }, this.#sequence, this.#flows.begun(socket));
  }

  stream(socket: SocketId, place: LocalPlace): TcpFlow {
    const { flow, ends } = this.#flows.addLocal(socket, place);
    return new TcpRecord(this, flow, ends, this.#sequence, this.#flows.begun(socket, place));
  }

  join(socket: SocketId, other: SocketId): void {
    this.#flows.join(socket, other);
  }

  udp(socket: SocketId, local: Endpoint, remote: Endpoint): UdpFlow {
    const flow = this.#flows.addUdp(socket, remote);
    return new UdpRecord(this, flow, { local, remote }, this.#flows.begun(socket));
  }

  note(socket: SocketId, note: Note, at: Stamp): void {
    const { flow, peer, client } = this.#flows.noted(socket);
    if (note.event === 'unexpected-source') this.#flows.unexpected.add(flow);
    this.#statistics({ comment: formatNote(note, peer, client) }, flow, at);
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
    const news = this.#counts.news(counts, at);
    if (news !== null) this.#writeCounts(news, at);
  }

  #writeCounts(extra: Pick<Statistics, 'comment' | 'end'>, at: Stamp): void {
    this.#statistics({ ...this.#counts.write(at), ...extra }, 0, at);
  }

  close(at: Stamp): readonly UnwrittenChunk[] {
    if (this.#complete) return [];
    this.#change.close();
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
    if (position >= this.#change.due) this.#split();
  }

  /** The row before was the last of its part. */
  #split(): void {
    // What is written meanwhile is no reason for a further part.
    this.#change.due = Infinity;
    const at = this.#now();
    const time = this.packets.time(at);
    const closing = statisticsBlock({ ...this.#counts.write(at), time, end: time });
    const { note, firstRow, error } = this.#change.make(closing, this.#index.length, at);
    if (firstRow !== null) this.#index.letGo(firstRow);
    if (note !== null) this.note(this.#rootSocket, note, at);
    // A disk that takes nothing now says so itself.
    if (error !== null && this.#writer.error === null)
      this.note(this.#rootSocket, { event: 'fault', error }, at);
    this.#onChange();
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
    if (loss !== null)
      this.note(this.#rootSocket, { event: 'gap', text: lossText(loss) }, this.#now());
    this.#onChange();
  }

  #unconfirmed(error: SocketError): void {
    if (this.#fault !== null) return;
    this.#fault = error;
    this.note(this.#rootSocket, { event: 'fault', error }, this.#now());
    this.#onChange();
  }
}
