import { visible } from './decoded';
import type { Tree } from './tree';
import type { Value } from './values';
import { plain, quoted } from './values';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Longer texts are shown as they stand, escapes too: only their beginning is seen. */
const MAX_UNESCAPED_BYTES = 2048;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text at the tree's place, its quote first (RFC 8259 §7). */
export function readText(tree: Tree): Value {
  const { bytes } = tree;
  const from = tree.at;
  let at = from + 1;
  for (;;) {
    const byte = at < tree.end ? (bytes[at] ?? 0) : -1;
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) at += escapeBytes(tree, at);
    else if (byte === -1) tree.need(Infinity);
    else if (byte < 0x20) tree.fail(at);
    else at++;
  }
  tree.take(at + 1 - from);
  if (at - from > MAX_UNESCAPED_BYTES || !bytes.subarray(from, at).includes(BACKSLASH))
    return quoted(visible(bytes, from + 1, at));
  const text: unknown = JSON.parse(utf8.decode(bytes.subarray(from, tree.at)));
  const unescaped = new TextEncoder().encode(String(text));
  return quoted(visible(unescaped, 0, unescaped.length));
}

/** How long an escape is; fails where there is none. */
function escapeBytes(tree: Tree, at: number): number {
  const next = at + 1 < tree.end ? String.fromCharCode(tree.bytes[at + 1] ?? 0) : '';
  if (next === '') tree.need(Infinity);
  if (next !== 'u') {
    if (!'"\\/bfnrt'.includes(next)) tree.fail(at);
    return 2;
  }
  for (let n = at + 2; n < at + 6; n++) {
    if (n >= tree.end) tree.need(Infinity);
    if (!/[0-9a-f]/i.test(String.fromCharCode(tree.bytes[n] ?? 0))) tree.fail(n);
  }
  return 6;
}

const WORDS = new Map<string, Value>([
  ['true', plain('true')],
  ['false', plain('false')],
  ['null', plain('null')],
]);

/** A number as JSON writes it (RFC 8259 §6); a longer one than any is not read. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MAX_WORD_BYTES = 1100;

/** A number or one of three words. */
export function readWord(tree: Tree): Value {
  const from = tree.at;
  let to = from;
  while (to < tree.end && to - from < MAX_WORD_BYTES && isWordByte(tree.bytes[to] ?? 0)) to++;
  const text = String.fromCharCode(...tree.bytes.subarray(from, to));
  const known = WORDS.get(text) ?? (NUMBER.test(text) ? plain(text, Number(text)) : null);
  if (known) {
    tree.take(to - from);
    return known;
  }
  // `tru` at the end may go on.
  if (to === tree.end && to > from && begins(text)) tree.need(Infinity);
  return tree.fail(from);
}

function begins(text: string): boolean {
  return (
    [...WORDS.keys()].some((word) => word.startsWith(text)) || /^-?(?:\d[\d.eE+-]*)?$/.test(text)
  );
}

/** Letters, digits, `+`, `-`, `.` */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
