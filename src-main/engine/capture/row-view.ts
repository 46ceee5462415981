import type { Row } from '../../../src-shared/contract/row';
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
import { DerivedView } from './derived-view';
import { rowPackets } from './row-packets';
import { RowReader } from './row-reader';
import type { RowSource } from './row-reader';
import { SearchView } from './search-view';
import { StatisticsView } from './statistics/statistics-view';

/** All rows: a row's place in the view is its place in the index. */
class WholeView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;

  constructor(source: RowSource, reader: RowReader) {
    this.#source = source;
    this.#reader = reader;
  }

  get length(): number {
    return this.#source.index.length;
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    return this.#reader.rows(from, end, (index) => index);
  }

  get packets(): RowPackets {
    return rowPackets(this.#source, this.#reader, (index) => index);
  }

  bytes(index: number): Uint8Array {
    return index < this.length ? this.#reader.bytes(index) : new Uint8Array(0);
  }

  search(options: SearchOptions): Search {
    return new SearchView(this.#source, { shape: {}, socket: null }, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(this.#source, { shape: {}, socket: null }, request);
  }
}

/** The rows of one socket: found once by a look at every index entry, then only at new ones. */
class SocketView implements RowView {
  readonly #source: RowSource;
  readonly #reader: RowReader;
  readonly #socket: SocketId;
  readonly #list = new RowList();
  #seen = 0;

  constructor(source: RowSource, reader: RowReader, socket: SocketId) {
    this.#source = source;
    this.#reader = reader;
    this.#socket = socket;
  }

  get length(): number {
    const { index, socketOf } = this.#source;
    for (const end = index.length; this.#seen < end; this.#seen++) {
      if (socketOf(index.flow(this.#seen)) === this.#socket) this.#list.append(this.#seen);
    }
    return this.#list.length;
  }

  rows(from: number, count: number): Row[] {
    const end = Math.min(this.length, from + count);
    return this.#reader.rows(from, end, (index) => this.#list.at(index));
  }

  get packets(): RowPackets {
    return rowPackets(this.#source, this.#reader, (index) => this.#list.at(index));
  }

  bytes(index: number): Uint8Array {
    return index < this.length ? this.#reader.bytes(this.#list.at(index)) : new Uint8Array(0);
  }

  search(options: SearchOptions): Search {
    return new SearchView(this.#source, { shape: {}, socket: this.#socket }, options);
  }

  statistics(request: StatisticsRequest): RunningStatistics {
    return new StatisticsView(this.#source, { shape: {}, socket: this.#socket }, request);
  }
}

/** `socket` null or the root: all rows. */
export function openRowView(
  source: RowSource,
  rootSocket: SocketId,
  socket: SocketId | null,
  options?: ViewOptions,
): RowView {
  const only = socket === rootSocket ? null : socket;
  if (options) return new DerivedView(source, { ...options, socket: only });
  const reader = new RowReader(source);
  if (only === null) return new WholeView(source, reader);
  return new SocketView(source, reader, only);
}
