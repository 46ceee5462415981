import type { ItemScanner } from '../item-splitter';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;

/** Space, tab, line feed, carriage return (RFC 8259 §2). */
export function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;
}

const opens = (byte: number) => byte === 0x7b || byte === 0x5b;
const closes = (byte: number) => byte === 0x7d || byte === 0x5d;

type State = 'space' | 'nested' | 'string' | 'escape' | 'word';

/**
 * Where JSON values end that follow each other, with or without line ends between them (RFC 7464's
 * and ndjson's kin). Only brackets are counted, so that what is not quite JSON is still told in rows;
 * space in front of a value is part of its frame. A line end in a string ends it: JSON has none there.
 */
export class JsonScanner implements ItemScanner {
  #state: State = 'space';
  #depth = 0;

  get isSpace(): boolean {
    return this.#state === 'space';
  }

  /** Only a number, or another word, ends without a sign of its own. */
  get isWhole(): boolean {
    return this.#state === 'word' && this.#depth === 0;
  }

  scan(bytes: Uint8Array, at: number): number | 'more' {
    for (let n = at; n < bytes.length; n++) {
      const byte = bytes[n] ?? 0;
      // What a word ends with may be the next value's.
      if (this.#state === 'word' && this.#depth === 0 && endsWord(byte)) {
        this.#state = 'space';
        return n;
      }
      if (this.#ends(byte)) {
        this.#state = 'space';
        return n + 1;
      }
    }
    return 'more';
  }

  /** Whether the value ends with this byte. */
  #ends(byte: number): boolean {
    switch (this.#state) {
      case 'escape':
        this.#state = 'string';
        return false;
      case 'string':
        if (byte === BACKSLASH) this.#state = 'escape';
        else if (byte === QUOTE || byte === LF) return this.#stringEnds();
        return false;
      case 'space':
      case 'nested':
      case 'word':
        return this.#plain(byte);
      default:
        return this.#state satisfies never;
    }
  }

  #stringEnds(): boolean {
    this.#state = 'nested';
    return this.#depth === 0;
  }

  #plain(byte: number): boolean {
    if (opens(byte)) {
      this.#depth++;
      this.#state = 'nested';
      return false;
    }
    if (closes(byte)) {
      this.#depth = Math.max(0, this.#depth - 1);
      return this.#depth === 0;
    }
    if (byte === QUOTE) this.#state = 'string';
    else if (this.#depth === 0 && !isJsonSpace(byte)) this.#state = 'word';
    return false;
  }
}

function endsWord(byte: number): boolean {
  return isJsonSpace(byte) || opens(byte) || closes(byte) || byte === QUOTE;
}
