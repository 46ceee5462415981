/**
 * Finds a sequence in a stream, also across chunks; leftmost matches that do not overlap. Linear
 * time whatever the bytes (Knuth, Morris, Pratt 1977).
 */
export class ByteSearch {
  readonly #wanted: Uint8Array;
  /** For each length of a match so far, the longest beginning that is also its end. */
  readonly #fallback: Uint8Array;
  readonly #first: number;
  #matched = 0;

  constructor(wanted: Uint8Array) {
    this.#wanted = wanted;
    this.#first = wanted[0] ?? 0;
    this.#fallback = new Uint8Array(wanted.length);
    for (let n = 1, length = 0; n < wanted.length; n++) {
      while (length > 0 && wanted[n] !== wanted[length]) length = this.#fallback[length - 1] ?? 0;
      if (wanted[n] === wanted[length]) length++;
      this.#fallback[n] = length;
    }
  }

  /** Bytes at the end of what was searched that may yet be the beginning of a match. */
  get partial(): number {
    return this.#matched;
  }

  reset(): void {
    this.#matched = 0;
  }

  /** Where the next match ends in `bytes`, from `from` on; -1 when it does not end there. */
  endIn(bytes: Uint8Array, from: number): number {
    const wanted = this.#wanted;
    let matched = this.#matched;
    let at = from;
    while (at < bytes.length) {
      if (matched === 0) {
        at = bytes.indexOf(this.#first, at);
        if (at === -1) break;
        matched = 1;
      } else {
        const byte = bytes[at] ?? 0;
        while (matched > 0 && wanted[matched] !== byte) matched = this.#fallback[matched - 1] ?? 0;
        if (wanted[matched] === byte) matched++;
      }
      at++;
      if (matched === wanted.length) {
        this.#matched = 0;
        return at;
      }
    }
    this.#matched = at === -1 ? 0 : matched;
    return -1;
  }
}
