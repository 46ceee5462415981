import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Note } from '../../../../src-shared/contract/row';
import type {
  CaptureState,
  OtherPackets,
  SocketError,
  SocketId,
} from '../../../../src-shared/contract/socket';
import type { RowView, Session, ViewOptions } from '../../types';
import type { FoundFlow } from './found-flow';
import { CaptureContents } from './capture-contents';
import { toSocketError } from '../format/capture-error';
import { FileBlocks } from '../format/file-blocks';
import type { SectionStart } from '../format/file-blocks';
import type { SessionFile } from '../format/session-file';
import { MissingParts } from './missing-parts';
import { inOrder, joinedName, partOf } from './part-names';
import { PartScan } from './part-scan';
import { ToldRows } from './told-rows';
import { Marks } from '../store/marks';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { openRowView } from '../views/row-view';

/** How long reading may keep the event loop from everything else. */
const SLICE_MS = 10;

interface OpenOptions {
  /** A new socket number for each flow found. */
  allocateSocket: () => SocketId;
  /** The socket that stands for the file. */
  rootSocket: SocketId;
  /** What `state.file` says; the path when left out, or what several are called together. */
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
 * Opens a capture and reads it in slices; several files are one, those of one recording in the order of
 * their numbers. Throws Node's error when one is not there, and ERR_NOT_A_CAPTURE when the first is
 * none. Never changes a file.
 */
export function openCaptureFile(
  paths: string | readonly string[],
  options: OpenOptions,
): OpenedCapture {
  return new CaptureReading(typeof paths === 'string' ? [paths] : inOrder(paths), options);
}

/** One file after the other, as they are now. Throws Node's error. */
function placed(paths: readonly string[]): SessionFile[] {
  let start = 0;
  return paths.map((path) => {
    const file = { path, start, bytes: statSync(path).size };
    start += file.bytes;
    return file;
  });
}

class CaptureReading implements OpenedCapture {
  readonly path: string;
  readonly files: readonly SessionFile[];
  readonly marks: Marks;
  readonly done: Promise<void>;
  readonly #name: string;
  readonly #contents: CaptureContents;
  readonly #sections: SectionStart[] = [];
  readonly #missing = new MissingParts();
  readonly #told = new ToldRows();
  readonly #rows: RowSource;
  readonly #rootSocket: SocketId;
  readonly #onChange: () => void;
  readonly #size: number;
  readonly #partOf: CaptureState['partOf'];
  /** The file that is read now; null: no more is. */
  #part: PartScan | null;
  #place = 0;
  #damage: CaptureState['damage'] = null;
  #error: SocketError | null = null;
  #resolve: () => void = () => undefined;

  constructor(paths: readonly string[], options: OpenOptions) {
    this.files = placed(paths);
    const [{ path } = { path: '' }] = this.files;
    this.path = path;
    this.#part = new PartScan(path, { origin: 0, sections: this.#sections });
    this.#name = options.name ?? joinedName(paths);
    this.#size = this.files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#partOf = paths.length === 1 ? partOf(path) : undefined;
    this.#rootSocket = options.rootSocket;
    this.#onChange = options.onChange ?? (() => undefined);
    const noted = (note: Note) => {
      this.#noted(note);
    };
    const several = paths.length > 1;
    const { allocateSocket, rootSocket } = options;
    const contents = new CaptureContents(rootSocket, allocateSocket, several ? noted : null);
    this.#contents = contents;
    this.marks = new Marks(contents.index, (row) => new RowReader(this.#rows).timeOf(row).ms);
    const ends = this.files.map(({ start, bytes, ...file }) => {
      return { ...file, start, end: start + bytes };
    });
    const parts = several ? { parts: ends } : {};
    const of = { path, sections: this.#sections, bytes: this.#size, ...parts };
    this.#rows = {
      index: contents.index,
      fragments: contents.fragments,
      blocks: new FileBlocks(of),
      socketOf: (flow) => contents.flows.socketOf(flow),
      peerOf: (flow) => contents.flows.peerOf(flow),
      nameOf: (flow) => contents.flows.nameOf(flow),
      isUnexpected: (flow) => contents.flows.isUnexpected(flow),
      told: this.#told,
      marks: this.marks,
      live: false,
      protocolOf: (flow) => contents.flows.protocolOf(flow),
      flowCount: () => contents.flows.count,
      file: () => ({ ...of, rows: contents.index.length, complete: this.#part === null }),
    };
    this.done = new Promise((resolve) => (this.#resolve = resolve));
    if (several) this.#begins(path, 0);
    setImmediate(() => this.#slice());
  }

  get flows(): readonly FoundFlow[] {
    return this.#contents.flows.all;
  }

  get otherPackets(): OtherPackets {
    return this.#contents.otherPackets;
  }

  get flushedBytes(): number {
    return this.#size;
  }

  get state(): CaptureState {
    const part = this.#part;
    const read = part && (part.origin + part.readBytes) / Math.max(1, this.#size);
    const paths = this.files.map(({ path }) => path);
    return {
      file: this.#name,
      bytes: this.#size,
      rows: this.#contents.index.length,
      state: 'complete',
      error: this.#error,
      progress: read === null ? null : Math.min(1, read),
      damage: this.#damage,
      ...(paths.length > 1 ? { parts: this.#missing.figures(paths) } : {}),
      ...(this.#partOf ? { partOf: this.#partOf } : {}),
    };
  }

  view(socket: SocketId | null, options?: ViewOptions): RowView {
    const of = socket === null ? null : this.#contents.flows.logOf(socket);
    return openRowView(this.#rows, this.#rootSocket, of, options);
  }

  flush(): void {
    // All of it is on disk.
  }

  close(): void {
    if (this.#part === null) return;
    this.#part.close();
    this.#part = null;
    this.#onChange();
    this.#resolve();
  }

  #slice(): void {
    const until = performance.now() + SLICE_MS;
    const part = this.#part;
    try {
      do {
        if (this.#part === null) return;
        if (this.#part.step(this.#contents)) continue;
        this.#ended(this.#part);
        if (!this.#nextPart(this.#part)) {
          this.#finish();
          return;
        }
      } while (performance.now() < until);
    } catch (error) {
      const { message } = (this.#error = toSocketError(error));
      this.#damage = { kind: 'damaged', atByte: part?.readBytes ?? 0, message };
      this.close();
      return;
    }
    this.#onChange();
    setImmediate(() => this.#slice());
  }

  /** What is wrong with a file is told where it ends, when others follow. */
  #ended(part: PartScan): void {
    const damage = part.damage();
    part.close();
    if (damage === null) return;
    if (this.files.length === 1) {
      this.#damage = damage;
      return;
    }
    const message = `${basename(part.path)}: ${damage.message}`;
    // Of several the worst, the first of those.
    if (this.#damage?.kind !== 'damaged')
      this.#damage =
        damage.kind === 'damaged'
          ? { ...damage, message }
          : (this.#damage ?? { ...damage, message });
    if (this.#place === this.files.length - 1) return;
    this.#contents.missing();
    const row = this.#contents.tell(part.origin + part.size);
    this.#tell(row, { event: 'gap', text: message });
  }

  /** Goes on in the next file that can be read; what cannot be is told. False: there is none. */
  #nextPart(before: PartScan): boolean {
    for (let next = this.files[++this.#place]; next; next = this.files[++this.#place]) {
      const { path, start: origin } = next;
      this.#begins(path, origin);
      try {
        this.#part = new PartScan(path, { origin, sections: this.#sections });
        return true;
      } catch (thrown) {
        const error = toSocketError(thrown);
        const message = `${basename(path)}: ${error.message}`;
        this.#damage = { kind: 'damaged', atByte: 0, message };
        this.#contents.missing();
        this.#tell(this.#contents.tell(origin), { event: 'fault', error });
      }
    }
    this.#part = before;
    return false;
  }

  /** A file follows: the numbers of parts tell whether there should be others before it. */
  #begins(path: string, origin: number): void {
    const range = this.#missing.next(path);
    if (!range) return;
    this.#contents.missing();
    const row = this.#contents.tell(origin);
    this.#told.tell(row, { at: this.#timeOf(row), note: () => this.#missing.noteOf(range) });
  }

  /** A row tells something: perhaps what is missing before it. */
  #noted(note: Note): void {
    const { index, addedRows } = this.#contents;
    const reached = { rows: index.length - addedRows, bytes: this.#part?.origin ?? 0 };
    if (!this.#missing.told(note, reached)) return;
    this.#told.changed();
    const lost = this.#missing.ranges.at(-1)?.lost;
    if (lost) this.#contents.missingAtMost(lost.bytes);
  }

  #tell(row: number, note: Note): void {
    this.#told.tell(row, { at: this.#timeOf(row), note: () => note });
  }

  /** Rows that stand for no block have the time of the one before, the first that of the one after. */
  #timeOf(row: number): () => number {
    const { blocks } = this.#rows;
    const timeOf = (other: number) =>
      blocks.during(() => new RowReader(this.#rows).timeOf(other).ms);
    if (row === 0) return () => (this.#contents.index.length > 1 ? timeOf(1) : 0);
    const at = timeOf(row - 1);
    return () => at;
  }

  #finish(): void {
    this.#contents.end();
    this.#addSummary();
    this.marks.settle();
    this.close();
  }

  /** Packets that have no row of their own are told in one. */
  #addSummary(): void {
    const { otherPackets } = this.#contents;
    const packets = otherPackets.reduce((sum, one) => sum + one.packets, 0);
    if (packets === 0) return;
    const kinds = otherPackets.map((one) => `${String(one.packets)} ${one.what}`).join(', ');
    const are = packets === 1 ? 'packet is' : 'packets are';
    const text = `${String(packets)} ${are} not whole TCP or UDP over IP and without rows: ${kinds}`;
    this.#tell(this.#contents.tell(0), { event: 'comment', text });
  }
}
