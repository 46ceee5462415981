import type { LinesShape } from '../../../../src-shared/contract/view-shape';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { RowKind } from './capture-index';
import { TextLine } from './text-line';
import type { LineEnd } from './text-line';

/*
 * A connection as lines. What follows each other in one direction is one run: chunks are joined, and
 * the other direction's turn, another flow or a state ends the line. Where a line begins is all that
 * is needed to go on from there, so that an index may hold one beginning in many.
 */

const NO_BYTES = new Uint8Array(0);

/** Before the first byte. */
const START = { inBytes: 0, outBytes: 0 };

/** Where a line begins, and how much went each way before it. */
export interface LinePlace {
  row: number;
  /** In the row's payload. */
  offset: number;
  inBytes: number;
  outBytes: number;
}

/** Told of the lines in order; of hex lines `bytes` may be null. */
export interface LineSink {
  /** `afresh`: nothing before it goes on in it, as lines are cut there. */
  begin(place: LinePlace, afresh: boolean): void;
  /** More of it. */
  add(bytes: Uint8Array | null, from: number, end: number, row: number): void;
  end(): void;
}

/** One row, as the walker needs it. */
export interface WalkedRow {
  row: number;
  flow: number;
  kind: number;
  lengthBytes: number;
  /** A datagram is a line of its own, or several; nothing goes on in the next. */
  datagram: boolean;
}

/** Cuts rows into lines, from any beginning of one on. */
export class LineWalker {
  readonly #sink: LineSink;
  readonly #width: number | null;
  readonly #text: TextLine;
  #inBytes: number;
  #outBytes: number;
  /** Bytes of the line that is open; -1: none is. */
  #open = -1;
  #flow = -1;
  #kind = -1;
  #afresh = false;

  constructor(
    { as, charset }: { as: LinesShape['as']; charset: Charset },
    sink: LineSink,
    { inBytes, outBytes } = START,
  ) {
    this.#sink = sink;
    this.#text = new TextLine(charset);
    this.#width = as === 'text' ? null : as === 'hex16' ? 16 : 32;
    this.#inBytes = inBytes;
    this.#outBytes = outBytes;
  }

  /** Whether it must see the bytes: hex lines come from lengths alone. */
  get needsBytes(): boolean {
    return this.#width === null;
  }

  /** A line that may still grow is open. */
  get isOpen(): boolean {
    return this.#open >= 0;
  }

  /** A row that tells a state, or a datagram of no bytes: a line of its own. */
  alone(row: number): void {
    this.close();
    this.#tell(row, 0);
    this.#sink.end();
  }

  /** `from`: bytes of it that belong to lines before. */
  push(of: WalkedRow, bytes: Uint8Array | null, from = 0): void {
    if (of.datagram || of.flow !== this.#flow || of.kind !== this.#kind) this.close();
    this.#flow = of.flow;
    this.#kind = of.kind;
    let at = from;
    while (at < of.lengthBytes) {
      if (this.#open < 0) {
        this.#begin(of.row, at);
        const before = of.kind === RowKind.out ? this.#outBytes : this.#inBytes;
        this.#text.begin(of.datagram ? at : before);
      }
      const { end, ends } = this.#lineEnd(of.lengthBytes, bytes, at);
      if (end > at) this.#take(of, bytes, at, end);
      at = end;
      if (ends) this.close();
    }
    if (of.datagram) this.close();
  }

  /** What is before and behind here is walked over by itself: with either, the same lines come. */
  cut(): void {
    this.close();
    this.#afresh = true;
  }

  /** The line ends here, whatever comes. */
  close(): void {
    if (this.#open < 0) return;
    this.#open = -1;
    this.#sink.end();
  }

  #begin(row: number, offset: number): void {
    this.#open = 0;
    this.#tell(row, offset);
  }

  #tell(row: number, offset: number): void {
    const afresh = this.#afresh;
    this.#afresh = false;
    this.#sink.begin({ row, offset, inBytes: this.#inBytes, outBytes: this.#outBytes }, afresh);
  }

  #take({ row, kind }: WalkedRow, bytes: Uint8Array | null, from: number, end: number): void {
    this.#sink.add(bytes, from, end, row);
    this.#open += end - from;
    if (kind === RowKind.out) this.#outBytes += end - from;
    else this.#inBytes += end - from;
  }

  #lineEnd(length: number, bytes: Uint8Array | null, at: number): LineEnd {
    if (this.#width === null) return this.#text.endIn(bytes ?? NO_BYTES, at, this.#open);
    const end = Math.min(length, at + this.#width - this.#open);
    return { end, ends: this.#open + end - at === this.#width };
  }
}
