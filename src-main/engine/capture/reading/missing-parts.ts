import { counted } from '../../../../src-shared/counted';
import type { Note } from '../../../../src-shared/contract/row';
import type { CaptureParts } from '../../../../src-shared/contract/socket';
import { readPartNote } from '../format/part-note';
import { missingBetween, partName } from './part-names';

/** How far a recording was read. */
interface Reached {
  /** Rows of the recording itself, without those that only tell of it. */
  rows: number;
  /** Of its files. */
  bytes: number;
}

/** Parts that are not there, one after the other. */
export interface MissingRange {
  from: number;
  to: number;
  /** What was in them; null: nobody tells. */
  lost: Reached | null;
}

/**
 * Which parts of a recording are missing among those that are opened as one, and how much was in them:
 * the first row of a part says what came before it.
 */
export class MissingParts {
  readonly ranges: MissingRange[] = [];
  #before: string | null = null;
  /** Rows and bytes of the whole recording that stand before `#readAt`. */
  #known: Reached = { rows: 0, bytes: 0 };
  #readAt: Reached = { rows: 0, bytes: 0 };
  #letGo = { letGoParts: 0, letGoRows: 0, letGoBytes: 0 };

  /** The next file is read. What is missing before it, if anything. */
  next(path: string): MissingRange | null {
    const missing = missingBetween(this.#before, path);
    this.#before = path;
    if (!missing) return null;
    const range = { ...missing, lost: null };
    this.ranges.push(range);
    return range;
  }

  /** A row tells something; of a part, which one it is. True: more is known now. */
  told(note: Note, reached: Reached): boolean {
    const facts = readPartNote(note);
    if (!facts) return false;
    const { number, before, letGoParts, letGoRows, letGoBytes } = facts;
    if (letGoParts > this.#letGo.letGoParts) this.#letGo = { letGoParts, letGoRows, letGoBytes };
    if (!before) return true;
    const range = this.ranges.at(-1);
    if (range?.to === number - 1) {
      const rows = before.rows - this.#known.rows - (reached.rows - this.#readAt.rows);
      const bytes = before.bytes - this.#known.bytes - (reached.bytes - this.#readAt.bytes);
      // Files that do not belong together tell nothing about each other.
      range.lost = rows >= 0 && bytes >= 0 ? { rows, bytes } : null;
    }
    this.#known = before;
    this.#readAt = reached;
    return true;
  }

  noteOf({ from, to, lost }: MissingRange): Note {
    const one = from === to;
    const name = one ? `part ${String(from)}` : `parts ${String(from)} to ${String(to)}`;
    const figures = lost && `${counted(lost.rows, 'row')}, ${counted(lost.bytes, 'byte')}`;
    if (to <= this.#letGo.letGoParts)
      return { event: 'let-go', text: `${name}${figures === null ? '' : `: ${figures}`}` };
    const much = figures ?? `how much was in ${one ? 'it' : 'them'} is not known`;
    return { event: 'missing-part', text: `${name}: ${much}` };
  }

  /** Of all that are opened as one. */
  figures(paths: readonly string[]): CaptureParts {
    const missing = this.ranges.filter(({ to }) => to > this.#letGo.letGoParts);
    const missingParts = missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const number = partName(paths.at(-1) ?? '')?.number ?? paths.length;
    return { number, kept: paths.length, ...this.#letGo, missingParts };
  }
}
