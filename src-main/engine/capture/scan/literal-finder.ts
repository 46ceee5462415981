import { anyCaseRegex, latin1 } from './literal-test';
import type { Literal } from './required-literals';

/** Finds one literal in stretches of a file. */
export interface Finder {
  /** What is searched from now on. */
  take(data: Uint8Array): void;
  /** The first place from `from` on; Infinity: there is none. */
  next(from: number): number;
}

export function finderOf(literal: Literal): Finder {
  return new LiteralFinder(literal);
}

/** Bytes looked at to learn which are rare in what is searched, of each stretch. */
const SAMPLES = 128;
/** Eighths of what was learned that count on with the next stretch: about eight stretches are known. */
const KEPT = 7;
/** A byte that was met so often among them is no way to find anything. */
const MANY = 2;
/** What a byte is counted as that was found in vain so often: it takes some stretches to be rare again. */
const FREQUENT = 1024;
/** Vain finds of one byte in one stretch, after which it is no rare one. */
const MAX_VAIN = 256;

/**
 * Finds literal bytes in stretches of a file. The runtime finds one byte several times faster than
 * several, so the rarest of them is looked for, as long as it is rare: in text that is like what is
 * looked for, the runtime's search for all of them is the faster one. Of a letter in any case both of
 * its bytes are looked for.
 */
class LiteralFinder implements Finder {
  readonly #literal: Uint8Array;
  readonly #anyCase: boolean;
  /** By byte: how often it was met among the samples; older ones count less and less. */
  readonly #met = new Uint16Array(256);
  #data: Buffer = Buffer.alloc(0);
  /** Letters in any case have no search of bytes in the runtime, but a fast one of text; null: not made yet. */
  #text: string | null = null;
  readonly #regex: RegExp | null;
  /** Place in the literal of the byte that is looked for; -1: all are. */
  #rare = -1;
  /** What stands there, and where each was found last. */
  #bytes: readonly number[] = [];
  #places: number[] = [];
  #vain = 0;
  /** What was answered last: others are asked too, and come back for the same. */
  #askedFrom = Infinity;
  #place = Infinity;
  #seed = 1;

  constructor({ bytes, anyCase }: Literal) {
    this.#literal = bytes;
    this.#anyCase = anyCase;
    this.#regex = anyCase ? anyCaseRegex(bytes) : null;
  }

  take(data: Uint8Array): void {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#text = null;
    this.#vain = 0;
    this.#askedFrom = Infinity;
    this.#sample(data);
    this.#choose();
  }

  next(from: number): number {
    if (from < this.#askedFrom || from > this.#place) {
      // What was found before lies behind somebody who goes back.
      if (from < this.#askedFrom) this.#places = this.#bytes.map(() => -1);
      const found = this.#find(from);
      this.#place = found === -1 ? Infinity : found;
    }
    this.#askedFrom = from;
    return this.#place;
  }

  #find(from: number): number {
    let at = from;
    while (this.#rare >= 0) {
      const found = this.#nextRare(at + this.#rare);
      if (found === Infinity) return -1;
      at = found - this.#rare;
      if (this.#isAt(at)) return at;
      at++;
      if (++this.#vain < MAX_VAIN) continue;
      this.#vain = 0;
      for (const byte of this.#bytes) this.#met[byte] = FREQUENT;
      this.#choose();
    }
    return this.#findAll(at);
  }

  /** The first place from `from` on of any of the bytes that are looked for. */
  #nextRare(from: number): number {
    let first = Infinity;
    for (const [which, byte] of this.#bytes.entries()) {
      let place = this.#places[which] ?? -1;
      if (place < from) {
        const found = this.#data.indexOf(byte, from);
        place = found === -1 ? Infinity : found;
        this.#places[which] = place;
      }
      first = Math.min(first, place);
    }
    return first;
  }

  #findAll(from: number): number {
    if (!this.#regex) return this.#data.indexOf(this.#literal, from);
    this.#text ??= latin1(this.#data);
    this.#regex.lastIndex = from;
    return this.#regex.exec(this.#text)?.index ?? -1;
  }

  #isAt(at: number): boolean {
    const literal = this.#literal;
    if (at + literal.length > this.#data.length) return false;
    for (let n = 0; n < literal.length; n++) {
      const byte = this.#data[at + n] ?? 0;
      const wanted = literal[n] ?? 0;
      if (byte === wanted) continue;
      if (!this.#anyCase || byte !== otherCase(wanted)) return false;
    }
    return true;
  }

  #sample(data: Uint8Array): void {
    const met = this.#met;
    for (let byte = 0; byte < met.length; byte++)
      met[byte] = Math.floor(((met[byte] ?? 0) * KEPT) / 8);
    // At random places, as what is searched may repeat itself.
    for (let n = 0; n < SAMPLES; n++) {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
      const byte = data[Math.floor((this.#seed / 2 ** 32) * data.length)] ?? 0;
      met[byte] = Math.min(0xffff, (met[byte] ?? 0) + 1);
    }
  }

  #choose(): void {
    let fewest = MANY;
    this.#rare = -1;
    this.#bytes = [];
    for (const [place, byte] of this.#literal.entries()) {
      const bytes = this.#anyCase && otherCase(byte) !== byte ? [byte, otherCase(byte)] : [byte];
      const times = bytes.reduce((sum, one) => sum + (this.#met[one] ?? 0), 0);
      // Of two as rare as each other, the one that is a single byte.
      const same = times === fewest && bytes.length >= this.#bytes.length;
      if (times >= MANY || times > fewest || same) continue;
      fewest = times;
      this.#rare = place;
      this.#bytes = bytes;
    }
    this.#places = this.#bytes.map(() => -1);
  }
}

/** Of an ASCII letter; of anything else itself. */
function otherCase(byte: number): number {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? byte ^ 0x20 : byte;
}
