const PAIRS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
const UPPER_PAIRS = PAIRS.map((pair) => pair.toUpperCase());
const C_PAIRS = UPPER_PAIRS.map((pair) => `0x${pair}`);

const DUMP_WIDTH = 16;
const HALF = 8;
const OFFSET_DIGITS = 8;
/** Behind the offset, each byte and a space, one more between the halves, and what begins the characters. */
const SHOWN_AT = OFFSET_DIGITS + 2 + DUMP_WIDTH * 3 + 1 + 2;
const LINE_BYTES = SHOWN_AT + DUMP_WIDTH + 2;
const [SPACE, DOT, BAR, LINE_FEED] = [0x20, 0x2e, 0x7c, 0x0a];
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const ascii = new TextDecoder();
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
function hexdumpLines(bytes: Uint8Array, start: number): string {
  const lines = new Uint8Array(hexdumpRoom(bytes.length));
  return ascii.decode(lines.subarray(0, writeHexdump(bytes, start, lines)));
}

/** Bytes that the lines of so many take at most. */
export function hexdumpRoom(lengthBytes: number): number {
  return Math.ceil(lengthBytes / DUMP_WIDTH) * LINE_BYTES;
}

/** The same lines as ASCII; returns how many bytes they are. */
export function writeHexdump(bytes: Uint8Array, start: number, into: Uint8Array): number {
  let line = 0;
  for (let at = 0; at < bytes.length; at += DUMP_WIDTH) {
    const count = Math.min(DUMP_WIDTH, bytes.length - at);
    into.fill(SPACE, line, line + SHOWN_AT);
    for (let place = 0, rest = start + at; place < OFFSET_DIGITS; place++, rest >>>= 4)
      into[line + OFFSET_DIGITS - 1 - place] = DIGITS[rest & 0xf] ?? 0;
    into[line + SHOWN_AT - 1] = BAR;
    for (let n = 0; n < count; n++) {
      const byte = bytes[at + n] ?? 0;
      const column = line + OFFSET_DIGITS + 2 + n * 3 + (n < HALF ? 0 : 1);
      into[column] = DIGITS[byte >>> 4] ?? 0;
      into[column + 1] = DIGITS[byte & 0xf] ?? 0;
      into[line + SHOWN_AT + n] = byte >= 0x20 && byte < 0x7f ? byte : DOT;
    }
    line += SHOWN_AT + count;
    into[line++] = BAR;
    into[line++] = LINE_FEED;
  }
  return line;
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
  if (bytes.length === 0) return '';
  let text = words[bytes[0] ?? 0] ?? '';
  for (let at = 1; at < bytes.length; at++) text += between + (words[bytes[at] ?? 0] ?? '');
  return text;
}

function offset(at: number): string {
  return at.toString(16).padStart(8, '0');
}
