import type { FrameRole } from '../framing/frame';
import { startsWithProperties } from './mqtt-values';

/**
 * Which version a packet is of, 4 standing for 3.1 too: what its connection is known to speak; else
 * what its body, after the fixed header, looks like.
 */
export function mqttVersion(role: FrameRole, type: number, flags: number, body: Uint8Array): 4 | 5 {
  if (role === 'mqtt-5') return 5;
  if (role === 'mqtt-3') return 4;
  switch (type) {
    case 2:
    case 11:
      return body.length > 2 ? 5 : 4;
    case 3:
      return publishVersion(flags, body);
    case 8:
      return isList(body, 1) ? 4 : 5;
    case 9:
      return body.subarray(2).every((code) => code <= 2 || code === 128) ? 4 : 5;
    case 10:
      return isList(body, 0) ? 4 : 5;
    default:
      return body.length > 2 || type === 15 ? 5 : 4;
  }
}

/** The topics of version 3: each with its length, and so many bytes after it. */
function isList(body: Uint8Array, more: number): boolean {
  let at = 2;
  while (at < body.length) {
    const length = (body[at] ?? 0) * 256 + (body[at + 1] ?? 0);
    at += 2 + length + more;
    if (length === 0 || (more > 0 && (body[at - 1] ?? 0) > 2)) return false;
  }
  return at === body.length;
}

/** With properties it is of version 5; without any, a NUL in front of text is their length. */
function publishVersion(flags: number, body: Uint8Array): 4 | 5 {
  const topic = 2 + (body[0] ?? 0) * 256 + (body[1] ?? 0);
  const rest = body.subarray(topic + (flags & 6 ? 2 : 0));
  if (rest.length === 0 || !startsWithProperties(rest)) return 4;
  const begins = rest[1] ?? 0;
  return rest[0] !== 0 || begins >= 0x20 ? 5 : 4;
}
