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
import { StreamSearch } from './stream-search';
import type { Piece } from './stream-search';

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

/** Finds the lines of a connection in which something begins, also when it ends in another. */
export class LineSearch {
  readonly #source: RowSource;
  readonly #rows: LineRows;
  readonly #walker: LineWalker;
  readonly #facts: LineFacts;
  readonly #test: RowTest;
  /** Null: not of payloads alone, so each line for itself. */
  readonly #streams: StreamSearch | null;
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  #bytes = 0;
  #piece: Piece = { position: -1, hit: true };
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
    this.#rows = new LineRows(source, new RowReader(source), of);
    this.#walker = new LineWalker(
      { as: of.lines.as, charset },
      {
        begin: ({ row }) => {
          this.#row = row;
          this.#bytes = 0;
          this.#piece = { position: this.#piece.position + 1, hit: false };
        },
        add: (bytes, from, end) => {
          if (bytes) this.#line.set(bytes.subarray(from, end), this.#bytes);
          this.#bytes += end - from;
        },
        end: () => {
          this.#look();
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
      this.#rows.feed(this.#walker, row, 0, true);
    });
    // What is seen of the last line is found, though it may go on.
    if (this.#walker.isOpen && !this.#piece.hit)
      this.#source.blocks.during(() => this.#lookAlone());
  }

  #passBy(first: number): void {
    this.passedBy = null;
    if (this.scanned >= first) return;
    this.#walker.close();
    this.#streams?.cutAll();
    this.passedBy = { row: first, position: this.#piece.position + 1 };
  }

  #look(): void {
    const { index } = this.#source;
    if (this.#streams && this.#bytes > 0) {
      const stream = streamOf(index.flow(this.#row), index.kind(this.#row));
      this.#streams.part(stream, this.#line.slice(0, this.#bytes), this.#piece);
    } else if (!this.#piece.hit) this.#lookAlone();
    this.#before = this.#row;
  }

  #lookAlone(): void {
    this.#facts.moveTo(this.#row, this.#before);
    this.#facts.line = this.#line.subarray(0, this.#bytes);
    if (!this.#test(this.#facts)) return;
    this.#piece.hit = true;
    this.#found(this.#piece.position);
  }
}
