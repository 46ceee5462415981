import type { SocketId } from '../../../../src-shared/contract/socket';
import type { Filter } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import { RowKind } from '../rows/capture-index';
import { FrameScan } from './frame-scan';
import { frameBytes } from '../rows/frame-bytes';
import type { FrameEntry } from '../rows/frame-list';
import type { Framing } from '../../../../src-shared/framing/framing';
import type { Pattern } from '../../../../src-shared/payload/pattern';
import { patternsOf } from './payload-patterns';
import { RawSearch } from './raw-search';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { ScannedRow } from './row-scan';
import { SegmentSearch } from './segment-search';
import { literalOf, requiredLiterals } from './required-literals';
import { StreamSearch } from './stream-search';

/** Rows looked at before the clock is asked again: a row may hold megabytes. */
const BATCH = 256;

/** With so many flows, some may be of the root. */
const MAX_FLOWS = 65_536;

/** Two ways along a flow are two streams. */
export function streamOf(flow: number, kind: number): number {
  return flow * 2 + (kind & 1);
}

/** What a search is made with: what it looks for, and in which rows. */
interface SearchedRows {
  /** What is looked for; payload patterns alone are also found across rows. */
  search: Filter;
  /** Null: all are shown. */
  filter: Filter | null;
  socket: SocketId | null;
}

/**
 * Rows that a ring let go before they were looked at: how many of them the view shows, it alone knows.
 * What is found from now on counts from `position`, which is the first in `row` or behind it.
 */
export interface PassedBy {
  row: number;
  position: number;
}

/** What is looked for is in the segments of a file as it is, or is tried where its literals are. */
function inSegments(patterns: readonly Pattern[]): boolean {
  return patterns.every((pattern) => pattern.kind === 'regex' || literalOf(pattern) !== null);
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
  /** Null: each row is looked at. */
  #segments: SegmentSearch | null;
  #found: (position: number) => void = () => undefined;
  #positions = 0;
  #before = -1;
  /** Flows known to be of datagrams. */
  #datagramFlows = 0;
  /** Rows looked at so far, those that were let go before among them. */
  scanned = 0;
  passedBy: PassedBy | null = null;
  readonly pendingBytes = 0;

  constructor(source: RowSource, { search, filter, socket }: SearchedRows) {
    this.#source = source;
    this.#socket = socket;
    this.#row = new ScannedRow(source, { socket });
    this.#reader = new RowReader(source);
    this.#shows = filter && rowTest(filter);
    this.#test = rowTest(search);
    const patterns = patternsOf(search);
    this.#streams =
      patterns &&
      new StreamSearch(patterns, (position) => {
        this.#found(position);
      });
    this.#raw = patterns && RawSearch.of(source, patterns);
    const literals = patterns && inSegments(patterns) ? requiredLiterals(patterns) : null;
    const all = filter === null && socket === null;
    this.#segments =
      all && literals && this.#streams ? new SegmentSearch(source, literals, this.#streams) : null;
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets positions, not always in order. */
  scan(end: number, ms: number, hit: (position: readonly [number]) => void): void {
    const until = performance.now() + ms;
    this.#found = (position) => {
      hit([position]);
    };
    this.#passBy(this.#source.index.first);
    this.#during(() => {
      while (this.scanned < end) {
        const before = this.scanned;
        this.#skip(end);
        if (performance.now() >= until) return;
        if (this.scanned > before) continue;
        const stop = Math.min(end, this.scanned + BATCH);
        this.#lookThrough(stop);
        for (; this.scanned < stop; this.#lookThrough(stop)) this.#look(this.scanned++, end);
        if (performance.now() >= until) return;
      }
    });
  }

  #passBy(first: number): void {
    this.passedBy = null;
    if (this.scanned >= first) return;
    this.passedBy = { row: first, position: this.#positions };
    this.scanned = first;
    this.#streams?.cutAll();
  }

  #during(reads: () => void): void {
    const segments = this.#segments;
    this.#source.blocks.during(() => {
      if (segments) segments.during(reads);
      else reads();
    });
  }

  /** Passes over stretches of datagrams that hold nothing of it. */
  #skip(end: number): void {
    if (!this.#raw || this.#shows || this.#socket !== null || !this.#allDatagrams()) return;
    const until = this.#raw.lackedUntil(this.scanned, end);
    this.#positions += until - this.scanned;
    this.scanned = until;
  }

  /** Looks through the file, and not at each row, as far as that can be. */
  #lookThrough(end: number): void {
    if (!this.#segments || this.scanned >= end) return;
    const until = this.#segments.look(this.scanned, end, this.#positions);
    this.#positions += until - this.scanned;
    this.scanned = until;
    if (this.#segments.isIdle) this.#segments = null;
  }

  #allDatagrams(): boolean {
    const { flowCount, protocolOf } = this.#source;
    // The first flow is the root: what is not of a flow. Its states hold no payload.
    for (; this.#datagramFlows < flowCount(); this.#datagramFlows++)
      if (this.#datagramFlows > 0 && protocolOf(this.#datagramFlows) !== 'udp') return false;
    return flowCount() < MAX_FLOWS;
  }

  #push(streams: StreamSearch, stream: number, row: number, position: number): void {
    if (!streams.takesParts) {
      streams.push(stream, this.#reader.payloadOf(row), position);
      return;
    }
    // A chunk of many segments is not put together for it: that would cost more than the search.
    const piece = { position, hit: false };
    this.#reader.eachPart(row, (part) => {
      streams.part(stream, part, piece);
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
    if (index.lengthBytes(row) === 0) {
      if (index.kind(row) > RowKind.summary) this.#streams.cut(streamOf(flow, index.kind(row)));
      return;
    }
    const protocol = protocolOf(flow);
    if (protocol === 'tcp') {
      this.#push(this.#streams, streamOf(flow, index.kind(row)), row, position);
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
  passedBy: PassedBy | null = null;

  constructor(source: RowSource, framing: Framing, { search, filter, socket }: SearchedRows) {
    this.#source = source;
    this.#reader = new RowReader(source);
    this.#test = rowTest(search);
    const patterns = patternsOf(search);
    this.#streams =
      patterns &&
      new StreamSearch(patterns, (position) => {
        this.#found(position);
      });
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
    const { first } = this.#source.index;
    const behind = this.scanned < first;
    this.passedBy = behind ? { row: first, position: this.#positions } : null;
    if (behind) this.#streams?.cutAll();
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
