import { mqttLength, mqttLevel } from '../framing/protocols/mqtt';
import type { Decoded, DecodeInput } from './decoded';
import { bytesText, labelled, opaque, visible } from './decoded';
import { mqttVersion } from './mqtt-version';
import {
  binary,
  goodbye,
  granted,
  PACKETS,
  properties,
  reasonCode,
  returnCode,
  utf8,
  varint,
} from './mqtt-values';
import { named, Tree } from './tree';
import { say } from './words';

const PUBLISH = 3;
const packetName = named(PACKETS, 'packet type');

/** What is read of one packet, and what its label says beside its name. */
interface Packet {
  tree: Tree;
  flags: number;
  isV5: boolean;
  about: string[];
}

/** MQTT 3.1, 3.1.1 and 5, one packet. */
export function mqtt(input: DecodeInput): Decoded {
  const { bytes, role, part = 'whole' } = input;
  if (role === 'opaque' || part === 'middle' || part === 'last') return opaque(input);
  const first = bytes[0] ?? 0;
  const type = first >> 4;
  const length = mqttLength(bytes);
  if (type === 0 || length === 'other') return notMqtt(input);
  const tree = new Tree(bytes);
  const body = length === 'more' ? new Uint8Array(0) : bytes.subarray(length.end);
  const version = mqttVersion(role, type, first & 15, body);
  const packet: Packet = { tree, flags: first & 15, isV5: version === 5, about: [] };
  const fields = tree.read(() => {
    header(tree, type);
    tree.within(varint(tree, 'remaining length'), () => {
      READERS[type]?.(packet);
    });
  });
  return labelled([packetName(type), ...packet.about].join(' · ') + tree.mark, fields);
}

function notMqtt(input: DecodeInput): Decoded {
  const { label, fields } = opaque({ ...input, role: 'opaque' });
  return labelled(`${say('not-this', 'MQTT')}, ${label}`, fields);
}

function header(tree: Tree, type: number): void {
  tree.group('fixed header', () => {
    const byte = tree.bytes[tree.take(1)] ?? 0;
    const { at } = tree;
    tree.number('packet type', at - 1, at, type, packetName(type));
    if (type === PUBLISH) {
      tree.number('DUP', at - 1, at, (byte >> 3) & 1);
      tree.number('QoS', at - 1, at, (byte >> 1) & 3);
      tree.number('RETAIN', at - 1, at, byte & 1);
    }
    return packetName(type);
  });
}

const READERS: readonly ((packet: Packet) => void)[] = [
  () => undefined,
  connect,
  connack,
  publish,
  acknowledged,
  acknowledged,
  acknowledged,
  acknowledged,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  () => undefined,
  () => undefined,
  ended,
  ended,
];

const LEVELS = new Map([
  [3, '3.1'],
  [4, '3.1.1'],
  [5, '5'],
]);

function connect(packet: Packet): void {
  const { tree, about } = packet;
  // Its own version tells, whatever the connection is thought to speak.
  packet.isV5 = mqttLevel(tree.bytes, tree.at) === 5;
  utf8(tree, 'protocol name');
  const level = named(LEVELS, 'version');
  about.push(level(tree.u8('protocol level', level)));
  let flags = 0;
  tree.group('connect flags', () => {
    flags = tree.u8('bits', (byte) => byte.toString(2).padStart(8, '0'));
    const [from, to] = [tree.at - 1, tree.at];
    const names = ['User Name', 'Password', 'Will Retain'];
    for (const [n, name] of names.entries()) tree.number(name, from, to, (flags >> (7 - n)) & 1);
    tree.number('Will QoS', from, to, (flags >> 3) & 3);
    tree.number('Will', from, to, (flags >> 2) & 1);
    tree.number('Clean Start', from, to, (flags >> 1) & 1);
    return flags;
  });
  const keepAlive = tree.u16('keep alive', (seconds) => `${seconds} s`);
  if (packet.isV5) properties(tree);
  about.push(`“${utf8(tree, 'client identifier')}”`, `keep alive ${keepAlive} s`);
  if (flags & 4) {
    if (packet.isV5) properties(tree, 'will properties');
    about.push(`will ${utf8(tree, 'will topic')}`);
    binary(tree, 'will payload');
  }
  if (flags & 0x80) about.push(`user ${utf8(tree, 'user name')}`);
  if (flags & 0x40) binary(tree, 'password');
}

function connack({ tree, isV5, about }: Packet): void {
  const present = tree.u8('session present', (byte) => String(byte & 1)) & 1;
  const shown = isV5 ? reasonCode : returnCode;
  about.push(shown(tree.u8(isV5 ? 'reason code' : 'return code', shown)));
  if (present) about.push('session present');
  if (isV5) properties(tree);
}

function publish({ tree, flags, isV5, about }: Packet): void {
  const qos = (flags >> 1) & 3;
  about.push(utf8(tree, 'topic'));
  if (qos > 0) about.push(`QoS ${qos} #${tree.u16('packet identifier')}`);
  if (flags & 8) about.push('DUP');
  if (flags & 1) about.push('RETAIN');
  if (isV5) properties(tree);
  const { at, left } = tree;
  about.push(left === 0 ? bytesText(0) : visible(tree.bytes, at, Math.min(at + 60, tree.end)));
  if (left > 0) tree.blob('payload', left, visible(tree.bytes, at, tree.end));
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP: without a reason code it is 0. */
function acknowledged({ tree, about }: Packet): void {
  about.push(`#${tree.u16('packet identifier')}`);
  if (tree.left > 0) about.push(reasonCode(tree.u8('reason code', reasonCode)));
  if (tree.left > 0) properties(tree);
}

const RETAIN_HANDLING = ['send retained', 'send retained if new', 'no retained'];

function subscribe({ tree, isV5, about }: Packet): void {
  about.push(`#${tree.u16('packet identifier')}`);
  if (isV5) properties(tree);
  while (tree.left > 0)
    tree.group('subscription', () => {
      const topic = utf8(tree, 'topic filter');
      const options = tree.u8('subscription options');
      const [from, to] = [tree.at - 1, tree.at];
      const handling = (options >> 4) & 3;
      tree.number('maximum QoS', from, to, options & 3);
      if (isV5) {
        tree.number('No Local', from, to, (options >> 2) & 1);
        tree.number('Retain As Published', from, to, (options >> 3) & 1);
        tree.number('Retain Handling', from, to, handling, RETAIN_HANDLING[handling]);
      }
      const text = `${topic} QoS ${options & 3}`;
      tell(about, text);
      return text;
    });
}

/** A label has 160 characters: what follows many others is not in it. */
function tell(about: string[], text: string): void {
  if (about.length < 12) about.push(text);
}

function suback({ tree, isV5, about }: Packet): void {
  about.push(`#${tree.u16('packet identifier')}`);
  if (isV5) properties(tree);
  while (tree.left > 0) tell(about, granted(tree.u8('reason code', granted)));
}

function unsubscribe({ tree, isV5, about }: Packet): void {
  about.push(`#${tree.u16('packet identifier')}`);
  if (isV5) properties(tree);
  while (tree.left > 0) tell(about, utf8(tree, 'topic filter'));
}

function unsuback({ tree, isV5, about }: Packet): void {
  about.push(`#${tree.u16('packet identifier')}`);
  if (isV5) properties(tree);
  while (tree.left > 0) tell(about, reasonCode(tree.u8('reason code', reasonCode)));
}

/** DISCONNECT and AUTH: without anything the reason is 0. */
function ended({ tree, about }: Packet): void {
  if (tree.left > 0) about.push(goodbye(tree.u8('reason code', goodbye)));
  if (tree.left > 0) properties(tree);
}
