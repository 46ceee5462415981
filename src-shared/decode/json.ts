import { isJsonSpace, JsonScanner } from '../framing/protocols/json';
import type { Decoded, DecodeInput } from './decoded';
import { labelled, opaque, visible } from './decoded';
import { readText, readWord } from './json-words';
import { Tree } from './tree';
import type { Value } from './values';
import { alone, entryName, plain, Shown } from './values';
import { say } from './words';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;

/** RFC 8259, one value or several with or without space between. */
export function json(input: DecodeInput): Decoded {
  if (input.role === 'opaque' || input.part === 'middle' || input.part === 'last')
    return opaque(input);
  const tree = new Tree(input.bytes);
  const all = new Shown('', '');
  const fields = tree.read(() => {
    for (space(tree); tree.left > 0; space(tree))
      tree.entry('value', (entry) => {
        const { value, shown, number } = read(tree);
        all.add(shown);
        entry.value = value;
        entry.number = number;
      });
  });
  const { bytes } = input;
  if (tree.wrongAt !== null) {
    const near = visible(bytes, tree.wrongAt, Math.min(tree.wrongAt + 20, bytes.length));
    return labelled(`${say('not-this', 'JSON')} @${tree.wrongAt}: ${near}`, fields);
  }
  const value = all.value.value || visible(bytes, 0, bytes.length);
  return labelled(`${value}${tree.mark}`, alone(fields));
}

function space(tree: Tree): void {
  let { at } = tree;
  while (at < tree.end && isJsonSpace(tree.bytes[at] ?? 0)) at++;
  tree.at = at;
}

function read(tree: Tree): Value {
  tree.need(1);
  const byte = tree.peek();
  if (byte === QUOTE) return readText(tree);
  if (byte !== OBJECT && byte !== ARRAY) return readWord(tree);
  if (tree.deepest) return passOver(tree);
  return byte === OBJECT ? object(tree) : array(tree);
}

/** What is nested deeper than is shown: its brackets are counted, no more. */
function passOver(tree: Tree): Value {
  const end = new JsonScanner().scan(tree.bytes.subarray(0, tree.end), tree.at);
  tree.take(end === 'more' ? Infinity : end - tree.at);
  return plain(say('too-deep'));
}

function array(tree: Tree): Value {
  const shown = new Shown('[', ']');
  tree.take(1);
  for (let n = 0; !closes(tree, ARRAY_END, n); n++)
    tree.entry(String(n), (entry) => {
      const value = read(tree);
      shown.add(value.shown);
      entry.value = value.value;
      entry.number = value.number;
    });
  return shown.value;
}

function object(tree: Tree): Value {
  const shown = new Shown('{', '}');
  tree.take(1);
  for (let n = 0; !closes(tree, OBJECT_END, n); n++)
    tree.entry('name', (entry) => {
      tree.need(1);
      if (tree.peek() !== QUOTE) tree.fail();
      const key = readText(tree);
      entry.name = entryName(key);
      space(tree);
      expect(tree, COLON);
      space(tree);
      const value = read(tree);
      shown.add(`${key.shown}: ${value.shown}`);
      entry.value = value.value;
      entry.number = value.number;
    });
  return shown.value;
}

/** Whether what is open ends here; if not, the tree is at its next member, the comma before it read. */
function closes(tree: Tree, end: number, members: number): boolean {
  space(tree);
  tree.need(1);
  if (tree.peek() === end) {
    tree.take(1);
    return true;
  }
  if (members > 0) {
    expect(tree, COMMA);
    space(tree);
  }
  return false;
}

function expect(tree: Tree, byte: number): void {
  tree.need(1);
  if (tree.peek() !== byte) tree.fail();
  tree.take(1);
}
