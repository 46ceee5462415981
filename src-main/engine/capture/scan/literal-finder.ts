import { anyCaseRegex, latin1 } from './literal-test';
import type { Literal } from './required-literals';

/** Finds one literal in stretches of a file. */
export interface Finder {
  /** What is searched from now on. */
  take(data: Uint8Array): void;
  /** The first place from `from` on; Infinity: there is none. */
  next(from: number): number;
}

export function finderOf({ bytes, anyCase }: Literal): Finder {
  return anyCase ? new AnyCaseFinder(bytes) : new LiteralFinder(bytes);
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
 * looked for, the runtime's search for all of them is the faster one.
 */
export class LiteralFinder implements Finder {
  readonly literal: Uint8Array;
  /** By byte: how often it was met among the samples; older ones count less and less. */
  readonly #met = new Uint16Array(256);
  #data: Buffer = Buffer.alloc(0);
  /** Place in the literal of the byte that is looked for; -1: all are. */
  #rare = -1;
  #vain = 0;
  /** What was answered last: others are asked too, and come back for the same. */
  #askedFrom = Infinity;
  #place = Infinity;
  #seed = 1;

  constructor(literal: Uint8Array) {
    this.literal = literal;
  }

  /** What is searched from now on. */
  take(data: Uint8Array): void {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#vain = 0;
    this.#askedFrom = Infinity;
    this.#sample(data);
    this.#choose();
  }

  /** The first place from `from` on; Infinity: there is none. */
  next(from: number): number {
    if (from < this.#askedFrom || from > this.#place) {
      const found = this.#find(from);
      this.#place = found === -1 ? Infinity : found;
    }
    this.#askedFrom = from;
    return this.#place;
  }

  #find(from: number): number {
    let at = from;
    while (this.#rare >= 0) {
      const byte = this.literal[this.#rare] ?? 0;
      const found = this.#data.indexOf(byte, at + this.#rare);
      if (found === -1) return -1;
      at = found - this.#rare;
      if (this.#isAt(at)) return at;
      at++;
      if (++this.#vain < MAX_VAIN) continue;
      this.#vain = 0;
      this.#met[byte] = FREQUENT;
      this.#choose();
    }
    return this.#data.indexOf(this.literal, at);
  }

  #isAt(at: number): boolean {
    const { literal } = this;
    if (at + literal.length > this.#data.length) return false;
    for (let n = 0; n < literal.length; n++) if (this.#data[at + n] !== literal[n]) return false;
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
    for (const [place, byte] of this.literal.entries()) {
      const times = this.#met[byte] ?? 0;
      if (times >= fewest) continue;
      fewest = times;
      this.#rare = place;
    }
  }
}

/** Letters in any case: the runtime has no search of bytes for that, and a fast one of text. */
class AnyCaseFinder implements Finder {
  readonly #regex: RegExp;
  #text = '';
  #askedFrom = Infinity;
  #place = Infinity;

  constructor(literal: Uint8Array) {
    this.#regex = anyCaseRegex(literal);
  }

  take(data: Uint8Array): void {
    this.#text = latin1(data);
    this.#askedFrom = Infinity;
  }

  next(from: number): number {
    if (from < this.#askedFrom || from > this.#place) {
      this.#regex.lastIndex = from;
      this.#place = this.#regex.exec(this.#text)?.index ?? Infinity;
    }
    this.#askedFrom = from;
    return this.#place;
  }
}
