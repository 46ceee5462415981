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
export function formatBytes(chunks: readonly Uint8Array[], format: BytesFormat): string {
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
      return asText(joined(chunks));
    default:
      return format satisfies never;
  }
}

/** As it is when it is UTF-8; otherwise with escapes, so that no byte turns into a question mark. */
function asText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return formatText(bytes);
  }
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
