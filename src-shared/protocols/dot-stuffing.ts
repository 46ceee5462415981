const DOT = 0x2e;
const LF = 0x0a;
const CR = 0x0d;

/** Each LF with a CR before it: what an editor writes as the end of a line. */
export function withCrlf(text: Uint8Array): Uint8Array {
  let bare = 0;
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1))
    if (text[at - 1] !== CR) bare++;
  if (bare === 0) return text;
  const result = new Uint8Array(text.length + bare);
  let to = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === LF && text[at - 1] !== CR) result[to++] = CR;
    result[to++] = text[at] ?? 0;
  }
  return result;
}

/**
 * A text as SMTP, POP3 and NNTP send it (RFC 5321 §4.5.2): a line that begins with a dot gets one
 * more, a missing last line end is added, and a line of one dot ends it.
 */
export function dotStuff(text: Uint8Array): Uint8Array<ArrayBuffer> {
  let extra = text[0] === DOT ? 1 : 0;
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1))
    if (text[at + 1] === DOT) extra++;
  const lastEnds = text.length === 0 || (text.at(-1) === LF && text.at(-2) === CR);
  const result = new Uint8Array(text.length + extra + (lastEnds ? 3 : 5));
  let to = 0;
  for (let at = 0; at < text.length;) {
    const lf = text.indexOf(LF, at);
    const end = lf === -1 ? text.length : lf + 1;
    if (text[at] === DOT) result[to++] = DOT;
    result.set(text.subarray(at, end), to);
    to += end - at;
    at = end;
  }
  if (!lastEnds) to = put(result, to, CR, LF);
  put(result, to, DOT, CR, LF);
  return result;
}

function put(into: Uint8Array, at: number, ...bytes: number[]): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/**
 * The text of a block as it came, its closing dot taken off with the doubled ones. Null when the
 * closing line is not there: the block is not complete.
 */
export function dotUnstuff(block: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const result = new Uint8Array(block.length);
  let to = 0;
  for (let at = 0; at < block.length;) {
    const lf = block.indexOf(LF, at);
    if (lf === -1) return null;
    const textEnd = lf > at && block[lf - 1] === CR ? lf - 1 : lf;
    if (block[at] === DOT && textEnd === at + 1) return result.slice(0, to);
    const from = block[at] === DOT ? at + 1 : at;
    result.set(block.subarray(from, lf + 1), to);
    to += lf + 1 - from;
    at = lf + 1;
  }
  return null;
}
