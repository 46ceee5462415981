import { Carry } from '../../../../src-shared/encoding/carry';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { characterAt } from '../../../../src-shared/encoding/charset';
import type { MaskedBytes, Pattern, RegexPattern } from '../../../../src-shared/payload/pattern';
import { indexOfParts, regexByte, regexText } from '../../../../src-shared/payload/pattern';

/*
 * Looks for patterns in the streams of many connections at once, fed in pieces: rows or frames. A
 * match counts for the piece it begins in, also when it goes on in the ones after it.
 */

/** Of a pattern without a length of its own, so much is looked at on either side of a boundary. */
const OPEN_BYTES = 1024;

/** Pieces back that an expression with `^` is tried at: each is looked through for itself. */
const MAX_ANCHORED = 8;

/** A piece that a match may still begin in. */
export interface Piece {
  /** In the view; -1: not shown. */
  position: number;
  hit: boolean;
}

/** What of a stream may be the beginning of a match. */
interface Tail {
  bytes: Uint8Array;
  /** Ascending; the first begins at 0. `cut`: its beginning has gone by. */
  pieces: { start: number; cut: boolean; piece: Piece }[];
}

/** Where a match begins, from `from` on, or -1. */
type Find = (data: Uint8Array, from: number) => number;

interface Sought {
  find: Find;
  /** Bytes of it that can stand on one side of a boundary. */
  sideBytes: number;
  /** What it begins with, or -1. */
  firstByte: number;
  anchored: boolean;
  /** Of an expression that sees text: what is kept begins with a character. */
  charset: Charset | null;
}

/** Literal bytes in one part, or null: those can be looked for in anything. */
export function literalOf(pattern: Pattern): Uint8Array | null {
  if (pattern.kind !== 'bytes' || pattern.parts.length !== 1) return null;
  const part = pattern.parts[0];
  return part?.masks.every((mask) => mask === 0xff) === true ? part.values : null;
}

/** The runtime's own search, which is far faster than a loop. */
export function indexOfLiteral(data: Uint8Array, literal: Uint8Array, from: number): number {
  const { buffer, byteOffset, byteLength } = data;
  return Buffer.from(buffer, byteOffset, byteLength).indexOf(literal, from);
}

function soughtOf(pattern: Pattern): Sought {
  if (pattern.kind === 'regex') return soughtRegex(pattern);
  const { parts } = pattern;
  const literal = literalOf(pattern);
  const [first] = parts;
  return {
    find: literal
      ? (data, from) => indexOfLiteral(data, literal, from)
      : (data, from) => indexOfParts(data, parts, from),
    sideBytes: parts.length === 1 ? lengthOf(parts) - 1 : Math.max(OPEN_BYTES, lengthOf(parts)),
    firstByte: first?.masks[0] === 0xff ? (first.values[0] ?? -1) : -1,
    anchored: false,
    charset: null,
  };
}

function soughtRegex(pattern: RegexPattern): Sought {
  const { source, flags, charset } = pattern;
  const regex = new RegExp(source, `${flags}g`);
  const find: Find = (data, from) => {
    const looked = from === 0 ? data : data.subarray(from);
    regex.lastIndex = 0;
    const match = regex.exec(regexText(looked, pattern));
    return match ? from + regexByte(looked, match.index, pattern) : -1;
  };
  const anchored = source.includes('^');
  return { find, sideBytes: OPEN_BYTES, firstByte: -1, anchored, charset };
}

function lengthOf(parts: readonly MaskedBytes[]): number {
  return parts.reduce((sum, { values }) => sum + values.length, 0);
}

/** One pattern in all streams. */
class PatternSearch {
  readonly #sought: Sought;
  readonly #tails = new Map<number, Tail>();
  /** Of an expression that sees text: the characters that the last piece of each stream cut. */
  readonly #carries = new Map<number, Carry>();

  constructor(pattern: Pattern) {
    this.#sought = soughtOf(pattern);
  }

  /** `lacks`: it is known that no match is in these bytes alone. */
  push(
    stream: number,
    pushed: Uint8Array,
    { piece, lacks }: { piece: Piece; lacks: boolean },
    hit: (piece: Piece) => void,
  ): void {
    const bytes = this.#characters(stream, pushed);
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
    this.#carries.clear();
  }

  waits(stream: number): boolean {
    return this.#tails.size > 0 && this.#tails.has(stream);
  }

  alone(bytes: Uint8Array, piece: Piece, hit: (piece: Piece) => void): void {
    if (this.#sought.find(bytes, 0) !== -1) hit(piece);
  }

  /** A character that is cut counts for the piece that its last byte is in. */
  #characters(stream: number, bytes: Uint8Array): Uint8Array {
    const { charset } = this.#sought;
    if (charset === null) return bytes;
    let carry = this.#carries.get(stream);
    if (!carry) this.#carries.set(stream, (carry = new Carry(charset)));
    return carry.whole(bytes);
  }

  /** Matches that begin in the tail and end in the bytes after it. */
  #across({ bytes, pieces }: Tail, next: Uint8Array, hit: (piece: Piece) => void): void {
    const { find, sideBytes, anchored } = this.#sought;
    const boundary = bytes.length;
    const window = Buffer.concat([bytes, next.subarray(0, sideBytes)]);
    const tried = anchored ? pieces.slice(-MAX_ANCHORED) : pieces;
    let from = 0;
    for (const [place, { start, cut, piece }] of tried.entries()) {
      if (piece.hit || start < from) continue;
      const begin = find(window, start);
      const end = tried[place + 1]?.start ?? boundary;
      // Where the beginning of a piece has gone by, `^` would match what is none.
      const real = !(anchored && cut && begin === start);
      if (real && begin >= start && begin < end) hit(piece);
      // No match from here on, and none later; one that begins further on needs no look before it.
      else if (!anchored && (begin === -1 || begin >= boundary)) return;
      else if (!anchored) from = ownerStart(tried, begin);
    }
  }

  /** Where what is kept begins: with a character, of an expression that sees text. */
  #begin(bytes: Uint8Array, from: number): number {
    const { charset } = this.#sought;
    if (from <= 0) return 0;
    return charset === null ? from : characterAt(charset, bytes, from);
  }

  /** Of bytes so many that nothing before them can be part of a match that goes on behind. */
  #keepEnd(stream: number, bytes: Uint8Array, piece: Piece): void {
    const { sideBytes, firstByte } = this.#sought;
    const from = bytes.length - sideBytes;
    let start = isSettled(piece) ? bytes.length : from;
    if (firstByte !== -1) while (start < bytes.length && bytes[start] !== firstByte) start++;
    if (start === bytes.length) this.#tails.delete(stream);
    else {
      const pieces = [{ start: 0, cut: start > 0, piece }];
      this.#tails.set(stream, { bytes: new Uint8Array(bytes.subarray(start)), pieces });
    }
  }

  #keep(stream: number, tail: Tail | undefined, bytes: Uint8Array, piece: Piece): void {
    if (!tail && isSettled(piece)) return;
    const { sideBytes, firstByte, charset } = this.#sought;
    if (charset === null && bytes.length >= sideBytes) {
      this.#keepEnd(stream, bytes, piece);
      return;
    }
    const before = bytes.length >= sideBytes ? undefined : tail;
    const room = sideBytes - Math.min(bytes.length, sideBytes);
    const kept = before?.bytes.subarray(this.#begin(before.bytes, before.bytes.length - room));
    const gone = before && kept ? before.bytes.length - kept.length : 0;
    const own = bytes.subarray(this.#begin(bytes, bytes.length - sideBytes));
    const pieces = (before?.pieces ?? []).map((one) => ({ ...one, start: one.start - gone }));
    pieces.push({ start: kept?.length ?? 0, cut: own.length < bytes.length, piece });
    const length = (kept?.length ?? 0) + own.length;
    // Nothing before the first piece that is still open can be the beginning of a new hit.
    const open = pieces.findIndex(
      (one, place) => !isSettled(one.piece) && (pieces[place + 1]?.start ?? length) > 0,
    );
    let start = open === -1 ? length : Math.max(0, pieces[open]?.start ?? 0);
    if (start < length && firstByte !== -1) {
      const inKept = kept ? kept.indexOf(firstByte, start) : -1;
      const inOwn = own.indexOf(firstByte, Math.max(0, start - (kept?.length ?? 0)));
      start = inKept !== -1 ? inKept : inOwn !== -1 ? (kept?.length ?? 0) + inOwn : length;
    }
    if (start >= length) {
      if (tail) this.#tails.delete(stream);
      return;
    }
    const whole = kept && kept.length > 0 ? Buffer.concat([kept, own]) : own;
    this.#tails.set(stream, { bytes: whole.slice(start), pieces: shifted(pieces, start) });
  }
}

function isSettled({ hit, position }: Piece): boolean {
  return hit || position < 0;
}

/** Pieces that reach beyond `by`, counted from there. */
function shifted(pieces: Tail['pieces'], by: number): Tail['pieces'] {
  return pieces
    .filter((_, place) => (pieces[place + 1]?.start ?? Infinity) > by)
    .map(({ start, cut, piece }) => ({
      start: Math.max(0, start - by),
      cut: cut || start < by,
      piece,
    }));
}

function ownerStart(pieces: Tail['pieces'], at: number): number {
  return pieces.findLast(({ start }) => start <= at)?.start ?? 0;
}

/** Any of some patterns, in streams named by number. */
export class StreamSearch {
  readonly #patterns: readonly PatternSearch[];
  readonly #takesParts: boolean;
  readonly #found: (position: number) => void;

  /** `found`: of a piece in which a match begins; perhaps later than of pieces after it. */
  constructor(patterns: readonly Pattern[], found: (position: number) => void) {
    this.#takesParts = patterns.every((pattern) => literalOf(pattern) !== null);
    this.#patterns = patterns.map((pattern) => new PatternSearch(pattern));
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
