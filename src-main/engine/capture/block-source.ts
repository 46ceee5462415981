import { closeSync, openSync, readSync } from 'node:fs';
import type { CaptureSection } from './block-parser';

/** Bytes read at once around a row: neighbours are usually asked for together. */
const WINDOW_BYTES = 64 * 1024;

/** Blocks of a capture by offset. */
export interface BlockSource {
  /** How the blocks at that offset are to be read. */
  section(offset: number): CaptureSection;
  /** At least `bytes` bytes from `offset` on, fewer at the end. Valid until the next call. */
  read(offset: number, bytes: number): Uint8Array;
  /** Runs a group of reads: what they need open is opened once and closed after. */
  during<Result>(reads: () => Result): Result;
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

  /** `limit`: the end of what may be read. */
  read(file: number, offset: number, bytes: number, limit: number): Uint8Array {
    const wanted = Math.max(0, Math.min(bytes, limit - offset));
    if (offset < this.#start || offset + wanted > this.#start + this.#length) {
      this.#fill(file, offset, wanted, limit);
    }
    return this.#window.subarray(offset - this.#start, this.#length);
  }

  #fill(file: number, offset: number, wanted: number, limit: number): void {
    const size = Math.max(wanted, this.#windowBytes);
    if (this.#window.length !== size) this.#window = new Uint8Array(size);
    this.#start = offset;
    this.#length = 0;
    const most = Math.min(this.#window.length, limit - offset);
    while (this.#length < most) {
      const count = readSync(
        file,
        this.#window,
        this.#length,
        most - this.#length,
        offset + this.#length,
      );
      if (count === 0) break;
      this.#length += count;
    }
  }
}

/** Opens a file for a group of reads only: a thousand closed captures must not hold descriptors. */
export class FileOnDemand {
  readonly #path: () => string;
  #file: number | null = null;

  constructor(path: () => string) {
    this.#path = path;
  }

  get file(): number {
    this.#file ??= openSync(this.#path(), 'r');
    return this.#file;
  }

  during<Result>(reads: () => Result): Result {
    try {
      return reads();
    } finally {
      if (this.#file !== null) closeSync(this.#file);
      this.#file = null;
    }
  }
}
