import type { Charset } from '../../src-shared/encoding/charset';
import { UTF8 } from '../../src-shared/encoding/unicode';
import { byteSign, hexByte } from './preview';

/*
 * Where things stand in a line of the inspector's hexdump, in characters:
 * `00000010  00 01 02 03 04 05 06 07  08 09 0A 0B 0C 0D 0E 0F  ................`
 */

export type BytesPerLine = 8 | 16;

const OFFSET_CHARS = 8;
const FIRST_HEX = OFFSET_CHARS + 2;

/** The first of a byte's two digits. */
export function hexColumn(place: number): number {
  return FIRST_HEX + place * 3 + (place >= 8 ? 1 : 0);
}

/** A byte's character. */
export function textColumn(place: number, perLine: BytesPerLine): number {
  return hexColumn(perLine - 1) + 4 + place;
}

export function lineChars(perLine: BytesPerLine): number {
  return textColumn(perLine, perLine);
}

/** Sixteen where they fit. */
export function bytesPerLine(chars: number): BytesPerLine {
  return chars >= lineChars(16) ? 16 : 8;
}

/** One line as text; `offset` is that of its first byte. */
export function hexLine(
  bytes: Uint8Array,
  offset: number,
  perLine: BytesPerLine,
  charset: Charset = UTF8,
): string {
  let hex = '';
  let text = '';
  const end = Math.min(bytes.byteLength, offset + perLine);
  for (let at = offset; at < end; at++) {
    const byte = bytes[at] ?? 0;
    hex += (at - offset === 8 ? '  ' : at === offset ? '' : ' ') + hexByte(byte);
    text += byteSign(byte, charset);
  }
  const width = textColumn(0, perLine) - FIRST_HEX;
  return `${hexOffset(offset)}  ${hex.padEnd(width)}${text}`;
}

/** Eight digits. */
export function hexOffset(offset: number): string {
  return offset.toString(16).toUpperCase().padStart(OFFSET_CHARS, '0');
}

/** The place in its line of the byte at a column of digits or of characters; null beside them. */
export function placeAt(column: number, perLine: BytesPerLine): number | null {
  const text = column - textColumn(0, perLine);
  if (text >= 0) return text < perLine ? Math.floor(text) : null;
  for (let place = perLine - 1; place >= 0; place--)
    // The space before a byte is its own too, so that there is no gap to fall into.
    if (column >= hexColumn(place) - 1) return column < hexColumn(perLine - 1) + 3 ? place : null;
  return null;
}

/** A stretch of a line that is marked, in characters. */
export interface Mark {
  column: number;
  chars: number;
}

/** What is marked in a line when bytes `from` up to `end` are selected: digits and characters. */
export function marks(
  { from, end }: { from: number; end: number },
  offset: number,
  perLine: BytesPerLine,
): { hex: Mark; text: Mark } | null {
  const first = Math.max(from - offset, 0);
  const last = Math.min(end - offset, perLine) - 1;
  if (first > last) return null;
  return {
    hex: { column: hexColumn(first), chars: hexColumn(last) + 2 - hexColumn(first) },
    text: { column: textColumn(first, perLine), chars: last - first + 1 },
  };
}
