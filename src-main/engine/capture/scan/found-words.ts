const FIRST_WORDS = 4096;

/** What a scan has found since it was told last. */
export class FoundWords {
  #words = new Uint32Array(FIRST_WORDS);
  #length = 0;

  add(words: readonly number[]): void {
    const end = this.#length + words.length;
    if (end > this.#words.length) this.#grow(end);
    for (let at = 0; at < words.length; at++) this.#words[this.#length + at] = words[at] ?? 0;
    this.#length = end;
  }

  /** All of it, in memory of its own; then there is none. */
  take(): Uint32Array<ArrayBuffer> {
    const words = this.#words.slice(0, this.#length);
    this.#length = 0;
    return words;
  }

  #grow(words: number): void {
    const wider = new Uint32Array(Math.max(words, this.#words.length * 2));
    wider.set(this.#words);
    this.#words = wider;
  }
}
