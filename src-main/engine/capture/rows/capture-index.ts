/** Rows per piece: a piece is filled once and never copied, so growth costs no pause. */
const PIECE = 1 << 16;
const PIECE_BITS = 16;
const PIECE_MASK = PIECE - 1;

/** What stands at a row's offset. The lowest bit of a packet and a gap is its direction. */
export const RowKind = {
  /** A packet from the peer. */
  in: 0,
  /** A packet from us. */
  out: 1,
  /** A block with a note and no packet. */
  note: 2,
  /** No block at all: what the reader has to say about the file as a whole. */
  summary: 3,
  /** No block either: before the packet there, bytes of that direction are missing in the file. */
  gapIn: 4,
  gapOut: 5,
} as const;

const KIND_BITS = 3;
const KIND_MASK = 7;

/** So many rows share the memory of one piece; the last one is filled as rows come. */
export interface IndexPiece {
  /** Offset in the file. */
  offsets: Float64Array<SharedArrayBuffer>;
  /** Flow number and kind. */
  words: Uint32Array<SharedArrayBuffer>;
  /** Bytes of payload; of a gap those that are missing. */
  lengths: Uint32Array<SharedArrayBuffer>;
}

/**
 * Where each row is in the file, whose it is and how long: 16 bytes a row, in memory that a thread
 * which looks through the rows can share.
 */
export class CaptureIndex {
  /** Of rows that were let go there are none. */
  readonly #pieces: (IndexPiece | undefined)[];
  /** Rows before this one were let go. */
  #first = 0;
  #length: number;
  #last: IndexPiece | undefined;

  /** Of pieces that another thread fills: `length` tells how far they are filled. */
  constructor(pieces: readonly (IndexPiece | undefined)[] = [], length = 0) {
    this.#pieces = [...pieces];
    this.#length = length;
    this.#last = this.#pieces.at(-1);
  }

  get length(): number {
    return this.#length;
  }

  get first(): number {
    return this.#first;
  }

  /** Nobody wants the rows before that one any more. */
  letGo(first: number): void {
    for (let piece = this.#first >>> PIECE_BITS; piece < first >>> PIECE_BITS; piece++)
      this.#pieces[piece] = undefined;
    this.#first = first;
  }

  /** From that piece on. */
  pieces(from: number): readonly (IndexPiece | undefined)[] {
    return this.#pieces.slice(from);
  }

  /** In the thread that only reads: more pieces, and how far all of them are filled. */
  grew(pieces: readonly (IndexPiece | undefined)[], length: number): void {
    this.#pieces.push(...pieces);
    this.#length = length;
  }

  append(offset: number, flow: number, kind: number, lengthBytes: number): void {
    const at = this.#length & PIECE_MASK;
    if (at === 0) this.#addPiece();
    const last = this.#last;
    if (last) {
      last.offsets[at] = offset;
      last.words[at] = ((flow << KIND_BITS) | kind) >>> 0;
      last.lengths[at] = lengthBytes;
    }
    this.#length++;
  }

  /** The row appended last goes on: its payload took another packet. */
  extend(bytes: number): void {
    const at = (this.#length - 1) & PIECE_MASK;
    if (this.#last) this.#last.lengths[at] = (this.#last.lengths[at] ?? 0) + bytes;
  }

  setKind(row: number, kind: number): void {
    const words = this.#pieces[row >>> PIECE_BITS]?.words;
    const at = row & PIECE_MASK;
    if (words) words[at] = (((words[at] ?? 0) & ~KIND_MASK) | kind) >>> 0;
  }

  #addPiece(): void {
    this.#last = {
      offsets: new Float64Array(new SharedArrayBuffer(PIECE * 8)),
      words: new Uint32Array(new SharedArrayBuffer(PIECE * 4)),
      lengths: new Uint32Array(new SharedArrayBuffer(PIECE * 4)),
    };
    this.#pieces.push(this.#last);
  }

  offset(row: number): number {
    return this.#pieces[row >>> PIECE_BITS]?.offsets[row & PIECE_MASK] ?? 0;
  }

  flow(row: number): number {
    return (this.#pieces[row >>> PIECE_BITS]?.words[row & PIECE_MASK] ?? 0) >>> KIND_BITS;
  }

  kind(row: number): number {
    return (this.#pieces[row >>> PIECE_BITS]?.words[row & PIECE_MASK] ?? 0) & KIND_MASK;
  }

  /** Rows whose blocks begin before that offset; nearly all, so they are looked for from the end. */
  rowsBefore(offset: number): number {
    let rows = this.#length;
    while (rows > 0 && this.offset(rows - 1) >= offset) rows--;
    return rows;
  }

  /** Bytes of payload; 0 for states and gaps. */
  lengthBytes(row: number): number {
    const piece = this.#pieces[row >>> PIECE_BITS];
    const at = row & PIECE_MASK;
    if (((piece?.words[at] ?? 0) & KIND_MASK) > RowKind.summary) return 0;
    return piece?.lengths[at] ?? 0;
  }

  /** Of a gap. */
  missingBytes(row: number): number {
    return this.word(row);
  }

  /** The length as it was appended, whatever the kind. */
  word(row: number): number {
    return this.#pieces[row >>> PIECE_BITS]?.lengths[row & PIECE_MASK] ?? 0;
  }
}

/** A growing list of row numbers. */
export class RowList {
  /** Of those that were let go there are none. */
  readonly #pieces: (Uint32Array | undefined)[] = [];
  #firstPiece = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(row: number): void {
    const at = this.#length & PIECE_MASK;
    if (at === 0) this.#pieces.push(new Uint32Array(PIECE));
    const piece = this.#pieces[this.#length >>> PIECE_BITS];
    if (piece) piece[at] = row;
    this.#length++;
  }

  at(index: number): number {
    return this.#pieces[index >>> PIECE_BITS]?.[index & PIECE_MASK] ?? 0;
  }

  /** Nobody wants what stands before that place any more: places stay what they are. */
  letGo(first: number): void {
    for (; this.#firstPiece < first >>> PIECE_BITS; this.#firstPiece++)
      this.#pieces[this.#firstPiece] = undefined;
  }
}

/** The first of `count` places whose row is this one or a later one; null: there is none. */
export function firstFrom(
  count: number,
  row: number,
  rowAt: (index: number) => number,
): number | null {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (rowAt(middle) < row) low = middle + 1;
    else high = middle;
  }
  return low < count ? low : null;
}
