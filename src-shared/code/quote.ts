/*
 * Literals of other languages. All of them come out as plain ASCII on one line, so that no address and
 * no payload can end the literal, the comment or the line it stands in.
 */

const encoder = new TextEncoder();

/** Bytes as the inside of a C-like literal; `quote` is the character that ends it. */
function escaped(bytes: Uint8Array, other: (byte: number) => string, special: string): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (byte === 0x0d) text += '\\r';
    else if (byte === 0x0a) text += '\\n';
    else if (byte === 0x09) text += '\\t';
    else if (byte < 0x20 || byte > 0x7e) text += other(byte);
    else text += special.includes(char) ? `\\${char}` : char;
  }
  return text;
}

const hexPair = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;
const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;

/** `b'\x01OK'`, for Python. */
export function pythonBytes(bytes: Uint8Array): string {
  return `b'${escaped(bytes, hexPair, "'\\")}'`;
}

/** A Python or JavaScript string: both read `\xHH`, `\uHHHH` and these quotes alike. */
export function scriptString(text: string): string {
  const inside = text.replace(/[^\x20-\x7e]|['\\]/g, (char) => {
    if (char === "'" || char === '\\') return `\\${char}`;
    const unit = char.charCodeAt(0);
    return unit < 0x100 ? hexPair(unit) : `\\u${unit.toString(16).padStart(4, '0')}`;
  });
  return `'${inside}'`;
}

/** A Python string: its `\u` knows no surrogate pairs, so these get `\U`. */
export function pythonString(text: string): string {
  const parts = [...text].map((char) => {
    const point = char.codePointAt(0) ?? 0;
    if (point > 0xffff) return `\\U${point.toString(16).padStart(8, '0')}`;
    return scriptString(char).slice(1, -1);
  });
  return `'${parts.join('')}'`;
}

/** A C string literal. `?` is escaped too: `??/` would be a trigraph. */
export function cString(text: string): string {
  return `"${escaped(encoder.encode(text), octal, '"\\?')}"`;
}

/** One word of a POSIX shell command. Throws on NUL, which no argument can hold. */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new RangeError('A shell word cannot hold NUL');
  if (/^[\w/:.,@%+=-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What makes the `printf` of any POSIX shell write exactly these bytes. */
export function shellPrintf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (byte === 0x0d) text += '\\r';
    else if (byte === 0x0a) text += '\\n';
    else text += /[\w ,.:;/+=@<>()[\]{}*?&$#^~|"-]/.test(char) ? char : octal(byte);
  }
  // A format that begins with a dash would be read as an option.
  return `printf '${text.replace(/^-/, '\\055')}'`;
}

/** Text that stays inside one line of comment of any of the languages. */
export function commentText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('*/', '*\\/')
    .replaceAll('/*', '/\\*')
    .replace(/\\$/, '\\ ');
}
