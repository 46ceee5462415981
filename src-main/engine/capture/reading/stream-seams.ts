import type { Packet } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';

/**
 * Where each direction of the connections of a recording stands, so that behind a file that is missing
 * it is known how many bytes of each were in it. By way: twice the flow, and 1 if sent by us.
 */
export class StreamSeams {
  #next = new Uint32Array(256);
  #known = new Uint8Array(256);
  /** So many ways may not go on where they stood. */
  #unsure = 0;
  #mostBytes = Infinity;

  /** Something is missing here; `mostBytes` of the recording at most. */
  missing(): void {
    this.#mostBytes = Infinity;
    this.#unsure = 0;
    for (let way = 0; way < this.#known.length; way++)
      if (this.#known[way] !== 0) {
        this.#known[way] = UNSURE;
        this.#unsure++;
      }
  }

  /** No more than that can have been in it. */
  atMost(bytes: number): void {
    this.#mostBytes = bytes;
  }

  /**
   * A segment. Returns the bytes that are missing before it: null none, 0 when nobody can tell how many
   * (of more than 4 GiB the numbers do not tell).
   */
  segment(way: number, { seq, flags, payloadTrueBytes }: Packet): number | null {
    if (way >= this.#next.length) this.#grow(way);
    const dials = (flags & TCP_FLAG.syn) !== 0;
    let missing: number | null = null;
    if (this.#unsure > 0 && this.#known[way] === UNSURE) {
      this.#unsure--;
      const ahead = (seq - (this.#next[way] ?? 0)) >>> 0;
      if (!dials && ahead > 0) missing = ahead <= this.#mostBytes ? ahead : 0;
    }
    const ends = dials || (flags & TCP_FLAG.fin) !== 0;
    this.#next[way] = seq + payloadTrueBytes + (ends ? 1 : 0);
    this.#known[way] = KNOWN;
    return missing;
  }

  #grow(way: number): void {
    const size = Math.max(this.#next.length * 2, way + 2);
    const next = new Uint32Array(size);
    const known = new Uint8Array(size);
    next.set(this.#next);
    known.set(this.#known);
    this.#next = next;
    this.#known = known;
  }
}

const KNOWN = 1;
const UNSURE = 2;
