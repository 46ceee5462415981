import type { Charset } from './charset';
import { character, pointText } from './charset';
import type { EncodingName } from './names';

/** What stands in a table for a byte without a character. */
const UNASSIGNED = '\ufffd';

/** `upper`: the characters of bytes 0x80 to 0xFF; fewer: the rest is none. Below, all are ASCII. */
export function singleByte(name: EncodingName, upper: string): Charset {
  const points = new Int32Array(256).fill(-1);
  const bytes = new Map<number, number>();
  for (let byte = 0; byte < 256; byte++) {
    const char = byte < 0x80 ? String.fromCharCode(byte) : (upper[byte - 0x80] ?? UNASSIGNED);
    if (char === UNASSIGNED) continue;
    const point = char.charCodeAt(0);
    points[byte] = point;
    if (!bytes.has(point)) bytes.set(point, byte);
  }
  return {
    name,
    longest: 1,
    unit: 1,
    reach: 0,
    read(from, at) {
      const point = points[from[at] ?? 0] ?? -1;
      return point < 0 ? -1 : character(point, 1);
    },
    begins: () => true,
    text: pointText,
    write(text, at, out) {
      const byte = bytes.get(text.codePointAt(at) ?? 0);
      if (byte === undefined) return 0;
      out.push(byte);
      return 1;
    },
  };
}

export const ASCII = singleByte('ascii', '');

/** ISO 8859-1, with the control characters of ISO 6429: every byte is the character of its number. */
export const LATIN1 = singleByte(
  'latin1',
  Array.from({ length: 128 }, (_, n) => String.fromCharCode(0x80 + n)).join(''),
);
