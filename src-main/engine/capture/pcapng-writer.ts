import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { SocketError } from '../../../src-shared/contract/socket';
import { toSocketError } from './capture-error';

/*
 * Blocks are encoded straight into one slab and written at block boundaries with a synchronous
 * write: the thread pool may be full of DNS look-ups, and a disk that cannot keep up then holds the
 * sockets back instead of filling the memory.
 */

/** Fits a CPU's second-level cache, so that write() reads what was just put down. */
const SLAB_BYTES = 256 * 1024;

/** Kept free of payload, so that states still find room while the disk is full. */
const RESERVE_BYTES = 128 * 1024;

const FLUSH_MS = 20;
const RETRY_MS = 1000;

/**
 * Synced when nothing has been written for QUIET_MS, and while traffic never rests every SYNC_MS: a
 * sync beside a stream takes the disk and a core from it. So much a power loss may cost; a kill of
 * the process costs FLUSH_MS.
 */
const QUIET_MS = 1000;
const SYNC_MS = 15_000;

/** The calls that touch the disk, so that tests can make one of them fail. */
export interface Disk {
  write(file: number, bytes: Uint8Array, length: number, position: number): number;
  truncate(file: number, bytes: number): void;
  syncNow(file: number): void;
  sync(file: number, done: (error: Error | null) => void): void;
}

export const realDisk: Disk = {
  write: (file, bytes, length, position) => writeSync(file, bytes, 0, length, position),
  truncate: ftruncateSync,
  syncNow: fdatasyncSync,
  sync: fdatasync,
};

interface WriterEvents {
  /** Writing failed; it is tried again every second. */
  blocked(error: SocketError): void;
  /** All that was kept is written. */
  resumed(): void;
  /** The disk did not confirm what it had taken: a power loss may cost it. */
  unconfirmed(error: SocketError): void;
}

/** Creates the file with its first blocks on disk, or throws Node's error and leaves none behind. */
function create(path: string, header: Uint8Array, disk: Disk): number {
  const file = openSync(path, 'wx+', 0o600);
  try {
    if (disk.write(file, header, header.length, 0) !== header.length) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    disk.syncNow(file);
    return file;
  } catch (error) {
    closeSync(file);
    unlinkSync(path);
    throw error;
  }
}

function deleted(): SocketError {
  const message =
    'The capture file was deleted while it was being written. What is recorded will be gone when the socket closes; save the capture to another file before.';
  return { code: 'ENOENT', message };
}

/** One capture file being written. Offsets count from the start of the file. */
export class PcapngWriter {
  /** Encode here, at what `reserve` returned. */
  bytes: Uint8Array;
  /** The same as 32-bit words; blocks are multiples of 4 bytes, so every block starts on a word. */
  words: Uint32Array;

  readonly file: number;
  readonly #disk: Disk;
  readonly #events: WriterEvents;
  /** Bytes used in the slab. */
  #used = 0;
  /** Where the slab starts in the file: all before it is on disk, and complete blocks. */
  #base: number;
  /** How far the file may reach on disk; beyond `#base` only after a write that failed. */
  #reach: number;
  #error: SocketError | null = null;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #armed = false;
  #retry: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #syncing = false;
  /** When the first write since the last sync was, on the monotonic clock; 0: all is synced. */
  #unsyncedSince = 0;

  constructor(path: string, header: Uint8Array, events: WriterEvents, disk: Disk = realDisk) {
    this.#disk = disk;
    this.#events = events;
    this.file = create(path, header, disk);
    this.#base = header.length;
    this.#reach = header.length;
    const slab = new ArrayBuffer(SLAB_BYTES + RESERVE_BYTES);
    this.bytes = new Uint8Array(slab);
    this.words = new Uint32Array(slab);
  }

  /** Bytes of complete blocks on disk. */
  get flushedBytes(): number {
    return this.#base;
  }

  /** Where the next block will stand. */
  get position(): number {
    return this.#base + this.#used;
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
    if (this.#error === null && this.#used + size > SLAB_BYTES) this.flush();
    if (this.#closed || this.#used + size > SLAB_BYTES + RESERVE_BYTES) return -1;
    if (this.#error !== null && !urgent) return -1;
    return this.#used;
  }

  /** The block reserved last is encoded. */
  commit(size: number): void {
    this.#used += size;
    if (!this.#armed) this.#arm();
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
      while (written < this.#used) {
        const rest = written === 0 ? this.bytes : this.bytes.subarray(written);
        const count = this.#disk.write(this.file, rest, this.#used - written, this.#base + written);
        if (count === 0)
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
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
    this.#scheduleSync();
    if (this.#error !== null) this.#resume();
    return true;
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
      this.#disk.truncate(this.file, this.#base);
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

  #scheduleSync(): void {
    if (this.#syncing || this.#closed) return;
    const at = performance.now();
    if (this.#unsyncedSince === 0) this.#unsyncedSince = at;
    if (at - this.#unsyncedSince >= SYNC_MS) this.#sync();
    else if (this.#syncTimer !== null) this.#syncTimer.refresh();
    // A power loss matters less than a program that will not end.
    else this.#syncTimer = setTimeout(() => this.#sync(), QUIET_MS).unref();
  }

  #sync(): void {
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    this.#syncTimer = null;
    this.#syncing = true;
    this.#unsyncedSince = 0;
    const before = this.#base;
    const wasClosed = this.#closed;
    this.#disk.sync(this.file, (error) => {
      this.#syncing = false;
      // A second fdatasync would report success although the pages are gone: it is told, not retried.
      if (error !== null) this.#events.unconfirmed(toSocketError(error));
      else if (fstatSync(this.file).nlink === 0) this.#events.unconfirmed(deleted());
      if (wasClosed) closeSync(this.file);
      else if (this.#closed) this.#sync();
      else if (this.#base > before) this.#scheduleSync();
    });
  }

  /**
   * Flushes and closes, once a last sync is done: that runs beside everything else, since a disk may
   * take seconds over it. The bytes that the disk did not take stay readable in the slab.
   */
  close(): SocketError | null {
    if (this.#closed) return null;
    this.#closed = true;
    for (const timer of [this.#timer, this.#retry, this.#syncTimer]) if (timer) clearTimeout(timer);
    this.flush();
    // A sync under way still uses the descriptor, whose number another file could get.
    if (!this.#syncing) this.#sync();
    if (this.#used === 0) {
      this.bytes = new Uint8Array(0);
      this.words = new Uint32Array(0);
    }
    return this.#error;
  }
}
