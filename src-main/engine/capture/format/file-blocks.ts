import type { CaptureSection } from './block-parser';
import { FilesOnDemand, WindowReader } from './block-source';
import type { BlockSource, FilePart } from './block-source';
import { toSocketError } from './capture-error';

/** From here on in the file, blocks are read so. */
export interface SectionStart {
  start: number;
  section: CaptureSection;
}

const NONE: CaptureSection = { format: 'pcapng', littleEndian: true, interfaces: [], ours: false };

/** The section that an offset is in; `sections` ascend. */
function sectionAt(sections: readonly SectionStart[], offset: number): CaptureSection {
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
  /** Of a recording in several files after each other: those that are kept; `path` is the last. */
  readonly parts?: readonly FilePart[] | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** The one that an offset is in, or the last before it; null: it is before all. `parts` ascend. */
export function partAt<Part extends FilePart>(parts: readonly Part[], offset: number): Part | null {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((parts[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return parts[low - 1] ?? null;
}

/** Reads from a part; nothing when it is gone meanwhile. */
export function readPart(
  files: FilesOnDemand,
  window: WindowReader,
  { path, start, end }: FilePart,
  offset: number,
  bytes: number,
): Uint8Array {
  try {
    return window.read(files.open(path), offset, bytes, end, start);
  } catch (error) {
    if (toSocketError(error).code === 'ENOENT') return NO_BYTES;
    throw error;
  }
}

/** The blocks of a file on disk. */
export class FileBlocks implements BlockSource {
  readonly #files = new FilesOnDemand();
  readonly #window: WindowReader;
  readonly #file: BlockFile;

  constructor(file: BlockFile, windowBytes?: number) {
    this.#window = new WindowReader(windowBytes);
    this.#file = file;
  }

  section(offset: number): CaptureSection {
    return sectionAt(this.#file.sections, offset);
  }

  read(offset: number, bytes: number): Uint8Array {
    const { path, bytes: limit, parts } = this.#file;
    if (!parts) return this.#window.read(this.#files.open(path), offset, bytes, limit);
    const part = partAt(parts, offset);
    if (!part) return NO_BYTES;
    const there = { ...part, end: Math.min(part.end, limit) };
    return readPart(this.#files, this.#window, there, offset, bytes);
  }

  part(offset: number): FilePart | null {
    const { parts } = this.#file;
    return parts ? partAt(parts, offset) : null;
  }

  during<Result>(reads: () => Result): Result {
    return this.#files.during(reads);
  }

  hold(): () => void {
    return this.#files.hold();
  }
}
