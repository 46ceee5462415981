import type { CaptureSection } from './block-parser';
import { FileOnDemand, WindowReader } from './block-source';
import type { BlockSource } from './block-source';

/** From here on in the file, blocks are read so. */
export interface SectionStart {
  start: number;
  section: CaptureSection;
}

const NONE: CaptureSection = { format: 'pcapng', littleEndian: true, interfaces: [], ours: false };

/** The section that an offset is in; `sections` ascend. */
export function sectionAt(sections: readonly SectionStart[], offset: number): CaptureSection {
  return sectionStartAt(sections, offset).section;
}

/** As `sectionAt`, with its beginning. */
export function sectionStartAt(sections: readonly SectionStart[], offset: number): SectionStart {
  let low = 0;
  let high = sections.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((sections[middle]?.start ?? Infinity) <= offset) low = middle;
    else high = middle;
  }
  return sections[low] ?? { start: 0, section: NONE };
}

/** What there is to read: it may be renamed, and it may grow. */
export interface BlockFile {
  readonly path: string;
  readonly sections: readonly SectionStart[];
  /** Bytes that may be read. */
  readonly bytes: number;
}

/** The blocks of a file on disk. */
export class FileBlocks implements BlockSource {
  readonly #on: FileOnDemand;
  readonly #window: WindowReader;
  readonly #file: BlockFile;

  constructor(file: BlockFile, windowBytes?: number) {
    this.#window = new WindowReader(windowBytes);
    this.#file = file;
    this.#on = new FileOnDemand(() => file.path);
  }

  section(offset: number): CaptureSection {
    return sectionAt(this.#file.sections, offset);
  }

  read(offset: number, bytes: number): Uint8Array {
    return this.#window.read(this.#on.file, offset, bytes, this.#file.bytes);
  }

  during<Result>(reads: () => Result): Result {
    return this.#on.during(reads);
  }
}
