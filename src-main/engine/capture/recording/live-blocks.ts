import type { CaptureSection } from '../format/block-parser';
import { FilesOnDemand, WindowReader } from '../format/block-source';
import type { BlockSource, FilePart } from '../format/block-source';
import { readPart } from '../format/file-blocks';
import type { SectionStart } from '../format/file-blocks';
import { LINK } from '../format/packet-parser';
import type { PcapngWriter } from './pcapng-writer';
import type { RecordingParts } from './recording-parts';

const SECTION: CaptureSection = {
  format: 'pcapng',
  littleEndian: true,
  interfaces: [{ linkType: LINK.raw, unitsPerMs: 1e6, offsetMs: 0 }],
  ours: true,
};

const NO_BYTES = new Uint8Array(0);

/** Each part of a recording begins with the same section, from its start on. */
export function liveSections({ kept }: RecordingParts): readonly SectionStart[] {
  return kept.map(({ start }) => ({ start, section: SECTION }));
}

/**
 * The blocks of a capture being written: from its files as far as flushed, then from the slab. Of
 * parts that were let go there is nothing.
 */
export class LiveBlocks implements BlockSource {
  readonly #writer: PcapngWriter;
  readonly #parts: RecordingParts;
  readonly #window = new WindowReader();
  readonly #files = new FilesOnDemand();

  constructor(writer: PcapngWriter, parts: RecordingParts) {
    this.#writer = writer;
    this.#parts = parts;
  }

  section(): CaptureSection {
    return SECTION;
  }

  read(offset: number, bytes: number): Uint8Array {
    const { flushedBytes, origin, closed, file } = this.#writer;
    if (offset >= flushedBytes) return this.#writer.unwritten(offset);
    if (offset >= origin) {
      const open = closed ? this.#files.open(this.#parts.path) : file;
      return this.#window.read(open, offset, bytes, flushedBytes, origin);
    }
    const part = this.#parts.at(offset);
    return part ? readPart(this.#files, this.#window, part, offset, bytes) : NO_BYTES;
  }

  part(offset: number): FilePart | null {
    return this.#parts.splits ? this.#parts.at(offset) : null;
  }

  during<Result>(reads: () => Result): Result {
    return this.#files.during(reads);
  }

  hold(): () => void {
    return this.#files.hold();
  }
}
