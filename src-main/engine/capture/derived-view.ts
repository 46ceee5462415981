import { Worker } from 'node:worker_threads';
import type { Row } from '../../../src-shared/contract/row';
import { PREVIEW_BYTES } from '../../../src-shared/contract/row';
import type { SocketError, SocketId } from '../../../src-shared/contract/socket';
import type { RowPackets, RowView, ViewOptions } from '../types';
import { toSocketError } from './capture-error';
import { RowList } from './capture-index';
import { frameBytes } from './frame-bytes';
import { FrameList } from './frame-list';
import { rowPackets } from './row-packets';
import { msBetween, RowReader } from './row-reader';
import type { RowSource, RowTime } from './row-reader';
import type { ScanGrowth, ScanProgress, ScanStart } from './view-messages';

/** A thread that says nothing for so long is in an expression that takes for ever. */
const SILENT_MS = 3000;

/** Beside the bundle that this is part of. */
const THREAD = new URL('view-thread.js', import.meta.url);

interface DerivedViewOptions extends ViewOptions {
  /** Null: the rows of all. */
  socket: SocketId | null;
}

/**
 * The rows that a filter lets pass, or the frames that a framing finds; another thread looks through
 * the capture, and they come as it finds them.
 */
export class DerivedView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #rows = new RowList();
  /** Null: rows as they are. */
  readonly #frames: FrameList | null;
  readonly #worker: Worker;
  readonly #onChange: () => void;
  #toldPieces = 0;
  #toldFlows = 0;
  #toldSections = 0;
  #toldRows = 0;
  #toldComplete = false;
  #watch: NodeJS.Timeout | null = null;
  #scanned = 0;
  #pendingBytes = 0;
  #problem: SocketError | null = null;

  constructor(source: RowSource, { shape, socket, onChange, thread }: DerivedViewOptions) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#frames = shape.framing === undefined ? null : new FrameList();
    this.#onChange = onChange;
    const workerData: ScanStart = { shape, socket };
    this.#worker = new Worker(thread ?? THREAD, { workerData });
    this.#worker.on('message', (progress: ScanProgress) => {
      this.#found(progress);
    });
    this.#worker.on('error', (error) => {
      this.#failed(toSocketError(error));
    });
    this.#grow();
  }

  get length(): number {
    return this.#frames?.length ?? this.#rows.length;
  }

  get scanning(): NonNullable<RowView['scanning']> {
    const { rows, complete } = this.#source.file();
    return {
      scannedRows: this.#scanned,
      pendingBytes: this.#pendingBytes,
      problem: this.#problem,
      done: complete && this.#toldComplete && this.#scanned >= rows,
    };
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    const frames = this.#frames;
    if (frames) return this.#framedRows(frames, from, end);
    return this.#reader.rows(from, end, (index) => this.#rows.at(index));
  }

  get packets(): RowPackets | null {
    if (this.#frames) return null;
    return rowPackets(this.#source, this.#reader, (index) => this.#rows.at(index));
  }

  bytes(index: number): Uint8Array {
    if (index >= this.length) return new Uint8Array(0);
    const frame = this.#frames?.at(index);
    if (!frame) return this.#reader.bytes(this.#rows.at(index));
    return this.#source.blocks.during(
      () => frameBytes(this.#source, this.#reader, frame, Infinity).bytes,
    );
  }

  /** Hands on what came since, as soon as the thread is done with what it has. */
  refresh(): void {
    if (this.#problem === null && this.#scanned >= this.#toldRows) this.#grow();
  }

  close(): void {
    if (this.#watch) clearTimeout(this.#watch);
    void this.#worker.terminate();
  }

  #framedRows(frames: FrameList, from: number, end: number): Row[] {
    return this.#source.blocks.during(() => {
      const rows: Row[] = [];
      let before: RowTime | null =
        from > 0 && from < end ? this.#reader.timeOf(frames.at(from - 1).endRow) : null;
      for (let index = from; index < end; index++) {
        const frame = frames.at(index);
        const { row, endRow, lengthBytes, role, part, side, incomplete, asItIs } = frame;
        const time = this.#reader.timeOf(endRow);
        const rest = this.#reader.restOf(endRow);
        const deltaMs = before === null ? null : msBetween(before, time);
        before = time;
        const place = { index, number: row + 1, at: time.ms, deltaMs };
        if (asItIs) rows.push({ ...rest, ...place });
        else {
          const { bytes, cuts } = frameBytes(this.#source, this.#reader, frame, PREVIEW_BYTES);
          const whole = {
            lengthBytes,
            preview: bytes,
            frame: { role, part, side, incomplete, cuts },
          };
          rows.push({ ...rest, ...place, ...whole });
        }
      }
      return rows;
    });
  }

  #grow(): void {
    const { index, flowCount, socketOf, peerOf, protocolOf, file } = this.#source;
    const { path, bytes, sections, rows, complete } = file();
    if (rows === this.#toldRows && complete === this.#toldComplete) return;
    const pieces = index.pieces(this.#toldPieces);
    const flows = [];
    for (let flow = this.#toldFlows; flow < flowCount(); flow++)
      flows.push({ socket: socketOf(flow), peer: peerOf(flow), protocol: protocolOf(flow) });
    // Interfaces are added to the section that is being read.
    const seen = sections.length + (sections.at(-1)?.section.interfaces.length ?? 0);
    const growth: ScanGrowth = {
      ...{ path, bytes, pieces, flows, rows, complete },
      sections: seen === this.#toldSections ? null : sections,
    };
    this.#toldPieces += pieces.length;
    this.#toldFlows += flows.length;
    this.#toldSections = seen;
    this.#toldRows = rows;
    this.#toldComplete = complete;
    this.#worker.postMessage(growth);
    this.#await();
  }

  /** Ends a thread that is lost in an expression. */
  #await(): void {
    if (this.#watch) clearTimeout(this.#watch);
    this.#watch = null;
    if (this.#scanned >= this.#toldRows) return;
    const tooLong = () => {
      const row = String(this.#scanned + 1);
      const message = `The regular expression takes too long on the payloads from row ${row} on. The rows before are filtered; write it without nested repetitions such as (a+)+.`;
      this.#failed({ code: 'ERR_FILTER_TOO_SLOW', message });
    };
    this.#watch = setTimeout(tooLong, SILENT_MS).unref();
  }

  #found({ found, scanned, pendingBytes }: ScanProgress): void {
    if (this.#frames) this.#frames.append(found);
    else for (const row of found) this.#rows.append(row);
    this.#scanned = scanned;
    this.#pendingBytes = pendingBytes;
    this.#await();
    this.#onChange();
  }

  #failed(problem: SocketError): void {
    this.#problem ??= problem;
    this.close();
    this.#onChange();
  }
}
