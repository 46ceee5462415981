import type { StreamFigures } from '../../../../src-shared/contract/stream-figures';
import type { Packet } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';

/*
 * The segments of captures that others made, as a network carries them: repeated, late, in another
 * order, or not at all. Sequence numbers tell where each belongs (RFC 9293, 3.4). Constant memory a
 * flow: what comes too early waits in a list with an end.
 */

/** Segments that may wait for one direction of a flow: a window of 16 MiB of common segments. */
const MAX_WAITING = 16_384;
/** Of all flows together. */
const MAX_WAITING_OF_ALL = 262_144;
/** Gaps told last, of one direction: what fills one of them later is new. */
const MAX_GAPS = 16;
/** No window is wider (RFC 7323, 2.3): numbers further apart are of another connection. */
const MAX_WINDOW = 2 ** 30;

/** Where rows go: `way` is twice the flow, and 1 if sent by us. */
export interface OrderedRows {
  /** The last `bytes` bytes of the packet's payload are a row. */
  data(offset: number, way: number, bytes: number): void;
  /** A segment without payload that is a row: FIN. */
  state(offset: number, way: number): void;
  /** Before the packet at that offset, so many bytes are missing; 0: nobody can tell how many. */
  gap(offset: number, way: number, missingBytes: number): void;
  /** To count what happened to it. */
  figures(way: number): StreamFigures;
}

interface Waiting {
  seq: number;
  offset: number;
  bytes: number;
  trueBytes: number;
  fin: boolean;
}

/** Signed distance of two sequence numbers, which wrap. */
function distance(to: number, from: number): number {
  return (to - from) | 0;
}

const KNOWN = 1;
const ENDED = 2;

/** Puts the segments of each direction of each flow in order. */
export class StreamOrder {
  readonly #rows: OrderedRows;
  /** By way: the number expected next, the first one shown, and what is known. */
  #next = new Uint32Array(256);
  #first = new Uint32Array(256);
  #told = new Uint8Array(256);
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #gaps = new Map<number, { from: number; end: number }[]>();
  /** Segments that wait in all lists. */
  #waitingOfAll = 0;

  constructor(rows: OrderedRows) {
    this.#rows = rows;
  }

  /** SYN. False: it was seen before. */
  open(way: number, seq: number): boolean {
    if (way >= this.#next.length) this.#grow(way);
    const next = (seq + 1) >>> 0;
    if (((this.#told[way] ?? 0) & KNOWN) !== 0 && this.#first[way] === next) return false;
    this.#begin(way, next);
    return true;
  }

  /** A segment with payload or FIN. False: it tells nothing new, and is no row. */
  segment(way: number, packet: Packet, offset: number): boolean {
    if (way >= this.#next.length) this.#grow(way);
    const { flags, payloadBytes, payloadTrueBytes } = packet;
    const seq = (flags & TCP_FLAG.syn) === 0 ? packet.seq : (packet.seq + 1) >>> 0;
    if (((this.#told[way] ?? 0) & KNOWN) === 0) this.#begin(way, seq);
    const ahead = distance(seq, this.#next[way] ?? 0);
    const fin = (flags & TCP_FLAG.fin) !== 0;
    if (ahead === 0) {
      this.#take(way, offset, payloadBytes, payloadTrueBytes, fin);
      if (this.#waitingOfAll > 0 && this.#waiting.has(way)) this.#filled(way);
      return true;
    }
    const of = { seq, offset, bytes: payloadBytes, trueBytes: payloadTrueBytes, fin };
    if (Math.abs(ahead) > MAX_WINDOW) this.#jump(way, of);
    else if (ahead > 0) return this.#wait(way, of);
    else {
      const told = this.#old(way, of, -ahead);
      if (this.#waitingOfAll > 0 && this.#waiting.has(way)) this.#drain(way);
      return told;
    }
    return true;
  }

  /** A segment that only acknowledges. */
  onlyAcknowledges(way: number, { seq }: Packet): void {
    if (this.#told[way] === KNOWN && distance(seq, this.#next[way] ?? 0) === -1)
      this.#rows.figures(way).keepAlives++;
  }

  /** What that way has come so far as to be acknowledged, if any of it waits. */
  acknowledged(way: number, view: DataView, { ackStart, flags }: Packet): void {
    if (this.#waitingOfAll > 0 && (flags & TCP_FLAG.ack) !== 0)
      this.#received(way, view.getUint32(ackStart));
  }

  /** Nothing more will come of this flow: what waits is shown behind what is missing. */
  close(flow: number): void {
    if (this.#waitingOfAll === 0) return;
    this.#giveUpAll(flow * 2);
    this.#giveUpAll(flow * 2 + 1);
  }

  closeAll(): void {
    for (const way of [...this.#waiting.keys()]) this.#giveUpAll(way);
  }

  #begin(way: number, next: number): void {
    this.#next[way] = next;
    this.#first[way] = next;
    this.#told[way] = KNOWN;
    this.#gaps.delete(way);
  }

  /** The next one, in its place. */
  #take(way: number, offset: number, bytes: number, trueBytes: number, fin: boolean): void {
    const next = (this.#next[way] ?? 0) + trueBytes;
    this.#next[way] = fin ? next + 1 : next;
    if (fin) this.#told[way] = KNOWN | ENDED;
    if (trueBytes > bytes) this.#rows.figures(way).cutBytes += trueBytes - bytes;
    if (trueBytes > 0) this.#rows.data(offset, way, bytes);
    else this.#rows.state(offset, way);
  }

  /** What the receiver has acknowledged and we have not is not in the capture. */
  #received(way: number, ack: number): void {
    for (;;) {
      const first = this.#waiting.get(way)?.[0];
      if (!first || distance(ack, first.seq) <= 0) return;
      this.#giveUp(way);
    }
  }

  /** A hole was filled by what came later than it should have. */
  #filled(way: number): void {
    this.#rows.figures(way).outOfOrderSegments++;
    this.#drain(way);
  }

  #drain(way: number): void {
    const waiting = this.#waiting.get(way) ?? [];
    let taken = 0;
    for (let one = waiting[0]; one; one = waiting[++taken]) {
      const behind = -distance(one.seq, this.#next[way] ?? 0);
      if (behind < 0) break;
      if (behind === 0) this.#take(way, one.offset, one.bytes, one.trueBytes, one.fin);
      else this.#old(way, one, behind);
    }
    this.#waitingOfAll -= taken;
    if (taken === waiting.length) this.#waiting.delete(way);
    else waiting.splice(0, taken);
  }

  /** Comes too early, or what is before it never comes. False: it waits already. */
  #wait(way: number, of: Waiting): boolean {
    let waiting = this.#waiting.get(way);
    if (!waiting) this.#waiting.set(way, (waiting = []));
    let at = waiting.length;
    while (at > 0 && distance(waiting[at - 1]?.seq ?? 0, of.seq) > 0) at--;
    const same = waiting[at - 1];
    if (same?.seq === of.seq && same.trueBytes >= of.trueBytes && (same.fin || !of.fin)) {
      this.#repeated(way, of.trueBytes);
      return false;
    }
    if (at === waiting.length) waiting.push(of);
    else waiting.splice(at, 0, of);
    this.#waitingOfAll++;
    const full = waiting.length > MAX_WAITING || this.#waitingOfAll > MAX_WAITING_OF_ALL;
    if (full) this.#giveUp(way);
    return true;
  }

  /** Begins `behind` bytes before what is expected next. */
  #old(way: number, of: Waiting, behind: number): boolean {
    const fresh = of.trueBytes - behind;
    if (fresh > 0) {
      this.#repeated(way, behind);
      this.#take(way, of.offset, Math.max(0, of.bytes - behind), fresh, of.fin);
      return true;
    }
    if (fresh === 0 && of.fin && ((this.#told[way] ?? 0) & ENDED) === 0) {
      if (of.trueBytes > 0) this.#repeated(way, of.trueBytes);
      this.#take(way, of.offset, 0, 0, true);
      return true;
    }
    // One byte that the other side has already: it is asked whether it still is there.
    if (behind === 1 && of.trueBytes <= 1 && !of.fin) {
      this.#rows.figures(way).keepAlives++;
      return false;
    }
    if (of.trueBytes > 0 && this.#isLate(way, of)) {
      this.#rows.figures(way).lateBytes += of.trueBytes;
      this.#rows.data(of.offset, way, of.bytes);
      return true;
    }
    this.#repeated(way, of.trueBytes);
    return false;
  }

  /** Whether it was never shown: from before the first segment, or out of a gap that was told. */
  #isLate(way: number, { seq, trueBytes }: Waiting): boolean {
    if (distance(seq, this.#first[way] ?? 0) < 0) return true;
    const end = seq + trueBytes;
    const gaps = this.#gaps.get(way);
    const at = gaps?.findIndex((gap) => distance(end, gap.from) > 0 && distance(gap.end, seq) > 0);
    const gap = gaps?.[at ?? -1];
    if (!gaps || at === undefined || !gap) return false;
    const rest = [
      { from: gap.from, end: seq },
      { from: end, end: gap.end },
    ].filter((one) => distance(one.end, one.from) > 0);
    gaps.splice(at, 1, ...rest);
    return true;
  }

  #repeated(way: number, bytes: number): void {
    const figures = this.#rows.figures(way);
    figures.retransmittedSegments++;
    figures.retransmittedBytes += bytes;
  }

  #giveUpAll(way: number): void {
    while (this.#waiting.has(way)) this.#giveUp(way);
  }

  /** Tells the first hole, and goes on behind it. */
  #giveUp(way: number): void {
    const first = this.#waiting.get(way)?.[0];
    if (!first) return;
    const from = this.#next[way] ?? 0;
    const missing = distance(first.seq, from);
    const gaps = this.#gaps.get(way) ?? [];
    gaps.push({ from, end: first.seq });
    if (gaps.length > MAX_GAPS) gaps.shift();
    this.#gaps.set(way, gaps);
    this.#tellGap(way, first.offset, missing);
    this.#next[way] = first.seq;
    this.#drain(way);
  }

  #tellGap(way: number, offset: number, missingBytes: number): void {
    const figures = this.#rows.figures(way);
    figures.gaps++;
    figures.missingBytes += missingBytes;
    this.#rows.gap(offset, way, missingBytes);
  }

  /** Numbers of another connection on the same ports, whose beginning was not captured. */
  #jump(way: number, of: Waiting): void {
    this.#giveUpAll(way);
    this.#tellGap(way, of.offset, 0);
    this.#begin(way, of.seq);
    this.#take(way, of.offset, of.bytes, of.trueBytes, of.fin);
  }

  #grow(way: number): void {
    const size = Math.max(this.#next.length * 2, way + 2);
    const next = new Uint32Array(size);
    const first = new Uint32Array(size);
    const told = new Uint8Array(size);
    next.set(this.#next);
    first.set(this.#first);
    told.set(this.#told);
    this.#next = next;
    this.#first = first;
    this.#told = told;
  }
}
