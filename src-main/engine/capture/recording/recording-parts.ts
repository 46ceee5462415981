import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { CaptureParts, SocketError } from '../../../../src-shared/contract/socket';
import type { Stamp } from '../../clock';
import type { SessionFile } from '../format/session-file';
import type { Note } from '../../../../src-shared/contract/row';
import { toSocketError } from '../format/capture-error';
import { partNote } from '../format/part-note';
import type { FilePart } from '../format/block-source';
import { partAt } from '../format/file-blocks';

/** When a recording goes on in a new file, and which of the old ones are kept. Null: no matter. */
export interface SplitPlan {
  /** A part is full at that size, bytes. */
  sizeBytes: number | null;
  everyMs: number | null;
  /** What is older is let go. */
  keepMs: number | null;
  /** Parts that are kept, the one being written among them. */
  keepParts: number | null;
}

/** Where the parts of a recording are; numbered from 1. */
export interface PartFiles {
  path(number: number): string;
  /** It is written from now on. */
  began(path: string): void;
  /** Nobody reads it any more: it may be deleted. May throw Node's error. */
  letGo(path: string): void;
}

/** A recording in one file. */
export const UNSPLIT: SplitPlan = { sizeBytes: null, everyMs: null, keepMs: null, keepParts: null };

export function oneFile(path: string): PartFiles {
  return { path: () => path, began: () => undefined, letGo: () => undefined };
}

/** `session.pcapng` → `session.00003.pcapng`: in the order of their names, as mergecap takes them. */
export function partPath(path: string, number: number): string {
  const suffix = /\.(?:pcapng|pcap|cap)$/i.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - suffix.length);
  return `${stem}.${String(number).padStart(5, '0')}${suffix}`;
}

/** Parts beside each other, which nobody but the recording takes care of. */
export function partsBeside(path: string): PartFiles {
  return {
    path: (number) => partPath(path, number),
    began: () => undefined,
    letGo: (part) => {
      rmSync(part, { force: true });
    },
  };
}

/** `firstRow` null: nothing was let go. `error`: a file of it could not be deleted. */
export interface LetGo {
  firstRow: number | null;
  error: SocketError | null;
}

interface KeptPart extends FilePart {
  path: string;
  end: number;
  /** The first row that is not in it; of the one being written, Infinity. */
  endRow: number;
  endedAt: Stamp;
}

function partFrom(path: string, start: number): KeptPart {
  return { path, start, end: Infinity, endRow: Infinity, endedAt: Infinity };
}

/** A ring without parts of a size or time gets so many. */
const PARTS_OF_A_RING = 10;
const LEAST_MS = 1000;

/** The parts of a recording that are kept, oldest first; the last is being written. */
export class RecordingParts {
  readonly files: PartFiles;
  readonly sizeBytes: number;
  readonly everyMs: number | null;
  readonly #plan: SplitPlan;
  readonly #kept: KeptPart[];
  #number = 1;
  #letGoParts = 0;
  #letGoRows = 0;
  #letGoBytes = 0;

  constructor(plan: SplitPlan, files: PartFiles) {
    this.#plan = plan;
    this.files = files;
    this.sizeBytes = plan.sizeBytes ?? Infinity;
    const parted = plan.sizeBytes !== null || plan.everyMs !== null;
    const ofRing = plan.keepMs === null ? null : Math.ceil(plan.keepMs / PARTS_OF_A_RING);
    this.everyMs = parted || ofRing === null ? plan.everyMs : Math.max(LEAST_MS, ofRing);
    this.#kept = [partFrom(files.path(1), 0)];
    files.began(files.path(1));
  }

  /** There is one, or will be another. */
  get splits(): boolean {
    return this.sizeBytes !== Infinity || this.everyMs !== null;
  }

  /** Of the one being written. */
  get path(): string {
    return this.#kept.at(-1)?.path ?? this.files.path(this.#number);
  }

  get nextPath(): string {
    return this.files.path(this.#number + 1);
  }

  get kept(): readonly FilePart[] {
    return this.#kept;
  }

  get told(): CaptureParts {
    return {
      number: this.#number,
      kept: this.#kept.length,
      letGoParts: this.#letGoParts,
      letGoRows: this.#letGoRows,
      letGoBytes: this.#letGoBytes,
    };
  }

  /** The first row of the one being written, which so much came before. */
  note(before: { rows: number; bytes: number }): Note {
    return partNote({ ...this.told, path: this.path, before });
  }

  at(offset: number): FilePart | null {
    return partAt(this.#kept, offset);
  }

  /** The next one is written from that offset and row on. */
  began(start: number, row: number, at: Stamp): void {
    const last = this.#kept.at(-1);
    if (last) Object.assign(last, { end: start, endRow: row, endedAt: at });
    const path = this.nextPath;
    this.#number++;
    this.#kept.push(partFrom(path, start));
    this.files.began(path);
  }

  /** Lets go of what is not to be kept any longer; tells the first row that still is. */
  letGo(at: Stamp): LetGo {
    const { keepMs, keepParts } = this.#plan;
    let firstRow: number | null = null;
    let error: SocketError | null = null;
    for (;;) {
      const [oldest] = this.#kept;
      if (!oldest || this.#kept.length < 2) return { firstRow, error };
      const tooMany = keepParts !== null && this.#kept.length > keepParts;
      const tooOld = keepMs !== null && (at - oldest.endedAt) / 1e6 > keepMs;
      if (!tooMany && !tooOld) return { firstRow, error };
      this.#kept.shift();
      this.#letGoParts++;
      this.#letGoBytes += oldest.end - oldest.start;
      this.#letGoRows = oldest.endRow;
      firstRow = oldest.endRow;
      try {
        this.files.letGo(oldest.path);
      } catch (thrown) {
        error = toSocketError(thrown);
      }
    }
  }

  /** A part was moved to another folder. */
  moved(path: string): void {
    for (const part of this.#kept) if (basename(part.path) === basename(path)) part.path = path;
  }
}

/** The files of what is kept, and how much of each there is. */
export function sessionFiles({ kept }: RecordingParts, flushedBytes: number): SessionFile[] {
  return kept.map(({ path, start, end }) => {
    return { path, start, bytes: Math.min(end, flushedBytes) - start };
  });
}
