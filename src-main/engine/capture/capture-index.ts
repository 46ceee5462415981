/** Rows per piece: a piece is filled once and never copied, so growth costs no pause. */
const PIECE = 1 << 16;
const PIECE_BITS = 16;
const PIECE_MASK = PIECE - 1;

/** What stands at a row's offset. The lowest bit of a packet kind is its direction. */
export const RowKind = {
  /** A packet from the peer. */
  in: 0,
  /** A packet from us. */
  out: 1,
  /** A block with a note and no packet. */
  note: 2,
  /** No block at all: what the reader has to say about the file as a whole. */
  summary: 3,
} as const;

const KIND_BITS = 2;
const KIND_MASK = 3;

/** Where each row is in the file and whose it is: 12 bytes a row. */
export class CaptureIndex {
  readonly #offsets: Float64Array[] = [];
  readonly #words: Uint32Array[] = [];
  #length = 0;
  #offsetPiece = new Float64Array(0);
  #wordPiece = new Uint32Array(0);

  get length(): number {
    return this.#length;
  }

  append(offset: number, flow: number, kind: number): void {
    const at = this.#length & PIECE_MASK;
    if (at === 0) this.#addPiece();
    this.#offsetPiece[at] = offset;
    this.#wordPiece[at] = ((flow << KIND_BITS) | kind) >>> 0;
    this.#length++;
  }

  #addPiece(): void {
    this.#offsetPiece = new Float64Array(PIECE);
    this.#wordPiece = new Uint32Array(PIECE);
    this.#offsets.push(this.#offsetPiece);
    this.#words.push(this.#wordPiece);
  }

  offset(row: number): number {
    return this.#offsets[row >>> PIECE_BITS]?.[row & PIECE_MASK] ?? 0;
  }

  flow(row: number): number {
    return (this.#words[row >>> PIECE_BITS]?.[row & PIECE_MASK] ?? 0) >>> KIND_BITS;
  }

  kind(row: number): number {
    return (this.#words[row >>> PIECE_BITS]?.[row & PIECE_MASK] ?? 0) & KIND_MASK;
  }
}

/** A growing list of row numbers. */
export class RowList {
  readonly #pieces: Uint32Array[] = [];
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
}
