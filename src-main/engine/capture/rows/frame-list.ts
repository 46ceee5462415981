import { FRAME_ROLES } from '../../../../src-shared/framing/frame';
import type { FramePart, FrameRole } from '../../../../src-shared/framing/frame';

/*
 * A frame in 16 bytes: the row it begins in, where in that row's payload, the row it ends in, and
 * one word with its length, role and part. A row that is no payload stands in the list as it is.
 */

const FRAME_WORDS = 4;

const PIECE_FRAMES = 1 << 14;
const PARTS: readonly FramePart[] = ['whole', 'first', 'middle', 'last'];
/** Lengths are at most 2^20 (MAX_FRAME_BYTES): 21 bits. */
const LENGTH_BITS = 21;
const LENGTH_MASK = 2 ** LENGTH_BITS - 1;
const ROLE_SHIFT = LENGTH_BITS;
const PART_SHIFT = LENGTH_BITS + 5;
const INCOMPLETE = 2 ** 28;
const AS_IT_IS = 2 ** 29;
const SERVER = 2 ** 30;

export interface FrameEntry {
  /** The row its first byte is in, and which byte of that row's payload it is. */
  row: number;
  offset: number;
  /** The row its last byte is in. */
  endRow: number;
  lengthBytes: number;
  role: FrameRole;
  part: FramePart;
  incomplete: boolean;
  /** Who sent it. */
  side: 'client' | 'server';
  /** A state: the row itself. */
  asItIs: boolean;
}

/** The four words of a frame, to be put into a list. */
export type FrameWords = [row: number, offset: number, endRow: number, word: number];

/** Writes them into `words`, and returns those: ten million frames are packed in seconds. */
export function packFrame(entry: FrameEntry, words: FrameWords = [0, 0, 0, 0]): FrameWords {
  const { role, part } = entry;
  words[0] = entry.row;
  words[1] = entry.offset;
  words[2] = entry.endRow;
  words[3] =
    entry.lengthBytes |
    (FRAME_ROLES.indexOf(role) << ROLE_SHIFT) |
    (PARTS.indexOf(part) << PART_SHIFT) |
    (entry.incomplete ? INCOMPLETE : 0) |
    (entry.asItIs ? AS_IT_IS : 0) |
    (entry.side === 'server' ? SERVER : 0);
  return words;
}

/** A growing list of frames. */
export class FrameList {
  /** Of those that were let go there are none. */
  readonly #pieces: (Uint32Array | undefined)[] = [];
  #firstPiece = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `words`: FRAME_WORDS for each. */
  append(words: Uint32Array): void {
    for (let at = 0; at < words.length;) {
      const place = this.#length % PIECE_FRAMES;
      if (place === 0) this.#pieces.push(new Uint32Array(PIECE_FRAMES * FRAME_WORDS));
      const end = Math.min(words.length, at + (PIECE_FRAMES - place) * FRAME_WORDS);
      this.#pieces.at(-1)?.set(words.subarray(at, end), place * FRAME_WORDS);
      this.#length += (end - at) / FRAME_WORDS;
      at = end;
    }
  }

  at(index: number): FrameEntry {
    const piece = this.#pieces[Math.floor(index / PIECE_FRAMES)];
    const at = (index % PIECE_FRAMES) * FRAME_WORDS;
    const word = piece?.[at + 3] ?? 0;
    return {
      row: piece?.[at] ?? 0,
      offset: piece?.[at + 1] ?? 0,
      endRow: piece?.[at + 2] ?? 0,
      lengthBytes: word & LENGTH_MASK,
      role: FRAME_ROLES[(word >>> ROLE_SHIFT) & 31] ?? 'frame',
      part: PARTS[(word >>> PART_SHIFT) & 3] ?? 'whole',
      incomplete: (word & INCOMPLETE) !== 0,
      side: (word & SERVER) === 0 ? 'client' : 'server',
      asItIs: (word & AS_IT_IS) !== 0,
    };
  }

  /** Nobody wants what stands before that place any more: places stay what they are. */
  letGo(first: number): void {
    for (; this.#firstPiece < Math.floor(first / PIECE_FRAMES); this.#firstPiece++)
      this.#pieces[this.#firstPiece] = undefined;
  }
}

/** The words of frames `from` up to but not including `end`. */
export function frameWords(frames: FrameList, from: number, end: number): Uint32Array<ArrayBuffer> {
  const words: number[] = [];
  for (let index = from; index < end; index++) words.push(...packFrame(frames.at(index)));
  return Uint32Array.from(words);
}
