import { emptyBlock, parseBlock } from '../format/block-parser';
import { emptyPacket, parsePacket, UNREAD } from '../format/packet-parser';
import type { BlockSource } from '../format/block-source';
import type { FragmentList } from './fragment-list';
import { FragmentReader } from './fragment-reader';
import type { JoinedPacket } from './fragment-reader';

/** A payload segment shorter than this needs no look further than its own block. */
const HEAD_BYTES = 512;
const NO_BYTES = new Uint8Array(0);

/** What is looked at. */
interface LookedAt {
  readonly blocks: BlockSource;
  readonly fragments?: FragmentList;
}

/** The block looked at last, and the packet in it. */
export class PacketLook {
  readonly #blocks: BlockSource;
  readonly #fragments: FragmentReader | null;
  readonly block = emptyBlock();
  readonly packet = emptyPacket();
  /** What the places of the block count in, which stands somewhere in it; valid until the next look. */
  bytes: Uint8Array<ArrayBufferLike> = NO_BYTES;
  view: DataView = new DataView(NO_BYTES.buffer);
  /** What the places of the payload count in: the same, or what fragments made together. */
  carried: Uint8Array<ArrayBufferLike> = NO_BYTES;
  isPacket = false;
  /** Of a packet that came in fragments. */
  joined: JoinedPacket | null = null;

  constructor({ blocks, fragments }: LookedAt) {
    this.#blocks = blocks;
    this.#fragments = fragments ? new FragmentReader({ blocks, fragments }) : null;
  }

  /** Looks at the block at an offset. False: no complete block is there. */
  at(offset: number): boolean {
    if (!this.#read(offset)) return false;
    this.joined = null;
    this.carried = this.bytes;
    const { kind } = this.block;
    if (this.isPacket || kind !== 'packet' || this.packet.unread !== UNREAD.fragment) return true;
    this.joined = this.#fragments?.packet(offset) ?? null;
    if (!this.joined) return true;
    // The others of its packet were read meanwhile.
    if (!this.#read(offset)) return false;
    this.isPacket = this.joined.parse(this.packet);
    this.carried = this.joined.bytes;
    return true;
  }

  #read(offset: number): boolean {
    const blocks = this.#blocks;
    const section = blocks.section(offset);
    for (let wanted = HEAD_BYTES; ; wanted = this.block.length) {
      const { buffer, byteOffset, byteLength } = blocks.read(offset, wanted);
      // Most blocks stand in the same memory as the one before: millions need no view of their own.
      if (buffer !== this.view.buffer) {
        this.bytes = new Uint8Array(buffer);
        this.view = new DataView(buffer);
      }
      const end = byteOffset + byteLength;
      const result = parseBlock(section, this.view, byteOffset, end, this.block);
      if (result === 'damaged') return false;
      if (result === 'ok') break;
      if (byteLength >= this.block.length || wanted >= this.block.length) return false;
    }
    const { kind, interfaceId, packetStart, capturedBytes } = this.block;
    const link = section.interfaces[interfaceId]?.linkType ?? -1;
    this.isPacket =
      kind === 'packet' && parsePacket(link, this.view, packetStart, capturedBytes, this.packet);
    return true;
  }
}
