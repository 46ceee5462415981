import type { BytesPattern, MaskedBytes, Pattern } from '../../../../src-shared/payload/pattern';
import { indexOfParts } from '../../../../src-shared/payload/pattern';
import { ExpressionSearch } from './expression-search';
import { isSettled, OPEN_BYTES } from './piece';
import type { Piece } from './piece';
import { literalOf } from './required-literals';

/*
 * Looks for patterns in the streams of many connections at once, fed in pieces: rows or frames. A
 * match counts for the piece it begins in, also when it goes on in the ones after it.
 */

/** What of a stream may be the beginning of a match. */
interface Tail {
  bytes: Uint8Array;
  /** Ascending; the first begins at 0. */
  pieces: { start: number; piece: Piece }[];
}

/** Where a match begins, from `from` on, or -1. */
type Find = (data: Uint8Array, from: number) => number;

interface Sought {
  find: Find;
  /** Bytes of it that can stand on one side of a boundary. */
  sideBytes: number;
  /** What it begins with, or -1. */
  firstByte: number;
}

/** The runtime's own search, which is far faster than a loop. */
function indexOfLiteral(data: Uint8Array, literal: Uint8Array, from: number): number {
  const { buffer, byteOffset, byteLength } = data;
  return Buffer.from(buffer, byteOffset, byteLength).indexOf(literal, from);
}

function soughtOf(pattern: BytesPattern): Sought {
  const { parts } = pattern;
  const literal = literalOf(pattern);
  const [first] = parts;
  return {
    find: literal
      ? (data, from) => indexOfLiteral(data, literal, from)
      : (data, from) => indexOfParts(data, parts, from),
    sideBytes: parts.length === 1 ? lengthOf(parts) - 1 : Math.max(OPEN_BYTES, lengthOf(parts)),
    firstByte: first?.masks[0] === 0xff ? (first.values[0] ?? -1) : -1,
  };
}

function lengthOf(parts: readonly MaskedBytes[]): number {
  return parts.reduce((sum, { values }) => sum + values.length, 0);
}

/** One pattern of bytes in all streams. */
class BytesSearch {
  readonly #sought: Sought;
  readonly #tails = new Map<number, Tail>();

  constructor(pattern: BytesPattern) {
    this.#sought = soughtOf(pattern);
  }

  /** `lacks`: it is known that no match is in these bytes alone. */
  push(
    stream: number,
    bytes: Uint8Array,
    { piece, lacks }: { piece: Piece; lacks: boolean },
    hit: (piece: Piece) => void,
  ): void {
    const tail = this.#tails.get(stream);
    if (tail) this.#across(tail, bytes, hit);
    if (!piece.hit && !lacks) this.alone(bytes, piece, hit);
    this.#keep(stream, tail, bytes, piece);
  }

  cut(stream: number): void {
    this.#tails.delete(stream);
  }

  cutAll(): void {
    this.#tails.clear();
  }

  waits(stream: number): boolean {
    return this.#tails.size > 0 && this.#tails.has(stream);
  }

  alone(bytes: Uint8Array, piece: Piece, hit: (piece: Piece) => void): void {
    if (this.#sought.find(bytes, 0) !== -1) hit(piece);
  }

  /** Matches that begin in the tail and end in the bytes after it. */
  #across({ bytes, pieces }: Tail, next: Uint8Array, hit: (piece: Piece) => void): void {
    const { find, sideBytes } = this.#sought;
    const boundary = bytes.length;
    const window = Buffer.concat([bytes, next.subarray(0, sideBytes)]);
    let from = 0;
    for (const [place, { start, piece }] of pieces.entries()) {
      if (piece.hit || start < from) continue;
      const begin = find(window, start);
      const end = pieces[place + 1]?.start ?? boundary;
      if (begin >= start && begin < end) hit(piece);
      // No match from here on, and none later; one that begins further on needs no look before it.
      else if (begin === -1 || begin >= boundary) return;
      else from = ownerStart(pieces, begin);
    }
  }

  /** Of bytes so many that nothing before them can be part of a match that goes on behind. */
  #keepEnd(stream: number, bytes: Uint8Array, piece: Piece): void {
    const { sideBytes, firstByte } = this.#sought;
    const from = bytes.length - sideBytes;
    let start = isSettled(piece) ? bytes.length : from;
    if (firstByte !== -1) while (start < bytes.length && bytes[start] !== firstByte) start++;
    if (start === bytes.length) this.#tails.delete(stream);
    else {
      const pieces = [{ start: 0, piece }];
      this.#tails.set(stream, { bytes: new Uint8Array(bytes.subarray(start)), pieces });
    }
  }

  #keep(stream: number, tail: Tail | undefined, bytes: Uint8Array, piece: Piece): void {
    if (!tail && isSettled(piece)) return;
    const { sideBytes, firstByte } = this.#sought;
    if (bytes.length >= sideBytes) {
      this.#keepEnd(stream, bytes, piece);
      return;
    }
    const room = sideBytes - bytes.length;
    const kept = tail?.bytes.subarray(Math.max(0, tail.bytes.length - room));
    const gone = tail && kept ? tail.bytes.length - kept.length : 0;
    const pieces = (tail?.pieces ?? []).map((one) => ({ ...one, start: one.start - gone }));
    pieces.push({ start: kept?.length ?? 0, piece });
    const length = (kept?.length ?? 0) + bytes.length;
    // Nothing before the first piece that is still open can be the beginning of a new hit.
    const open = pieces.findIndex(
      (one, place) => !isSettled(one.piece) && (pieces[place + 1]?.start ?? length) > 0,
    );
    let start = open === -1 ? length : Math.max(0, pieces[open]?.start ?? 0);
    if (start < length && firstByte !== -1) {
      const inKept = kept ? kept.indexOf(firstByte, start) : -1;
      const inOwn = bytes.indexOf(firstByte, Math.max(0, start - (kept?.length ?? 0)));
      start = inKept !== -1 ? inKept : inOwn !== -1 ? (kept?.length ?? 0) + inOwn : length;
    }
    if (start >= length) {
      if (tail) this.#tails.delete(stream);
      return;
    }
    const whole = kept && kept.length > 0 ? Buffer.concat([kept, bytes]) : bytes;
    this.#tails.set(stream, { bytes: whole.slice(start), pieces: shifted(pieces, start) });
  }
}

/** Pieces that reach beyond `by`, counted from there. */
function shifted(pieces: Tail['pieces'], by: number): Tail['pieces'] {
  return pieces
    .filter((_, place) => (pieces[place + 1]?.start ?? Infinity) > by)
    .map(({ start, piece }) => ({ start: Math.max(0, start - by), piece }));
}

function ownerStart(pieces: Tail['pieces'], at: number): number {
  return pieces.findLast(({ start }) => start <= at)?.start ?? 0;
}

/** Any of some patterns, in streams named by number. */
export class StreamSearch {
  readonly #patterns: readonly (BytesSearch | ExpressionSearch)[];
  readonly #takesParts: boolean;
  readonly #found: (position: number) => void;

  /** `found`: of a piece in which a match begins; perhaps later than of pieces after it. */
  constructor(patterns: readonly Pattern[], found: (position: number) => void) {
    this.#takesParts = patterns.every((pattern) => literalOf(pattern) !== null);
    this.#patterns = patterns.map((pattern) =>
      pattern.kind === 'regex' ? new ExpressionSearch(pattern) : new BytesSearch(pattern),
    );
    this.#found = found;
  }

  /**
   * Whether a piece may come in parts. An expression sees a piece as a whole: it has a beginning and an
   * end.
   */
  get takesParts(): boolean {
    return this.#takesParts;
  }

  /** More of a stream. `position` -1: it is not shown, and only goes on what began before. */
  push(stream: number, bytes: Uint8Array, position: number): void {
    this.part(stream, bytes, { position, hit: false });
  }

  /** The next part of a piece. `lacks`: nothing of it is in these bytes alone. */
  part(stream: number, bytes: Uint8Array, piece: Piece, lacks = false): void {
    for (const pattern of this.#patterns) pattern.push(stream, bytes, { piece, lacks }, this.#hit);
  }

  /** What came last in a stream may be the beginning of a match. */
  waits(stream: number): boolean {
    for (const pattern of this.#patterns) if (pattern.waits(stream)) return true;
    return false;
  }

  /** Bytes are missing here: nothing goes on behind them. */
  cut(stream: number): void {
    for (const pattern of this.#patterns) pattern.cut(stream);
  }

  cutAll(): void {
    for (const pattern of this.#patterns) pattern.cutAll();
  }

  /** A datagram: nothing goes on in the next. */
  alone(bytes: Uint8Array, position: number): void {
    const piece: Piece = { position, hit: false };
    for (const pattern of this.#patterns) if (!piece.hit) pattern.alone(bytes, piece, this.#hit);
  }

  readonly #hit = (piece: Piece): void => {
    if (piece.hit) return;
    piece.hit = true;
    if (piece.position >= 0) this.#found(piece.position);
  };
}
