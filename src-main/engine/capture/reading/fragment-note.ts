import { counted } from '../../../../src-shared/counted';
import type { Note } from '../../../../src-shared/contract/row';
import { formatIp } from '../format/ip-address';
import type { Packet } from '../format/packet-parser';
import { GIVEN_UP } from '../rows/fragment-list';
import type { FragmentList } from '../rows/fragment-list';
import { missingOf } from './fragment';
import { protocolName } from './packet-census';

const MAX_PACKET_BYTES = 65_535;

/** What is told of a packet that could not be put together, at its last fragment; null: it is none. */
export function fragmentNote(
  list: FragmentList | undefined,
  packet: Packet,
  bytes: Uint8Array,
  offset: number,
): Note | null {
  const reason = list?.reason(offset) ?? GIVEN_UP.none;
  if (!list || reason === GIVEN_UP.none) return null;
  const { v6, sourceStart, destinationStart, detail, fragmentId } = packet;
  const addressAt = (start: number) => formatIp(bytes.subarray(start, start + (v6 ? 16 : 4)));
  const ends = `from ${addressAt(sourceStart)} to ${addressAt(destinationStart)}`;
  const what = `IP packet ${String(fragmentId)} of ${protocolName(detail)} ${ends}`;
  return { event: 'gap', text: `${what} ${whyBroken(list, packet, offset, reason)}` };
}

function whyBroken(list: FragmentList, { v6 }: Packet, offset: number, reason: number): string {
  const places = list.of(offset).sort((one, other) => one.start - other.start);
  const reach = Math.max(...places.map(({ start, bytes }) => start + bytes));
  if (reason === GIVEN_UP.refused) {
    if (reach > MAX_PACKET_BYTES)
      return `is not put together: its fragments reach to byte ${String(reach)}, and no packet is so long`;
    return v6
      ? 'is not put together: its fragments overlap, which IPv6 forbids (RFC 5722)'
      : 'is not put together: its fragments overlap or do not fit together';
  }
  const came = places.reduce((sum, { bytes }) => sum + bytes, 0);
  const there = `${counted(came, 'byte')} in ${counted(places.length, 'fragment')}`;
  const missing = missingOf(places);
  const holes = missing === 0 ? '' : counted(missing, 'byte');
  const end = list.hasEnd(offset) ? '' : 'its end';
  const lacks = [holes, end].filter((one) => one !== '').join(' and ');
  if (reason === GIVEN_UP.crowded)
    return `was given up, as too many others had begun: ${there} had come, without ${lacks}`;
  return `is not whole: ${there} are in the capture, and ${lacks} missing`;
}
