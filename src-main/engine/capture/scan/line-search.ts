import type { SocketId } from '../../../../src-shared/contract/socket';
import type { LinesShape } from '../../../../src-shared/contract/view-shape';
import type { Charset } from '../../../../src-shared/encoding/charset';
import type { Filter } from '../../../../src-shared/filter/filter';
import { rowTest } from '../../../../src-shared/filter/matcher';
import type { RowTest } from '../../../../src-shared/filter/matcher';
import { eachRow, LineRows } from '../rows/line-rows';
import { LineWalker } from '../rows/line-walker';
import { MAX_LINE_BYTES } from '../rows/text-line';
import { patternsOf } from './payload-patterns';
import { streamOf } from './row-search';
import type { PassedBy } from './row-search';
import { RowReader } from '../rows/row-reader';
import type { RowSource } from '../rows/row-reader';
import { ScannedRow } from './row-scan';
import type { Piece } from './piece';
import { MatchPlaces } from './match-places';
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
  readonly #test: RowTest;
  /** Null: not of payloads alone, so each line for itself. */
  readonly #streams: StreamSearch | null;
  /** Null: each line is looked at. */
  readonly #places: MatchPlaces | null;
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
    this.#test = rowTest(search);
    const patterns = patternsOf(search);
    const found = (position: number) => {
      this.#found(position);
    };
    this.#streams = patterns && new StreamSearch(patterns, found);
    this.#places = patterns && new MatchPlaces(patterns);
    this.#rows = new LineRows(source, new RowReader(source), of);
    this.#walker = new LineWalker(
      { as: of.lines.as, charset },
      {
        begin: ({ row, offset }) => {
          this.#row = row;
          this.#begunAt = offset;
          this.#bytes = 0;
          this.#position++;
          this.#piece = null;
          this.#placedEnd = -1;
        },
        add: (bytes, from, end) => {
          this.#placedEnd = this.#isPlaced(from, end) ? end : -1;
          if (bytes && this.#placedEnd === -1)
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
      this.#placed = null;
      this.#isCut = false;
      this.#rows.feed(this.#walker, row, 0, true, this.#seen);
    });
    // What is seen of the last line is found, though it may go on.
    if (this.#walker.isOpen) this.#source.blocks.during(() => this.#lookAlone());
  }

  #passBy(first: number): void {
    this.passedBy = null;
    if (this.scanned >= first) return;
    this.#walker.close();
    this.#streams?.cutAll();
    this.passedBy = { row: first, position: this.#position + 1 };
  }

  readonly #seen = (payload: Uint8Array): void => {
    this.#placed = this.#places?.take(payload) === true ? payload : null;
  };

  /** The last line of a row may go on in the next, and a match in the last lines may. */
  #isPlaced(from: number, end: number): boolean {
    if (!this.#placed || !this.#places || this.#begunAt !== from) return false;
    return end + this.#places.sideBytes < this.#placed.length;
  }

  #place(): void {
    const { index } = this.#source;
    const from = this.#begunAt;
    if (this.#places && this.#places.next(from) < this.#placedEnd) this.#found(this.#position);
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
    } else this.#lookAlone();
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
