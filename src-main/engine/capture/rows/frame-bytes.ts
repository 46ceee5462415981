import type { FrameEntry } from './frame-list';
import type { RowReader, RowSource } from './row-reader';

/** So many chunk boundaries inside a frame are told. */
const MAX_CUTS = 64;

/**
 * The first `most` bytes of a frame, where in it another chunk begins, and which row that is. Its bytes
 * stand in rows of the same flow and direction, from its first row to its last.
 */
export function frameBytes(
  { index }: RowSource,
  reader: RowReader,
  { row: first, offset, endRow, lengthBytes }: FrameEntry,
  most: number,
): { bytes: Uint8Array<ArrayBuffer>; cuts: number[]; cutRows: number[] } {
  const bytes = new Uint8Array(Math.min(lengthBytes, most));
  const cuts: number[] = [];
  const cutRows: number[] = [];
  const flow = index.flow(first);
  const kind = index.kind(first);
  let filled = 0;
  for (let row = first; row <= endRow && filled < lengthBytes; row++) {
    if (index.flow(row) !== flow || index.kind(row) !== kind) continue;
    const from = row === first ? offset : 0;
    const there = Math.min(index.lengthBytes(row) - from, lengthBytes - filled);
    if (there <= 0) continue;
    if (filled > 0 && cuts.length < MAX_CUTS) {
      cuts.push(filled);
      cutRows.push(row);
    }
    if (filled < bytes.length)
      bytes.set(
        reader.payloadOf(row).subarray(from, from + Math.min(there, bytes.length - filled)),
        filled,
      );
    filled += there;
  }
  return { bytes, cuts, cutRows };
}
