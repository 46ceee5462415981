import { visible } from './decoded';
import type { Tree } from './tree';

/** RFC 1035 §2.3.4. */
const MAX_NAME_BYTES = 255;

/** What a dot and a backslash in a label are written with (RFC 1035 §5.1). */
function shown(bytes: Uint8Array, from: number, to: number): string {
  return visible(bytes, from, to).replace(/[.]/g, '\\.');
}

/**
 * A domain name at `from` of a message that begins at `start`, with what its pointers lead to; null
 * when it is none. `end` is where it ends here. A pointer leads backwards, so none goes in circles.
 */
function nameAt(
  bytes: Uint8Array,
  start: number,
  from: number,
): { name: string; end: number } | null {
  const labels: string[] = [];
  let at = from;
  let end = -1;
  let length = 0;
  let before = from;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    if (byte === 0) break;
    if (byte >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) return null;
      if (end === -1) end = at + 2;
      at = start + (byte & 0x3f) * 256 + low;
      if (at >= before) return null;
      before = at;
      continue;
    }
    length += 1 + byte;
    if (byte >= 0x40 || length >= MAX_NAME_BYTES || at + 1 + byte > bytes.length) return null;
    labels.push(shown(bytes, at + 1, at + 1 + byte));
    at += 1 + byte;
  }
  return { name: labels.length === 0 ? '.' : labels.join('.'), end: end === -1 ? at + 1 : end };
}

/** Reads a name. */
export function readName(tree: Tree, start: number, name: string): string {
  const found = nameAt(tree.bytes, start, tree.at);
  if (found === null) return tree.fail();
  const from = tree.take(found.end - tree.at);
  tree.add(name, from, tree.at, found.name);
  return found.name;
}
