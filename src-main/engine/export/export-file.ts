import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { SessionFile } from '../capture/format/session-file';
import type { Piece } from './row-format';

/** So much is collected before it is written: the only memory that a long export takes. */
const FULL_BYTES = 1024 * 1024;

/** With room for the pieces of usual size that make it full. */
const SLAB_BYTES = FULL_BYTES + 128 * 1024;

/** A character of UTF-16 is three bytes of UTF-8 at most. */
const MOST_UTF8 = 3;

let lastAside = 0;

/** The file that rows are written to. Until `finish` nothing is there that could be taken for it. */
export class ExportFile {
  readonly #handle: FileHandle;
  readonly #written: string;
  readonly #path: string;
  readonly #slab = Buffer.allocUnsafe(SLAB_BYTES);
  #used = 0;
  /** What did not fit into the slab any more, behind it. */
  #over: Uint8Array[] = [];
  /** Bytes written. */
  bytes = 0;

  private constructor(handle: FileHandle, written: string, path: string) {
    this.#handle = handle;
    this.#written = written;
    this.#path = path;
  }

  /**
   * `overwrite`: the user has said that what is there may go; it stays until the new file is whole.
   * Otherwise the file must not exist. Rejects with Node's error (EEXIST, EACCES, ENOENT …).
   */
  static async open(
    path: string,
    sources: readonly SessionFile[],
    overwrite: boolean,
  ): Promise<ExportFile> {
    if (await isOneOf(path, sources))
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('export-itself'));
    const aside = `.wirebench-${process.pid}-${++lastAside}-${Date.now()}.part`;
    const written = overwrite ? join(dirname(path), aside) : path;
    return new ExportFile(await open(written, 'wx', 0o600), written, path);
  }

  /** Takes the bytes at once: whoever made them may use them again. */
  put(piece: Piece): void {
    const most = typeof piece === 'string' ? piece.length * MOST_UTF8 : piece.length;
    // Behind what is over, nothing goes into the slab before that is written.
    if (this.#over.length > 0 || this.#used + most > SLAB_BYTES)
      this.#over.push(typeof piece === 'string' ? Buffer.from(piece) : new Uint8Array(piece));
    else if (typeof piece === 'string') this.#used += this.#slab.write(piece, this.#used);
    else {
      this.#slab.set(piece, this.#used);
      this.#used += piece.length;
    }
  }

  get isFull(): boolean {
    return this.#used >= FULL_BYTES || this.#over.length > 0;
  }

  /** Resolves when all that was put is handed to the system. */
  async flush(): Promise<void> {
    const parts = [this.#slab.subarray(0, this.#used), ...this.#over];
    for (const part of parts) await this.#write(part);
    this.#used = 0;
    this.#over = [];
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done);
      done += bytesWritten;
    }
    this.bytes += bytes.length;
  }

  /** The file is whole and on disk. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#handle.sync();
    await this.#handle.close();
    if (this.#written !== this.#path) await rename(this.#written, this.#path);
  }

  /** Nothing of it is left. Never rejects: what went wrong before is what there is to tell. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#written, { force: true }).catch(() => undefined);
  }
}

async function isOneOf(path: string, sources: readonly SessionFile[]): Promise<boolean> {
  const there = await stat(path).catch(() => null);
  if (!there) return false;
  const here = await Promise.all(sources.map((of) => stat(of.path).catch(() => null)));
  return here.some((one) => one?.dev === there.dev && one.ino === there.ino);
}
