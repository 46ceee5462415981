import { emptyBlock, parseBlock } from '../format/block-parser';
import { RowKind } from '../rows/capture-index';
import { FileBlocks } from '../format/file-blocks';
import type { BlockFile } from '../format/file-blocks';
import { emptyPacket, parsePacket, TCP } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';
import type { RowSource } from '../rows/row-reader';
import { finderOf } from './literal-finder';
import type { Finder } from './literal-finder';
import type { Literal } from './required-literals';
import type { StreamSearch } from './stream-search';

/** Of the file, looked through at once. */
const STRETCH_BYTES = 1 << 20;

/** Rows after which it is asked whether this is worth its while. */
const TRIAL_ROWS = 1024;

/** What there is to read, asked for once for many reads. */
class SearchedFile implements BlockFile {
  readonly #source: RowSource;
  readonly sections = [];
  path = '';
  bytes = 0;
  parts: BlockFile['parts'];

  constructor(source: RowSource) {
    this.#source = source;
  }

  update(): void {
    const { path, bytes, parts } = this.#source.file();
    this.path = path;
    this.bytes = bytes;
    this.parts = parts;
  }
}

/** A segment of a row in the stretch. */
interface Segment {
  blockStart: number;
  blockEnd: number;
  start: number;
  end: number;
}

/**
 * Looks through the file, not through rows: bytes that are in no part of it are in no payload there. So
 * of a segment only its end has to be looked at, where what is looked for may begin and go on in the
 * next, and the beginning of the one after that. What lies between segments is never part of a match.
 */
export class SegmentSearch {
  readonly #source: RowSource;
  readonly #streams: StreamSearch;
  readonly #literals: readonly Literal[];
  readonly #finders: readonly Finder[];
  readonly #file: SearchedFile;
  readonly #blocks: FileBlocks;
  readonly #block = emptyBlock();
  readonly #packet = emptyPacket();
  #data: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#data.buffer);
  /** Where in the file they begin, and where in them something is found next; Infinity: nowhere. */
  #start = 0;
  #place = Infinity;
  #lookedFrom = 0;
  /** Of the row looked at: used again and again. */
  readonly #segments: Segment[] = [];
  #passed = 0;
  #asked = 0;

  constructor(source: RowSource, literals: readonly Literal[], streams: StreamSearch) {
    this.#source = source;
    this.#streams = streams;
    this.#literals = literals;
    this.#finders = literals.map(finderOf);
    this.#file = new SearchedFile(source);
    this.#blocks = new FileBlocks(this.#file, STRETCH_BYTES);
  }

  /** So few rows can be looked at here that each is looked at sooner without. */
  get isIdle(): boolean {
    return this.#asked >= TRIAL_ROWS && this.#passed < this.#asked / 2;
  }

  during<Result>(reads: () => Result): Result {
    this.#file.update();
    return this.#blocks.during(reads);
  }

  /** Looks at rows from `from` on; the first that has to be looked at elsewhere. `position`: of that one. */
  look(from: number, end: number, position: number): number {
    let row = from;
    while (row < end && this.#row(row, position + row - from)) row++;
    this.#asked += row - from + 1;
    this.#passed += row - from;
    return row;
  }

  /** False: it cannot be looked at here, and nothing was done. */
  #row(row: number, position: number): boolean {
    const { index, protocolOf } = this.#source;
    const kind = index.kind(row);
    if (kind > RowKind.summary) return false;
    if (index.lengthBytes(row) === 0) return true;
    const flow = index.flow(row);
    const protocol = protocolOf(flow);
    if (protocol === null || !this.#find(row)) return false;
    if (protocol === 'udp') this.#alone(position);
    else this.#stream(flow * 2 + kind, position);
    return true;
  }

  #alone(position: number): void {
    for (const { blockStart, blockEnd, start, end } of this.#segments)
      if (this.#foundIn(blockStart, blockEnd))
        this.#streams.alone(this.#data.subarray(start, end), position);
  }

  #stream(stream: number, position: number): void {
    const piece = { position, hit: false };
    if (!this.#streams.takesParts) {
      this.#streams.part(stream, this.#payload(), piece, this.#lacks());
      return;
    }
    for (const { blockStart, blockEnd, start, end } of this.#segments) {
      const lacks = !this.#foundIn(blockStart, blockEnd);
      if (lacks && !this.#streams.waits(stream) && !this.#begins(start, end)) continue;
      this.#streams.part(stream, this.#data.subarray(start, end), piece, lacks);
    }
  }

  /** Of the row, in one. */
  #payload(): Uint8Array {
    const parts = this.#segments.map(({ start, end }) => this.#data.subarray(start, end));
    return parts.length === 1 ? (parts[0] ?? new Uint8Array(0)) : Buffer.concat(parts);
  }

  /** Nothing looked for is in the row, nor on a seam of its segments. */
  #lacks(): boolean {
    const last = this.#segments.length - 1;
    return this.#segments.every(
      ({ blockStart, blockEnd, start, end }, place) =>
        !this.#foundIn(blockStart, blockEnd) && (place === last || !this.#begins(start, end)),
    );
  }

  /** Finds the segments of a row in the stretch; reads another one when they are not all in this. */
  #find(row: number): boolean {
    const offset = this.#source.index.offset(row);
    const at = offset - this.#start;
    if (at >= 0 && at < this.#data.length && this.#segmentsAt(row, at)) return true;
    if (at === 0 && this.#data.length > 0) return false;
    this.#read(offset);
    return this.#segmentsAt(row, 0);
  }

  /** As `RowReader` finds them. False: not all of them are here. */
  #segmentsAt(row: number, first: number): boolean {
    const { index, blocks } = this.#source;
    const section = blocks.section(index.offset(row));
    const lengthBytes = index.lengthBytes(row);
    this.#segments.length = 0;
    let at = first;
    let missing = lengthBytes;
    let next = 0;
    let ports = 0;
    while (missing > 0) {
      const block = this.#block;
      const packet = this.#packet;
      if (parseBlock(section, this.#view, at, this.#data.length, block) !== 'ok') return false;
      const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
      const { kind, packetStart, capturedBytes } = block;
      if (kind !== 'packet' || !parsePacket(link, this.#view, packetStart, capturedBytes, packet))
        return false;
      const blockStart = at;
      at += block.length;
      const { payloadStart, payloadBytes, seq, flags } = packet;
      const isFirst = this.#segments.length === 0;
      if (!isFirst && payloadBytes === 0 && flags === TCP_FLAG.ack) continue;
      if (isFirst) ports = packet.sourcePort * 0x10000 + packet.destinationPort;
      else if (seq !== next || ports !== packet.sourcePort * 0x10000 + packet.destinationPort)
        return false;
      // Of a segment of others that was there in part already, what is new is its end.
      if (payloadBytes === 0 || (payloadBytes > missing && section.ours)) return false;
      const taken = Math.min(payloadBytes, missing);
      const end = payloadStart + payloadBytes;
      this.#segments.push({ blockStart, blockEnd: at, start: end - taken, end });
      missing -= taken;
      next = (seq + payloadBytes) >>> 0;
      if (missing > 0 && !(section.ours && packet.protocol === TCP)) return false;
    }
    return true;
  }

  #read(offset: number): void {
    const read = this.#blocks.read(offset, STRETCH_BYTES);
    this.#data = read;
    this.#view = new DataView(read.buffer, read.byteOffset, read.byteLength);
    this.#start = offset;
    for (const finder of this.#finders) finder.take(read);
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
    for (const finder of this.#finders) first = Math.min(first, finder.next(from));
    return first;
  }

  /** Whether a payload ends with what something looked for begins with. */
  #begins(start: number, end: number): boolean {
    for (const { bytes: literal, anyCase } of this.#literals) {
      for (let at = Math.max(start, end - literal.length + 1); at < end; at++) {
        let same = 0;
        while (at + same < end && isSame(this.#data[at + same], literal[same], anyCase)) same++;
        if (at + same === end) return true;
      }
    }
    return false;
  }
}

/** Of more than letters it may say so falsely, which costs a look. */
function isSame(a = 0, b = 0, anyCase: boolean): boolean {
  return a === b || (anyCase && (a | 0x20) === (b | 0x20));
}
