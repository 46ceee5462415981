import type { Mark, Row } from '../../../src-shared/contract/row';
import { refusal } from '../../../src-shared/refusal/refusal';
import { emptyBlock, parseBlock } from '../capture/format/block-parser';
import type { CaptureSection } from '../capture/format/block-parser';
import type { SectionStart } from '../capture/format/file-blocks';
import { statisticsBlock } from '../capture/format/pcapng-blocks';
import type { BlockTime } from '../capture/format/pcapng-blocks';
import { CommandError } from '../command-error';
import type { RowPackets, RowView } from '../types';
import { markComment, withComment } from './mark-comment';
import type { Piece, RowFormat } from './row-format';
import { interfaceBlock, packetBlock, sectionBlock } from './pcapng-parts';

/** What a block begins with: type and length. */
const HEAD_BYTES = 12;

/** What packets of pcap are written into. */
const OWN_SECTION: CaptureSection = {
  format: 'pcapng',
  littleEndian: true,
  interfaces: [],
  ours: false,
};

/**
 * The blocks of the rows as they are in their capture, each behind the section and the interface that
 * it was in, so that times, link types and comments stay. Throws ERR_NOT_POSSIBLE for frames.
 */
export function pcapngRows({ packets }: RowView): RowFormat {
  if (!packets) throw new CommandError('ERR_NOT_POSSIBLE', refusal('export-frames'));
  const copy = new PacketCopy(packets);
  return {
    begin: () => [],
    row: (row) => copy.row(row),
    end: () => copy.end(),
  };
}

const NO_PIECES: readonly Piece[] = [];

class PacketCopy {
  readonly #packets: RowPackets;
  readonly #block = emptyBlock();
  #from: SectionStart | null = null;
  /** Interfaces of the section written so far, and where its next block is looked for. */
  #interfaces = 0;
  #cursor = 0;
  /** Of the block written last. */
  #time: BlockTime = { high: 0, low: 0 };
  /** Packets have begun: interfaces that come later are made from what is known of them. */
  #headRead = false;

  constructor(packets: RowPackets) {
    this.#packets = packets;
  }

  *row({ index, mark }: Row): Generator<Piece> {
    // All are looked for before one is read: what was read is valid until the next read.
    const places: { offset: number; lengthBytes: number; own: boolean }[] = [];
    this.#packets.each(index, (offset, lengthBytes, own) =>
      places.push({ offset, lengthBytes, own }),
    );
    for (const { offset, lengthBytes, own } of places) {
      const from = this.#packets.section(offset);
      for (const piece of this.#before(offset, lengthBytes, from)) yield piece;
      yield this.#copied(offset, lengthBytes, from, own ? mark : undefined);
    }
  }

  end(): Piece[] {
    // Nothing passed: a capture without packets is a capture still.
    return this.#from === null ? [sectionBlock()] : this.#closing();
  }

  /** The section and interfaces that a block is in, as far as they are not written yet. */
  #before(offset: number, lengthBytes: number, from: SectionStart): readonly Piece[] {
    const same = this.#from?.section === from.section;
    if (same && this.#isKnown(offset, lengthBytes, from)) return NO_PIECES;
    const pieces: Piece[] = [];
    // The parts of a recording have one section each, and all the same.
    if (!same) {
      pieces.push(...this.#closing());
      this.#begin(from, pieces);
    }
    if (!this.#isKnown(offset, lengthBytes, from))
      this.#upTo(this.#block.interfaceId, from, pieces);
    return pieces;
  }

  /** Looks at the block. Whether the interface that it names was written, if it names one. */
  #isKnown(offset: number, lengthBytes: number, from: SectionStart): boolean {
    this.#look(offset, lengthBytes, from);
    const { kind, interfaceId, timeHigh, timeLow } = this.#block;
    if (kind !== 'packet' && kind !== 'statistics') return true;
    this.#time = { high: timeHigh, low: timeLow };
    return interfaceId < this.#interfaces;
  }

  /** The block there, understood in `#block`; valid until the next read. */
  #look(offset: number, lengthBytes: number, { section }: SectionStart): Uint8Array {
    const bytes = this.#packets.read(offset, lengthBytes).subarray(0, lengthBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    parseBlock(section, view, 0, bytes.length, this.#block);
    return bytes;
  }

  #copied(
    offset: number,
    lengthBytes: number,
    from: SectionStart,
    mark: Mark | undefined,
  ): Uint8Array {
    const { section } = from;
    if (section.format !== 'pcap' && !mark)
      return this.#packets.read(offset, lengthBytes).subarray(0, lengthBytes);
    const bytes = this.#look(offset, lengthBytes, from);
    const own = section.format === 'pcap' ? packetBlock(this.#block, bytes) : bytes;
    const into = section.format === 'pcap' ? OWN_SECTION : section;
    return mark ? withComment(into, own, markComment(mark)) : own;
  }

  #begin(from: SectionStart, pieces: Piece[]): void {
    this.#from = from;
    this.#interfaces = 0;
    this.#headRead = from.section.format === 'pcap';
    if (this.#headRead) {
      pieces.push(sectionBlock());
      return;
    }
    const first = this.#blockAt(from.start, from);
    this.#cursor = from.start + first.length;
    // How long the section is, is not known yet.
    first.fill(0xff, 16, 24);
    pieces.push(first);
  }

  /** Writes the interfaces of the section up to that one. */
  #upTo(interfaceId: number, from: SectionStart, pieces: Piece[]): void {
    while (this.#interfaces <= interfaceId) {
      const made = this.#ownInterface(from) ?? this.#madeInterface(from);
      if (made === null) return;
      this.#interfaces++;
      pieces.push(made);
    }
  }

  /** The next one at the head of the section, as it is in the file. */
  #ownInterface(from: SectionStart): Uint8Array | null {
    while (!this.#headRead) {
      const block = this.#blockAt(this.#cursor, from);
      const { kind } = this.#block;
      this.#headRead = block.length === 0 || (kind !== 'interface' && kind !== 'other');
      if (this.#headRead) break;
      this.#cursor += block.length;
      if (kind === 'interface') return block;
    }
    return null;
  }

  #madeInterface({ section }: SectionStart): Uint8Array | null {
    const known = section.interfaces[this.#interfaces];
    if (known === undefined) return null;
    // A file of pcap gets a section of our own, whatever its byte order.
    return interfaceBlock(known, section.format === 'pcap' || section.littleEndian);
  }

  /** A copy of the block there, understood in `#block`; empty when it is not whole. */
  #blockAt(offset: number, { section }: SectionStart): Uint8Array {
    for (let wanted = HEAD_BYTES; ; wanted = this.#block.length) {
      const read = this.#packets.read(offset, wanted);
      const view = new DataView(read.buffer, read.byteOffset, read.length);
      const result = parseBlock(section, view, 0, read.length, this.#block);
      if (result === 'ok') return read.slice(0, this.#block.length);
      if (result === 'damaged' || this.#block.length <= wanted) return new Uint8Array(0);
    }
  }

  /** A section of ours that does not say that it was closed reads as one that a crash has cut. */
  #closing(): Piece[] {
    const section = this.#from?.section;
    if (!section?.ours || !section.littleEndian) return [];
    const pieces: Piece[] = [];
    if (this.#from) this.#upTo(0, this.#from, pieces);
    return [...pieces, statisticsBlock({ time: this.#time, end: this.#time })];
  }
}
