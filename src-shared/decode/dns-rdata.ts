import type { RdataKind } from './dns-values';
import { DNS_TYPES, EDNS_OPTIONS, RDATA, SVC_KEYS } from './dns-values';
import { readName } from './dns-name';
import type { Tree } from './tree';
import { hexText, named } from './tree';

export const typeName = named(DNS_TYPES, 'TYPE');

/** Reads a record's data of `length` bytes, and says in short what it is. */
export function readRdata(tree: Tree, start: number, type: number, length: number): string {
  const parts = RDATA.get(type);
  if (length === 0) return '';
  const shown: string[] = [];
  tree.group('data', () => {
    tree.within(length, () => {
      if (!parts) tree.blob('bytes', tree.left);
      for (const [name, kind] of parts ?? []) {
        const { at } = tree;
        const text = READERS[kind](tree, name, start);
        shown.push(text === '' ? hexText(tree.bytes.subarray(at, tree.at)) : text);
      }
    });
    return shown.join(' ');
  });
  return shown.join(' ');
}

type Reader = (tree: Tree, name: string, start: number) => string;

const READERS: Record<RdataKind, Reader> = {
  u8: (tree, name) => String(tree.u8(name)),
  u16: (tree, name) => String(tree.u16(name)),
  u32: (tree, name) => String(tree.u32(name)),
  time: (tree, name) => time(tree.u32(name, time)),
  type: (tree, name) => typeName(tree.u16(name, typeName)),
  name: (tree, name, start) => readName(tree, start, name),
  ipv4: (tree, name) => address(tree, name, 4, ipv4Text),
  ipv6: (tree, name) => address(tree, name, 16, ipv6Text),
  string: (tree, name) => `"${tree.text(name, tree.u8(`${name} length`))}"`,
  strings: (tree, name) => {
    const all: string[] = [];
    while (tree.left > 0) all.push(`"${tree.text(name, tree.u8(`${name} length`))}"`);
    return all.join(' ');
  },
  text: (tree, name) => `"${tree.text(name, tree.left)}"`,
  hex: (tree, name) => {
    tree.blob(name, tree.left);
    return '';
  },
  salt: (tree, name) => {
    const length = tree.u8(`${name} length`);
    if (length === 0) return '-';
    tree.blob(name, length);
    return '';
  },
  types: (tree, name) => {
    const all: string[] = [];
    while (tree.left > 0) bitmap(tree, name, all);
    return all.join(' ');
  },
  options: (tree) => {
    const all: string[] = [];
    while (tree.left > 0)
      tree.group('option', () => {
        const option = named(EDNS_OPTIONS, 'option');
        const text = option(tree.u16('code', option));
        const length = tree.u16('length');
        if (text === 'CLIENT-SUBNET') tree.within(length, () => subnet(tree));
        else if (text === 'EXTENDED-ERROR') tree.within(length, () => extendedError(tree));
        else if (length > 0) tree.blob('value', length);
        all.push(text);
        return text;
      });
    return all.join(' ');
  },
  params: (tree) => {
    const all: string[] = [];
    while (tree.left > 0)
      tree.group('parameter', () => {
        const text = parameter(tree);
        all.push(text);
        return text;
      });
    return all.join(' ') || '-';
  },
};

/** RFC 7871 §6: only as many bytes of the address as the prefix has. */
function subnet(tree: Tree): void {
  const family = tree.u16('family');
  tree.u8('source prefix length');
  tree.u8('scope prefix length');
  const size = family === 1 ? 4 : 16;
  const bytes = new Uint8Array(size);
  bytes.set(tree.bytes.subarray(tree.at, Math.min(tree.end, tree.at + size)));
  const text = size === 4 ? ipv4Text(bytes) : ipv6Text(bytes);
  if (tree.left > 0) tree.blob('address', Math.min(tree.left, size), text);
}

/** RFC 8914. */
function extendedError(tree: Tree): void {
  tree.u16('info code');
  if (tree.left > 0) tree.text('extra text', tree.left);
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function address(
  tree: Tree,
  name: string,
  bytes: number,
  show: (bytes: Uint8Array) => string,
): string {
  tree.need(bytes);
  const text = show(tree.bytes.subarray(tree.at, tree.at + bytes));
  tree.blob(name, bytes, text);
  return text;
}

function ipv4Text(bytes: Uint8Array): string {
  return bytes.join('.');
}

/** RFC 5952: the longest run of zeros, the first of several, is `::`. */
function ipv6Text(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, n) =>
    ((bytes[2 * n] ?? 0) * 256 + (bytes[2 * n + 1] ?? 0)).toString(16),
  );
  const runs = [...words.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return words.join(':');
  const text = `:${words.join(':')}:`;
  return text.replace(`:${longest}:`, '::').replace(/^:(?!:)|(?<!:):$/g, '');
}

/** A window of types (RFC 4034 §4.1.2). */
function bitmap(tree: Tree, name: string, all: string[]): void {
  const window = tree.u8('window');
  const length = tree.u8('bitmap length');
  const from = tree.at;
  tree.need(length);
  const types: string[] = [];
  for (let n = 0; n < length * 8; n++)
    if (((tree.bytes[from + (n >> 3)] ?? 0) << (n & 7)) & 0x80)
      types.push(typeName(window * 256 + n));
  tree.blob(name, length, types.join(' '));
  if (all.length < 64) all.push(...types.slice(0, 64));
}

function parameter(tree: Tree): string {
  const key = named(SVC_KEYS, 'key');
  const name = key(tree.u16('key', key));
  const length = tree.u16('length');
  if (length === 0) return name;
  const from = tree.at;
  const values: string[] = [];
  tree.need(length);
  tree.within(length, () => {
    while (tree.left > 0) values.push(parameterValue(tree, name));
  });
  return `${name}=${values.join(',') || hexText(tree.bytes.subarray(from, tree.at))}`;
}

function parameterValue(tree: Tree, name: string): string {
  switch (name) {
    case 'alpn':
      return tree.text('protocol', tree.u8('protocol length'));
    case 'port':
      return String(tree.u16('port'));
    case 'ipv4hint':
      return address(tree, 'address', 4, ipv4Text);
    case 'ipv6hint':
      return address(tree, 'address', 16, ipv6Text);
    default:
      tree.blob('value', tree.left);
      return '';
  }
}
