import type { Charset } from '../../src-shared/encoding/charset';
import { cutAt, lengthOf, pointOf } from '../../src-shared/encoding/charset';
import { UTF8 } from '../../src-shared/encoding/unicode';
import {
  formatCArray,
  formatHex,
  formatHexdump,
  formatPlainHex,
} from '../../src-shared/payload/format';
import { formatText } from '../../src-shared/payload/text';

export type BytesFormat = 'hex' | 'plain-hex' | 'text' | 'c-array' | 'hexdump';

/**
 * Payloads as text for the clipboard. Hex has a line for each, a hexdump begins at offset 0 with each
 * (so `text2pcap` makes a packet of each); text and the C array join them.
 */
export function formatBytes(
  chunks: readonly Uint8Array[],
  format: BytesFormat,
  charset: Charset = UTF8,
): string {
  switch (format) {
    case 'hex':
      return chunks.map(formatHex).join('\n');
    case 'plain-hex':
      return chunks.map(formatPlainHex).join('\n');
    case 'hexdump':
      return chunks.map(formatHexdump).join('');
    case 'c-array':
      return formatCArray(joined(chunks));
    case 'text':
      return asText([joined(chunks)], charset);
    default:
      return format satisfies never;
  }
}

/**
 * As it is when all of it is characters; otherwise with escapes, so that no byte turns into a question
 * mark. Each part begins with a character.
 */
function asText(parts: readonly Uint8Array[], charset: Charset): string {
  const texts = parts.map((part) => wholeText(part, charset));
  if (texts.every((text) => text !== null)) return texts.join('');
  return parts.map((part) => formatText(part, charset)).join('');
}

/** Null: not all of it is characters. */
function wholeText(bytes: Uint8Array, charset: Charset): string | null {
  if (charset === UTF8) {
    // The runtime's own decoder is far faster, and what is copied may be long.
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const read = charset.read(bytes, at);
    if (read <= 0) return null;
    text += charset.text(pointOf(read));
    at += lengthOf(read);
  }
  return text;
}

/** What of a stream is copied as text: a row, and the bytes before it that its first character needs. */
export interface CopiedRow {
  bytes: Uint8Array;
  lead?: Uint8Array | undefined;
  /** Names the stream it is of; other streams may pass between its rows. */
  stream: string;
}

/** Rows as text, in their order; a character that is cut between two of them stands in the later one. */
export function formatRowTexts(rows: readonly CopiedRow[], charset: Charset): string {
  const goesOn = new Set<string>();
  const parts: Uint8Array[] = [];
  for (const { bytes, lead, stream } of [...rows].reverse()) {
    const all = lead ? joined([lead, bytes]) : bytes;
    parts.push(goesOn.has(stream) ? all.subarray(0, cutAt(charset, all)) : all);
    if (lead) goesOn.add(stream);
    else goesOn.delete(stream);
  }
  return asText(parts.reverse(), charset);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
