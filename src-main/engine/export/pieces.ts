import { formatPlainHex } from '../../../src-shared/payload/format';
import { formatText } from '../../../src-shared/payload/text';

/** Payload made text at a time: some hundred microseconds of work. */
export const PIECE_BYTES = 16 * 1024;

/** Hex digits of a payload of any size. */
export function* hexPieces(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    yield formatPlainHex(bytes.subarray(at, at + PIECE_BYTES));
}

/** What `formatText` makes of a payload of any size. */
export function* textPieces(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const end = textEnd(bytes, Math.min(bytes.length, at + PIECE_BYTES));
    yield formatText(bytes.subarray(at, end));
    at = end;
  }
}

/** Not within a character, nor between a NUL and the digit that decides how it is written. */
function textEnd(bytes: Uint8Array, wanted: number): number {
  let end = wanted;
  for (let back = 0; back < 3 && isContinuation(bytes[end]); back++) end--;
  const next = bytes[end] ?? 0;
  return bytes[end - 1] === 0 && next >= 0x30 && next <= 0x39 ? end + 1 : end;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
