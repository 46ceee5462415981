import type { Packet } from '../format/packet-parser';
import type { FragmentPart } from '../rows/fragment-order';

/** So much of a packet holds its headers. */
export const HEAD_BYTES = 128;

/** What is known of one. */
export interface Fragment extends FragmentPart {
  last: boolean;
  /** Of its bytes. */
  checksum: number;
  /** What of it is of the packet's first bytes. */
  head: Uint8Array | null;
}

/** A fragment as it comes. */
export interface Arrived {
  view: DataView;
  packet: Packet;
  offset: number;
  atMs: number;
  /** Which flow it is of, asked of a fragment with the beginning of a packet. */
  flowOf: (head: Uint8Array) => number;
}

/** RFC 791: the protocol is part of what names a packet; RFC 8200: it is not. */
export function keyOf({ view, packet }: Arrived): string {
  const { v6, sourceStart, destinationStart, fragmentId, protocol } = packet;
  const words = v6 ? 4 : 1;
  let key = v6 ? `6 ${String(fragmentId)}` : `${String(protocol)} ${String(fragmentId)}`;
  for (let word = 0; word < words; word++) {
    const source = view.getUint32(sourceStart + 4 * word);
    key += ` ${String(source)} ${String(view.getUint32(destinationStart + 4 * word))}`;
  }
  return key;
}

export function fragmentOf({ view, packet }: Arrived): Fragment {
  const { fragmentStart: start, fragmentBytes: bytes, moreFragments, payloadStart } = packet;
  const captured = packet.payloadBytes;
  // Of a header that is cut, the payload would begin behind all that is there.
  const from = view.byteOffset + (captured === 0 ? 0 : payloadStart);
  const carried = new Uint8Array(view.buffer, from, captured);
  const head = start < HEAD_BYTES ? carried.slice(0, HEAD_BYTES - start) : null;
  return { start, bytes, captured, last: !moreFragments, checksum: checksumOf(carried), head };
}

/** FNV-1a over the bytes, to know some when they come again. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193);
  return sum >>> 0;
}

/** Behind all that begin there or before. */
export function placeOf(fragments: readonly Fragment[], start: number): number {
  let low = 0;
  let high = fragments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((fragments[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One that came already and carries the same part of the packet. */
export function alike(
  fragments: readonly Fragment[],
  { start, bytes, last }: Fragment,
): Fragment | null {
  for (let at = placeOf(fragments, start) - 1; at >= 0; at--) {
    const one = fragments[at];
    if (one?.start !== start) return null;
    if (one.bytes === bytes && one.last === last) return one;
  }
  return null;
}

/** Bytes between fragments that came; what may be missing behind them nobody can tell. */
export function missingOf(parts: readonly { start: number; bytes: number }[]): number {
  let missing = 0;
  let reached = 0;
  for (const { start, bytes } of parts) {
    missing += Math.max(0, start - reached);
    reached = Math.max(reached, start + bytes);
  }
  return missing;
}
