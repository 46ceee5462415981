import type { Cutter, Splitter } from './frame';

/** Finds where one value after another ends, however they are nested and cut into chunks. */
export interface ItemScanner {
  /**
   * Goes on from `at`: where the value ends, `more` when not in these bytes, `other` when they are no
   * value. After an end or `other` it begins anew.
   */
  scan(bytes: Uint8Array, at: number): number | 'more' | 'other';
  /** Whether what has been read of the value going on is nothing but space between values. */
  readonly isSpace: boolean;
  /** No more will come: whether what is begun is a whole value. */
  readonly isWhole: boolean;
}

/** Values one after the other. What is none is told as it was read, as `opaque`. */
export class ItemSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #scanner: ItemScanner;

  constructor(cutter: Cutter, scanner: ItemScanner) {
    this.#cutter = cutter;
    this.#scanner = scanner;
  }

  push(bytes: Uint8Array): void {
    const cutter = this.#cutter;
    const base = cutter.position;
    let at = 0;
    while (at < bytes.length) {
      const end = this.#scanner.scan(bytes, at);
      if (end === 'more') break;
      if (end === 'other') {
        // Nothing can be said of what follows but that a new chunk may begin a value.
        cutter.cut(base + bytes.length, 'opaque');
        break;
      }
      cutter.cut(base + end, 'message');
      at = end;
    }
    cutter.position = base + bytes.length;
    cutter.grown(cutter.position, 'message');
  }

  end(): void {
    const { isSpace, isWhole } = this.#scanner;
    this.#cutter.cut(this.#cutter.position, isSpace ? 'outside' : 'message', !isSpace && !isWhole);
  }

  tick(): void {
    // Time means nothing here.
  }
}
