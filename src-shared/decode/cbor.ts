import { CBOR } from '../framing/protocols/cbor';
import type { Decoded, DecodeInput } from './decoded';
import { visible } from './decoded';
import type { Tree } from './tree';
import { hexText } from './tree';
import type { Value } from './values';
import { decodeValues, float, passOver, plain, quoted, readList, readMap, whole } from './values';

/** RFC 8949, one value or several one after the other (RFC 8742). */
export function cbor(input: DecodeInput): Decoded {
  return decodeValues(input, 'CBOR', read);
}

/** IANA's registry of tags, those met in practice. */
const TAGS = new Map([
  [0, 'date/time'],
  [1, 'epoch time'],
  [2, 'bignum'],
  [3, 'negative bignum'],
  [4, 'decimal fraction'],
  [5, 'bigfloat'],
  [18, 'COSE_Sign1'],
  [24, 'encoded CBOR'],
  [32, 'URI'],
  [33, 'base64url'],
  [34, 'base64'],
  [37, 'UUID'],
  [61, 'CWT'],
  [55799, 'self-described CBOR'],
]);

const BREAK = 0xff;
const TAG = 6;

const SIMPLE = new Map([
  [20, 'false'],
  [21, 'true'],
  [22, 'null'],
  [23, 'undefined'],
]);

function read(tree: Tree): Value {
  tree.need(1);
  if (tree.deepest) return passOver(tree, CBOR);
  const from = tree.take(1);
  const byte = tree.bytes[from] ?? 0;
  const kind = byte >> 5;
  const low = byte & 31;
  const isOpen = low === 31;
  if ((low > 27 && !isOpen) || (isOpen && (kind < 2 || kind > 5))) return tree.fail(from);
  if (kind === 7) return simple(tree, low);
  const number = isOpen ? null : argument(tree, low);
  switch (kind) {
    case 0:
      return whole(number ?? 0n);
    case 1:
      return whole(-1n - (number ?? 0n));
    case 2:
    case 3:
      return number === null ? pieces(tree, kind) : string(tree, kind, Number(number));
    case 4:
      return readList(tree, Number(number ?? Infinity), () => breaks(tree, isOpen), read);
    case 5:
      return readMap(tree, Number(number ?? Infinity), () => breaks(tree, isOpen), read);
    default:
      return tagged(tree, Number(number), from);
  }
}

/** The number in or after a value's first byte. */
function argument(tree: Tree, low: number): bigint {
  if (low < 24) return BigInt(low);
  const width = 2 ** (low - 24);
  const at = tree.take(width);
  if (width === 8) return tree.view.getBigUint64(at);
  if (width === 4) return BigInt(tree.view.getUint32(at));
  return BigInt(width === 2 ? tree.view.getUint16(at) : tree.view.getUint8(at));
}

/** Takes the break that ends what has no length. */
function breaks(tree: Tree, isOpen: boolean): boolean {
  if (!isOpen || tree.peek() !== BREAK) return false;
  tree.take(1);
  return true;
}

function string(tree: Tree, kind: number, length: number): Value {
  const from = tree.take(length);
  if (kind === 3) return quoted(visible(tree.bytes, from, tree.at));
  return plain(`h'${hexText(tree.bytes.subarray(from, tree.at))}'`);
}

/** A text or bytes whose length was not known when it was begun. */
function pieces(tree: Tree, kind: number): Value {
  let all = '';
  for (let n = 0; !breaks(tree, true); n++)
    tree.entry(`piece ${n}`, (entry) => {
      tree.need(1);
      const low = tree.peek() & 31;
      if (tree.peek() >> 5 !== kind || low > 27) tree.fail();
      tree.take(1);
      const piece = string(tree, kind, Number(argument(tree, low)));
      if (all.length < 240) all += piece.value;
      entry.value = piece.value;
    });
  return kind === 3 ? quoted(all) : plain(all);
}

/** A tag, with those that follow it at once: no recursion, as they may be a megabyte of them. */
function tagged(tree: Tree, first: number, from: number): Value {
  const all = [tagField(tree, first, from)];
  while (tree.peek() >> 5 === TAG) {
    const at = tree.take(1);
    const low = (tree.bytes[at] ?? 0) & 31;
    if (low > 27) tree.fail(at);
    all.push(tagField(tree, Number(argument(tree, low)), at));
  }
  const inner = read(tree);
  const { number } = inner;
  const isTime = all.at(-1) === 1 && number !== undefined && Math.abs(number) < 8.64e12;
  const value = isTime ? new Date(number * 1000).toISOString() : inner.value;
  const shown = isTime ? value : inner.shown;
  return { value, shown: all.reduceRight((text, tag) => `${tag}(${text})`, shown), number };
}

function tagField(tree: Tree, tag: number, from: number): number {
  const name = TAGS.get(tag);
  tree.number('tag', from, tree.at, tag, name === undefined ? String(tag) : `${tag} (${name})`);
  return tag;
}

function simple(tree: Tree, low: number): Value {
  const at = tree.at;
  switch (low) {
    case 24:
      return simpleValue(tree.bytes[tree.take(1)] ?? 0);
    case 25:
      tree.take(2);
      return float(half(tree.view.getUint16(at)));
    case 26:
      tree.take(4);
      return float(tree.view.getFloat32(at));
    case 27:
      tree.take(8);
      return float(tree.view.getFloat64(at));
    default:
      return simpleValue(low);
  }
}

function simpleValue(number: number): Value {
  return plain(SIMPLE.get(number) ?? `simple(${number})`);
}

/** A half-precision number (RFC 8949 appendix D). */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
