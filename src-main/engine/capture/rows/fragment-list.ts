import { CaptureIndex } from './capture-index';
import type { IndexPiece } from './capture-index';

/** Why a packet was not put together; `none`: it was, or is not given up yet. */
export const GIVEN_UP = {
  none: 0,
  /** What is missing never came. */
  missing: 1,
  /** Too many others were begun. */
  crowded: 2,
  /** Its fragments make no packet. */
  refused: 3,
} as const;

const LAST = 1;
const REASON_SHIFT = 1;
const LENGTH_BITS = 16;

/** A fragment: where its block stands, and which bytes of its packet it carries. */
export interface FragmentPlace {
  offset: number;
  start: number;
  bytes: number;
}

/**
 * Every fragment of IP that is part of a packet: 16 bytes each, in the order of the file, and each
 * knows the one of its packet before it. A row of a packet stands at the fragment that came last, so
 * that its time is when the packet was whole. Threads share it as they share the index of rows.
 */
export class FragmentList {
  readonly #index = new CaptureIndex();

  get length(): number {
    return this.#index.length;
  }

  pieces(from: number): readonly (IndexPiece | undefined)[] {
    return this.#index.pieces(from);
  }

  /** In the thread that only reads. */
  grew(pieces: readonly (IndexPiece | undefined)[], length: number): void {
    this.#index.grew(pieces, length);
  }

  /** `before`: that of the same packet which came before, or -1. Returns its number. */
  append({ offset, start, bytes }: FragmentPlace, before: number, last: boolean): number {
    const place = start * 2 ** LENGTH_BITS + bytes;
    this.#index.append(offset, before + 1, last ? LAST : 0, place);
    return this.#index.length - 1;
  }

  /** The packet whose fragment came last there is not put together. */
  giveUp(fragment: number, reason: number): void {
    const last = this.#index.kind(fragment) & LAST;
    this.#index.setKind(fragment, (reason << REASON_SHIFT) | last);
  }

  /** Of the packet whose last fragment stands at an offset, in the order of the file; empty: none is there. */
  of(offset: number): FragmentPlace[] {
    const places: FragmentPlace[] = [];
    for (let at = this.#find(offset); at >= 0; at = this.#index.flow(at) - 1) {
      const place = this.#index.word(at);
      const start = place >>> LENGTH_BITS;
      places.push({
        ...{ offset: this.#index.offset(at), start },
        bytes: place - start * 2 ** LENGTH_BITS,
      });
    }
    return places.reverse();
  }

  /** Whether one of them ends the packet. */
  hasEnd(offset: number): boolean {
    for (let at = this.#find(offset); at >= 0; at = this.#index.flow(at) - 1)
      if ((this.#index.kind(at) & LAST) !== 0) return true;
    return false;
  }

  /** Of the packet whose last fragment stands there: one of GIVEN_UP. */
  reason(offset: number): number {
    const at = this.#find(offset);
    return at < 0 ? GIVEN_UP.none : this.#index.kind(at) >>> REASON_SHIFT;
  }

  /** Where fragments stand from one offset up to another. */
  *between(from: number, end: number): Generator<number> {
    for (let at = this.#from(from); at < this.length; at++) {
      const offset = this.#index.offset(at);
      if (offset >= end) return;
      yield offset;
    }
  }

  #find(offset: number): number {
    const at = this.#from(offset);
    return at < this.length && this.#index.offset(at) === offset ? at : -1;
  }

  /** The first at that offset or behind it. */
  #from(offset: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#index.offset(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
