import { MSGPACK } from '../framing/protocols/msgpack';
import type { Decoded, DecodeInput } from './decoded';
import { visible } from './decoded';
import type { Tree } from './tree';
import { hexText } from './tree';
import type { Value } from './values';
import { decodeValues, float, passOver, plain, quoted, readList, readMap, whole } from './values';

/** MessagePack, one value or several one after the other. */
export function msgpack(input: DecodeInput): Decoded {
  return decodeValues(input, 'MessagePack', read);
}

const never = () => false;

function read(tree: Tree): Value {
  tree.need(1);
  if (tree.deepest) return passOver(tree, MSGPACK);
  const from = tree.take(1);
  const byte = tree.bytes[from] ?? 0;
  if (byte < 0x80) return plain(String(byte), byte);
  if (byte >= 0xe0) return plain(String(byte - 256), byte - 256);
  if (byte < 0x90) return readMap(tree, byte & 15, never, read);
  if (byte < 0xa0) return readList(tree, byte & 15, never, read);
  if (byte < 0xc0) return text(tree, byte & 31);
  return readLong(tree, byte) ?? tree.fail(from);
}

/** A value of c0 to df; null: none begins so. */
function readLong(tree: Tree, byte: number): Value | null {
  if (byte === 0xc0) return plain('nil');
  if (byte === 0xc2 || byte === 0xc3) return plain(byte === 0xc2 ? 'false' : 'true');
  if (byte >= 0xc4 && byte <= 0xc6) return binary(tree, unsigned(tree, byte - 0xc4));
  if (byte >= 0xc7 && byte <= 0xc9) return extension(tree, unsigned(tree, byte - 0xc7));
  if (byte === 0xca) return float(tree.view.getFloat32(tree.take(4)));
  if (byte === 0xcb) return float(tree.view.getFloat64(tree.take(8)));
  if (byte === 0xcf) return whole(tree.view.getBigUint64(tree.take(8)));
  if (byte >= 0xcc && byte <= 0xce) return plainNumber(unsigned(tree, byte - 0xcc));
  if (byte >= 0xd0 && byte <= 0xd3) return signed(tree, byte - 0xd0);
  if (byte >= 0xd4 && byte <= 0xd8) return extension(tree, 2 ** (byte - 0xd4));
  if (byte >= 0xd9 && byte <= 0xdb) return text(tree, unsigned(tree, byte - 0xd9));
  if (byte === 0xdc || byte === 0xdd)
    return readList(tree, unsigned(tree, byte - 0xdb), never, read);
  if (byte === 0xde || byte === 0xdf)
    return readMap(tree, unsigned(tree, byte - 0xdd), never, read);
  return null;
}

function plainNumber(number: number): Value {
  return plain(String(number), number);
}

/** Of 1, 2 or 4 bytes. */
function unsigned(tree: Tree, power: number): number {
  const at = tree.take(2 ** power);
  if (power === 0) return tree.view.getUint8(at);
  return power === 1 ? tree.view.getUint16(at) : tree.view.getUint32(at);
}

function signed(tree: Tree, power: number): Value {
  const at = tree.take(2 ** power);
  switch (power) {
    case 0:
      return plainNumber(tree.view.getInt8(at));
    case 1:
      return plainNumber(tree.view.getInt16(at));
    case 2:
      return plainNumber(tree.view.getInt32(at));
    default:
      return whole(tree.view.getBigInt64(at));
  }
}

function text(tree: Tree, length: number): Value {
  const from = tree.take(length);
  return quoted(visible(tree.bytes, from, tree.at));
}

function binary(tree: Tree, length: number): Value {
  const from = tree.take(length);
  return plain(`h'${hexText(tree.bytes.subarray(from, tree.at))}'`);
}

const TIMESTAMP = -1;

function extension(tree: Tree, length: number): Value {
  const type = tree.view.getInt8(tree.take(1));
  tree.number(
    'type',
    tree.at - 1,
    tree.at,
    type,
    type === TIMESTAMP ? '-1 (timestamp)' : undefined,
  );
  const from = tree.take(length);
  const time = type === TIMESTAMP ? timestamp(tree, from, length) : null;
  const value = time ?? `ext(${type}, ${hexText(tree.bytes.subarray(from, tree.at))})`;
  return plain(value);
}

/** Seconds and nanoseconds in 32, 64 or 96 bits; null: another length, or no time there is. */
function timestamp({ view }: Tree, at: number, length: number): string | null {
  let seconds: bigint;
  let ns = 0;
  if (length === 4) seconds = BigInt(view.getUint32(at));
  else if (length === 8) {
    const both = view.getBigUint64(at);
    seconds = both & 0x3ffffffffn;
    ns = Number(both >> 34n);
  } else if (length === 12) {
    ns = view.getUint32(at);
    seconds = view.getBigInt64(at + 4);
  } else return null;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const fraction = ns === 0 ? '' : `.${String(ns).padStart(9, '0')}`;
  return date.toISOString().replace('.000Z', `${fraction}Z`);
}
