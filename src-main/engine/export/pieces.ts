import { joined } from '../../../src-shared/encoding/carry';
import type { Charset } from '../../../src-shared/encoding/charset';
import { characterAt } from '../../../src-shared/encoding/charset';
import { formatText } from '../../../src-shared/payload/text';

/** Payload made text at a time: some hundred microseconds of work. */
export const PIECE_BYTES = 16 * 1024;

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Written out before the next is asked for, so one is enough. */
const digits = new Uint8Array(PIECE_BYTES * 2);

/** Hex digits of a payload of any size. */
export function* hexPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const count = Math.min(PIECE_BYTES, bytes.length - start);
    for (let at = 0; at < count; at++) {
      const byte = bytes[start + at] ?? 0;
      digits[at * 2] = DIGITS[byte >>> 4] ?? 0;
      digits[at * 2 + 1] = DIGITS[byte & 0xf] ?? 0;
    }
    yield digits.subarray(0, count * 2);
  }
}

/**
 * What `formatText` makes of a payload of any size. `lead`: the bytes before it that begin the character
 * which it goes on with; then that is shown whole, after `›`.
 */
export function* textPieces(
  payload: Uint8Array,
  charset: Charset,
  lead: Uint8Array | undefined,
): Generator<string> {
  if (lead) yield '›';
  const bytes = lead ? joined(lead, payload) : payload;
  if (bytes.length <= PIECE_BYTES) {
    if (bytes.length > 0) yield formatText(bytes, charset);
    return;
  }
  for (let at = 0; at < bytes.length;) {
    const end = at + pieceLength(bytes.subarray(at), charset);
    yield formatText(bytes.subarray(at, end), charset);
    at = end;
  }
}

/** Not within a character, nor between a NUL and the digit that decides how it is written. */
function pieceLength(bytes: Uint8Array, charset: Charset): number {
  if (bytes.length <= PIECE_BYTES) return bytes.length;
  const end = characterAt(charset, bytes, PIECE_BYTES);
  const next = bytes[end] ?? 0;
  return bytes[end - 1] === 0 && next >= 0x30 && next <= 0x39 ? end + charset.unit : end;
}
