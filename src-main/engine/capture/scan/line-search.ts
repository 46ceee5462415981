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
import { LiteralTest } from './literal-test';
import { OPEN_BYTES } from './piece';
import type { Piece } from './piece';
import { literalOf, requiredLiterals } from './required-literals';
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

/** Lines of a row from there on and up to there: nothing that is looked for has a part in them. */
interface QuietLines {
  from: number;
  to: number;
  /** What was begun before them ends there. */
  cut: boolean;
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
  /** What every match holds; null: not known. */
  readonly #required: LiteralTest | null;
  /** On either side of a boundary so much may be part of a match across it. */
  readonly #sideBytes: number;
  #quiet: QuietLines | null = null;
  /** Of the line: where in the row it begins, and that it lies in the quiet ones. */
  #begunAt = -1;
  #passes = false;
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
    const required = patterns && requiredLiterals(patterns);
    this.#required = required && new LiteralTest(required);
    const literals = patterns?.map(literalOf) ?? [];
    this.#sideBytes = Math.max(
      0,
      ...literals.map((literal) => (literal ? literal.length - 1 : OPEN_BYTES + MAX_LINE_BYTES)),
    );
    this.#rows = new LineRows(source, new RowReader(source), of);
    this.#walker = new LineWalker(
      { as: of.lines.as, charset },
      {
        begin: ({ row, offset }) => {
          this.#row = row;
          this.#begunAt = offset;
          this.#passes = false;
          this.#bytes = 0;
          this.#piece = { position: this.#piece.position + 1, hit: false };
        },
        add: (bytes, from, end) => {
          this.#passes = this.#isQuiet(from, end);
          if (bytes && !this.#passes) this.#line.set(bytes.subarray(from, end), this.#bytes);
          this.#bytes += end - from;
        },
        end: () => {
          if (this.#passes && this.#quiet) this.#pass(this.#quiet);
          else this.#look();
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
      this.#quiet = null;
      this.#rows.feed(this.#walker, row, 0, true, this.#seen);
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

  /**
   * In a payload without any of what every match holds, only what stands at its ends may be part of one that goes
   * on from or in another.
   */
  readonly #seen = (payload: Uint8Array): void => {
    const side = this.#sideBytes;
    if (payload.length <= 2 * side || this.#required?.lacks(payload) !== true) return;
    // The last line of a row may go on in the next.
    this.#quiet = { from: side, to: payload.length - side - 1, cut: false };
  };

  #isQuiet(from: number, end: number): boolean {
    const quiet = this.#quiet;
    return quiet !== null && this.#begunAt === from && from >= quiet.from && end <= quiet.to;
  }

  #pass(quiet: QuietLines): void {
    const { index } = this.#source;
    if (!quiet.cut) this.#streams?.cut(streamOf(index.flow(this.#row), index.kind(this.#row)));
    quiet.cut = true;
    this.#before = this.#row;
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
