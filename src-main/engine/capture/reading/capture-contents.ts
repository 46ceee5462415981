import type { Note } from '../../../../src-shared/contract/row';
import type { OtherPackets, SocketId } from '../../../../src-shared/contract/socket';
import { noStreamFigures } from '../../../../src-shared/contract/stream-figures';
import type { StreamFigures } from '../../../../src-shared/contract/stream-figures';
import { blockTimeMs, hasOption, packetDirection } from '../format/block-parser';
import type { Block, CaptureSection } from '../format/block-parser';
import { CaptureIndex, RowKind } from '../rows/capture-index';
import type { BlockHandler } from './capture-scanner';
import { FoundFlows } from './found-flows';
import { FragmentedPackets } from './fragmented-packets';
import type { FragmentList } from '../rows/fragment-list';
import { PacketCensus } from './packet-census';
import { emptyPacket, parsePacket, TCP, UNREAD } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';
import { OPTION } from '../format/pcapng-blocks';
import { blockNote, stateEvent } from '../format/row-rules';
import { readRelay } from '../format/relay-note';
import { readPlace } from '../format/stand-in';
import { StreamOrder } from './stream-order';
import { StreamSeams } from './stream-seams';
import type { OrderedRows } from './stream-order';

const STATE_FLAGS = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;
const CHUNK_ENDS = TCP_FLAG.psh | STATE_FLAGS;

/**
 * Finds rows and flows in the blocks of a capture. In captures of ours a chunk is the segments up to
 * one with PSH. In others every packet with payload is a row; those of TCP as the receiver would see
 * them: in order, each byte once, and what is missing told.
 */
export class CaptureContents implements BlockHandler, OrderedRows {
  readonly index = new CaptureIndex();
  readonly flows: FoundFlows;
  readonly #order = new StreamOrder(this);
  readonly #census = new PacketCensus();
  readonly #fragments: FragmentedPackets;
  readonly #packet = emptyPacket();
  /** Of a recording in several files. */
  readonly #seams: StreamSeams | null;
  readonly #noted: (note: Note) => void;
  /** Rows that tell what is missing, and stand for no block of their own. */
  addedRows = 0;
  /** The chunk that the next segment continues: its way, and the number it must have. */
  #chunkWay = -1;
  #chunkNext = 0;

  /** `noted`: hears of the rows that tell something, where files belong together. */
  constructor(
    rootSocket: SocketId,
    allocateSocket: () => SocketId,
    noted: ((note: Note) => void) | null = null,
  ) {
    this.#seams = noted && new StreamSeams();
    this.#noted = noted ?? (() => undefined);
    this.flows = new FoundFlows(rootSocket, allocateSocket, (flow) => {
      this.#order.close(flow);
    });
    this.#fragments = new FragmentedPackets(this.flows, this.#census, {
      broken: (offset, flow) => {
        this.index.append(offset, flow, RowKind.note, 0);
      },
      missing: (flow, bytes) => {
        const figures = this.figures(flow * 2);
        figures.gaps++;
        figures.missingBytes += bytes;
      },
    });
  }

  /** Of IP, where packets came in some. */
  get fragments(): FragmentList {
    return this.#fragments.list;
  }

  /** Packets without rows. */
  get otherPackets(): OtherPackets {
    return this.#census.told;
  }

  other(): void {
    this.#chunkWay = -1;
  }

  /** A row that stands for no block, before what begins at that offset. Returns its number. */
  tell(offset: number): number {
    this.#chunkWay = -1;
    this.addedRows++;
    this.index.append(offset, 0, RowKind.summary, 0);
    return this.index.length - 1;
  }

  /** A file is missing here. */
  missing(): void {
    this.#seams?.missing();
  }

  /** No more than so many bytes were in it. */
  missingAtMost(bytes: number): void {
    this.#seams?.atMost(bytes);
  }

  /** No more blocks will come: what waits for what is missing is told. */
  end(): void {
    this.#fragments.end();
    this.#order.closeAll();
  }

  statistics(section: CaptureSection, view: DataView, block: Block, offset: number): void {
    this.#chunkWay = -1;
    if (!hasOption(section, view, block, OPTION.comment)) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const told = blockNote(section, bytes, view, block);
    const peer = told?.peer ?? '';
    if (told?.note.event === 'unexpected-source') this.flows.expectNot(peer);
    if (told && this.#seams) this.#noted(told.note);
    this.index.append(offset, this.flows.concerned(peer, told?.client), RowKind.note, 0);
  }

  packet(section: CaptureSection, view: DataView, block: Block, offset: number): void {
    const packet = this.#packet;
    const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
    if (parsePacket(link, view, block.packetStart, block.capturedBytes, packet)) {
      this.#whole(section, view, block, offset, view);
      return;
    }
    this.#chunkWay = -1;
    const headers =
      packet.unread === UNREAD.fragment
        ? this.#fragments.add(view, packet, {
            ...{ offset, atMs: blockTimeMs(section, block) },
            told: packetDirection(section, view, block),
          })
        : null;
    if (headers) this.#whole(section, view, block, offset, headers);
    else if (hasOption(section, view, block, OPTION.comment))
      this.index.append(offset, 0, RowKind.note, 0);
    else if (packet.unread !== UNREAD.fragment) this.#census.add(packet);
  }

  /** `headers`: where those of the packet stand. */
  #whole(
    section: CaptureSection,
    view: DataView,
    block: Block,
    offset: number,
    headers: DataView,
  ): void {
    const packet = this.#packet;
    const told = packetDirection(section, view, block);
    const way = this.flows.wayOf(headers, packet, told);
    // On a socket that talks to itself both ways look alike: only the block tells them apart.
    const out = told === 0 ? way & 1 : told - 1;
    const flow = way >>> 1;
    if (packet.protocol !== TCP) {
      this.#chunkWay = -1;
      if (packet.payloadTrueBytes > packet.payloadBytes) this.#cutDatagram(flow);
      if (section.ours && this.flows.isNew(flow)) this.#relayed(section, view, block, flow);
      this.#data(offset, flow, out, packet.payloadBytes, true);
    } else if (section.ours || flow === 0) {
      if (this.#seams && flow !== 0) this.#seam(this.#seams, flow * 2 + out, offset);
      if (packet.payloadTrueBytes > 0) this.#segment(section, offset, flow, out);
      else this.#state(section, view, block, offset, flow, out);
    } else {
      this.#foreign(section, view, block, offset, flow * 2 + out, headers);
    }
  }

  data(offset: number, way: number, bytes: number): void {
    this.#data(offset, way >>> 1, way & 1, bytes, true);
  }

  state(offset: number, way: number): void {
    this.index.append(offset, way >>> 1, way & 1, 0);
  }

  gap(offset: number, way: number, missingBytes: number): void {
    const kind = (way & 1) === 0 ? RowKind.gapIn : RowKind.gapOut;
    this.index.append(offset, way >>> 1, kind, missingBytes);
  }

  figures(way: number): StreamFigures {
    const found = this.flows.state(way >>> 1)?.found;
    if (!found) return noStreamFigures();
    return (found.reassembly ??= noStreamFigures());
  }

  /** A segment of a capture that another program made. */
  #foreign(
    section: CaptureSection,
    view: DataView,
    block: Block,
    offset: number,
    way: number,
    headers: DataView,
  ): void {
    const packet = this.#packet;
    const { flags } = packet;
    this.#chunkWay = -1;
    let shown = false;
    if ((flags & TCP_FLAG.rst) !== 0) {
      this.#order.close(way >>> 1);
      this.state(offset, way);
      shown = true;
    } else if (packet.payloadTrueBytes > 0 || (flags & TCP_FLAG.fin) !== 0) {
      shown = this.#order.segment(way, packet, offset);
    } else if ((flags & TCP_FLAG.syn) !== 0) {
      shown = this.#dialled(way, offset);
    } else {
      this.#order.onlyAcknowledges(way, packet);
    }
    this.#order.acknowledged(way ^ 1, headers, packet);
    if (!shown && hasOption(section, view, block, OPTION.comment)) this.state(offset, way);
  }

  /** SYN without payload. True: it is a row. */
  #dialled(way: number, offset: number): boolean {
    const { seq, flags } = this.#packet;
    if (!this.#order.open(way, seq)) {
      this.figures(way).retransmittedSegments++;
      return false;
    }
    const isRow = (flags & TCP_FLAG.ack) === 0;
    if (isRow) this.state(offset, way);
    return isRow;
  }

  #cutDatagram(flow: number): void {
    const { payloadTrueBytes, payloadBytes } = this.#packet;
    this.figures(flow * 2).cutBytes += payloadTrueBytes - payloadBytes;
  }

  /** What was in a file that is missing is told where the stream goes on. */
  #seam(seams: StreamSeams, way: number, offset: number): void {
    const missing = seams.segment(way, this.#packet);
    if (missing === null) return;
    this.#chunkWay = -1;
    this.addedRows++;
    if (missing > 0) {
      const figures = this.figures(way);
      figures.gaps++;
      figures.missingBytes += missing;
    }
    this.gap(offset, way, missing);
  }

  #segment(section: CaptureSection, offset: number, flow: number, out: number): void {
    const { seq, flags, payloadBytes } = this.#packet;
    const way = flow * 2 + out;
    const continues = this.#chunkWay === way && this.#chunkNext === seq;
    this.#data(offset, flow, out, payloadBytes, !continues);
    this.#chunkWay = section.ours && (flags & CHUNK_ENDS) === 0 ? way : -1;
    this.#chunkNext = (seq + payloadBytes) >>> 0;
  }

  #data(offset: number, flow: number, out: number, bytes: number, isRow: boolean): void {
    const found = this.flows.state(flow)?.found;
    if (found && out === RowKind.out) {
      found.sentBytes += bytes;
      if (isRow) found.sentChunks++;
    } else if (found) {
      found.receivedBytes += bytes;
      if (isRow) found.receivedChunks++;
    }
    if (isRow) this.index.append(offset, flow, out, bytes);
    else this.index.extend(bytes);
  }

  #state(
    section: CaptureSection,
    view: DataView,
    block: Block,
    offset: number,
    flow: number,
    out: number,
  ): void {
    const { flags } = this.#packet;
    if (flags !== TCP_FLAG.ack) this.#chunkWay = -1;
    const state = this.flows.state(flow);
    const refusal = section.ours && (flags & TCP_FLAG.rst) !== 0 && state?.opened === false;
    if (state && (flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) !== 0) state.opened = true;
    const told = stateEvent(flags, out === RowKind.out) !== null && !refusal;
    const commented = hasOption(section, view, block, OPTION.comment);
    if (told || commented) this.index.append(offset, flow, out, 0);
    if (commented && section.ours && state?.found && (flags & TCP_FLAG.syn) !== 0) {
      const note = this.#relayed(section, view, block, flow);
      state.found.place = note === null ? null : readPlace(note);
    }
  }

  /** What a flow begins with may say that a relay made it for a client. Returns what else it says. */
  #relayed(section: CaptureSection, view: DataView, block: Block, flow: number): Note | null {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const told = blockNote(section, bytes, view, block);
    if (!told) return null;
    const { client, note } = readRelay(told.note);
    if (client !== null) this.flows.pair(flow, client);
    return note;
  }
}
