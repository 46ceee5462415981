import type { SocketId } from '../../../src-shared/contract/socket';
import type { Filter } from '../../../src-shared/filter/filter';
import { rowTest } from '../../../src-shared/filter/matcher';
import type { RowTest } from '../../../src-shared/filter/matcher';
import { RowKind } from './capture-index';
import { FrameScan } from './frame-scan';
import { frameBytes } from './frame-bytes';
import type { FrameEntry } from './frame-list';
import type { Framing } from '../../../src-shared/framing/framing';
import { RawSearch } from './raw-search';
import { RowReader } from './row-reader';
import type { RowSource } from './row-reader';
import { ScannedRow } from './row-scan';
import { StreamSearch } from './stream-search';

/** Rows looked at before the clock is asked again: a row may hold megabytes. */
const BATCH = 256;

/** Two ways along a flow are two streams. */
function streamOf(flow: number, kind: number): number {
  return flow * 2 + (kind === RowKind.out ? 1 : 0);
}

/** What a search is made with: what it looks for, and in which rows. */
interface SearchedRows {
  /** What is looked for; payload patterns alone are also found across rows. */
  search: Filter;
  /** Null: all are shown. */
  filter: Filter | null;
  socket: SocketId | null;
}

/** Finds places in a view of rows, which are counted as the view itself counts them. */
export class RowSearch {
  readonly #source: RowSource;
  readonly #socket: SocketId | null;
  readonly #row: ScannedRow;
  readonly #reader: RowReader;
  readonly #shows: RowTest | null;
  /** Null: not of payloads alone, so each row for itself. */
  readonly #streams: StreamSearch | null;
  readonly #test: RowTest;
  readonly #raw: RawSearch | null;
  #found: (position: number) => void = () => undefined;
  #positions = 0;
  #before = -1;
  /** Rows looked at so far. */
  scanned = 0;
  readonly pendingBytes = 0;

  constructor(source: RowSource, { search, filter, socket }: SearchedRows) {
    this.#source = source;
    this.#socket = socket;
    this.#row = new ScannedRow(source);
    this.#reader = new RowReader(source);
    this.#shows = filter && rowTest(filter);
    this.#test = rowTest(search);
    this.#streams =
      search.kind === 'payload'
        ? new StreamSearch(search.patterns, (position) => {
            this.#found(position);
          })
        : null;
    this.#raw = search.kind === 'payload' ? RawSearch.of(source, search.patterns) : null;
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets positions, not always in order. */
  scan(end: number, ms: number, hit: (position: readonly [number]) => void): void {
    const until = performance.now() + ms;
    this.#found = (position) => {
      hit([position]);
    };
    this.#source.blocks.during(() => {
      while (this.scanned < end) {
        const stop = Math.min(end, this.scanned + BATCH);
        for (; this.scanned < stop; this.scanned++) this.#look(this.scanned, end);
        if (performance.now() >= until) return;
      }
    });
  }

  #look(row: number, end: number): void {
    const { index, socketOf, protocolOf } = this.#source;
    const flow = index.flow(row);
    if (this.#socket !== null && socketOf(flow) !== this.#socket) return;
    if (this.#shows || !this.#streams) this.#row.moveTo(row, this.#before);
    this.#before = row;
    const shown = this.#shows === null || this.#shows(this.#row);
    const position = shown ? this.#positions++ : -1;
    if (!this.#streams) {
      if (shown && this.#test(this.#row)) this.#found(position);
      return;
    }
    if (index.lengthBytes(row) === 0) return;
    const protocol = protocolOf(flow);
    if (protocol === 'tcp') {
      const bytes = this.#reader.payloadOf(row);
      this.#streams.push(streamOf(flow, index.kind(row)), bytes, position);
    } else if (shown && !(protocol === 'udp' && this.#raw?.lacks(row, end) === true)) {
      this.#streams.alone(this.#reader.payloadOf(row), position);
    }
  }
}

/** Finds places in a view of frames. */
export class FrameSearch {
  readonly #source: RowSource;
  readonly #scan: FrameScan;
  readonly #reader: RowReader;
  readonly #streams: StreamSearch | null;
  readonly #test: RowTest;
  #found: (position: number) => void = () => undefined;
  #positions = 0;

  constructor(source: RowSource, framing: Framing, { search, filter, socket }: SearchedRows) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#test = rowTest(search);
    this.#streams =
      search.kind === 'payload'
        ? new StreamSearch(search.patterns, (position) => {
            this.#found(position);
          })
        : null;
    this.#scan = new FrameScan(source, framing, filter, socket, (entry, facts, shown) => {
      const position = shown ? this.#positions++ : -1;
      if (this.#streams) this.#look(this.#streams, entry, position);
      else if (shown && this.#test(facts)) this.#found(position);
    });
  }

  get scanned(): number {
    return this.#scan.scanned;
  }

  get pendingBytes(): number {
    return this.#scan.pendingBytes;
  }

  scan(end: number, ms: number, hit: (position: readonly [number]) => void): void {
    this.#found = (position) => {
      hit([position]);
    };
    this.#scan.scan(end, ms, () => undefined);
  }

  /** No more rows will come. */
  finish(hit: (position: readonly [number]) => void): void {
    this.#found = (position) => {
      hit([position]);
    };
    this.#scan.finish(() => undefined);
  }

  #look(streams: StreamSearch, entry: FrameEntry, position: number): void {
    if (entry.asItIs || entry.lengthBytes === 0) return;
    const { index, protocolOf } = this.#source;
    const { bytes } = frameBytes(this.#source, this.#reader, entry, Infinity);
    const flow = index.flow(entry.row);
    if (protocolOf(flow) === 'tcp')
      streams.push(streamOf(flow, index.kind(entry.row)), bytes, position);
    else if (position >= 0) streams.alone(bytes, position);
  }
}
