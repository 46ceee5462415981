import type { FrameRole } from '../frame';
import type { MeasureMessage } from '../message-splitter';

export const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PONG = 10;

/** What the first bytes of a frame say (RFC 6455 §5.2). */
export interface WebSocketHead {
  isFinal: boolean;
  /** The three bits for extensions, `4` is compression (RFC 7692). */
  reserved: number;
  opcode: number;
  /** Where the key of the mask is; null: not masked. */
  maskAt: number | null;
  payloadAt: number;
  payloadBytes: number;
}

export function webSocketHead(bytes: Uint8Array): WebSocketHead | 'more' | 'other' {
  const [first, second] = [bytes[0], bytes[1]];
  if (first === undefined) return 'more';
  const opcode = first & 15;
  const isFinal = first >= 0x80;
  const isControl = opcode >= CLOSE;
  if ((opcode > BINARY && !isControl) || opcode > PONG || (isControl && !isFinal)) return 'other';
  // No extension uses the other two.
  if (first & 0x30) return 'other';
  if (second === undefined) return 'more';
  const short = second & 0x7f;
  if (isControl && short > 125) return 'other';
  const width = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + width) return 'more';
  let length = width === 0 ? short : 0;
  for (let n = 0; n < width; n++) length = length * 256 + (bytes[2 + n] ?? 0);
  if (length > Number.MAX_SAFE_INTEGER) return 'other';
  const maskAt = second >= 0x80 ? 2 + width : null;
  return {
    ...{ isFinal, reserved: (first >> 4) & 7, opcode, maskAt },
    payloadAt: 2 + width + (maskAt === null ? 0 : 4),
    payloadBytes: length,
  };
}

/** One direction: a frame that goes on with a message is told with what that message is. */
export function webSocketFrames(): MeasureMessage {
  let going: FrameRole = 'message';
  return (bytes) => {
    const head = webSocketHead(bytes);
    if (typeof head === 'string') return head;
    const { isFinal, opcode, payloadAt, payloadBytes, reserved } = head;
    const role = opcode === CONTINUATION ? going : 'message';
    if (opcode === TEXT || opcode === BINARY)
      going = isFinal
        ? 'message'
        : reserved & 4
          ? 'compressed-continued'
          : opcode === TEXT
            ? 'text-continued'
            : 'binary-continued';
    else if (opcode === CONTINUATION && isFinal) going = 'message';
    return { bytes: payloadAt + payloadBytes, role };
  };
}
