import type { Measure } from '../message-splitter';

/** RFC 1035 §4.2.2: in a stream two bytes of length stand in front; a header has 12. */
export function measureDns(head: Uint8Array): Measure {
  const [high, low] = [head[0], head[1]];
  if (high === undefined || low === undefined) return 'more';
  const length = high * 256 + low;
  return { bytes: 2 + length, role: length < 12 ? 'bad-length' : 'message' };
}
