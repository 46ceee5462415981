import type { CaptureSection } from './block-parser';
import { FileOnDemand, WindowReader } from './block-source';
import type { BlockSource } from './block-source';
import type { SectionStart } from './file-blocks';
import { LINK } from './packet-parser';
import type { PcapngWriter } from './pcapng-writer';

const SECTION: CaptureSection = {
  format: 'pcapng',
  littleEndian: true,
  interfaces: [{ linkType: LINK.raw, unitsPerMs: 1e6, offsetMs: 0 }],
  ours: true,
};

/** One section from the start of the file to its end. */
export const LIVE_SECTIONS: readonly SectionStart[] = [{ start: 0, section: SECTION }];

/** The blocks of a capture being written: from the file as far as flushed, then from the slab. */
export class LiveBlocks implements BlockSource {
  readonly #writer: PcapngWriter;
  readonly #window = new WindowReader();
  readonly #closedFile: FileOnDemand;

  constructor(writer: PcapngWriter, path: () => string) {
    this.#writer = writer;
    this.#closedFile = new FileOnDemand(path);
  }

  section(): CaptureSection {
    return SECTION;
  }

  read(offset: number, bytes: number): Uint8Array {
    const writer = this.#writer;
    if (offset >= writer.flushedBytes) return writer.unwritten(offset);
    const file = writer.closed ? this.#closedFile.file : writer.file;
    return this.#window.read(file, offset, bytes, writer.flushedBytes);
  }

  during<Result>(reads: () => Result): Result {
    return this.#closedFile.during(reads);
  }
}
