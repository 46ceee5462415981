import type { DissectedNode } from '../../../src-shared/contract/dissection';
import type { SourceRange } from './tree';

/** The packet as its row's bytes are found in it. */
export interface LinkedRow {
  /** All bytes of the row. */
  payload: Uint8Array;
  /** Where in the packet what it carries begins. */
  payloadStart: number;
}

/**
 * From ranges of a packet, and of what Wireshark put together of several, to ranges of the row. A
 * source whose bytes are not those of the row has none.
 */
export function byteLinks(
  sources: readonly Uint8Array[],
  { payload, payloadStart }: LinkedRow,
): (at: SourceRange | null) => DissectedNode['range'] {
  const row = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const shifts = sources.map((bytes, source) =>
    shiftOf(bytes, row, source === 0 ? payloadStart : 0),
  );
  return (at) => {
    const shift = at ? shifts[at.source] : undefined;
    if (!at || shift === undefined || shift === null) return null;
    const from = at.start + shift;
    const start = Math.max(0, from);
    const end = Math.min(row.length, from + at.length);
    // What begins in a header is not of the row, but for the few bytes that it shares with it.
    return from >= 0 && end > start ? { start, end } : null;
  };
}

/** What is added to a place in the source to get the place in the row; null: they share nothing. */
function shiftOf(bytes: Uint8Array, row: Buffer, from: number): number | null {
  const carried = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(from);
  if (carried.length === 0 || row.length === 0) return null;
  const within = carried.indexOf(row);
  if (within !== -1) return -from - within;
  const place = row.lastIndexOf(carried);
  return place === -1 ? null : place - from;
}
