import { MODBUS_FUNCTIONS } from '../protocols/modbus';
import type { DecodeInput } from './decoded';
import type { Tree } from './tree';
import { hexNumber, hexText, named } from './tree';

const EXCEPTIONS = new Map([
  [1, 'Illegal Function'],
  [2, 'Illegal Data Address'],
  [3, 'Illegal Data Value'],
  [4, 'Server Device Failure'],
  [5, 'Acknowledge'],
  [6, 'Server Device Busy'],
  [7, 'Negative Acknowledge'],
  [8, 'Memory Parity Error'],
  [10, 'Gateway Path Unavailable'],
  [11, 'Gateway Target Device Failed to Respond'],
]);

const DIAGNOSTICS = new Map([
  [0, 'Return Query Data'],
  [1, 'Restart Communications Option'],
  [2, 'Return Diagnostic Register'],
  [3, 'Change ASCII Input Delimiter'],
  [4, 'Force Listen Only Mode'],
  [10, 'Clear Counters and Diagnostic Register'],
  [11, 'Return Bus Message Count'],
  [12, 'Return Bus Communication Error Count'],
  [13, 'Return Bus Exception Error Count'],
  [14, 'Return Server Message Count'],
  [15, 'Return Server No Response Count'],
  [16, 'Return Server NAK Count'],
  [17, 'Return Server Busy Count'],
  [18, 'Return Bus Character Overrun Count'],
  [20, 'Clear Overrun Counter and Flag'],
]);

const MEI_TYPES = new Map([
  [13, 'CANopen General Reference'],
  [14, 'Read Device Identification'],
]);

const DEVICE_OBJECTS = new Map([
  [0, 'VendorName'],
  [1, 'ProductCode'],
  [2, 'MajorMinorRevision'],
  [3, 'VendorUrl'],
  [4, 'ProductName'],
  [5, 'ModelName'],
  [6, 'UserApplicationName'],
]);

const functionName = named(MODBUS_FUNCTIONS, 'function');

/** Reads function code and data, and says in a line what they are (MODBUS Application Protocol V1.1b3). */
export function modbusPdu(
  tree: Tree,
  side: DecodeInput['side'],
  told: (label: string) => void,
): void {
  const code = tree.bytes[tree.take(1)] ?? 0;
  const name = functionName(code & 0x7f);
  const shown = code & 0x80 ? `${name}, exception` : name;
  tree.number('function code', tree.at - 1, tree.at, code & 0x7f, shown);
  told(name);
  if (code & 0x80) {
    const exception = tree.u8('exception code', named(EXCEPTIONS, 'exception'));
    told(`${name}: ${named(EXCEPTIONS, 'exception')(exception)}`);
    return;
  }
  const rest = side === 'client' ? request(tree, code) : answer(tree, code);
  told(`${name}${rest}`);
}

const address = (number: number) => `${number} (${hexNumber(number, 4)})`;

/** ` @100 ×2`: from which address, and how many. */
function range(tree: Tree, from = 'starting address', count = 'quantity'): string {
  const start = tree.u16(from, address);
  return ` @${start} ×${tree.u16(count)}`;
}

function request(tree: Tree, code: number): string {
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
      return range(tree);
    case 15: {
      const what = range(tree);
      return `${what} = ${bits(tree, 'coils', tree.u8('byte count'))}`;
    }
    case 16: {
      const what = range(tree);
      return `${what} = ${registers(tree, tree.u8('byte count'))}`;
    }
    case 20:
      tree.u8('byte count');
      return fileParts(tree, false);
    case 21:
      tree.u8('byte count');
      return fileParts(tree, true);
    case 23: {
      const read = range(tree, 'read starting address', 'quantity to read');
      const written = range(tree, 'write starting address', 'quantity to write');
      return `${read}, write${written} = ${registers(tree, tree.u8('byte count'))}`;
    }
    case 24:
      return ` @${tree.u16('FIFO pointer address', address)}`;
    case 43:
      return deviceQuestion(tree);
    default:
      return same(tree, code);
  }
}

function answer(tree: Tree, code: number): string {
  switch (code) {
    case 1:
      return ` = ${bits(tree, 'coils', tree.u8('byte count'))}`;
    case 2:
      return ` = ${bits(tree, 'inputs', tree.u8('byte count'))}`;
    case 3:
    case 4:
    case 23:
      return ` = ${registers(tree, tree.u8('byte count'))}`;
    case 7:
      return ` = ${hexNumber(tree.u8('exception status', (byte) => hexNumber(byte)))}`;
    case 11:
      return eventCounter(tree);
    case 12: {
      const count = tree.u8('byte count');
      const what = eventCounter(tree);
      tree.u16('message count');
      tree.blob('events', Math.max(0, Math.min(count - 6, tree.left)));
      return what;
    }
    case 15:
    case 16:
      return range(tree);
    case 17: {
      const count = tree.u8('byte count');
      const from = tree.at;
      tree.blob('server ID and run indicator', count);
      return ` = ${hexText(tree.bytes.subarray(from, tree.at))}`;
    }
    case 20:
      tree.u8('response data length');
      return fileAnswers(tree);
    case 21:
      tree.u8('response data length');
      return fileParts(tree, true);
    case 24: {
      tree.u16('byte count');
      const count = tree.u16('FIFO count');
      return ` = ${registers(tree, count * 2)}`;
    }
    case 43:
      return deviceAnswer(tree);
    default:
      return same(tree, code);
  }
}

/** What request and answer have alike: the answer repeats the request. */
function same(tree: Tree, code: number): string {
  switch (code) {
    case 5: {
      const at = tree.u16('output address', address);
      const shown = (value: number) =>
        value === 0xff00 ? 'ON' : value === 0 ? 'OFF' : hexNumber(value, 4);
      return ` @${at} = ${shown(tree.u16('output value', shown))}`;
    }
    case 6: {
      const at = tree.u16('register address', address);
      return ` @${at} = ${tree.u16('register value')}`;
    }
    case 8: {
      const name = named(DIAGNOSTICS, 'sub-function');
      const what = name(tree.u16('sub-function', name));
      tree.blob('data', tree.left);
      return `: ${what}`;
    }
    case 22: {
      const at = tree.u16('reference address', address);
      const mask = (number: number) => hexNumber(number, 4);
      const and = tree.u16('AND mask', mask);
      return ` @${at} and ${mask(and)} or ${mask(tree.u16('OR mask', mask))}`;
    }
    default:
      if (tree.left > 0) tree.blob('data', tree.left);
      return '';
  }
}

/** So many bytes as registers of two, most significant byte first. */
function registers(tree: Tree, bytes: number): string {
  const shown: number[] = [];
  tree.group('registers', () => {
    for (let n = 0; n < bytes >> 1; n++) {
      const value = tree.u16('register', address);
      if (shown.length < 16) shown.push(value);
    }
    return shown.join(', ');
  });
  return `${shown.join(', ')}${bytes >> 1 > shown.length ? ', …' : ''}`;
}

/** The lowest bit of the first byte is the first coil. */
function bits(tree: Tree, name: string, bytes: number): string {
  const shown = (byte: number) => [...byte.toString(2).padStart(8, '0')].reverse().join('');
  const all: string[] = [];
  tree.group(name, () => {
    for (let n = 0; n < bytes; n++) all.push(shown(tree.u8('bits', shown)));
    return all.join(' ');
  });
  return `${all.slice(0, 8).join(' ')}${all.length > 8 ? ' …' : ''}`;
}

function eventCounter(tree: Tree): string {
  const shown = (word: number) => (word === 0xffff ? 'busy' : hexNumber(word, 4));
  tree.u16('status', shown);
  return ` = ${tree.u16('event count')}`;
}

const REFERENCE_TYPE = 'reference type';

function fileParts(tree: Tree, withData: boolean): string {
  const shown: string[] = [];
  while (tree.left > 0)
    tree.group('sub-request', () => {
      tree.u8(REFERENCE_TYPE);
      const file = tree.u16('file number');
      const record = tree.u16('record number');
      const length = tree.u16('record length');
      if (withData) registers(tree, length * 2);
      const text = `file ${file} record ${record} ×${length}`;
      if (shown.length < 8) shown.push(text);
      return text;
    });
  return ` ${shown.join(', ')}`;
}

function fileAnswers(tree: Tree): string {
  const shown: string[] = [];
  while (tree.left > 0)
    tree.group('sub-response', () => {
      const length = tree.u8('file response length');
      tree.u8(REFERENCE_TYPE);
      const text = registers(tree, Math.max(0, length - 1));
      if (shown.length < 8) shown.push(text);
      return text;
    });
  return ` = ${shown.join(' · ')}`;
}

function deviceQuestion(tree: Tree): string {
  const what = meiType(tree);
  if (what.type === 14) {
    tree.u8('read device ID code');
    tree.u8('object ID', named(DEVICE_OBJECTS, 'object'));
  } else tree.blob('data', tree.left);
  return what.text;
}

function meiType(tree: Tree): { type: number; text: string } {
  const name = named(MEI_TYPES, 'type');
  const type = tree.u8('MEI type', name);
  return { type, text: `: ${name(type)}` };
}

function deviceAnswer(tree: Tree): string {
  const { type, text } = meiType(tree);
  if (type !== 14) {
    tree.blob('data', tree.left);
    return text;
  }
  tree.u8('read device ID code');
  tree.u8('conformity level', (byte) => hexNumber(byte));
  tree.u8('more follows');
  tree.u8('next object ID');
  const count = tree.u8('number of objects');
  const shown: string[] = [];
  for (let n = 0; n < count; n++)
    tree.group('object', () => {
      const name = named(DEVICE_OBJECTS, 'object');
      const id = name(tree.u8('object ID', name));
      const value = tree.text('object value', tree.u8('object length'));
      if (shown.length < 8) shown.push(value);
      return `${id} = ${value}`;
    });
  return `${text} = ${shown.join(', ')}`;
}
