import type { Tree } from './tree';
import { named } from './tree';

/** Types of packets (MQTT 5 §2.1.2). */
export const PACKETS = new Map([
  [1, 'CONNECT'],
  [2, 'CONNACK'],
  [3, 'PUBLISH'],
  [4, 'PUBACK'],
  [5, 'PUBREC'],
  [6, 'PUBREL'],
  [7, 'PUBCOMP'],
  [8, 'SUBSCRIBE'],
  [9, 'SUBACK'],
  [10, 'UNSUBSCRIBE'],
  [11, 'UNSUBACK'],
  [12, 'PINGREQ'],
  [13, 'PINGRESP'],
  [14, 'DISCONNECT'],
  [15, 'AUTH'],
]);

/** MQTT 3.1.1 §3.2.2.3. */
const RETURN_CODES = new Map([
  [0, 'Connection Accepted'],
  [1, 'unacceptable protocol version'],
  [2, 'identifier rejected'],
  [3, 'Server unavailable'],
  [4, 'bad user name or password'],
  [5, 'not authorized'],
]);

/** MQTT 5 §2.4. */
const REASONS = new Map([
  [0, 'Success'],
  [1, 'Granted QoS 1'],
  [2, 'Granted QoS 2'],
  [4, 'Disconnect with Will Message'],
  [16, 'No matching subscribers'],
  [17, 'No subscription existed'],
  [24, 'Continue authentication'],
  [25, 'Re-authenticate'],
  [128, 'Unspecified error'],
  [129, 'Malformed Packet'],
  [130, 'Protocol Error'],
  [131, 'Implementation specific error'],
  [132, 'Unsupported Protocol Version'],
  [133, 'Client Identifier not valid'],
  [134, 'Bad User Name or Password'],
  [135, 'Not authorized'],
  [136, 'Server unavailable'],
  [137, 'Server busy'],
  [138, 'Banned'],
  [139, 'Server shutting down'],
  [140, 'Bad authentication method'],
  [141, 'Keep Alive timeout'],
  [142, 'Session taken over'],
  [143, 'Topic Filter invalid'],
  [144, 'Topic Name invalid'],
  [145, 'Packet Identifier in use'],
  [146, 'Packet Identifier not found'],
  [147, 'Receive Maximum exceeded'],
  [148, 'Topic Alias invalid'],
  [149, 'Packet too large'],
  [150, 'Message rate too high'],
  [151, 'Quota exceeded'],
  [152, 'Administrative action'],
  [153, 'Payload format invalid'],
  [154, 'Retain not supported'],
  [155, 'QoS not supported'],
  [156, 'Use another server'],
  [157, 'Server moved'],
  [158, 'Shared Subscriptions not supported'],
  [159, 'Connection rate exceeded'],
  [160, 'Maximum connect time'],
  [161, 'Subscription Identifiers not supported'],
  [162, 'Wildcard Subscriptions not supported'],
]);

export const returnCode = named(RETURN_CODES, 'return code');
export const reasonCode = named(REASONS, 'reason code');

/** Code 0 has another name where a subscription is granted, and where a connection ends. */
export function granted(code: number): string {
  return code === 0 ? 'Granted QoS 0' : code === 128 ? 'Failure' : reasonCode(code);
}

export function goodbye(code: number): string {
  return code === 0 ? 'Normal disconnection' : reasonCode(code);
}

type Kind = 'u8' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair';

/** MQTT 5 §2.2.2.2. */
const PROPERTIES = new Map<number, [name: string, kind: Kind]>([
  [1, ['Payload Format Indicator', 'u8']],
  [2, ['Message Expiry Interval', 'u32']],
  [3, ['Content Type', 'text']],
  [8, ['Response Topic', 'text']],
  [9, ['Correlation Data', 'binary']],
  [11, ['Subscription Identifier', 'varint']],
  [17, ['Session Expiry Interval', 'u32']],
  [18, ['Assigned Client Identifier', 'text']],
  [19, ['Server Keep Alive', 'u16']],
  [21, ['Authentication Method', 'text']],
  [22, ['Authentication Data', 'binary']],
  [23, ['Request Problem Information', 'u8']],
  [24, ['Will Delay Interval', 'u32']],
  [25, ['Request Response Information', 'u8']],
  [26, ['Response Information', 'text']],
  [28, ['Server Reference', 'text']],
  [31, ['Reason String', 'text']],
  [33, ['Receive Maximum', 'u16']],
  [34, ['Topic Alias Maximum', 'u16']],
  [35, ['Topic Alias', 'u16']],
  [36, ['Maximum QoS', 'u8']],
  [37, ['Retain Available', 'u8']],
  [38, ['User Property', 'pair']],
  [39, ['Maximum Packet Size', 'u32']],
  [40, ['Wildcard Subscription Available', 'u8']],
  [41, ['Subscription Identifier Available', 'u8']],
  [42, ['Shared Subscription Available', 'u8']],
]);

/** A variable byte integer: at most four bytes (MQTT 5 §1.5.5). */
export function varint(tree: Tree, name: string): number {
  let value = 0;
  let length = 0;
  for (;;) {
    tree.need(length + 1);
    const byte = tree.peek(length);
    value += (byte & 0x7f) * 128 ** length;
    length++;
    if (byte < 0x80 || length === 4) break;
  }
  const from = tree.at;
  tree.at += length;
  tree.number(name, from, tree.at, value);
  return value;
}

/** Text with its length of two bytes in front. */
export function utf8(tree: Tree, name: string): string {
  return tree.text(name, tree.u16(`${name} length`));
}

export function binary(tree: Tree, name: string): void {
  tree.blob(name, tree.u16(`${name} length`));
}

/** The properties of a packet or a will; from one that there is not on they are not read. */
export function properties(tree: Tree, name: string = 'properties'): void {
  tree.group(name, () => {
    const length = varint(tree, 'property length');
    let count = 0;
    tree.within(length, () => {
      while (tree.left > 0) {
        const known = PROPERTIES.get(tree.peek());
        if (!known) break;
        count++;
        property(tree, ...known);
      }
    });
    return count;
  });
}

function property(tree: Tree, name: string, kind: Kind): void {
  tree.group(name, () => {
    tree.u8('identifier');
    switch (kind) {
      case 'u8':
        return tree.u8('value');
      case 'u16':
        return tree.u16('value');
      case 'u32':
        return tree.u32('value');
      case 'varint':
        return varint(tree, 'value');
      case 'text':
        return utf8(tree, 'value');
      case 'binary':
        binary(tree, 'value');
        return '';
      case 'pair':
        return `${utf8(tree, 'name')} = ${utf8(tree, 'value')}`;
      default:
        return kind satisfies never;
    }
  });
}

/** Whether bytes begin with a property length and as many bytes of properties that there are. */
export function startsWithProperties(bytes: Uint8Array): boolean {
  const length = bytes[0] ?? 0;
  if (length >= 0x80) return false;
  let at = 1;
  while (at < 1 + length) {
    const kind = PROPERTIES.get(bytes[at] ?? 0)?.[1];
    if (kind === undefined) return false;
    at += 1 + valueBytes(bytes, at + 1, kind);
  }
  return at === 1 + length && at <= bytes.length;
}

function valueBytes(bytes: Uint8Array, at: number, kind: Kind): number {
  const counted = (from: number) => 2 + (bytes[from] ?? 0) * 256 + (bytes[from + 1] ?? 0);
  switch (kind) {
    case 'u8':
      return 1;
    case 'u16':
      return 2;
    case 'u32':
      return 4;
    case 'varint': {
      const end = bytes.subarray(at, at + 4).findIndex((byte) => byte < 0x80);
      return end === -1 ? 4 : end + 1;
    }
    case 'text':
    case 'binary':
      return counted(at);
    case 'pair': {
      const first = counted(at);
      return first + counted(at + first);
    }
    default:
      return kind satisfies never;
  }
}
