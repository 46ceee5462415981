import { firstFrom } from './capture-index';

/** Hits between copies: doubling a list of millions would cost a pause. */
const PIECE = 1 << 16;

/** Positions of a view that a search found, ascending; some come late. */
export class HitList {
  /** Of those that were let go there are none. */
  readonly #pieces: (Uint32Array | undefined)[] = [];
  #firstPiece = 0;
  #first = 0;
  #from = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Those before it were let go. */
  get first(): number {
    return this.#first;
  }

  /** Nobody wants hits before that position any more: ordinals stay what they are. */
  letGo(position: number): void {
    this.#from = position;
    this.#first = this.before(position);
    for (; this.#firstPiece < Math.floor(this.#first / PIECE); this.#firstPiece++)
      this.#pieces[this.#firstPiece] = undefined;
  }

  at(ordinal: number): number {
    return this.#pieces[Math.floor(ordinal / PIECE)]?.[ordinal % PIECE] ?? 0;
  }

  /** How many stand before a position. */
  before(position: number): number {
    let low = this.#first;
    let high = this.#length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts in more, in any order; none that is there already. */
  merge(positions: Uint32Array): void {
    const sorted = ascending(positions) ? positions : positions.slice().sort();
    const kept = sorted.subarray(
      firstFrom(sorted.length, this.#from, (at) => sorted[at] ?? 0) ?? sorted.length,
    );
    const first = kept[0];
    if (first === undefined) return;
    if (this.#length === 0 || first > this.at(this.#length - 1)) {
      this.#appendAll(kept);
      return;
    }
    // Nearly all are beyond the end: what is behind the first new one is put back between them.
    const place = this.before(first);
    const behind: number[] = [];
    for (let ordinal = place; ordinal < this.#length; ordinal++) behind.push(this.at(ordinal));
    this.#length = place;
    let next = 0;
    for (const position of kept) {
      for (; (behind[next] ?? Infinity) < position; next++) this.#append(behind[next] ?? 0);
      this.#append(position);
    }
    for (; next < behind.length; next++) this.#append(behind[next] ?? 0);
  }

  /** Millions at a time come in this way, to the thread that serves sockets. */
  #appendAll(positions: Uint32Array): void {
    for (let from = 0; from < positions.length;) {
      const at = this.#length % PIECE;
      const number = Math.floor(this.#length / PIECE);
      const piece = (this.#pieces[number] ??= new Uint32Array(PIECE));
      const some = positions.subarray(from, from + PIECE - at);
      piece.set(some, at);
      from += some.length;
      this.#length += some.length;
    }
  }

  #append(position: number): void {
    const at = this.#length % PIECE;
    const number = Math.floor(this.#length / PIECE);
    const piece = (this.#pieces[number] ??= new Uint32Array(PIECE));
    piece[at] = position;
    this.#length++;
  }
}

function ascending(positions: Uint32Array): boolean {
  for (let at = 1; at < positions.length; at++)
    if ((positions[at] ?? 0) < (positions[at - 1] ?? 0)) return false;
  return true;
}
