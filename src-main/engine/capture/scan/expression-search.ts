import { Carry } from '../../../../src-shared/encoding/carry';
import { characterAt } from '../../../../src-shared/encoding/charset';
import { regexByte, regexText } from '../../../../src-shared/payload/pattern';
import type { RegexPattern } from '../../../../src-shared/payload/pattern';
import { latin1, LiteralTest } from './literal-test';
import { isSettled, OPEN_BYTES } from './piece';
import type { Piece } from './piece';
import { requiredLiterals } from './required-literals';

/** Pieces back that an expression with `^` is tried at: each is looked through for itself. */
const MAX_ANCHORED = 8;

/** A piece that a match may still begin in. */
interface Part {
  bytes: Uint8Array;
  piece: Piece;
  /** Its beginning has gone by. */
  cut: boolean;
}

/** The end of a stream: what of it may be the beginning of a match. */
interface Tail {
  parts: Part[];
  /** Of all parts. */
  bytes: number;
  /** The last bytes of the stream, in which what every match holds may begin. */
  edge: Uint8Array;
  /** Bytes since that was seen last. */
  since: number;
}

/** What is looked through across a boundary: the parts of a tail as one. */
interface Joined {
  bytes: Buffer;
  parts: { start: number; cut: boolean; piece: Piece }[];
}

/** One regular expression in all streams; it is tried only where what every match holds was seen. */
export class ExpressionSearch {
  readonly #pattern: RegexPattern;
  readonly #regex: RegExp;
  readonly #anchored: boolean;
  /** Null: it has to be tried everywhere. */
  readonly #required: LiteralTest | null;
  readonly #tails = new Map<number, Tail>();
  /** Of an expression that sees text: the characters that the last piece of each stream cut. */
  readonly #carries = new Map<number, Carry>();

  constructor(pattern: RegexPattern) {
    this.#pattern = pattern;
    this.#regex = new RegExp(pattern.source, `${pattern.flags}g`);
    this.#anchored = pattern.source.includes('^');
    const required = requiredLiterals([pattern]);
    this.#required = required && new LiteralTest(required);
  }

  /** `lacks`: it is known that no match is in these bytes alone. */
  push(
    stream: number,
    pushed: Uint8Array,
    { piece, lacks: told }: { piece: Piece; lacks: boolean },
    hit: (piece: Piece) => void,
  ): void {
    const bytes = this.#characters(stream, pushed);
    const tail = this.#tails.get(stream);
    const lacks = told || this.#lacks(bytes);
    const since = this.#since(tail, bytes, lacks);
    if (tail && (since === 0 || tail.since < OPEN_BYTES)) this.#across(tail, bytes, hit);
    if (!piece.hit && !lacks && this.#find(bytes, 0) !== -1) hit(piece);
    this.#keep(stream, tail, { bytes, piece, since });
  }

  alone(bytes: Uint8Array, piece: Piece, hit: (piece: Piece) => void): void {
    if (!this.#lacks(bytes) && this.#find(bytes, 0) !== -1) hit(piece);
  }

  cut(stream: number): void {
    this.#tails.delete(stream);
    this.#carries.delete(stream);
  }

  cutAll(): void {
    this.#tails.clear();
    this.#carries.clear();
  }

  waits(stream: number): boolean {
    return this.#tails.has(stream);
  }

  #lacks(bytes: Uint8Array): boolean {
    return this.#required?.lacks(bytes) === true;
  }

  /** Bytes since a piece in which what every match holds was seen, this one with them. */
  #since(tail: Tail | undefined, bytes: Uint8Array, lacks: boolean): number {
    if (this.#required === null || !lacks) return 0;
    if (tail && this.#required.crosses(tail.edge, bytes)) return 0;
    return (tail?.since ?? Infinity) + bytes.length;
  }

  /** A character that is cut counts for the piece that its last byte is in. */
  #characters(stream: number, bytes: Uint8Array): Uint8Array {
    const { charset } = this.#pattern;
    if (charset === null) return bytes;
    let carry = this.#carries.get(stream);
    if (!carry) this.#carries.set(stream, (carry = new Carry(charset)));
    return carry.whole(bytes);
  }

  /** Where a match begins, from `from` on, or -1. */
  #find(data: Uint8Array, from: number): number {
    const looked = from === 0 ? data : data.subarray(from);
    const { charset, flags } = this.#pattern;
    // Node's own way to make text of bytes is far faster than the one that every process has.
    const plain = charset === null && !flags.includes('u');
    const text = plain ? latin1(looked) : regexText(looked, this.#pattern);
    this.#regex.lastIndex = 0;
    const match = this.#regex.exec(text);
    return match ? from + regexByte(looked, match.index, this.#pattern) : -1;
  }

  /** Matches that begin in the tail and end in the bytes after it. */
  #across(tail: Tail, next: Uint8Array, hit: (piece: Piece) => void): void {
    const anchored = this.#anchored;
    const { bytes, parts } = this.#joined(tail);
    const boundary = bytes.length;
    const window = Buffer.concat([bytes, next.subarray(0, OPEN_BYTES)]);
    const tried = anchored ? parts.slice(-MAX_ANCHORED) : parts;
    let from = 0;
    for (const [place, { start, cut, piece }] of tried.entries()) {
      if (piece.hit || start < from) continue;
      const begin = this.#find(window, start);
      const end = tried[place + 1]?.start ?? boundary;
      // Where the beginning of a piece has gone by, `^` would match what is none.
      const real = !(anchored && cut && begin === start);
      if (real && begin >= start && begin < end) hit(piece);
      // No match from here on, and none later; one that begins further on needs no look before it.
      else if (!anchored && (begin === -1 || begin >= boundary)) return;
      else if (!anchored) from = tried.findLast((one) => one.start <= begin)?.start ?? 0;
    }
  }

  /** The last OPEN_BYTES of a tail, from a character on, as one. */
  #joined(tail: Tail): Joined {
    const all = Buffer.concat(tail.parts.map(({ bytes }) => bytes));
    const { charset } = this.#pattern;
    const over = Math.max(0, all.length - OPEN_BYTES);
    const from = charset === null || over === 0 ? over : characterAt(charset, all, over);
    const parts: Joined['parts'] = [];
    let start = -from;
    for (const { bytes, piece, cut } of tail.parts) {
      const end = start + bytes.length;
      if (end > 0) parts.push({ start: Math.max(0, start), cut: cut || start < 0, piece });
      start = end;
    }
    return { bytes: all.subarray(from), parts };
  }

  #keep(
    stream: number,
    before: Tail | undefined,
    { bytes, piece, since }: { bytes: Uint8Array; piece: Piece; since: number },
  ): void {
    const { charset } = this.#pattern;
    const over = Math.max(0, bytes.length - OPEN_BYTES);
    const from = charset === null || over === 0 ? over : characterAt(charset, bytes, over);
    // A copy: what is given is used again.
    const own = new Uint8Array(bytes.subarray(from));
    const tail = before ?? { parts: [], bytes: 0, edge: own, since };
    if (bytes.length > 0) tail.parts.push({ bytes: own, piece, cut: from > 0 });
    tail.bytes += own.length;
    tail.since = since;
    tail.edge = this.#required?.edge(before?.edge ?? null, own) ?? own;
    // Nothing before the first piece that is still open can be the beginning of a new hit.
    let gone = 0;
    for (const part of tail.parts) {
      if (!isSettled(part.piece) && tail.bytes - part.bytes.length < OPEN_BYTES) break;
      tail.bytes -= part.bytes.length;
      gone++;
    }
    if (gone > 0) tail.parts.splice(0, gone);
    if (tail.parts.length > 0) this.#tails.set(stream, tail);
    else this.#tails.delete(stream);
  }
}
