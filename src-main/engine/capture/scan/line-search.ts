import type { SocketId } from '../../../../src-shared/contract/socket';
import type { LinesShape } from '../../../../src-shared/contract/view-shape';
import type { Charset } from '../../../../src-shared/encoding/charset';
import type { Filter } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import { eachRow, LineRows } from '../rows/line-rows';
import { LineWalker } from '../rows/line-walker';
import { MAX_LINE_BYTES } from '../rows/text-line';
import { RowKind } from '../rows/capture-index';
import { patternsOf } from './payload-patterns';
import { streamOf } from './row-search';
import type { PassedBy } from './row-search';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { ScannedRow } from './row-scan';
import type { Piece } from './piece';
import { MatchPlaces } from './match-places';
import { RunSearch } from './run-search';
import { StreamSearch } from './stream-search';

/** A line as a filter sees it: all but its bytes is that of the row it begins in. */
class LineFacts extends ScannedRow {
  line: Uint8Array = new Uint8Array(0);

  override get lengthBytes(): number {
    return this.line.length;
  }

  override payload(): Uint8Array {
    return this.line;
  }
}

/** No line: what is only fed to go on with what began before. */
const SETTLED: Piece = { position: -1, hit: true };

/** Finds the lines of a connection in which something begins, also when it ends in another. */
export class LineSearch {
  readonly #source: RowSource;
  readonly #rows: LineRows;
  readonly #walker: LineWalker;
  readonly #facts: LineFacts;
  /** Of a line for itself. */
  readonly #test: RowTest;
  /** Its bytes are needed: it is not of expressions alone, which are looked for in runs. */
  readonly #seesLines: boolean;
  /** Patterns of bytes; null: there is none. */
  readonly #streams: StreamSearch | null;
  readonly #places: MatchPlaces | null;
  /** Expressions; null: there is none. */
  readonly #runs: RunSearch | null;
  /** Bytes of the row fed now, null of a row without; and whether its run has them. */
  #fed: Uint8Array | null = null;
  #fedRow = 0;
  #isTaken = false;
  /** Of the row, when it is known where in it matches begin; null: it is not. */
  #placed: Uint8Array | null = null;
  /** Of the row: its lines were passed over, and nothing goes on behind them. */
  #isCut = false;
  /** Of the line: where in the row it begins, and where it ends when the row tells all there is to know of it. */
  #begunAt = -1;
  #placedEnd = -1;
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  #bytes = 0;
  #position = -1;
  /** Of the line, once it is looked at. */
  #piece: Piece | null = null;
  #row = 0;
  #found: (position: number) => void = () => undefined;
  #before = -1;
  /** Rows looked at so far. */
  scanned = 0;
  passedBy: PassedBy | null = null;
  readonly pendingBytes = 0;

  constructor(
    source: RowSource,
    search: Filter,
    { charset, ...of }: { lines: LinesShape; socket: SocketId | null; charset: Charset },
  ) {
    this.#source = source;
    this.#facts = new LineFacts(source);
    const patterns = patternsOf(search);
    const found = (position: number) => {
      this.#found(position);
    };
    const ofBytes = patterns?.filter((pattern) => pattern.kind === 'bytes') ?? [];
    const expressions = patterns?.filter((pattern) => pattern.kind === 'regex') ?? [];
    this.#test = rowTest(ofBytes.length > 0 ? { kind: 'payload', patterns: ofBytes } : search);
    this.#streams = ofBytes.length > 0 ? new StreamSearch(ofBytes, found) : null;
    this.#places = ofBytes.length > 0 ? new MatchPlaces(ofBytes) : null;
    this.#seesLines = expressions.length === 0 || this.#streams !== null;
    this.#runs = expressions.length > 0 ? new RunSearch(expressions, charset, found) : null;
    this.#rows = new LineRows(source, new RowReader(source), of);
    this.#walker = new LineWalker(
      { as: of.lines.as, charset },
      {
        begin: ({ row, offset }, afresh) => {
          this.#row = row;
          this.#begunAt = offset;
          this.#bytes = 0;
          this.#position++;
          this.#piece = null;
          this.#placedEnd = -1;
          if (this.#runs) this.#inRun(this.#runs, offset, afresh);
        },
        add: (bytes, from, end) => {
          if (this.#runs) this.#take(this.#runs);
          this.#placedEnd = this.#isPlaced(from, end) ? end : -1;
          if (bytes && this.#seesLines && this.#placedEnd === -1)
            this.#line.set(bytes.subarray(from, end), this.#bytes);
          this.#bytes += end - from;
        },
        end: () => {
          if (this.#placedEnd === -1) this.#look();
          else this.#place();
        },
      },
    );
  }

  /** Goes on for about `ms`, at most to `end`; `hit` gets positions, not always in order. */
  scan(end: number, ms: number, hit: (position: readonly [number]) => void): void {
    this.#found = (position) => {
      hit([position]);
    };
    this.#passBy(this.#source.index.first);
    this.scanned = eachRow(this.#source, { from: this.scanned, end, ms }, (row) => {
      this.#feed(row);
    });
    // What is seen of the last line is found, though it may go on.
    if (this.scanned >= end) this.#runs?.look();
    if (this.#walker.isOpen && this.#seesLines) this.#source.blocks.during(() => this.#lookAlone());
  }

  #feed(row: number): void {
    const { index, protocolOf } = this.#source;
    const kind = index.kind(row);
    const flow = index.flow(row);
    this.#placed = null;
    this.#isCut = false;
    this.#fed = null;
    this.#fedRow = row;
    this.#isTaken = false;
    // Bytes are missing here: nothing goes on behind them.
    if (kind > RowKind.summary) {
      this.#streams?.cut(streamOf(flow, kind));
      this.#runs?.cut(streamOf(flow, kind));
    }
    this.#rows.feed(this.#walker, row, 0, true, this.#seen);
    if (this.#isTaken && protocolOf(flow) === 'udp') this.#runs?.endAlone();
  }

  /** A line begins; one without bytes tells a state, and ends what is before it. */
  #inRun(runs: RunSearch, offset: number, afresh: boolean): void {
    if (this.#fed === null || afresh) runs.end();
    if (this.#fed === null) return;
    this.#take(runs);
    this.#piece = { position: this.#position, hit: false };
    runs.line(offset, this.#piece);
  }

  #take(runs: RunSearch): void {
    if (this.#fed === null || this.#isTaken) return;
    this.#isTaken = true;
    const { index, protocolOf } = this.#source;
    const flow = index.flow(this.#fedRow);
    if (protocolOf(flow) === 'udp') runs.end();
    runs.take(streamOf(flow, index.kind(this.#fedRow)), this.#fed);
  }

  #passBy(first: number): void {
    this.passedBy = null;
    if (this.scanned >= first) return;
    this.#walker.close();
    this.#streams?.cutAll();
    this.#runs?.cutAll();
    this.passedBy = { row: first, position: this.#position + 1 };
  }

  readonly #seen = (payload: Uint8Array): void => {
    this.#fed = payload;
    this.#places?.take(payload);
    this.#placed = this.#places && payload;
  };

  /** The last line of a row may go on in the next, and a match in the last lines may. */
  #isPlaced(from: number, end: number): boolean {
    if (!this.#placed || !this.#places || this.#begunAt !== from) return false;
    return end + this.#places.sideBytes < this.#placed.length;
  }

  #place(): void {
    const { index } = this.#source;
    const from = this.#begunAt;
    if (this.#places && this.#places.next(from) < this.#placedEnd && this.#piece?.hit !== true) {
      if (this.#piece) this.#piece.hit = true;
      this.#found(this.#position);
    }
    this.#before = this.#row;
    if (!this.#streams || !this.#placed || this.#isCut) return;
    const stream = streamOf(index.flow(this.#row), index.kind(this.#row));
    // What began before the row may end in it.
    if (this.#streams.waits(stream))
      this.#streams.part(stream, this.#placed.slice(from, this.#placedEnd), SETTLED);
    else {
      this.#isCut = true;
      this.#streams.cut(stream);
    }
  }

  #look(): void {
    const { index } = this.#source;
    if (this.#streams && this.#bytes > 0) {
      const stream = streamOf(index.flow(this.#row), index.kind(this.#row));
      this.#piece ??= { position: this.#position, hit: false };
      this.#streams.part(stream, this.#line.slice(0, this.#bytes), this.#piece);
    } else if (this.#seesLines || this.#bytes === 0) this.#lookAlone();
    this.#before = this.#row;
  }

  #lookAlone(): void {
    this.#piece ??= { position: this.#position, hit: false };
    if (this.#piece.hit) return;
    this.#facts.moveTo(this.#row, this.#before);
    this.#facts.line = this.#line.subarray(0, this.#bytes);
    if (!this.#test(this.#facts)) return;
    this.#piece.hit = true;
    this.#found(this.#piece.position);
  }
}
