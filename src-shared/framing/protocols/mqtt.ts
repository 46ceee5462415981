import type { FrameRole } from '../frame';
import type { MeasureMessage } from '../message-splitter';

const CONNECT = 1;
const PUBLISH = 3;

/** What the low half of the first byte must be, by packet type (MQTT 5 §2.1.3); of PUBLISH anything. */
const FLAGS = [-1, 0, 0, -1, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0];

/** The remaining length and where it ends (MQTT 5 §1.5.5); `other`: more than four bytes. */
export function mqttLength(bytes: Uint8Array): { value: number; end: number } | 'more' | 'other' {
  let value = 0;
  for (let n = 0; n < 4; n++) {
    const byte = bytes[1 + n];
    if (byte === undefined) return 'more';
    value += (byte & 0x7f) * 128 ** n;
    if (byte < 0x80) return { value, end: 2 + n };
  }
  return 'other';
}

/** The level in a CONNECT: 3, 4 or 5; null: not there. */
export function mqttLevel(bytes: Uint8Array, at: number): number | 'more' | null {
  const [high, low] = [bytes[at], bytes[at + 1]];
  if (high === undefined || low === undefined) return 'more';
  const length = high * 256 + low;
  if (length !== 4 && length !== 6) return null;
  return bytes[at + 2 + length] ?? 'more';
}

/** Both directions of one connection: which version they speak is said in the client's first packet. */
export function mqttConnection(): MeasureMessage {
  let role: FrameRole = 'message';
  return (head) => {
    const first = head[0];
    if (first === undefined) return 'more';
    const type = first >> 4;
    if (type === 0) return 'other';
    if (type === PUBLISH ? (first & 6) === 6 : (first & 15) !== FLAGS[type]) return 'other';
    const length = mqttLength(head);
    if (typeof length === 'string') return length;
    const bytes = length.end + length.value;
    if (type === CONNECT) {
      const level = mqttLevel(head.subarray(0, bytes), length.end);
      if (level === 'more' && head.length < bytes) return 'more';
      if (level === 5) role = 'mqtt-5';
      else if (level === 3 || level === 4) role = 'mqtt-3';
    }
    return { bytes, role };
  };
}
