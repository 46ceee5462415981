import type { Note } from '../../../../src-shared/contract/row';
import type { Block } from '../format/block-parser';
import { formatIp } from '../format/ip-address';
import { protocolName } from './packet-census';
import { UNREAD } from '../format/packet-parser';
import type { Packet } from '../format/packet-parser';

/** What is told of a part of a packet, as IP has cut it; null when it is none. */
export function fragmentNote({ kind }: Block, packet: Packet, bytes: Uint8Array): Note | null {
  if (kind !== 'packet' || packet.unread !== UNREAD.fragment) return null;
  const { v6, sourceStart, destinationStart, detail } = packet;
  const { fragmentStart, fragmentBytes, fragmentId, moreFragments } = packet;
  const addressAt = (start: number) => formatIp(bytes.subarray(start, start + (v6 ? 16 : 4)));
  const range = `bytes ${String(fragmentStart)} to ${String(fragmentStart + fragmentBytes - 1)}`;
  const last = moreFragments ? '' : ', the last';
  const ends = `from ${addressAt(sourceStart)} to ${addressAt(destinationStart)}`;
  const text = `IP fragment ${String(fragmentId)} of ${protocolName(detail)}, ${range}${last}, ${ends}`;
  return { event: 'comment', text };
}
