import type { Amount, LayoutField, TextField } from '../../contract/layout';
import type { Charset } from '../../encoding/charset';
import { decodeText } from '../../encoding/charset';
import { ByteSearch } from '../../framing/byte-search';
import { parseHex } from '../../payload/hex';
import { formatText } from '../../payload/text';

/** More of a text is not shown, nor compared. */
const MAX_SHOWN_BYTES = 1024;

/** A text of a layout: where it ends, what it says, and that in visible characters. */
export interface FoundText {
  to: number;
  text: string;
  shown: string;
}

/** Null: the frame ends before the text does. */
export function layoutText(
  field: TextField,
  charset: Charset,
  { bytes, from, end }: { bytes: Uint8Array; from: number; end: number },
  amount: (length: Amount) => number,
): FoundText | null {
  const length = field.length === undefined ? null : amount(field.length);
  const mark = field.until === undefined ? 0 : field.until.replaceAll(' ', '').length / 2;
  const to = length === null ? markEnd(field.until ?? '', bytes, from, end) : from + length;
  if (to === null || to > end) return null;
  // What fills up a text of fixed length is not part of what it says.
  const said = bytes.subarray(from, Math.min(to - mark, from + MAX_SHOWN_BYTES));
  const text = decodeText(charset, said).replace(/\0+$/, '');
  return { to, text, shown: formatText(new TextEncoder().encode(text)) };
}

function markEnd(until: string, bytes: Uint8Array, from: number, end: number): number | null {
  const mark = parseHex(until);
  if (!mark.ok) return null;
  const found = new ByteSearch(mark.bytes).endIn(bytes.subarray(0, end), from);
  return found === -1 ? null : found;
}

/** The encodings that the texts of these fields are in. */
export function encodingsIn(fields: readonly LayoutField[]): string[] {
  return fields.flatMap((field) => {
    if (field.type === 'group') return encodingsIn(field.fields);
    return field.type === 'text' && field.encoding !== undefined ? [field.encoding] : [];
  });
}
