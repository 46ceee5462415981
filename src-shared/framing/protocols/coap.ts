import type { Measure } from '../message-splitter';

/** So many bytes of extended length, and what is added to it, by the first four bits (RFC 8323 §3.2). */
const EXTENDED = new Map([
  [13, { bytes: 1, add: 13 }],
  [14, { bytes: 2, add: 269 }],
  [15, { bytes: 4, add: 65_805 }],
]);

const CODE_BYTES = 1;

/** CoAP over TCP: how long the message is, and where its code stands. */
export function coapLength(head: Uint8Array): { bytes: number; code: number } | 'more' | 'other' {
  const first = head[0];
  if (first === undefined) return 'more';
  const token = first & 15;
  if (token > 8) return 'other';
  const extended = EXTENDED.get(first >> 4);
  let length = extended ? 0 : first >> 4;
  for (let n = 0; n < (extended?.bytes ?? 0); n++) {
    const byte = head[1 + n];
    if (byte === undefined) return 'more';
    length = length * 256 + byte;
  }
  const code = 1 + (extended?.bytes ?? 0);
  return { bytes: code + CODE_BYTES + token + length + (extended?.add ?? 0), code };
}

/** RFC 8323: in a stream a message begins with the length of its options and payload. */
export function measureCoap(head: Uint8Array): Measure {
  const length = coapLength(head);
  return typeof length === 'string' ? length : { bytes: length.bytes, role: 'message' };
}
