import type { Hearing } from './hearing';
import type { Input } from './input';
import type { Upload } from './room';

const DOT = 0x2e;
const CR = 0x0d;
const LF = 0x0a;

/** Longer lines come in several pieces; they are kept all the same. */
const PIECE_BYTES = 8192;

const SLICE_BYTES = 64 * 1024;

/** So much of a head is looked at for its fields. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * A text that ends with a line of one dot (RFC 5321 §4.5.2, RFC 3977 §3.1.1), dots at the start of
 * lines taken off. Only CR LF ends a line here: a lone LF before or after the dot is text, so that
 * nobody can hide a second mail in one (SMTP smuggling, CVE-2023-51764). False: the peer ended first.
 */
export function* receiveDotText(input: Input, into: Upload): Hearing<boolean> {
  let atStart = true;
  let lastByte = 0;
  for (;;) {
    const piece = yield* input.piece(PIECE_BYTES);
    if (piece === null) return false;
    const { length } = piece;
    const isDot = atStart && piece[0] === DOT;
    if (isDot && length === 3 && piece[1] === CR && piece[2] === LF) return true;
    into.add(isDot ? piece.subarray(1) : piece);
    const beforeLast = length > 1 ? piece[length - 2] : lastByte;
    lastByte = piece[length - 1] ?? 0;
    atStart = lastByte === LF && beforeLast === CR;
  }
}

/**
 * `text` with dots doubled at the start of lines, and the line that ends it. In pieces: what is kept
 * is shared by all who are sent it, a copy for each who does not read would fill the memory.
 */
export function* dotText(text: Buffer): Generator<Uint8Array, void, void> {
  let atStart = true;
  for (let from = 0; from < text.length; from += SLICE_BYTES) {
    const slice = text.toString('latin1', from, Math.min(from + SLICE_BYTES, text.length));
    const stuffed = slice.replace(/\n\./g, '\n..');
    yield Buffer.from(atStart && slice.startsWith('.') ? `.${stuffed}` : stuffed, 'latin1');
    atStart = slice.endsWith('\n');
  }
  const ended = text.length === 0 || text.subarray(-2).toString('latin1') === '\r\n';
  yield Buffer.from(ended ? '.\r\n' : '\r\n.\r\n', 'latin1');
}

/** Where the head of a mail or article ends: after its empty line, or with the text. */
export function headLength(text: Buffer): number {
  if (text.subarray(0, 2).toString('latin1') === '\r\n') return 2;
  const at = text.indexOf('\r\n\r\n');
  return at === -1 ? text.length : at + 4;
}

/** The fields of a head in order, folded lines put together, one character a byte. */
function headFields(text: Buffer): [name: string, value: string][] {
  const head = text
    .toString('latin1', 0, Math.min(headLength(text), MAX_HEAD_BYTES))
    .replace(/\r\n(?=[ \t])/g, '');
  return head.split('\r\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1
      ? []
      : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
}

export function headField(text: Buffer, name: string): string | null {
  return headFields(text).find(([found]) => found === name)?.[1] ?? null;
}
