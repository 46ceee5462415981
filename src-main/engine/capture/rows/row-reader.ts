import { PREVIEW_BYTES } from '../../../../src-shared/contract/row-words';
import type { Note, Row } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { blockTimeMs } from '../format/block-parser';
import type { BlockSource } from '../format/block-source';
import { RowKind } from './capture-index';
import type { FragmentList } from './fragment-list';
import { PacketLook } from './packet-look';
import type { BlockFile } from '../format/file-blocks';
import type { CaptureIndex } from './capture-index';
import type { MarkLookup } from '../store/marks';
import type { ToldRows } from '../reading/told-rows';
import { fragmentNote } from '../reading/fragment-note';
import { PeerNames } from './peer-names';
import { placedRow } from './placed-row';
import type { RowRest } from './placed-row';
import { TCP } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';
import type { AddressedNote } from '../format/note-text';
import { blockNote, GONE, gapNote, LET_GO, stateDirection, stateEvent } from '../format/row-rules';

/** Packets that are told apart from others. */
export interface PacketSet {
  /** Whether a packet of that row is among them. */
  hasRow(source: RowSource, reader: RowReader, row: number): boolean;
}

/** What rows are read from. */
export interface RowSource {
  readonly index: CaptureIndex;
  readonly blocks: BlockSource;
  readonly socketOf: (flow: number) => SocketId;
  /** `host:port` of the flow's remote; empty for the root. */
  readonly peerOf: (flow: number) => string;
  /** What its peer is called when no address tells; null: the packets do. */
  readonly nameOf: (flow: number) => string | null;
  /** Null: of the root. */
  readonly protocolOf: (flow: number) => 'tcp' | 'udp' | null;
  /** Its remote is a source that `only-from` does not name. */
  readonly isUnexpected?: (flow: number) => boolean;
  /** Flows so far, the root among them. */
  readonly flowCount: () => number;
  /** For another thread that reads it: the rows whose blocks are all on disk. */
  readonly file: () => BlockFile & { rows: number; complete: boolean };
  /** What rows say that stand for no block. */
  readonly told: Pick<ToldRows, 'of' | 'all' | 'revision'>;
  readonly marks: MarkLookup;
  /** Of packets that came in fragments, where there may be some. */
  readonly fragments?: FragmentList;
  /** Packets that pass a display filter, where there is one. */
  readonly matched?: PacketSet;
  /** It is being recorded now: time goes on when nothing comes. */
  readonly live: boolean;
}

/** When a row was, to the unit of its capture. */
export interface RowTime {
  high: number;
  low: number;
  unitsPerMs: number;
  ms: number;
}

const STATE_FLAGS = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;
const NO_BYTES = new Uint8Array(0);

export function msBetween(from: RowTime, to: RowTime): number {
  if (from.unitsPerMs !== to.unitsPerMs) return to.ms - from.ms;
  return ((to.high - from.high) * 2 ** 32 + (to.low - from.low)) / to.unitsPerMs;
}

/** Reads rows from blocks. The block and packet looked at last are kept in it. */
export class RowReader {
  readonly #source: RowSource;
  readonly #here: PacketLook;
  readonly #peers = new PeerNames();
  #readable = true;

  constructor(source: RowSource) {
    this.#source = source;
    this.#here = new PacketLook(source);
  }

  /** Rows `from`..`end` of a view; `rowOf` gives the number in the index. */
  rows(from: number, end: number, rowOf: (index: number) => number): Row[] {
    if (from >= end) return [];
    return this.#source.blocks.during(() => {
      const rows: Row[] = [];
      const { first } = this.#source.index;
      let before = from > 0 && rowOf(from - 1) >= first ? this.timeOf(rowOf(from - 1)) : null;
      for (let index = from; index < end; index++) {
        const row = rowOf(index);
        const time = this.timeOf(row);
        const deltaMs = before === null ? null : msBetween(before, time);
        const place = { index, number: row + 1, at: time.ms, deltaMs };
        rows.push(placedRow(place, this.restOf(row), this.#source.marks.of(row)));
        before = row < first ? null : time;
      }
      return rows;
    });
  }

  /** Of a row, as a part of it. */
  markOf(row: number): Pick<Row, 'mark'> {
    const mark = this.#source.marks.of(row);
    return mark ? { mark } : {};
  }

  /** The whole payload of a row. */
  bytes(row: number): Uint8Array {
    return this.#source.blocks.during(() => {
      if (this.#source.index.kind(row) > RowKind.out) return NO_BYTES;
      return this.payloadOf(row).slice();
    });
  }

  /** The whole payload of a row, valid until the next call of anything here. `room`: for one of many blocks. */
  payloadOf(row: number, room?: Uint8Array): Uint8Array {
    let whole: Uint8Array<ArrayBufferLike> = NO_BYTES;
    let filled = 0;
    const wanted = this.#source.index.lengthBytes(row);
    this.eachPart(row, (part) => {
      if (part.length >= wanted) {
        whole = part;
        return;
      }
      // What a read returns is valid until the next read only.
      if (filled === 0)
        whole = room && room.length >= wanted ? room.subarray(0, wanted) : new Uint8Array(wanted);
      whole.set(part.subarray(0, Math.max(0, wanted - filled)), Math.min(filled, wanted));
      filled += part.length;
    });
    return whole;
  }

  /** Where each block of a row stands in the file: all segments of a chunk, all fragments of a packet. */
  eachBlock(row: number, visit: (offset: number, lengthBytes: number, own: boolean) => void): void {
    const { index, fragments } = this.#source;
    const here = this.#here;
    if (index.kind(row) >= RowKind.summary) return;
    const offset = index.offset(row);
    const places = fragments?.of(offset) ?? [];
    for (const place of places)
      if (here.at(place.offset)) visit(place.offset, here.block.length, place.offset === offset);
    if (places.length > 0 || !here.at(offset)) return;
    if (!here.isPacket) visit(offset, here.block.length, true);
    else this.#segmentsHere(row, (_part, at) => visit(at, here.block.length, at === offset));
  }

  /** Leaves the row's block where `restOf` finds it. */
  timeOf(row: number): RowTime {
    const { index, blocks, told } = this.#source;
    if (row < index.first) return { high: 0, low: 0, unitsPerMs: 0, ms: 0 };
    if (index.kind(row) === RowKind.summary) {
      return { high: 0, low: 0, unitsPerMs: 0, ms: told.of(row)?.at ?? 0 };
    }
    const offset = index.offset(row);
    this.#readable = this.#here.at(offset);
    if (!this.#readable) return { high: 0, low: 0, unitsPerMs: 0, ms: 0 };
    const section = blocks.section(offset);
    const { block } = this.#here;
    return {
      high: block.timeHigh,
      low: block.timeLow,
      unitsPerMs: section.interfaces[block.interfaceId]?.unitsPerMs ?? 1000,
      ms: blockTimeMs(section, block),
    };
  }

  /** All but time and place, of the row that `timeOf` was asked for just before. */
  restOf(row: number): RowRest {
    const { index, blocks, socketOf, peerOf, nameOf } = this.#source;
    const kind = index.kind(row);
    const socket = socketOf(index.flow(row));
    const empty = { socket, lengthBytes: 0, preview: NO_BYTES };
    if (kind === RowKind.summary) {
      const note = this.#source.told.of(row)?.note ?? null;
      return { ...empty, peer: '', direction: note ? stateDirection(note) : 'state', note };
    }
    if (row < index.first) return { ...empty, peer: '', direction: 'state', note: LET_GO };
    if (kind > RowKind.summary) {
      const note = gapNote(index.missingBytes(row), kind === RowKind.gapOut);
      return { ...empty, peer: peerOf(index.flow(row)), direction: 'fault', note };
    }
    const { isPacket, packet, bytes, view, block } = this.#here;
    if (!this.#readable || (kind < RowKind.note && !isPacket))
      return { ...empty, peer: '', direction: 'fault', note: GONE };
    const told = blockNote(blocks.section(index.offset(row)), bytes, view, block);
    if (kind === RowKind.note) return { ...empty, ...this.#noted(row, told) };
    const outgoing = kind === RowKind.out;
    const peer = nameOf(index.flow(row)) ?? this.#peers.of(this.#here, outgoing);
    const event = stateEvent(packet.flags, outgoing);
    const note = told?.note ?? (event === null ? this.#cutNote() : { event });
    const isState = packet.payloadTrueBytes === 0 || this.#isRepeated(row);
    if (packet.protocol === TCP && isState) {
      const shown: Note = note ?? { event: 'comment' };
      return { ...empty, peer, direction: stateDirection(shown), note: shown };
    }
    const direction = outgoing ? 'out' : 'in';
    const { lengthBytes, preview } = this.#payload(row);
    const shown = { socket, peer, direction, note, lengthBytes, preview } as const;
    const unexpected = !outgoing && this.#source.isUnexpected?.(index.flow(row)) === true;
    return unexpected ? { ...shown, unexpected } : shown;
  }

  /** A row without a packet: what is told at its block, or that a packet is not whole there. */
  #noted(row: number, told: AddressedNote | null): Pick<Row, 'peer' | 'direction' | 'note'> {
    const { index, fragments, nameOf, peerOf } = this.#source;
    const { packet, bytes } = this.#here;
    const flow = index.flow(row);
    const broken = fragmentNote(fragments, packet, bytes, index.offset(row));
    if (broken) {
      const text = [told?.note.text, broken.text].filter((one) => one !== undefined).join('\n');
      return { peer: peerOf(flow), direction: 'fault', note: { ...broken, text } };
    }
    const note = told?.note ?? { event: 'comment' };
    const peer = told?.peer ?? '';
    const named = peer === '' ? null : nameOf(flow);
    return { peer: named ?? peer, direction: stateDirection(note), note };
  }

  /** A capture may hold only the beginning of each packet. */
  #cutNote(): Note | null {
    const { packet, joined } = this.#here;
    const { payloadBytes, payloadTrueBytes } = packet;
    const cut = `${String(payloadBytes)} of ${String(payloadTrueBytes)} bytes captured`;
    if (payloadBytes < payloadTrueBytes) return { event: 'comment', text: cut };
    if (!joined?.overlaps) return null;
    const text = 'its IP fragments overlap: the one that begins first counts';
    return { event: 'comment', text };
  }

  /** What of it is new stands in other rows; this one is there for what is told on it. */
  #isRepeated(row: number): boolean {
    return this.#here.packet.payloadBytes > 0 && this.#source.index.lengthBytes(row) === 0;
  }

  /** Of the row whose first block was looked at last. */
  #payload(row: number): Pick<Row, 'lengthBytes' | 'preview'> {
    let preview = NO_BYTES;
    const lengthBytes = this.#segmentsHere(row, (part) => {
      if (preview.length === 0) preview = part.slice(0, PREVIEW_BYTES);
    });
    return { lengthBytes, preview };
  }

  /**
   * The payload of a row in the pieces it was recorded in, each valid until the next: one, or the
   * segments of a chunk up to the one with PSH, which follow each other with nothing between them but
   * acknowledgements. Returns the bytes of all.
   */
  eachPart(row: number, visit: (part: Uint8Array, offset: number) => void): number {
    const here = this.#here;
    const found = here.at(this.#source.index.offset(row)) && here.isPacket;
    return found ? this.#segmentsHere(row, visit) : 0;
  }

  /** Of a row whose first block was looked at last, and is a packet. */
  #segmentsHere(row: number, visit: (part: Uint8Array, offset: number) => void): number {
    const here = this.#here;
    const { packet } = here;
    let offset = this.#source.index.offset(row);
    if (!this.#source.blocks.section(offset).ours) return this.#foreignPayload(row, offset, visit);
    const { sourcePort, destinationPort } = packet;
    let total = 0;
    for (;;) {
      const { payloadStart, payloadBytes, seq, flags } = packet;
      visit(here.carried.subarray(payloadStart, payloadStart + payloadBytes), offset);
      total += payloadBytes;
      if (packet.protocol !== TCP || (flags & (TCP_FLAG.psh | STATE_FLAGS)) !== 0) return total;
      const next = (seq + payloadBytes) >>> 0;
      do {
        offset += here.block.length;
        if (!here.at(offset) || !here.isPacket) return total;
      } while (packet.payloadBytes === 0 && packet.flags === TCP_FLAG.ack);
      const same =
        packet.seq === next &&
        packet.sourcePort === sourcePort &&
        packet.destinationPort === destinationPort;
      if (!same || packet.payloadBytes === 0) return total;
    }
  }

  /** Of a segment whose beginning was there already, what is new: its end. */
  #foreignPayload(
    row: number,
    offset: number,
    visit: (part: Uint8Array, offset: number) => void,
  ): number {
    const { payloadStart, payloadBytes } = this.#here.packet;
    const end = payloadStart + payloadBytes;
    const lengthBytes = Math.min(payloadBytes, this.#source.index.lengthBytes(row));
    visit(this.#here.carried.subarray(end - lengthBytes, end), offset);
    return lengthBytes;
  }
}
