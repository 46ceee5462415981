import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Note } from '../../../../src-shared/contract/row';
import type {
  CaptureState,
  OtherPackets,
  SocketError,
  SocketId,
} from '../../../../src-shared/contract/socket';
import type { RowView, Session, SessionFile, ViewOptions } from '../../types';
import type { FoundFlow } from './found-flow';
import { CaptureContents } from './capture-contents';
import { CaptureError, toSocketError } from '../format/capture-error';
import { RowKind } from '../rows/capture-index';
import { CaptureScanner, PROBE_BYTES } from './capture-scanner';
import { FileBlocks } from '../format/file-blocks';
import { Marks } from '../store/marks';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { openRowView } from '../views/row-view';

const BUFFER_BYTES = 2 * 1024 * 1024;

/** How long reading may keep the event loop from everything else. */
const SLICE_MS = 10;

interface OpenOptions {
  /** A new socket number for each flow found. */
  allocateSocket: () => SocketId;
  /** The socket that stands for the file. */
  rootSocket: SocketId;
  /** What `state.file` says; the path when left out. */
  name?: string;
  /** More was read, or the end was reached: `state` and `flows` have changed. */
  onChange?: () => void;
}

/** A capture opened from disk. Rows and flows grow while `state.progress` is not null. */
export interface OpenedCapture extends Session {
  readonly flows: readonly FoundFlow[];
  /** Packets that have no rows, by what they are. */
  readonly otherPackets: OtherPackets;
  /** Resolves when all is read, or reading was stopped. Never rejects: `state.damage` tells. */
  readonly done: Promise<void>;
  /** Stops reading. What was read stays. */
  close(): void;
}

/**
 * Opens a capture file and reads it in slices. Throws Node's error when it cannot be opened and
 * ERR_NOT_A_CAPTURE when it is none. Never changes the file.
 */
export function openCaptureFile(path: string, options: OpenOptions): OpenedCapture {
  return new CaptureReading(path, options);
}

function openFile(path: string): { file: number; size: number; scanner: CaptureScanner } {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      const message = `${path} is not a file. Choose a capture file.`;
      throw new CaptureError('ERR_NOT_A_CAPTURE', message);
    }
    const head = new Uint8Array(PROBE_BYTES);
    const count = readSync(file, head, 0, PROBE_BYTES, 0);
    return { file, size: stat.size, scanner: new CaptureScanner(path, head.subarray(0, count)) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

class CaptureReading implements OpenedCapture {
  readonly path: string;
  readonly marks: Marks;
  readonly done: Promise<void>;
  readonly #name: string;
  readonly #contents: CaptureContents;
  readonly #scanner: CaptureScanner;
  readonly #rows: RowSource;
  readonly #rootSocket: SocketId;
  readonly #onChange: () => void;
  readonly #size: number;
  #file: number | null;
  #buffer = new Uint8Array(BUFFER_BYTES);
  /** Bytes of the file that came before the buffer's start, and how many the buffer holds. */
  #base: number;
  #held = 0;
  #damage: CaptureState['damage'] = null;
  #error: SocketError | null = null;
  #summary: { note: Note; at: number } | null = null;
  #resolve: () => void = () => undefined;

  constructor(path: string, options: OpenOptions) {
    const { file, size, scanner } = openFile(path);
    this.path = path;
    this.#name = options.name ?? path;
    this.#file = file;
    this.#size = size;
    this.#scanner = scanner;
    this.#base = scanner.firstOffset;
    this.#rootSocket = options.rootSocket;
    this.#onChange = options.onChange ?? (() => undefined);
    const contents = new CaptureContents(options.rootSocket, options.allocateSocket);
    this.#contents = contents;
    this.marks = new Marks(contents.index, (row) => new RowReader(this.#rows).timeOf(row).ms);
    this.#rows = {
      index: contents.index,
      fragments: contents.fragments,
      blocks: new FileBlocks({ path, sections: scanner.sections, bytes: size }),
      socketOf: (flow) => contents.flows.socketOf(flow),
      peerOf: (flow) => contents.flows.peerOf(flow),
      nameOf: (flow) => contents.flows.nameOf(flow),
      summary: () => this.#summary,
      marks: this.marks,
      live: false,
      protocolOf: (flow) => contents.flows.protocolOf(flow),
      flowCount: () => contents.flows.count,
      file: () => ({
        ...{ path, sections: scanner.sections, bytes: size, rows: contents.index.length },
        complete: this.#file === null,
      }),
    };
    this.done = new Promise((resolve) => (this.#resolve = resolve));
    setImmediate(() => this.#slice());
  }

  get flows(): readonly FoundFlow[] {
    return this.#contents.flows.all;
  }

  get files(): readonly SessionFile[] {
    return [{ path: this.path, bytes: this.#size }];
  }

  get otherPackets(): OtherPackets {
    return this.#contents.otherPackets;
  }

  get flushedBytes(): number {
    return this.#size;
  }

  get state(): CaptureState {
    return {
      file: this.#name,
      bytes: this.#size,
      rows: this.#contents.index.length,
      state: 'complete',
      error: this.#error,
      progress: this.#file === null ? null : Math.min(1, this.#base / Math.max(1, this.#size)),
      damage: this.#damage,
    };
  }

  view(socket: SocketId | null, options?: ViewOptions): RowView {
    return openRowView(this.#rows, this.#rootSocket, socket, options);
  }

  flush(): void {
    // All of it is on disk.
  }

  close(): void {
    if (this.#file === null) return;
    closeSync(this.#file);
    this.#file = null;
    this.#buffer = new Uint8Array(0);
    this.#onChange();
    this.#resolve();
  }

  #slice(): void {
    const until = performance.now() + SLICE_MS;
    try {
      do {
        if (this.#file === null) return;
        if (!this.#step(this.#file)) {
          this.#finish();
          return;
        }
      } while (performance.now() < until);
    } catch (error) {
      this.#error = toSocketError(error);
      this.#damage = { kind: 'damaged', atByte: this.#base, message: this.#error.message };
      this.close();
      return;
    }
    this.#onChange();
    setImmediate(() => this.#slice());
  }

  /** Reads and looks at one bufferful. False at the end, or where nothing more can be read. */
  #step(file: number): boolean {
    const room = this.#buffer.length - this.#held;
    const wanted = Math.min(room, this.#size - this.#base - this.#held);
    const count =
      wanted <= 0 ? 0 : readSync(file, this.#buffer, this.#held, wanted, this.#base + this.#held);
    this.#held += count;
    const view = new DataView(this.#buffer.buffer, 0, this.#held);
    const stopped = this.#scanner.scan(view, 0, this.#held, this.#base, this.#contents);
    this.#buffer.copyWithin(0, stopped, this.#held);
    this.#base += stopped;
    this.#held -= stopped;
    if (this.#scanner.damage !== null) return false;
    if (this.#scanner.neededBytes > this.#buffer.length) {
      const wider = new Uint8Array(this.#scanner.neededBytes);
      wider.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = wider;
      return true;
    }
    return count > 0;
  }

  #finish(): void {
    const atByte = this.#base;
    const { damage, endedCleanly } = this.#scanner;
    if (damage !== null) {
      const message = `At byte ${String(atByte)} ${damage}. The rows before it are whole.`;
      this.#damage = { kind: 'damaged', atByte, message };
    } else if (this.#held > 0) {
      const message = `The file ends within a block; ${String(this.#held)} bytes at its end are not shown.`;
      this.#damage = { kind: 'cut', atByte, message };
    } else if (this.#scanner.sectionAt(atByte).ours && !endedCleanly) {
      const message =
        'The program that recorded it ended without closing it: the last moments may be missing.';
      this.#damage = { kind: 'cut', atByte, message };
    }
    this.#contents.end();
    this.#addSummary();
    this.marks.settle();
    this.close();
  }

  /** Packets that have no row of their own are told in one. */
  #addSummary(): void {
    const { otherPackets, index } = this.#contents;
    const packets = otherPackets.reduce((sum, one) => sum + one.packets, 0);
    if (packets === 0) return;
    const kinds = otherPackets.map((one) => `${String(one.packets)} ${one.what}`).join(', ');
    const text = `${String(packets)} packets are not whole TCP or UDP over IP and have no rows: ${kinds}`;
    const last = index.length === 0 ? undefined : this.view(null).rows(index.length - 1, 1)[0];
    this.#summary = { note: { event: 'comment', text }, at: last?.at ?? 0 };
    index.append(0, 0, RowKind.summary, 0);
  }
}
