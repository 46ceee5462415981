import type { Cutter, FrameRole, Splitter } from './frame';

/** To tell how long a message is takes at most so many bytes of it. */
const MAX_HEAD_BYTES = 512;

/** What the first bytes of a message say. */
export type Measure =
  /** So long is the message. */
  | { bytes: number; role: FrameRole }
  /** More of it must be there to tell. */
  | 'more'
  /** No message begins with this byte. */
  | 'other';

/**
 * Tells from at most MAX_HEAD_BYTES how long the message is that begins with them. What it says of
 * some bytes it must say of more that begin with them, unless it was `more`; `last`: no more come.
 */
export type MeasureMessage = (head: Uint8Array, last: boolean) => Measure;

interface MessageOptions {
  /** After so long a silence what is begun is not gone on with. Default: for ever. */
  gapMs?: number;
}

/**
 * Messages that say themselves how long they are. What is none is passed over byte by byte up to where
 * one may begin, and told as it was read, as `opaque`.
 */
export class MessageSplitter implements Splitter {
  readonly #cutter: Cutter;
  readonly #measure: MeasureMessage;
  readonly #gapMs: number;
  #lastMs = 0;
  /** Bytes of the message going on that have not come, and what it is. */
  #left = 0;
  #role: FrameRole = 'message';
  /** What has come of a message that cannot be measured yet. */
  #begun: Uint8Array = new Uint8Array(0);

  constructor(cutter: Cutter, measure: MeasureMessage, { gapMs = Infinity }: MessageOptions = {}) {
    this.#cutter = cutter;
    this.#measure = measure;
    this.#gapMs = gapMs;
  }

  push(bytes: Uint8Array, atMs: number): void {
    this.#lastMs = atMs;
    this.#read(this.#begun.length === 0 ? bytes : joined(this.#begun, bytes), bytes.length, false);
  }

  #read(bytes: Uint8Array, fresh: number, last: boolean): void {
    const cutter = this.#cutter;
    const base = cutter.position - (bytes.length - fresh);
    let at = 0;
    let other = false;
    this.#begun = new Uint8Array(0);
    while (at < bytes.length) {
      if (this.#left === 0) {
        const measured = this.#measure(bytes.subarray(at, at + MAX_HEAD_BYTES), last);
        if (measured === 'more') break;
        if (measured === 'other') {
          other = true;
          at++;
          continue;
        }
        if (other) cutter.cut(base + at, 'opaque');
        other = false;
        this.#left = measured.bytes;
        this.#role = measured.role;
      }
      const step = Math.min(this.#left, bytes.length - at);
      at += step;
      this.#left -= step;
      if (this.#left === 0) cutter.cut(base + at, this.#role);
    }
    if (other) cutter.cut(base + at, 'opaque');
    this.#begun = bytes.slice(at);
    cutter.position = base + bytes.length;
    // What is not measured yet may turn out to be none: it is cut when it is known.
    if (this.#left > 0) cutter.grown(cutter.position, this.#role);
  }

  end(): void {
    if (this.#begun.length > 0) this.#read(this.#begun, 0, true);
    this.#cutter.cut(this.#cutter.position, this.#left > 0 ? this.#role : 'message', true);
    this.#left = 0;
    this.#begun = new Uint8Array(0);
  }

  tick(atMs: number): void {
    if (this.#gapMs < Infinity && atMs - this.#lastMs >= this.#gapMs) this.end();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
