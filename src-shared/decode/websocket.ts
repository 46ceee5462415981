import { CONTINUATION, webSocketHead } from '../framing/protocols/websocket';
import type { WebSocketHead } from '../framing/protocols/websocket';
import type { Decoded, DecodeInput } from './decoded';
import { ascii, bytesText, labelled, lineAt, opaque, visible } from './decoded';
import { http } from './http';
import { hexText, named, Tree } from './tree';
import { say } from './words';

const CLOSE = 8;

const OPCODES = new Map([
  [0, 'continuation'],
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);
const opcodeName = named(OPCODES, 'opcode');

/** RFC 6455 §7.4.1 and IANA's registry. */
const CLOSE_CODES = new Map([
  [1000, 'normal closure'],
  [1001, 'going away'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1005, 'no status received'],
  [1006, 'abnormal closure'],
  [1007, 'invalid frame payload data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'mandatory extension'],
  [1011, 'internal error'],
  [1012, 'service restart'],
  [1013, 'try again later'],
  [1014, 'bad gateway'],
  [1015, 'TLS handshake'],
]);

/** So much of a payload is unmasked: more is not shown. */
const MAX_UNMASKED_BYTES = 1024;

/** RFC 6455: the handshake is HTTP; after it each frame is one. */
export function webSocket(input: DecodeInput): Decoded {
  const { role, bytes, part = 'whole' } = input;
  if (role === 'head' || role === 'body' || role === 'chunk' || role === 'last-chunk')
    return http(input);
  if (role === 'opaque' || part === 'middle' || part === 'last') return opaque(input);
  if (role === 'frame' && isHttp(bytes)) return http(input);
  const head = webSocketHead(bytes);
  if (head === 'other')
    return labelled(
      `${say('not-this', 'WebSocket')}, ${bytesText(bytes.length)}`,
      opaque(input).fields,
    );
  const tree = new Tree(bytes);
  let label = '';
  const fields = tree.read(() => {
    header(tree);
    tree.need(head === 'more' ? Infinity : 0);
    if (head !== 'more') label = payload(tree, head, input);
  });
  return labelled(`${label || opcodeName((bytes[0] ?? 0) & 15)}${tree.mark}`, fields);
}

function isHttp(bytes: Uint8Array): boolean {
  return /^HTTP\/\d|^[A-Z]+ \S+ HTTP\/\d/.test(ascii(bytes, lineAt(bytes, 0)));
}

function header(tree: Tree): void {
  tree.group('header', () => {
    const first = tree.u8('FIN, RSV, opcode');
    const [from, to] = [tree.at - 1, tree.at];
    const opcode = first & 15;
    tree.number('FIN', from, to, first >> 7);
    for (const n of [1, 2, 3]) tree.number(`RSV${n}`, from, to, (first >> (7 - n)) & 1);
    tree.number('opcode', from, to, opcode, opcodeName(opcode));
    const second = tree.u8('mask, payload length');
    tree.number('MASK', to, tree.at, second >> 7);
    const short = second & 0x7f;
    if (short < 126) tree.number('payload length', to, tree.at, short);
    else if (short === 126) tree.u16('payload length');
    else {
      const at = tree.take(8);
      const length = tree.view.getBigUint64(at);
      tree.number('payload length', at, tree.at, Number(length), String(length));
    }
    if (second >= 0x80) tree.blob('masking key', 4);
    return opcodeName(opcode);
  });
}

/** What a frame's payload is, by its opcode; of one that continues a message by that message's. */
function kindOf({ opcode, reserved }: WebSocketHead, role: DecodeInput['role']): string {
  if (reserved & 4) return 'compressed';
  if (opcode !== CONTINUATION) return opcodeName(opcode);
  const going = /^(text|binary|compressed)-continued$/.exec(role)?.[1];
  return going ?? 'continuation';
}

function payload(tree: Tree, head: WebSocketHead, { bytes, role }: DecodeInput): string {
  const kind = kindOf(head, role);
  const { opcode, isFinal, payloadBytes, payloadAt } = head;
  const words = [
    opcode === CONTINUATION && kind !== 'continuation' ? `${kind}, continuation` : kind,
    ...(head.reserved & 4 && opcode !== CONTINUATION ? [opcodeName(opcode)] : []),
    ...(isFinal ? [] : ['more follows']),
  ];
  const name = words.join(', ');
  const clear = unmasked(bytes, head);
  if (opcode === CLOSE) return closing(tree, clear, payloadBytes);
  const isText = kind === 'text' || (opcode > CLOSE && clear.every((b) => b >= 0x20 && b < 0x7f));
  const shown = isText ? visible(clear, 0, clear.length) : hexText(clear);
  if (payloadBytes > 0) {
    const there = Math.min(payloadBytes, tree.left);
    if (there > 0) tree.add('payload', payloadAt, payloadAt + there, shown);
    tree.at += there;
    if (there < payloadBytes) tree.cut = true;
  }
  if (kind === 'text') return `${name} · ${shown}`;
  return `${name}, ${bytesText(payloadBytes)}${isText && payloadBytes > 0 ? ` · ${shown}` : ''}`;
}

/** The beginning of the payload as it was before it was masked. */
function unmasked(
  bytes: Uint8Array,
  { maskAt, payloadAt, payloadBytes }: WebSocketHead,
): Uint8Array {
  const end = payloadAt + Math.min(payloadBytes, MAX_UNMASKED_BYTES);
  const clear = bytes.slice(payloadAt, end);
  if (maskAt !== null)
    for (let n = 0; n < clear.length; n++)
      clear[n] = (clear[n] ?? 0) ^ (bytes[maskAt + (n & 3)] ?? 0);
  return clear;
}

function closing(tree: Tree, clear: Uint8Array, payloadBytes: number): string {
  if (payloadBytes < 2) return opcodeName(CLOSE);
  const from = tree.take(2);
  const code = (clear[0] ?? 0) * 256 + (clear[1] ?? 0);
  const name = named(CLOSE_CODES, '')(code);
  const text = CLOSE_CODES.has(code) ? `${code} ${name}` : String(code);
  tree.number('status code', from, tree.at, code, text);
  if (payloadBytes === 2) return `close ${text}`;
  const at = tree.take(payloadBytes - 2);
  const reason = visible(clear, 2, clear.length);
  tree.add('reason', at, tree.at, reason);
  return `close ${text} · ${reason}`;
}
