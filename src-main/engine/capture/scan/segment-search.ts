import { emptyBlock, parseBlock } from '../format/block-parser';
import { RowKind } from '../rows/capture-index';
import { FileBlocks } from '../format/file-blocks';
import { emptyPacket, parsePacket, TCP } from '../format/packet-parser';
import type { RowSource } from '../rows/row-reader';
import { indexOfLiteral } from './stream-search';

/** Of the file, looked through at once. */
const STRETCH_BYTES = 1 << 20;

/** Rows after which it is asked whether this is worth its while. */
const TRIAL_ROWS = 1024;

/**
 * Passes over rows that are one segment each, as others capture TCP: bytes that are in no part of the
 * file are in no payload there, so that of a segment only its end has to be looked at, where what is
 * looked for may begin and go on in the next.
 */
export class SegmentSearch {
  readonly #source: RowSource;
  readonly #literals: readonly Uint8Array[];
  readonly #blocks: FileBlocks;
  readonly #block = emptyBlock();
  readonly #packet = emptyPacket();
  #data: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#data.buffer);
  /** Where in the file they begin, and where in them something is found next; Infinity: nowhere. */
  #start = 0;
  #place = Infinity;
  #lookedFrom = 0;
  #passed = 0;
  #asked = 0;

  constructor(source: RowSource, literals: readonly Uint8Array[]) {
    this.#source = source;
    this.#literals = literals;
    const file = {
      get path() {
        return source.file().path;
      },
      get bytes() {
        return source.file().bytes;
      },
      get parts() {
        return source.file().parts;
      },
      sections: [],
    };
    this.#blocks = new FileBlocks(file, STRETCH_BYTES);
  }

  /** So few rows can be passed over that each is looked at sooner without. */
  get isIdle(): boolean {
    return this.#asked >= TRIAL_ROWS && this.#passed < this.#asked / 2;
  }

  during<Result>(reads: () => Result): Result {
    return this.#blocks.during(reads);
  }

  /** The first row from `from` on that has to be looked at. `waits`: something has begun in a stream. */
  passOver(from: number, end: number, waits: (stream: number) => boolean): number {
    let row = from;
    while (row < end && this.#passes(row, waits)) row++;
    this.#asked += row - from + 1;
    this.#passed += row - from;
    return row;
  }

  #passes(row: number, waits: (stream: number) => boolean): boolean {
    const { index } = this.#source;
    const kind = index.kind(row);
    if (kind > RowKind.summary) return false;
    const lengthBytes = index.lengthBytes(row);
    if (lengthBytes === 0) return true;
    const stream = index.flow(row) * 2 + kind;
    if (waits(stream)) return false;
    return this.#isFree(index.offset(row), lengthBytes);
  }

  #isFree(offset: number, lengthBytes: number): boolean {
    const section = this.#source.blocks.section(offset);
    const block = this.#block;
    let at = offset - this.#start;
    for (let read = false; ; read = true) {
      const there = at >= 0 && at < this.#data.length;
      if (there && parseBlock(section, this.#view, at, this.#data.length, block) === 'ok') break;
      // Not even in a stretch that begins with it.
      if (read) return false;
      this.#read(offset);
      at = 0;
    }
    if (this.#foundIn(at, at + block.length)) return false;
    const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
    const packet = this.#packet;
    if (!parsePacket(link, this.#view, block.packetStart, block.capturedBytes, packet))
      return false;
    // Of several segments, or only the end of one.
    if (packet.payloadBytes !== lengthBytes) return false;
    return packet.protocol !== TCP || !this.#begins(packet.payloadStart, lengthBytes);
  }

  #read(offset: number): void {
    const read = this.#blocks.read(offset, STRETCH_BYTES);
    this.#data = read;
    this.#view = new DataView(read.buffer, read.byteOffset, read.byteLength);
    this.#start = offset;
    this.#place = this.#next(0);
    this.#lookedFrom = 0;
  }

  /** Rows come in nearly ascending order, so nearly always the place found last is the one. */
  #foundIn(from: number, end: number): boolean {
    // A row before the last one: what is between them was passed by.
    if (from < this.#lookedFrom || this.#place < from) this.#place = this.#next(from);
    this.#lookedFrom = from;
    return this.#place < end;
  }

  #next(from: number): number {
    let first = Infinity;
    for (const literal of this.#literals) {
      const at = indexOfLiteral(this.#data, literal, from);
      if (at !== -1 && at < first) first = at;
    }
    return first;
  }

  /** Whether a payload ends with what something looked for begins with. */
  #begins(start: number, lengthBytes: number): boolean {
    const end = start + lengthBytes;
    for (const literal of this.#literals) {
      const longest = Math.min(literal.length - 1, lengthBytes);
      for (let length = 1; length <= longest; length++) {
        let same = 0;
        while (same < length && this.#data[end - length + same] === literal[same]) same++;
        if (same === length) return true;
      }
    }
    return false;
  }
}
