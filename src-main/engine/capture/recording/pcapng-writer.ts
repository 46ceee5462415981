import { closeSync, unlinkSync } from 'node:fs';
import type { SocketError } from '../../../../src-shared/contract/socket';
import { toSocketError } from '../format/capture-error';
import { createFile, noSpace, realDisk } from './disk';
import type { Disk } from './disk';
import { LentPayloads } from './lent-payloads';
import { SyncedFile } from './synced-file';

/*
 * Blocks are encoded straight into one slab and written at block boundaries with a synchronous
 * write: the thread pool may be full of DNS look-ups, and a disk that cannot keep up then holds the
 * sockets back instead of filling the memory.
 */

/**
 * Fits a CPU's second-level cache, so that write() reads what was just put down, and holds the longest
 * chunk that is read at once.
 */
const SLAB_BYTES = 320 * 1024;

/** Kept free of payload, so that states still find room while the disk is full. */
const RESERVE_BYTES = 128 * 1024;

const FLUSH_MS = 20;
const RETRY_MS = 1000;

interface WriterEvents {
  /** Writing failed; it is tried again every second. */
  blocked(error: SocketError): void;
  /** All that was kept is written. */
  resumed(): void;
  /** The disk did not confirm what it had taken: a power loss may cost it. */
  unconfirmed(error: SocketError): void;
}

/**
 * A capture being written, in one file or in several after each other. Offsets count from the start
 * of the first one, through all of them.
 */
export class PcapngWriter {
  /** Encode here, at what `reserve` returned. */
  bytes: Uint8Array;
  /** The same as 32-bit words; blocks are multiples of 4 bytes, so every block starts on a word. */
  words: Uint32Array;

  readonly #disk: Disk;
  readonly #events: WriterEvents;
  #target: SyncedFile;
  /** Where the file that is written now begins. */
  #origin = 0;
  /** Bytes used in the slab. */
  #used = 0;
  readonly #lent = new LentPayloads();
  /** Where the slab starts: all before it is on disk, and complete blocks. */
  #base: number;
  /** How far the file may reach on disk; beyond `#base` only after a write that failed. */
  #reach: number;
  #error: SocketError | null = null;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(path: string, header: Uint8Array, events: WriterEvents, disk: Disk = realDisk) {
    this.#disk = disk;
    this.#events = events;
    this.#target = this.#synced(createFile(path, header, disk, true));
    this.#base = header.length;
    this.#reach = header.length;
    const slab = new ArrayBuffer(SLAB_BYTES + RESERVE_BYTES);
    this.bytes = new Uint8Array(slab);
    this.words = new Uint32Array(slab);
  }

  #synced(file: number): SyncedFile {
    return new SyncedFile(file, this.#disk, (error) => {
      this.#events.unconfirmed(error);
    });
  }

  /** The file that is written now, and where it begins. */
  get file(): number {
    return this.#target.file;
  }

  get origin(): number {
    return this.#origin;
  }

  /** Bytes of complete blocks on disk. */
  get flushedBytes(): number {
    return this.#base;
  }

  /** Where the next block will stand. */
  get position(): number {
    return this.#base + this.#used + this.#lent.bytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What is in memory only, from that offset on. */
  unwritten(offset: number): Uint8Array {
    return this.bytes.subarray(offset - this.#base, this.#used);
  }

  /** Why writing fails now, or null. */
  get error(): SocketError | null {
    return this.#error;
  }

  /**
   * Room for one block: its place in the slab, or -1. Payload is refused as soon as the disk fails;
   * a state (`urgent`) only when the slab is full to the end.
   */
  reserve(size: number, urgent: boolean): number {
    const before = this.#used + this.#lent.bytes;
    if (this.#error === null && before + size > SLAB_BYTES) this.flush();
    if (this.#closed || this.#used + size > SLAB_BYTES + RESERVE_BYTES) return -1;
    if (this.#error !== null && !urgent) return -1;
    return this.#used;
  }

  /** The block reserved last is encoded. */
  commit(size: number): void {
    this.#used += size;
    if (!this.#armed) this.#arm();
  }

  /**
   * Payload that is written from where it lies, behind what is encoded before `at`, and counts as
   * part of the block. Its owner must not change it before `settle`.
   */
  lend(at: number, payload: Uint8Array): void {
    this.#lent.add(at, payload);
  }

  /** What was lent is its owner's again. */
  settle(): void {
    if (this.#lent.bytes > 0) this.flush();
  }

  #arm(): void {
    this.#armed = true;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#tick(), FLUSH_MS);
    else this.#timer.refresh();
  }

  #tick(): void {
    this.#armed = false;
    if (this.#error === null && !this.#closed) this.flush();
  }

  /** Takes back all from `position` on: a chunk is recorded whole or not at all. */
  rollBack(position: number): void {
    this.#used += this.#lent.gather(this.bytes, this.#used);
    if (position >= this.#base) {
      this.#used = position - this.#base;
      return;
    }
    this.#base = position;
    this.#used = 0;
    this.#cut();
  }

  /** Writes the slab out. False: the disk took only a part, or nothing; the rest is kept. */
  flush(): boolean {
    if (this.#used === 0 && this.#reach === this.#base) return this.#error === null;
    let written = 0;
    try {
      if (this.#lent.bytes > 0) written = this.#writeLent();
      while (written < this.#used) {
        const rest = written === 0 ? this.bytes : this.bytes.subarray(written);
        const count = this.#write(rest, this.#used - written, this.#base + written);
        if (count === 0) throw noSpace();
        written += count;
        this.#reach = Math.max(this.#reach, this.#base + written);
      }
      this.#base += written;
      this.#used = 0;
      if (this.#reach > this.#base) this.#cut();
    } catch (error) {
      this.#keepFrom(written);
      this.#block(toSocketError(error));
      return false;
    }
    this.#target.wrote();
    if (this.#error !== null) this.#resume();
    return true;
  }

  /** In one go; what that did not write is in the slab then. Returns how much it wrote. */
  #writeLent(): number {
    const size = this.#used + this.#lent.bytes;
    const pieces = this.#lent.pieces(this.bytes, this.#used);
    try {
      const written = this.#disk.writeAll(this.file, pieces, this.#base - this.#origin);
      this.#reach = Math.max(this.#reach, this.#base + written);
      if (written === size) this.#lent.clear();
      return written;
    } finally {
      this.#lent.gather(this.bytes, this.#used);
      this.#used = size;
    }
  }

  /** After a short write: complete blocks are done with, what follows them stays in the slab. */
  #keepFrom(written: number): void {
    let done = 0;
    for (;;) {
      const length = this.words[(done >>> 2) + 1] ?? 0;
      if (done + 8 > written || done + length > written) break;
      done += length;
    }
    this.bytes.copyWithin(0, done, this.#used);
    this.#base += done;
    this.#used -= done;
    this.#cut();
  }

  /** Nothing half-written stays in the file. If this fails too, the next write overwrites it. */
  #cut(): void {
    if (this.#reach <= this.#base) return;
    try {
      this.#disk.truncate(this.file, this.#base - this.#origin);
      this.#reach = this.#base;
    } catch (error) {
      this.#block(toSocketError(error));
    }
  }

  #block(error: SocketError): void {
    const first = this.#error === null;
    this.#error = error;
    if (this.#closed) return;
    this.#retry ??= setInterval(() => this.flush(), RETRY_MS);
    if (first) this.#events.blocked(error);
  }

  #resume(): void {
    this.#error = null;
    if (this.#retry !== null) clearInterval(this.#retry);
    this.#retry = null;
    this.#events.resumed();
  }

  /**
   * Goes on in a new file that begins with `header`; the one before ends with `closing`. Returns why
   * that cannot be: then all is as it was, and goes on in the same file.
   */
  next(path: string, header: Uint8Array, closing: Uint8Array): SocketError | null {
    if (this.#closed || !this.flush()) return this.#error;
    let file: number;
    try {
      file = createFile(path, header, this.#disk, false);
    } catch (error) {
      return toSocketError(error);
    }
    try {
      if (this.#write(closing, closing.length, this.#base) !== closing.length) throw noSpace();
    } catch (error) {
      closeSync(file);
      unlinkSync(path);
      this.#reach = this.#base + closing.length;
      this.#cut();
      return toSocketError(error);
    }
    this.#target.wrote();
    this.#target.close(true);
    this.#target = this.#synced(file);
    this.#target.wrote();
    this.#origin = this.#base + closing.length;
    this.#base = this.#origin + header.length;
    this.#reach = this.#base;
    return null;
  }

  #write(bytes: Uint8Array, length: number, offset: number): number {
    return this.#disk.write(this.file, bytes, length, offset - this.#origin);
  }

  /**
   * Flushes and closes, once a last sync is done beside everything else. The bytes that the disk did
   * not take stay readable in the slab.
   */
  close(): SocketError | null {
    if (this.#closed) return null;
    this.#closed = true;
    for (const timer of [this.#timer, this.#retry]) if (timer) clearTimeout(timer);
    this.flush();
    this.#target.close(false);
    if (this.#used === 0) {
      this.bytes = new Uint8Array(0);
      this.words = new Uint32Array(0);
    }
    return this.#error;
  }
}
