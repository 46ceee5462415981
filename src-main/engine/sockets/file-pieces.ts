import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { CommandError } from '../command-error';

/** Read at a time, or the most whole pieces that fit. */
const BLOCK_BYTES = 256 * 1024;

/** A file from its begin, in pieces of one size; of a pipe as much as there is. */
export class FilePieces {
  /** As large as it was when it was opened; null: that cannot be told beforehand. */
  readonly totalBytes: number | null;
  readonly #handle: FileHandle;
  readonly #pieceBytes: number;
  #block: Uint8Array = new Uint8Array(0);
  #readBytes = 0;

  private constructor(handle: FileHandle, totalBytes: number | null, pieceBytes: number) {
    this.#handle = handle;
    this.totalBytes = totalBytes;
    this.#pieceBytes = pieceBytes;
  }

  /** Rejects with what the system says of the path. */
  static async open(path: string, pieceBytes: number): Promise<FilePieces> {
    const handle = await open(path, 'r');
    const found = await handle.stat();
    if (found.isDirectory()) {
      await handle.close();
      const message = `EISDIR: ${path} is a folder`;
      throw new CommandError({ code: 'EISDIR', syscall: 'read', message });
    }
    // Files of /proc and the like say 0, and are not empty.
    const known = found.isFile() && found.size > 0;
    return new FilePieces(handle, known ? found.size : null, pieceBytes);
  }

  /** Null at the end. Rejects with ERR_FILE_SHRANK when that comes too early. */
  async next(): Promise<Uint8Array | null> {
    if (this.#block.byteLength === 0) this.#block = await this.#read();
    if (this.#block.byteLength === 0) return null;
    const piece = this.#block.subarray(0, this.#pieceBytes);
    this.#block = this.#block.subarray(piece.byteLength);
    return piece;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** A block of its own each time: what was sent of the one before may still wait. */
  async #read(): Promise<Uint8Array> {
    const whole = Math.max(1, Math.floor(BLOCK_BYTES / this.#pieceBytes)) * this.#pieceBytes;
    const left = this.totalBytes === null ? whole : this.totalBytes - this.#readBytes;
    const block = Buffer.allocUnsafeSlow(Math.min(whole, left));
    let filled = 0;
    while (filled < block.byteLength) {
      const { bytesRead } = await this.#handle.read(block, filled, block.byteLength - filled, null);
      filled += bytesRead;
      // Of a pipe what there is: the rest may take its time.
      if (bytesRead === 0 || this.totalBytes === null) break;
    }
    this.#readBytes += filled;
    if (this.totalBytes !== null && filled < block.byteLength) throw this.#shrank();
    return block.subarray(0, filled);
  }

  #shrank(): CommandError {
    const message = `the file became shorter while it was read: ${this.#readBytes} of ${this.totalBytes ?? 0} bytes were there`;
    return new CommandError({ code: 'ERR_FILE_SHRANK', syscall: 'read', message });
  }
}
