const PAIRS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
const UPPER_PAIRS = PAIRS.map((pair) => pair.toUpperCase());
const C_PAIRS = UPPER_PAIRS.map((pair) => `0x${pair}`);

const DUMP_WIDTH = 16;
const C_WIDTH = 12;

/** `AA BB CC`. */
export function formatHex(bytes: Uint8Array): string {
  return spell(bytes, UPPER_PAIRS, ' ');
}

/** `aabbcc`, for programs. */
export function formatPlainHex(bytes: Uint8Array): string {
  return spell(bytes, PAIRS, '');
}

/**
 * As `hexdump -C -v` writes it, the closing offset included: text2pcap needs that to tell the last
 * line's characters from bytes. Lines end in LF. Empty for no bytes.
 */
export function formatHexdump(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  return `${hexdumpLines(bytes, 0)}${hexdumpEnd(bytes.length)}`;
}

/** Lines of a hexdump without its end; the first is told as standing at `start`. */
export function hexdumpLines(bytes: Uint8Array, start: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += DUMP_WIDTH) {
    const line = bytes.subarray(at, at + DUMP_WIDTH);
    const left = spell(line.subarray(0, 8), PAIRS, ' ');
    const right = spell(line.subarray(8), PAIRS, ' ');
    const columns = `${left.padEnd(23)}  ${right.padEnd(23)}`;
    lines.push(`${offset(start + at)}  ${columns}  |${printable(line)}|\n`);
  }
  return lines.join('');
}

/** The offset at which a hexdump ends, as its last line. */
export function hexdumpEnd(lengthBytes: number): string {
  return `${offset(lengthBytes)}\n`;
}

/** A C array with its length; `name` must be a C identifier. */
export function formatCArray(bytes: Uint8Array, name = 'data'): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += C_WIDTH)
    lines.push(`  ${spell(bytes.subarray(at, at + C_WIDTH), C_PAIRS, ', ')},\n`);
  return `const unsigned char ${name}[${bytes.length}] = {\n${lines.join('')}};\n`;
}

function spell(bytes: Uint8Array, words: readonly string[], between: string): string {
  const spelled = new Array<string>(bytes.length);
  for (let at = 0; at < bytes.length; at++) spelled[at] = words[bytes[at] ?? 0] ?? '';
  return spelled.join(between);
}

function offset(at: number): string {
  return at.toString(16).padStart(8, '0');
}

function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text;
}
