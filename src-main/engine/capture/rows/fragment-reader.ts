import { emptyBlock, parseBlock } from '../format/block-parser';
import type { BlockSource } from '../format/block-source';
import { emptyPacket, parseJoined, parsePacket, UNREAD } from '../format/packet-parser';
import type { Packet } from '../format/packet-parser';
import type { FragmentList, FragmentPlace } from './fragment-list';
import { joinFragments } from './fragment-order';
import type { FragmentPart } from './fragment-order';

/** No packet of IP is longer. */
const MAX_PACKET_BYTES = 65_535;

/** A packet put together of fragments. */
export class JoinedPacket {
  /** Behind the header of IP, as far as captured without a hole. */
  readonly bytes: Uint8Array;
  readonly #trueBytes: number;
  readonly #protocol: number;
  /** Some of its bytes came twice. */
  readonly overlaps: boolean;
  readonly fragments: number;

  constructor(
    bytes: Uint8Array,
    of: { trueBytes: number; protocol: number; overlaps: boolean; fragments: number },
  ) {
    this.bytes = bytes;
    this.#trueBytes = of.trueBytes;
    this.#protocol = of.protocol;
    this.overlaps = of.overlaps;
    this.fragments = of.fragments;
  }

  /** Reads its headers into the packet of its last fragment; payload counts in `bytes`. */
  parse(packet: Packet): boolean {
    const { buffer, byteOffset, byteLength } = this.bytes;
    packet.protocol = this.#protocol;
    const view = new DataView(buffer, byteOffset, byteLength);
    return parseJoined(view, 0, this.#trueBytes, byteLength, packet);
  }
}

/** A fragment of a packet, with its bytes as far as they were captured. */
interface ReadFragment extends FragmentPart {
  payload: Uint8Array;
}

/** Puts packets together again from where their fragments stand in the file. */
export class FragmentReader {
  readonly #blocks: BlockSource;
  readonly #fragments: FragmentList;
  readonly #block = emptyBlock();
  readonly #packet = emptyPacket();
  /** The one asked for last: it is asked for its time, and then for its bytes. */
  #offset = -1;
  #joined: JoinedPacket | null = null;

  constructor({ blocks, fragments }: { blocks: BlockSource; fragments: FragmentList }) {
    this.#blocks = blocks;
    this.#fragments = fragments;
  }

  /** The packet whose last fragment stands there; null: none is whole there. */
  packet(offset: number): JoinedPacket | null {
    if (offset !== this.#offset) this.#joined = this.#join(offset);
    this.#offset = offset;
    return this.#joined;
  }

  #join(offset: number): JoinedPacket | null {
    const places = this.#fragments.of(offset);
    if (places.length === 0 || !this.#fragments.hasEnd(offset)) return null;
    const read: ReadFragment[] = [];
    let protocol = -1;
    for (const place of places) {
      const payload = this.#payload(place);
      if (payload === null) return null;
      const { start, bytes } = place;
      if (start === 0 && protocol < 0) protocol = this.#packet.protocol;
      read.push({ start, bytes, captured: payload.length, payload });
    }
    read.sort((one, other) => one.start - other.start);
    const bytes = new Uint8Array(MAX_PACKET_BYTES);
    const joined = joinFragments(read, ({ start, payload }, from, end) => {
      bytes.set(payload.subarray(from - start, end - start), from);
    });
    const trueBytes = Math.max(...read.map((one) => one.start + one.bytes));
    if (joined.bytes < trueBytes) return null;
    const of = { trueBytes, protocol, overlaps: joined.overlaps, fragments: read.length };
    return new JoinedPacket(bytes.slice(0, joined.captured), of);
  }

  /** What a fragment carries; null: it does not stand there any more. */
  #payload({ offset, start, bytes }: FragmentPlace): Uint8Array | null {
    const section = this.#blocks.section(offset);
    const block = this.#block;
    // A fragment is about as long as its payload; the block may have options besides.
    for (let wanted = bytes + 512; ; wanted = block.length) {
      const read = this.#blocks.read(offset, wanted);
      const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
      const result = parseBlock(section, view, 0, read.byteLength, block);
      if (result === 'need-more' && block.length > wanted) continue;
      if (result !== 'ok' || block.kind !== 'packet') return null;
      const { interfaceId, packetStart, capturedBytes } = block;
      const link = section.interfaces[interfaceId]?.linkType ?? -1;
      const packet = this.#packet;
      if (parsePacket(link, view, packetStart, capturedBytes, packet)) return null;
      const same =
        packet.unread === UNREAD.fragment &&
        packet.fragmentStart === start &&
        packet.fragmentBytes === bytes;
      const { payloadStart, payloadBytes } = packet;
      return same ? read.slice(payloadStart, payloadStart + payloadBytes) : null;
    }
  }
}
