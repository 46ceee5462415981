import { NestedScanner } from '../framing/protocols/nested';
import type { Grammar } from '../framing/protocols/nested';
import type { Decoded, DecodeInput, Field } from './decoded';
import { labelled, opaque } from './decoded';
import type { Entry } from './tree';
import { Tree } from './tree';
import { say } from './words';

/** A value as its field and as others that hold it show it. */
export interface Value {
  /** Text without quotes, a map or a list in short. */
  value: string;
  /** In a map or a list: text in quotes. */
  shown: string;
  number?: number | undefined;
}

export function plain(value: string, number?: number): Value {
  return { value, shown: value, number };
}

export function quoted(value: string): Value {
  return { value, shown: `"${value}"` };
}

/** A whole number of any size; as `number` the nearest there is. */
export function whole(number: bigint): Value {
  return plain(String(number), Number(number));
}

export function float(number: number): Value {
  return plain(Object.is(number, -0) ? '-0.0' : String(number), number);
}

/** What is shown of a map or a list in a line: its field is cut at 200. */
const MAX_SHOWN = 240;

/** Collects what a map or a list shows. */
export class Shown {
  #text = '';
  #count = 0;
  readonly #brackets: readonly [string, string];

  constructor(open: string, close: string) {
    this.#brackets = [open, close];
  }

  add(text: string): void {
    if (this.#text.length < MAX_SHOWN) this.#text += `${this.#count > 0 ? ', ' : ''}${text}`;
    this.#count++;
  }

  get value(): Value {
    const [open, close] = this.#brackets;
    return plain(`${open}${this.#text.slice(0, MAX_SHOWN)}${close}`);
  }
}

/** The name of an entry: cut where no name that anyone gives is so long. */
export function entryName({ value }: Value): string {
  if (value === '') return '""';
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
}

/** Reads one value at the tree's place; what a map or a list holds are fields, in the one going on. */
export type ReadValue = (tree: Tree) => Value;

function fill(entry: Entry, { value, number }: Value): void {
  entry.value = value;
  entry.number = number;
}

/** `count` items, or those up to what `ends`. */
export function readList(tree: Tree, count: number, ends: () => boolean, read: ReadValue): Value {
  const shown = new Shown('[', ']');
  for (let n = 0; n < count && !ends(); n++)
    tree.entry(String(n), (entry) => {
      const value = read(tree);
      shown.add(value.shown);
      fill(entry, value);
    });
  return shown.value;
}

/** `count` pairs of key and value. The range of an entry is that of both. */
export function readMap(tree: Tree, count: number, ends: () => boolean, read: ReadValue): Value {
  const shown = new Shown('{', '}');
  for (let n = 0; n < count && !ends(); n++)
    tree.entry('key', (entry) => {
      // A key with parts of its own is shown with them.
      const key = read(tree);
      entry.name = entryName(key);
      const value = read(tree);
      shown.add(`${key.shown}: ${value.shown}`);
      fill(entry, value);
    });
  return shown.value;
}

/** A value nested deeper than is shown: passed over without recursion. */
export function passOver(tree: Tree, grammar: Grammar): Value {
  const end = new NestedScanner(grammar).scan(tree.bytes.subarray(0, tree.end), tree.at);
  if (end === 'other') return tree.fail();
  tree.take(end === 'more' ? Infinity : end - tree.at);
  return plain(say('too-deep'));
}

/** Values one after the other: a label that shows them, and their fields. */
export function decodeValues(input: DecodeInput, name: string, read: ReadValue): Decoded {
  if (input.role === 'opaque' || input.part === 'middle' || input.part === 'last')
    return opaque(input);
  const tree = new Tree(input.bytes);
  const all = new Shown('', '');
  const fields = tree.read(() => {
    while (tree.left > 0)
      tree.entry('value', (entry) => {
        const value = read(tree);
        all.add(value.shown);
        fill(entry, value);
      });
  });
  const value = all.value.value || partly(fields);
  if (tree.wrongAt !== null)
    return labelled(`${say('not-this', name)} @${tree.wrongAt} · ${value}`, fields);
  return labelled(`${value}${tree.mark}`, alone(fields));
}

/** What a label shows of a value that is not whole, or has more parts than are read. */
function partly(fields: readonly Field[]): string {
  const parts = fields[0]?.children ?? [];
  return [...parts.slice(0, 12).map(({ name, value }) => `${name}: ${value}`), '…'].join(', ');
}

/** What a single map or list holds is told as what the message holds. */
export function alone(fields: readonly Field[]): readonly Field[] {
  const [only] = fields;
  return fields.length === 1 && only && only.children.length > 0 ? only.children : fields;
}
