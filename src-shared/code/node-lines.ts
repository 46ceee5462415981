import { commentText, scriptString } from './quote';

const LINE_BYTES = 32;

/** The bytes as hex: a JavaScript string would be text, and text is not bytes. */
export function buffer(bytes: Uint8Array, indent: string): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  if (hex.length <= LINE_BYTES) return `Buffer.from('${hex.join('')}', 'hex')`;
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += LINE_BYTES)
    lines.push(`${indent}  '${hex.slice(at, at + LINE_BYTES).join('')}'`);
  return `Buffer.from(\n${lines.join(' +\n')},\n${indent}  'hex',\n${indent})`;
}

/** What a payload says, where it says anything to a reader. */
export function hint(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, 48);
  const text = String.fromCharCode(...shown);
  if (bytes.byteLength === 0 || !/^[\x20-\x7e\r\n\t]+$/.test(text)) return '';
  return ` // ${commentText(scriptString(text))}${shown.byteLength < bytes.byteLength ? '…' : ''}`.replace(
    '…',
    '...',
  );
}

export function object(entries: readonly string[], indent = ''): string {
  return `{\n${entries.map((entry) => `${indent}  ${entry},\n`).join('')}${indent}}`;
}
