import type { Row } from '../../src-shared/contract/row';
import type { LinesShape } from '../../src-shared/contract/view-shape';
import { asciiDot, hexByte, textPreview } from './preview';
import type { TextPreviewOptions } from './preview';

/** Bytes of a line of hex; null: text. */
function lineBytes(as: LinesShape['as']): 16 | 32 | null {
  switch (as) {
    case 'hex16':
      return 16;
    case 'hex32':
      return 32;
    case 'text':
      return null;
    default:
      return as satisfies never;
  }
}

/** Characters of a line of hex: digits, with a gap in the middle of each sixteen, and text. */
export function lineChars(perLine: 16 | 32): number {
  return perLine * 4 + perLine / 8 + 1;
}

/** Where the line begins in what went its way, eight hex digits or more. */
export function lineOffset({ offset }: Row): string {
  return offset === undefined ? '' : offset.toString(16).toUpperCase().padStart(8, '0');
}

/** The bytes of a line of a stream. */
export function lineText(
  { preview, lead }: Row,
  as: LinesShape['as'],
  { charset }: Pick<TextPreviewOptions, 'charset'>,
): string {
  const perLine = lineBytes(as);
  if (perLine === null)
    return textPreview(preview, Infinity, {
      ...(charset === undefined ? {} : { charset }),
      ...(lead ? { lead } : {}),
    }).text;
  let hex = '';
  let text = '';
  preview.forEach((byte, at) => {
    hex += (at === 0 ? '' : at % 8 === 0 ? '  ' : ' ') + hexByte(byte);
    text += asciiDot(byte);
  });
  return `${hex.padEnd(perLine * 3 + perLine / 8 - 2)}  ${text}`;
}
