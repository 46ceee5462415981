import type { Direction } from './frame';

/** The beginning of one connection, as it was read. */
export interface SampledStream {
  chunks: { direction: Direction; bytes: Uint8Array }[];
  /** Of all chunks. */
  bytes: number;
}

/** One direction of it, joined; `ends`: where its chunks ended, ascending. */
export interface Way {
  bytes: Uint8Array;
  ends: readonly number[];
}
