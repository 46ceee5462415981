import type { ByteRange } from '../contract/statistics';

const RANGE = /^\s*(-?\d{1,5})\s*\.\.\s*(-?\d{1,5})?\s*$/;
/** More are not compared: the key of a request is kept until its answer comes. */
const MAX_RANGE_BYTES = 64;

/** `0..2`: the first two bytes; `-2..`: the last two. Null: not understood. */
export function parseByteRange(text: string): ByteRange | null {
  const match = RANGE.exec(text);
  if (!match) return null;
  const range = { from: Number(match[1]), to: match[2] === undefined ? null : Number(match[2]) };
  if (Math.abs(range.from) > 0xffff || Math.abs(range.to ?? 0) > 0xffff) return null;
  // Of one that ends at the message's own end, the length is known when the message is.
  if (range.to === null || range.from < 0 !== range.to < 0) return range;
  const bytes = range.to - range.from;
  return bytes > 0 && bytes <= MAX_RANGE_BYTES ? range : null;
}

export function formatByteRange({ from, to }: ByteRange): string {
  return `${from}..${to ?? ''}`;
}

/** Where in a message of so many bytes; null: it has not all of them, or there are too many. */
export function placeOf(
  { from, to }: ByteRange,
  lengthBytes: number,
): { start: number; end: number } | null {
  const start = from < 0 ? lengthBytes + from : from;
  const end = to === null ? lengthBytes : to < 0 ? lengthBytes + to : to;
  if (start < 0 || end > lengthBytes || end <= start || end - start > MAX_RANGE_BYTES) return null;
  return { start, end };
}
