import type { FramePart, FrameRole, Splitter } from './frame';
import type { Framing } from './framing';
import { MAX_FRAME_BYTES } from './framing';
import type { ClientDirection, Direction } from './frame';
import { createSplitters } from './split';

/** A frame tells of at most so many chunk boundaries inside it; the first ones. */
export const MAX_CUTS = 1024;

/** Bytes that belong together, and where they came from. */
export interface Frame {
  direction: Direction;
  role: FrameRole;
  /** As they passed, delimiters and length fields included. Its own copy. */
  bytes: Uint8Array;
  /** Of its first byte in the stream of its direction, from 0. */
  offset: number;
  /** Where in `bytes` another chunk began, ascending, never 0. */
  cuts: readonly number[];
  /** When its first and last byte came, on the clock of `push`. */
  firstMs: number;
  lastMs: number;
  /** Anything but `whole` is oversize: a piece of a frame longer than the maximum. */
  part: FramePart;
  /** The stream ended before the frame did. */
  incomplete: boolean;
}

export interface FramerOptions {
  client: ClientDirection;
  /** Defaults to MAX_FRAME_BYTES. */
  maxBytes?: number;
  /** What is pushed at once is a datagram, and ended after it. */
  datagrams?: boolean;
}

/** Cuts both directions of one connection into frames, and keeps the bytes of those going on. */
export class Framer {
  readonly #splitters: Record<Direction, Splitter>;
  readonly #gathering: Record<Direction, Gathering>;
  #frames: Frame[] = [];

  constructor(
    framing: Framing,
    { client, maxBytes = MAX_FRAME_BYTES, datagrams = false }: FramerOptions,
  ) {
    const take = (frame: Frame) => this.#frames.push(frame);
    this.#gathering = { in: new Gathering('in', take), out: new Gathering('out', take) };
    this.#splitters = createSplitters({ framing, client, maxBytes, datagrams }, this.#gathering);
  }

  /** The frames that end with these bytes, in order. `atMs` is on any clock that does not go back. */
  push(direction: Direction, bytes: Uint8Array, atMs: number): Frame[] {
    const gathering = this.#gathering[direction];
    // First what only the time up to now ends, so that it is told with its own times.
    this.#splitters[direction].tick(atMs);
    gathering.begin(bytes, atMs);
    this.#splitters[direction].push(bytes, atMs);
    gathering.keepRest();
    return this.#taken();
  }

  /** No more will come in that direction: what is begun, if anything. */
  end(direction: Direction): Frame[] {
    this.#splitters[direction].end();
    return this.#taken();
  }

  /** What ends because nothing came; for `gap`. */
  tick(atMs: number): Frame[] {
    this.#splitters.in.tick(atMs);
    this.#splitters.out.tick(atMs);
    return this.#taken();
  }

  #taken(): Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}

/** The bytes of the frame going on in one direction: at most the maximum and one chunk. */
class Gathering {
  readonly #direction: Direction;
  readonly #take: (frame: Frame) => void;
  /** The beginning of the frame, of chunks before this one. */
  #kept = new Uint8Array(1024);
  #keptBytes = 0;
  #cuts: number[] = [];
  #start = 0;
  #firstMs = 0;
  #lastMs = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Where the chunk began in the stream, and when it came. */
  #chunkAt = 0;
  #chunkMs = 0;

  constructor(direction: Direction, take: (frame: Frame) => void) {
    this.#direction = direction;
    this.#take = take;
  }

  begin(bytes: Uint8Array, atMs: number): void {
    this.#chunk = bytes;
    this.#chunkMs = atMs;
    if (bytes.length === 0) return;
    if (this.#keptBytes === 0) this.#firstMs = atMs;
    else if (this.#cuts.length < MAX_CUTS) this.#cuts.push(this.#keptBytes);
  }

  frame(end: number, role: FrameRole, part: FramePart, incomplete: boolean): void {
    const offset = this.#start;
    const length = end - offset;
    const cuts = this.#cuts.filter((at) => at < length);
    const lastMs = end > this.#chunkAt ? this.#chunkMs : this.#lastMs;
    const bytes = this.#takeOut(length);
    this.#take({
      ...{ direction: this.#direction, role, bytes, offset, cuts },
      ...{ firstMs: this.#firstMs, lastMs, part, incomplete },
    });
    this.#firstMs = this.#keptBytes > 0 ? this.#lastMs : this.#chunkMs;
  }

  /** The first bytes of what is there; what was kept beyond them stays. */
  #takeOut(length: number): Uint8Array {
    const fromKept = Math.min(this.#keptBytes, length);
    const bytes = new Uint8Array(length);
    bytes.set(this.#kept.subarray(0, fromKept));
    const from = this.#start + fromKept - this.#chunkAt;
    if (fromKept < length)
      bytes.set(this.#chunk.subarray(from, from + length - fromKept), fromKept);
    this.#kept.copyWithin(0, fromKept, this.#keptBytes);
    this.#keptBytes -= fromKept;
    this.#start += length;
    this.#cuts = this.#cuts.map((at) => at - length).filter((at) => at > 0);
    return bytes;
  }

  /** The chunk's memory is its owner's again: what no frame has taken is copied. */
  keepRest(): void {
    const rest = this.#chunk.subarray(this.#start + this.#keptBytes - this.#chunkAt);
    this.#chunkAt += this.#chunk.length;
    this.#chunk = new Uint8Array(0);
    if (rest.length === 0) return;
    const needed = this.#keptBytes + rest.length;
    if (needed > this.#kept.length) {
      const grown = new Uint8Array(Math.max(needed, this.#kept.length * 2));
      grown.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = grown;
    }
    this.#kept.set(rest, this.#keptBytes);
    this.#keptBytes = needed;
    this.#lastMs = this.#chunkMs;
  }
}
