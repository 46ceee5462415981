import type { ItemScanner } from '../item-splitter';

/** What the first byte of a value says, in formats whose values say how long they are. */
export interface Head {
  /** So many bytes after it are a number, big-endian; none: `value` is the number. */
  width: number;
  value: number;
  /** What the number counts; `nothing`: it is the value itself; `tag`: it stands before a value. */
  counts: 'nothing' | 'bytes' | 'items' | 'pairs' | 'tag';
  /** Beside those counted. */
  extraBytes: number;
  /** Goes on to a break: `items`, or pieces of text whose heads are in `pieces`. */
  open?: 'items' | 'pieces';
  /** Ends what is open. */
  isBreak?: boolean;
  /** Which pieces an open text may have: heads of the same kind. */
  kind?: number;
}

/** By first byte; null: no value begins so. */
export type Grammar = readonly (Head | null)[];

/** Nested deeper than this it is no data anyone has: it keeps the memory of a scanner small. */
const MAX_NESTING = 4096;

/** Knows of the bytes no more than how many values are open, and how many each still wants. */
export class NestedScanner implements ItemScanner {
  readonly #grammar: Grammar;
  /** Values that each level still wants; Infinity up to a break. */
  #wanted: number[] = [];
  /** The kind of the open text going on. */
  #pieces: number | undefined;
  #head: Head | null = null;
  /** Bytes of the head's number that have not come. */
  #width = 0;
  #number = 0;
  #skip = 0;
  #isBegun = false;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  readonly isSpace = false;

  get isWhole(): boolean {
    return !this.#isBegun;
  }

  scan(bytes: Uint8Array, at: number): number | 'more' | 'other' {
    for (let n = at; n < bytes.length;) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - n);
        n += step;
        this.#skip -= step;
        if (this.#skip === 0 && this.#valueEnds()) return n;
        continue;
      }
      const byte = bytes[n++] ?? 0;
      const state = this.#width > 0 ? this.#numberByte(byte) : this.#first(byte);
      if (state === 'ends') return n;
      if (state === 'other') {
        this.#reset();
        return 'other';
      }
    }
    return 'more';
  }

  #first(byte: number): 'ends' | 'on' | 'other' {
    const head = this.#grammar[byte] ?? null;
    this.#isBegun = true;
    if (head === null || this.#wanted.length >= MAX_NESTING) return 'other';
    if (head.isBreak) return this.#break();
    if (this.#pieces !== undefined && (head.kind !== this.#pieces || head.open)) return 'other';
    if (head.open) {
      this.#wanted.push(Infinity);
      if (head.open === 'pieces') this.#pieces = head.kind;
      return 'on';
    }
    this.#head = head;
    this.#number = head.value;
    this.#width = head.width;
    return head.width > 0 ? 'on' : this.#headEnds(head);
  }

  #numberByte(byte: number): 'ends' | 'on' {
    this.#number = this.#number * 256 + byte;
    this.#width--;
    return this.#width > 0 || !this.#head ? 'on' : this.#headEnds(this.#head);
  }

  #headEnds({ counts, extraBytes }: Head): 'ends' | 'on' {
    const number = this.#number;
    if (counts === 'items' || counts === 'pairs' || counts === 'tag') {
      const items = counts === 'pairs' ? number * 2 : counts === 'tag' ? 1 : number;
      if (items > 0) {
        this.#wanted.push(items);
        return 'on';
      }
    } else {
      this.#skip = (counts === 'bytes' ? number : 0) + extraBytes;
      if (this.#skip > 0) return 'on';
    }
    return this.#valueEnds() ? 'ends' : 'on';
  }

  #break(): 'ends' | 'on' | 'other' {
    if (this.#wanted.at(-1) !== Infinity) return 'other';
    this.#wanted.pop();
    this.#pieces = undefined;
    return this.#valueEnds() ? 'ends' : 'on';
  }

  /** A value is complete, and with it perhaps those it is in; true: all are. */
  #valueEnds(): boolean {
    for (;;) {
      const wanted = this.#wanted.at(-1);
      if (wanted === undefined) {
        this.#reset();
        return true;
      }
      if (wanted > 1) {
        this.#wanted[this.#wanted.length - 1] = wanted - 1;
        return false;
      }
      this.#wanted.pop();
    }
  }

  #reset(): void {
    this.#wanted = [];
    this.#pieces = undefined;
    this.#head = null;
    this.#width = 0;
    this.#skip = 0;
    this.#isBegun = false;
  }
}

/** A head of a grammar. */
export function head(
  counts: Head['counts'],
  width: number,
  value: number = 0,
  extraBytes: number = 0,
): Head {
  return { counts, width, value, extraBytes };
}
