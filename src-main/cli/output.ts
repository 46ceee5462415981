import type { Writable } from 'node:stream';
import { plainText } from '../../src-shared/payload/plain-text';

/** So much may wait for a slow reader before sockets are paused. */
const FULL_BYTES = 4 * 1024 * 1024;

/** Who read has gone, which is no fault of anybody's. */
const QUIET: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

export interface OutputEvents {
  /** A slow reader: stop making output, or memory grows. Then `false` when all has gone out. */
  full(full: boolean): void;
  /** The reader is gone (`| head -1`): nothing more will be written. */
  gone(): void;
}

/** Standard output, line by line: batched within one turn of the event loop, bounded, EPIPE quiet. */
export class Output {
  readonly #stream: Writable;
  #events: OutputEvents | null = null;
  #pending: string[] = [];
  #pendingBytes = 0;
  #scheduled = false;
  #full = false;
  #gone = false;
  /** Why it took no more, such as a full disk; null: nothing is wrong, or who read has gone. */
  problem: Error | null = null;
  /** Called before a batch is written: what else stands on the terminal makes room. */
  beforeWrite: () => void = () => undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('drain', () => {
      if (!this.#full || this.#waitingBytes > 0) return;
      this.#full = false;
      this.#events?.full(false);
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!QUIET.has(error.code ?? '')) this.problem ??= error;
      this.#leave();
    });
    stream.on('close', () => {
      this.#leave();
    });
  }

  listen(events: OutputEvents): void {
    this.#events = events;
  }

  get full(): boolean {
    return this.#full;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /**
   * One line: names and words of others may be in it. What would end it, steer a terminal or turn it
   * around stands there as an escape.
   */
  line(of: string): void {
    if (this.#gone) return;
    const text = plainText(of);
    this.#pending.push(text, '\n');
    this.#pendingBytes += text.length + 1;
    if (!this.#full && this.#waitingBytes > FULL_BYTES) {
      // Written now: only a stream that has something to write tells when it has drained.
      this.#write();
      this.#full = true;
      this.#events?.full(true);
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#write();
    });
  }

  /** Lines of our own, such as a help text; the last may have its end. */
  lines(text: string): void {
    for (const line of text.replace(/\n$/, '').split('\n')) this.line(line);
  }

  /** Resolves when there is room again. */
  async room(): Promise<void> {
    this.#write();
    while (!this.#gone && this.#stream.writableLength > FULL_BYTES)
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#stream.off('drain', done).off('close', done).off('error', done);
          resolve();
        };
        this.#stream.on('drain', done).on('close', done).on('error', done);
      });
  }

  /** Resolves when all has been taken, or nobody is there to take it. */
  async flushed(): Promise<void> {
    this.#write();
    if (this.#gone) return;
    await new Promise<void>((resolve) => {
      this.#stream.on('error', () => {
        resolve();
      });
      this.#stream.write('', () => {
        resolve();
      });
    });
  }

  get #waitingBytes(): number {
    return this.#pendingBytes + this.#stream.writableLength;
  }

  #write(): void {
    if (this.#pending.length === 0 || this.#gone) return;
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingBytes = 0;
    this.beforeWrite();
    this.#stream.write(text);
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#events?.gone();
  }
}
