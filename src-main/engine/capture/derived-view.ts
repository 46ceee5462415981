import type { Row } from '../../../src-shared/contract/row';
import { PREVIEW_BYTES } from '../../../src-shared/contract/row';
import type { SocketId } from '../../../src-shared/contract/socket';
import type {
  RowPackets,
  RowView,
  RunningStatistics,
  Search,
  SearchOptions,
  StatisticsRequest,
  ViewOptions,
} from '../types';
import { RowList } from './capture-index';
import { frameBytes } from './frame-bytes';
import { FrameList } from './frame-list';
import { rowPackets } from './row-packets';
import { msBetween, RowReader } from './row-reader';
import type { RowSource, RowTime } from './row-reader';
import { ScanThread } from './scan-thread';
import { SearchView } from './search-view';
import { StatisticsView } from './statistics/statistics-view';

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
  readonly #scan: ScanThread;
  readonly #searched: Pick<DerivedViewOptions, 'shape' | 'socket'>;

  constructor(source: RowSource, { shape, socket, onChange, thread }: DerivedViewOptions) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#frames = shape.framing === undefined ? null : new FrameList();
    this.#searched = { shape, socket };
    const found = (words: Uint32Array<ArrayBuffer>) => {
      if (this.#frames) this.#frames.append(words);
      else for (const row of words) this.#rows.append(row);
    };
    this.#scan = new ScanThread(source, { shape, socket, thread, found, onChange });
  }

  get length(): number {
    return this.#frames?.length ?? this.#rows.length;
  }

  get scanning(): NonNullable<RowView['scanning']> {
    const { scanned: scannedRows, pendingBytes, problem, done } = this.#scan;
    return { scannedRows, pendingBytes, problem, done };
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

  search(options: SearchOptions): Search {
    return new SearchView(this.#source, this.#searched, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(this.#source, this.#searched, request);
  }

  refresh(): void {
    this.#scan.refresh();
  }

  close(): void {
    this.#scan.close();
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
}
