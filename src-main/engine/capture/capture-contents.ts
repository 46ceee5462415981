import type { SocketId } from '../../../src-shared/contract/socket';
import type { FoundFlow } from '../types';
import { hasOption, packetDirection } from './block-parser';
import type { Block, CaptureSection } from './block-parser';
import { CaptureIndex, RowKind } from './capture-index';
import type { BlockHandler } from './capture-scanner';
import { FlowTable } from './flow-table';
import { formatIp, formatPeer } from './ip-address';
import { emptyPacket, parsePacket, TCP } from './packet-parser';
import { TCP_FLAG } from './packet-writer';
import { OPTION } from './pcapng-blocks';
import { blockNote, stateEvent } from './row-rules';
import { placeName, readPlace } from './stand-in';

/** Children of one capture; the rows of further flows belong to the file itself. */
const MAX_FOUND_FLOWS = 65_536;

const STATE_FLAGS = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;
const CHUNK_ENDS = TCP_FLAG.psh | STATE_FLAGS;

/** What is known of a flow besides what is shown. */
interface FlowState {
  found: FoundFlow | null;
  /** Sequence number of the SYN, to tell a new connection on the same ports from a repetition. */
  syn: number | null;
  /** The SYN was answered. */
  opened: boolean;
}

/**
 * Finds rows and flows in the blocks of a capture. In captures of ours a chunk is the segments up to
 * one with PSH; in others every packet with payload is a row.
 *
 * Which side is "us": what `epb_flags` says; else the side that dialled (sent SYN, or got SYN-ACK);
 * else the side with the higher port, as the lower one is usually the service; else the sender of the
 * first packet.
 */
export class CaptureContents implements BlockHandler {
  readonly index = new CaptureIndex();
  readonly flows: FoundFlow[] = [];
  /** Packets that are not whole TCP or UDP over IP. */
  otherPackets = 0;
  readonly #states: FlowState[] = [];
  readonly #table = new FlowTable();
  readonly #byPeer = new Map<string, number>();
  readonly #packet = emptyPacket();
  readonly #rootSocket: SocketId;
  readonly #allocateSocket: () => SocketId;
  /** The chunk that the next segment continues: its way, and the number it must have. */
  #chunkWay = -1;
  #chunkNext = 0;

  constructor(rootSocket: SocketId, allocateSocket: () => SocketId) {
    this.#rootSocket = rootSocket;
    this.#allocateSocket = allocateSocket;
    this.#states.push({ found: null, syn: null, opened: true });
  }

  socketOf(flow: number): SocketId {
    return this.#states[flow]?.found?.socket ?? this.#rootSocket;
  }

  nameOf(flow: number): string | null {
    const place = this.#states[flow]?.found?.place ?? null;
    return place === null ? null : placeName(place);
  }

  protocolOf(flow: number): FoundFlow['protocol'] | null {
    return this.#states[flow]?.found?.protocol ?? null;
  }

  get flowCount(): number {
    return this.#states.length;
  }

  /** `host:port` of a flow's remote, or what a local socket calls it; empty for the root. */
  peerOf(flow: number): string {
    const name = this.nameOf(flow);
    if (name !== null) return name;
    const remote = this.#states[flow]?.found?.remote;
    return remote ? formatPeer(remote.host, remote.port) : '';
  }

  other(): void {
    this.#chunkWay = -1;
  }

  statistics(section: CaptureSection, view: DataView, block: Block, offset: number): void {
    this.#chunkWay = -1;
    if (!hasOption(section, view, block, OPTION.comment)) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const peer = blockNote(section, bytes, view, block)?.peer ?? '';
    this.index.append(offset, this.#byPeer.get(peer) ?? 0, RowKind.note, 0);
  }

  packet(section: CaptureSection, view: DataView, block: Block, offset: number): void {
    const packet = this.#packet;
    const link = section.interfaces[block.interfaceId]?.linkType ?? -1;
    if (!parsePacket(link, view, block.packetStart, block.capturedBytes, packet)) {
      this.#chunkWay = -1;
      if (hasOption(section, view, block, OPTION.comment)) {
        this.index.append(offset, 0, RowKind.note, 0);
      } else {
        this.otherPackets++;
      }
      return;
    }
    const told = packetDirection(section, view, block);
    const way = this.#wayOf(view, told);
    // On a socket that talks to itself both ways look alike: only the block tells them apart.
    const out = told === 0 ? way & 1 : told - 1;
    const flow = way >>> 1;
    if (packet.protocol !== TCP) {
      this.#chunkWay = -1;
      this.#data(offset, flow, out, true);
    } else if (packet.payloadTrueBytes > 0) {
      this.#segment(section, offset, flow, out);
    } else {
      this.#state(section, view, block, offset, flow, out);
    }
  }

  #segment(section: CaptureSection, offset: number, flow: number, out: number): void {
    const { seq, flags, payloadBytes } = this.#packet;
    const way = flow * 2 + out;
    const continues = this.#chunkWay === way && this.#chunkNext === seq;
    this.#data(offset, flow, out, !continues);
    this.#chunkWay = section.ours && (flags & CHUNK_ENDS) === 0 ? way : -1;
    this.#chunkNext = (seq + payloadBytes) >>> 0;
  }

  #data(offset: number, flow: number, out: number, isRow: boolean): void {
    const found = this.#states[flow]?.found;
    const bytes = this.#packet.payloadBytes;
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
    const state = this.#states[flow];
    const refusal = section.ours && (flags & TCP_FLAG.rst) !== 0 && state?.opened === false;
    if (state && (flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) !== 0) state.opened = true;
    const told = stateEvent(flags, out === RowKind.out) !== null && !refusal;
    const commented = hasOption(section, view, block, OPTION.comment);
    if (told || commented) this.index.append(offset, flow, out, 0);
    if (commented && section.ours && state?.found && (flags & TCP_FLAG.syn) !== 0) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      const note = blockNote(section, bytes, view, block)?.note;
      state.found.place = note === undefined ? null : readPlace(note);
    }
  }

  /** Twice the flow's number, and 1 if the packet is ours. */
  #wayOf(view: DataView, told: number): number {
    const { protocol, flags, seq } = this.#packet;
    const way = this.#table.find(view, this.#packet);
    const dials = protocol === TCP && (flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) === 0;
    if (way >= 0) {
      const state = this.#states[way >>> 1];
      if (!dials || state === undefined || state.syn === seq) return way;
    }
    return this.#newFlow(view, told, dials);
  }

  #newFlow(view: DataView, told: number, dials: boolean): number {
    const packet = this.#packet;
    const out = (told === 0 ? this.#guessOut(dials) : told - 1) & 1;
    if (this.flows.length >= MAX_FOUND_FLOWS) return out;
    const sender = this.#endpoint(view, packet.sourceStart, packet.sourcePort);
    const receiver = this.#endpoint(view, packet.destinationStart, packet.destinationPort);
    const found: FoundFlow = {
      socket: this.#allocateSocket(),
      protocol: packet.protocol === TCP ? 'tcp' : 'udp',
      local: out === 1 ? sender : receiver,
      remote: out === 1 ? receiver : sender,
      place: null,
      receivedChunks: 0,
      receivedBytes: 0,
      sentChunks: 0,
      sentBytes: 0,
    };
    this.flows.push(found);
    const flow = this.#states.push({ found, syn: dials ? packet.seq : null, opened: !dials }) - 1;
    this.#byPeer.set(formatPeer(found.remote.host, found.remote.port), flow);
    this.#table.set(flow * 2 + out);
    this.#table.setReverse(flow * 2 + 1 - out);
    return flow * 2 + out;
  }

  #guessOut(dials: boolean): number {
    const { protocol, flags, sourcePort, destinationPort } = this.#packet;
    if (dials) return 1;
    if (protocol === TCP && (flags & TCP_FLAG.syn) !== 0) return 0;
    return sourcePort >= destinationPort ? 1 : 0;
  }

  #endpoint(view: DataView, start: number, port: number) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, this.#packet.v6 ? 16 : 4);
    return { host: formatIp(bytes), port };
  }
}
