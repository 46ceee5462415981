import { INVALID, codePointAt, utf8Length } from '../payload/utf8';
import type { Charset } from './charset';
import { CUT, character, pointText } from './charset';

/** UTF-8: strict as in the Unicode standard, table 3-7. */
export const UTF8: Charset = {
  name: 'utf-8',
  longest: 4,
  unit: 1,
  reach: 3,
  read(bytes, at) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) return character(lead, 1);
    const length = utf8Length(lead);
    if (length === 0) return -1;
    if (at + length > bytes.length) return isBegun(bytes, at) ? CUT : -1;
    const point = codePointAt(bytes, at);
    return point === INVALID ? -1 : character(point, length);
  },
  begins: (byte) => (byte & 0xc0) !== 0x80,
  text: pointText,
  write(text, at, out) {
    const point = text.codePointAt(at) ?? 0;
    if (isSurrogate(point)) return 0;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), continuation(point, 0));
    else if (point < 0x10000)
      out.push(0xe0 | (point >> 12), continuation(point, 6), continuation(point, 0));
    else
      out.push(
        0xf0 | (point >> 18),
        ...[continuation(point, 12), continuation(point, 6), continuation(point, 0)],
      );
    return units(point);
  },
};

function continuation(point: number, shift: number): number {
  return 0x80 | ((point >> shift) & 0x3f);
}

/** Whether all bytes there are may begin one character. */
function isBegun(bytes: Uint8Array, at: number): boolean {
  const lead = bytes[at] ?? 0;
  for (let n = 1; at + n < bytes.length; n++) {
    const byte = bytes[at + n] ?? 0;
    const least = n === 1 && lead === 0xe0 ? 0xa0 : n === 1 && lead === 0xf0 ? 0x90 : 0x80;
    const most = n === 1 && lead === 0xed ? 0x9f : n === 1 && lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < least || byte > most) return false;
  }
  return true;
}

export const UTF16LE = utf16('utf-16le', true);
export const UTF16BE = utf16('utf-16be', false);

/** Half of a pair alone is no character. No mark of the byte order is taken away: it is a character. */
function utf16(name: 'utf-16le' | 'utf-16be', little: boolean): Charset {
  const unit = (bytes: Uint8Array, at: number): number => {
    const [low, high] = little ? [bytes[at], bytes[at + 1]] : [bytes[at + 1], bytes[at]];
    return ((high ?? 0) << 8) | (low ?? 0);
  };
  return {
    name,
    longest: 4,
    unit: 2,
    reach: Infinity,
    read(bytes, at) {
      if (at + 1 >= bytes.length) return CUT;
      const first = unit(bytes, at);
      if (!isSurrogate(first)) return character(first, 2);
      if (first >= 0xdc00) return -2;
      if (at + 2 >= bytes.length) return CUT;
      // Of a second unit with one byte, the high one alone tells in big-endian.
      if (at + 3 >= bytes.length) return little || isLowHalf(unit(bytes, at + 2)) ? CUT : -2;
      const second = unit(bytes, at + 2);
      if (!isLowHalf(second)) return -2;
      return character(0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00), 4);
    },
    // Any byte may be either half of a unit.
    begins: () => false,
    text: pointText,
    write(text, at, out) {
      const point = text.codePointAt(at) ?? 0;
      if (isSurrogate(point)) return 0;
      const length = units(point);
      for (let n = at; n < at + length; n++) {
        const code = text.charCodeAt(n);
        if (little) out.push(code & 0xff, code >> 8);
        else out.push(code >> 8, code & 0xff);
      }
      return length;
    },
  };
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function units(point: number): number {
  return point > 0xffff ? 2 : 1;
}
