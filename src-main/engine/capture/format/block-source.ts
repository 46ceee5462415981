import { closeSync, openSync, readSync } from 'node:fs';
import type { CaptureSection } from './block-parser';

/** Bytes read at once around a row: neighbours are usually asked for together. */
const WINDOW_BYTES = 64 * 1024;

/** One of several files that make up a capture. Offsets count through all of them. */
export interface FilePart {
  readonly path: string;
  readonly start: number;
  /** Infinity while it is written. */
  readonly end: number;
}

/** Blocks of a capture by offset. */
export interface BlockSource {
  /** How the blocks at that offset are to be read. */
  section(offset: number): CaptureSection;
  /** At least `bytes` bytes from `offset` on, fewer at the end. Valid until the next call. */
  read(offset: number, bytes: number): Uint8Array;
  /** The file that an offset is in; null: all are in one. */
  part(offset: number): FilePart | null;
  /** Runs a group of reads: what they need open is opened once and closed after. */
  during<Result>(reads: () => Result): Result;
  /** Keeps what reads need open until the function returned is called: for many groups of them. */
  hold(): () => void;
}

/** Positioned reads of a file through one window. The window holds only bytes that never change. */
export class WindowReader {
  readonly #windowBytes: number;
  #window = new Uint8Array(0);
  #start = 0;
  #length = 0;

  /** More at once only pays where all is read from first to last. */
  constructor(windowBytes = WINDOW_BYTES) {
    this.#windowBytes = windowBytes;
  }

  /** `limit`: the end of what may be read. `origin`: the offset that the file begins with. */
  read(file: number, offset: number, bytes: number, limit: number, origin = 0): Uint8Array {
    const wanted = Math.max(0, Math.min(bytes, limit - offset));
    if (offset < this.#start || offset + wanted > this.#start + this.#length) {
      this.#fill(file, offset, wanted, { limit, origin });
    }
    return this.#window.subarray(offset - this.#start, this.#length);
  }

  #fill(
    file: number,
    offset: number,
    wanted: number,
    { limit, origin }: { limit: number; origin: number },
  ): void {
    const size = Math.max(wanted, this.#windowBytes);
    const { length } = this.#window;
    // Of a chunk in blocks just longer than that, each block's head would make it small again.
    if (length < size || length > size * 2) this.#window = new Uint8Array(size);
    this.#start = offset;
    this.#length = 0;
    const most = Math.min(this.#window.length, limit - offset);
    while (this.#length < most) {
      const count = readSync(
        file,
        this.#window,
        this.#length,
        most - this.#length,
        offset - origin + this.#length,
      );
      if (count === 0) break;
      this.#length += count;
    }
  }
}

/** Opens files for a group of reads only: a thousand closed captures must not hold descriptors. */
export class FilesOnDemand {
  #path = '';
  #file: number | null = null;
  /** Groups of reads within each other, and those who keep it open. */
  #users = 0;

  /** One at a time: the one before is closed. Throws Node's error. */
  open(path: string): number {
    if (this.#file !== null && this.#path === path) return this.#file;
    this.#close();
    this.#file = openSync(path, 'r');
    this.#path = path;
    return this.#file;
  }

  during<Result>(reads: () => Result): Result {
    this.#users++;
    try {
      return reads();
    } finally {
      this.#left();
    }
  }

  hold(): () => void {
    this.#users++;
    let held = true;
    return () => {
      if (held) this.#left();
      held = false;
    };
  }

  #left(): void {
    this.#users--;
    if (this.#users === 0) this.#close();
  }

  #close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
