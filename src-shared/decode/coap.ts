import { coapLength } from '../framing/protocols/coap';
import {
  COAP_CODES,
  COAP_FORMATS,
  COAP_OPTIONS,
  COAP_SIGNAL_OPTIONS,
  type CoapOptionKind,
} from './coap-values';
import type { Decoded, DecodeInput } from './decoded';
import { bytesText, labelled, opaque, visible } from './decoded';
import { hexText, named, Tree } from './tree';
import { say } from './words';

const TYPES = ['CON', 'NON', 'ACK', 'RST'];

const MARKER = 0xff;

/** What a label is made of, as far as the message has it. */
interface Told {
  words: string[];
  path: string[];
  query: string[];
  about: string[];
  format: string;
}

/** RFC 7252; in a stream RFC 8323. */
export function coap(input: DecodeInput): Decoded {
  const { bytes, role, part = 'whole' } = input;
  if (role === 'opaque' || part === 'middle' || part === 'last') return opaque(input);
  const inStream = role === 'message' || (role !== 'datagram' && fitsStream(bytes));
  if (!inStream && (bytes[0] ?? 0) >> 6 !== 1)
    return labelled(`${say('not-this', 'CoAP')}, ${bytesText(bytes.length)}`, opaque(input).fields);
  const tree = new Tree(bytes);
  const told: Told = { words: [], path: [], query: [], about: [], format: '' };
  const fields = tree.read(() => {
    const { token, code, id } = inStream ? streamHeader(tree, told) : header(tree, told);
    const length = inStream ? coapLength(bytes) : 'other';
    tree.within(typeof length === 'object' ? length.bytes - tree.at : tree.left, () => {
      if (token > 0) tree.blob('token', token);
      options(tree, code, told);
      if (id !== null) told.about.push(`#${id}`);
      payload(tree, told);
    });
  });
  const path = told.path.length === 0 ? [] : [`/${told.path.join('/')}`];
  const query = told.query.length === 0 ? '' : `?${told.query.join('&')}`;
  const words = [...told.words, `${path.join('')}${query}`].filter((text) => text !== '');
  return labelled([words.join(' '), ...told.about].join(' · ') + tree.mark, fields);
}

/** Whether what another framing cut is as long as it says itself, in the form of streams. */
function fitsStream(bytes: Uint8Array): boolean {
  const length = coapLength(bytes);
  const isCode = typeof length === 'object' && COAP_CODES.has(bytes[length.code] ?? -1);
  return isCode && length.bytes === bytes.length && (bytes[0] ?? 0) >> 6 !== 1;
}

interface Header {
  token: number;
  code: number;
  id: number | null;
}

function header(tree: Tree, told: Told): Header {
  let token = 0;
  tree.group('header', () => {
    const first = tree.u8('version, type, token length', (byte) => String(byte));
    const [from, to] = [tree.at - 1, tree.at];
    const type = TYPES[(first >> 4) & 3] ?? '';
    token = first & 15;
    tree.number('version', from, to, first >> 6);
    tree.number('type', from, to, (first >> 4) & 3, type);
    tree.number('token length', from, to, token);
    told.words.push(type);
    return type;
  });
  const code = readCode(tree, told);
  return { token, code, id: tree.u16('message ID') };
}

function streamHeader(tree: Tree, told: Told): Header {
  const first = tree.u8('length, token length');
  tree.number('token length', tree.at - 1, tree.at, first & 15);
  const extended = [1, 2, 4][(first >> 4) - 13];
  if (extended !== undefined) tree.uint('extended length', extended);
  return { token: first & 15, code: readCode(tree, told), id: null };
}

/** `2.05 Content`, `0.01 GET`. */
function codeText(code: number): string {
  const number = `${code >> 5}.${String(code & 31).padStart(2, '0')}`;
  return `${number} ${COAP_CODES.get(code) ?? ''}`.trim();
}

function readCode(tree: Tree, told: Told): number {
  const code = tree.u8('code', codeText);
  // A method is known by its name, an answer by its number too.
  told.words.push(code >> 5 === 0 ? (COAP_CODES.get(code) ?? codeText(code)) : codeText(code));
  return code;
}

/** Each option's number and length go on from the one before (RFC 7252 §3.1). */
function options(tree: Tree, code: number, told: Told): void {
  let number = 0;
  while (tree.left > 0 && tree.peek() !== MARKER)
    tree.entry('option', (option) => {
      const first = tree.u8('delta and length');
      tree.number('delta', tree.at - 1, tree.at, first >> 4);
      tree.number('length', tree.at - 1, tree.at, first & 15);
      number += extendedBy(tree, 'option delta extended', first >> 4);
      const length = extendedBy(tree, 'option length extended', first & 15);
      const known =
        code >> 5 === 7 ? COAP_SIGNAL_OPTIONS.get(code * 256 + number) : COAP_OPTIONS.get(number);
      const [name, kind] = known ?? [`option ${number}`, 'opaque'];
      option.name = name;
      Object.assign(option, optionValue(tree, kind, length));
      tell(told, name, option.value);
    });
}

function extendedBy(tree: Tree, name: string, nibble: number): number {
  if (nibble === 13) return tree.u8(name) + 13;
  if (nibble === 14) return tree.u16(name) + 269;
  // 15 is for the payload's marker alone.
  if (nibble === 15) tree.fail(tree.at - 1);
  return nibble;
}

const formatName = named(COAP_FORMATS, 'format');

function optionValue(
  tree: Tree,
  kind: CoapOptionKind,
  length: number,
): { value: string; number?: number } {
  const from = tree.at;
  switch (kind) {
    case 'text':
      return { value: length === 0 ? '' : tree.text('value', length) };
    case 'uint':
    case 'format':
    case 'block': {
      if (length > 6) break;
      const show = kind === 'format' ? formatName : kind === 'block' ? blockText : String;
      const number = length === 0 ? 0 : tree.uint('value', length, show);
      if (kind === 'block' && length > 0) blockParts(tree, from, number);
      return { value: show(number), number };
    }
    case 'empty':
    case 'opaque':
      break;
    default:
      return kind satisfies never;
  }
  if (length > 0) tree.blob('value', length);
  return { value: hexText(tree.bytes.subarray(from, tree.at)) };
}

function blockParts(tree: Tree, from: number, value: number): void {
  tree.number('block number', from, tree.at, Math.floor(value / 16));
  tree.number('more', from, tree.at, (value >> 3) & 1);
  tree.number('block size', from, tree.at, value & 7, bytesText(2 ** ((value & 7) + 4)));
}

/** `3 of 64 bytes, more`: number, size and whether there are more (RFC 7959 §2.2). */
function blockText(value: number): string {
  const size = 2 ** ((value & 7) + 4);
  return `${Math.floor(value / 16)} of ${bytesText(size)}${value & 8 ? ', more' : ''}`;
}

function tell(told: Told, name: string, value: string): void {
  if (name === 'Uri-Path') told.path.push(value);
  else if (name === 'Uri-Query') told.query.push(value);
  else if (name === 'Content-Format') told.format = value;
  else if (/^(?:Observe|Q?-?Block\d)$/.test(name)) told.about.push(`${name} ${value}`);
}

function payload(tree: Tree, told: Told): void {
  if (tree.left === 0) return;
  tree.blob('payload marker', 1);
  const { at, left } = tree;
  if (left === 0) return;
  const text = visible(tree.bytes, at, at + left);
  tree.blob('payload', left, text);
  told.about.push(`${told.format === '' ? '' : `${told.format} `}${bytesText(left)}: ${text}`);
}
