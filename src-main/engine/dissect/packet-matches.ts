import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal, whyOf } from '../../../src-shared/refusal/refusal';
import { toSocketError } from '../sockets/socket-error';
import type { SessionFile } from '../capture/format/session-file';
import type { PacketMatches } from '../types';
import { dissectorError } from './child';
import { PacketCount } from './packet-count';

/** Of the file, read at once: small enough that the engine's thread does other things in between. */
const READ_BYTES = 256 * 1024;

/**
 * The packets that pass a display filter, as they are found. Wireshark tells their numbers; where they
 * stand is found by reading the file after it, no further than the last of them. Several files are one
 * capture: packets are numbered through.
 */
export abstract class MatchFinder implements PacketMatches {
  readonly ofBytes: number;
  readBytes = 0;
  problem: SocketError | null = null;
  done = false;
  judgedBytes = 0;
  protected readonly files: readonly SessionFile[];
  readonly #offsets: number[] = [];
  readonly #listeners = new Set<() => void>();
  /** Packets that pass and were not located yet, ascending. */
  readonly #frames: number[] = [];
  #next = 0;
  /** Where the packets of the piece read last begin, and the number of the first. */
  #window: number[] = [];
  #windowFirst = 1;
  /** The file that is read. */
  #place = 0;
  #count = this.#countOf(0);
  #handle: FileHandle | null = null;
  /** One after another. */
  #locating: Promise<void> = Promise.resolve();
  #located = 0;
  #closed = false;

  constructor(files: readonly SessionFile[]) {
    this.files = files;
    const last = files.at(-1);
    this.ofBytes = last ? last.start + last.bytes : 0;
  }

  /** Of a file that begins there. */
  #countOf(start: number): PacketCount {
    return new PacketCount((offset) => {
      this.#window.push(start + offset);
    });
  }

  get packets(): number {
    return this.#offsets.length;
  }

  offsets(from: number): readonly number[] {
    return this.#offsets.slice(from);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.end();
    void this.#locating.then(() => this.#release());
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  /** Ends what it has running. */
  protected abstract end(): void;

  /** These packets pass; ascending, from 1. */
  protected found(frames: readonly number[]): void {
    for (const frame of frames) this.#frames.push(frame);
    this.#locating = this.#locating.then(() => this.#locate());
  }

  /** How much of the file Wireshark has read. */
  protected progressed(readBytes: number): void {
    this.readBytes = Math.max(this.readBytes, Math.min(readBytes, this.ofBytes));
    this.#told();
  }

  /** Wireshark is through. Null: all was told. */
  protected async over(problem: SocketError | null): Promise<void> {
    await this.#locating;
    await this.#release();
    if (this.done || this.problem || this.#closed) return;
    this.problem = problem;
    this.done = problem === null;
    if (this.done) this.judgedBytes = this.readBytes = this.ofBytes;
    this.#told();
  }

  #told(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async #locate(): Promise<void> {
    try {
      while (this.#next < this.#frames.length && !this.#closed) {
        const frame = this.#frames[this.#next] ?? 0;
        const offset = this.#window[frame - this.#windowFirst];
        if (offset === undefined) {
          if (!(await this.#readOn())) this.#next = this.#frames.length;
        } else {
          this.#next++;
          this.#offsets.push(offset);
          // What stands before it was judged before it.
          this.judgedBytes = offset + 1;
        }
      }
      this.#frames.length = this.#next = 0;
    } catch (thrown) {
      this.problem ??= unreadable(this.files[this.#place]?.path ?? '', thrown);
    }
    if (!this.#closed) this.progressed(this.judgedBytes);
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** The next piece, of this file or the one after it; false: there is no more of what was asked about. */
  async #readOn(): Promise<boolean> {
    const file = this.files[this.#place];
    if (!file) return false;
    if (!this.#handle) {
      this.#handle = await open(file.path, 'r');
      this.#count = this.#countOf(file.start);
    }
    return (await this.#readPiece(this.#handle, file)) || (await this.#nextFile());
  }

  async #nextFile(): Promise<boolean> {
    await this.#release();
    this.#place++;
    this.#located = 0;
    return this.#readOn();
  }

  async #readPiece(handle: FileHandle, { bytes }: SessionFile): Promise<boolean> {
    const size = Math.min(READ_BYTES, bytes - this.#located);
    if (size <= 0 || this.#count.damaged) return false;
    const read = await handle.read(new Uint8Array(size), 0, size, this.#located);
    if (read.bytesRead === 0) return false;
    this.#located += read.bytesRead;
    this.#windowFirst += this.#window.length;
    this.#window = [];
    this.#count.push(read.buffer.subarray(0, read.bytesRead));
    this.progressed(this.judgedBytes);
    return true;
  }
}

/** Of a ring, a part may have been let go meanwhile. */
export function unreadable(path: string, thrown: unknown): SocketError {
  const error = toSocketError(thrown);
  const name = error.code === 'ENOENT' ? 'part-gone' : 'part-unreadable';
  return dissectorError('ERR_DISSECTOR_FAILED', refusal(name, { path, ...whyOf(error) }));
}
