import type { Decoded, DecodeInput } from './decoded';
import { bytesText, labelled, opaque } from './decoded';
import { readName } from './dns-name';
import { readRdata, typeName } from './dns-rdata';
import { DNS_CLASSES, DNS_OPCODES, DNS_RCODES } from './dns-values';
import { hexNumber, named, Tree } from './tree';
import { say } from './words';

const HEADER_BYTES = 12;
const OPT = 41;

/** What a message's label is made of. */
interface Told {
  isAnswer: boolean;
  code: string;
  questions: string[];
  answers: string[];
}

/** RFC 1035, with EDNS (RFC 6891). In a stream a length of two bytes stands in front. */
export function dns(input: DecodeInput): Decoded {
  const { bytes, role, part = 'whole' } = input;
  if (role === 'opaque' || role === 'bad-length' || part === 'middle' || part === 'last')
    return opaque({ ...input, role: 'opaque' });
  const tree = new Tree(bytes);
  const told: Told = { isAnswer: false, code: '', questions: [], answers: [] };
  const fields = tree.read(() => {
    const isPrefixed = role === 'message' || (role !== 'datagram' && hasLength(bytes));
    const length = isPrefixed ? tree.u16('length') : bytes.length;
    tree.within(length, () => {
      message(tree, told);
    });
  });
  if (bytes.length < HEADER_BYTES)
    return labelled(`${say('not-this', 'DNS')}, ${bytesText(bytes.length)}`, fields);
  const what = told.questions.join(', ') || say('no-question');
  const answers = told.answers.length === 0 ? '' : ` = ${told.answers.join(', ')}`;
  return labelled(`${told.isAnswer ? told.code : 'query'} ${what}${answers}${tree.mark}`, fields);
}

/** Whether what another framing cut begins with its own length. */
function hasLength(bytes: Uint8Array): boolean {
  const length = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return length >= HEADER_BYTES && length === bytes.length - 2;
}

const className = named(DNS_CLASSES, 'CLASS');

function message(tree: Tree, told: Told): void {
  const start = tree.at;
  tree.u16('ID', (id) => hexNumber(id, 4));
  header(tree, told);
  const names = ['questions', 'answers', 'authority', 'additional'];
  const counts = names.map((name) => tree.u16(`${name} count`));
  const [questions = 0, ...records] = counts;
  section(tree, 'questions', questions, () => {
    const text = question(tree, start);
    if (told.questions.length < 4) told.questions.push(text);
    return text;
  });
  for (const [n, count] of records.entries())
    section(tree, names[n + 1] ?? '', count, () => {
      const { text, data } = record(tree, start);
      if (n === 0 && told.answers.length < 8) told.answers.push(data);
      return text;
    });
}

function header(tree: Tree, told: Told): void {
  tree.group('flags', () => {
    const flags = tree.u16('bits', (bits) => hexNumber(bits, 4));
    const [from, to] = [tree.at - 2, tree.at];
    const opcode = (flags >> 11) & 15;
    const rcode = flags & 15;
    told.isAnswer = flags >= 0x8000;
    told.code = named(DNS_RCODES, 'RCODE')(rcode);
    tree.number('QR', from, to, flags >> 15, told.isAnswer ? 'response' : 'query');
    tree.number('opcode', from, to, opcode, named(DNS_OPCODES, 'opcode')(opcode));
    tree.number('AA', from, to, (flags >> 10) & 1);
    tree.number('TC', from, to, (flags >> 9) & 1);
    tree.number('RD', from, to, (flags >> 8) & 1);
    tree.number('RA', from, to, (flags >> 7) & 1);
    tree.number('AD', from, to, (flags >> 5) & 1);
    tree.number('CD', from, to, (flags >> 4) & 1);
    tree.number('RCODE', from, to, rcode, told.code);
    return told.code;
  });
}

function section(tree: Tree, name: string, count: number, read: () => string): void {
  if (count === 0) return;
  tree.group(name, () => {
    for (let n = 0; n < count; n++) tree.group(name === 'questions' ? 'question' : 'record', read);
    return count;
  });
}

function question(tree: Tree, start: number): string {
  const name = readName(tree, start, 'name');
  const type = typeName(tree.u16('type', typeName));
  // Multicast DNS asks for an answer to itself with the highest bit (RFC 6762 §5.4).
  tree.u16('class', (value) => className(value & 0x7fff));
  return `${type} ${name}`;
}

function record(tree: Tree, start: number): { text: string; data: string } {
  const name = readName(tree, start, 'name');
  const type = tree.u16('type', typeName);
  if (type === OPT) {
    tree.u16('UDP payload size');
    tree.group('extended flags', () => {
      tree.u8('extended RCODE');
      tree.u8('version');
      const flags = tree.u16('bits', (bits) => hexNumber(bits, 4));
      tree.number('DO', tree.at - 2, tree.at, flags >> 15);
      return hexNumber(flags, 4);
    });
  } else {
    tree.u16('class', (value) => className(value & 0x7fff));
    tree.u32('TTL', (seconds) => `${seconds} s`);
  }
  const data = readRdata(tree, start, type, tree.u16('data length'));
  return { text: `${typeName(type)} ${name} ${data}`.trim(), data };
}
