import type { OtherPackets } from '../../../../src-shared/contract/socket';
import { UNREAD } from '../format/packet-parser';
import type { Packet } from '../format/packet-parser';

/** Kinds counted apart; what comes after so many is counted together. */
const MAX_KINDS = 90;
const REST = -1;
/** Details from -1, an interface that the file does not tell, to 0xffff. */
const KEYS = 0x20000;

const LINKS: Readonly<Record<number, string>> = {
  [-1]: 'of an interface that the file does not tell',
  6: 'Token Ring',
  9: 'PPP',
  105: 'IEEE 802.11',
  119: 'IEEE 802.11 with Prism header',
  127: 'IEEE 802.11 with Radiotap header',
  147: 'user-defined link type',
  189: 'USB',
  195: 'IEEE 802.15.4',
  201: 'Bluetooth HCI',
  220: 'USB',
  227: 'SocketCAN',
  230: 'IEEE 802.15.4',
  239: 'netfilter log',
  249: 'USB',
  251: 'Bluetooth LE',
  252: 'exported PDU',
  253: 'netlink',
  256: 'Bluetooth LE',
};

const ETHERS: Readonly<Record<number, string>> = {
  0x0806: 'ARP',
  0x8035: 'RARP',
  0x8847: 'MPLS',
  0x8863: 'PPPoE discovery',
  0x8864: 'PPPoE session',
  0x888e: '802.1X',
  0x8892: 'PROFINET',
  0x88a4: 'EtherCAT',
  0x88b8: 'GOOSE',
  0x88cc: 'LLDP',
  0x88e5: 'MACsec',
  0x88f7: 'PTP',
};

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IP in IP',
  33: 'DCCP',
  41: 'IPv6 in IP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  132: 'SCTP',
  136: 'UDP-Lite',
};

/** What IP carries, by its number. */
export function protocolName(number: number): string {
  if (number === 6) return 'TCP';
  return number === 17 ? 'UDP' : (PROTOCOLS[number] ?? `IP protocol ${String(number)}`);
}

function nameOf(unread: number, detail: number): string {
  switch (unread) {
    case UNREAD.link:
      return LINKS[detail] ?? `link type ${String(detail)}`;
    case UNREAD.ether:
      // Below that it is a length (IEEE 802.3).
      if (detail < 0x600) return 'IEEE 802.3 without EtherType';
      return ETHERS[detail] ?? `EtherType 0x${detail.toString(16).padStart(4, '0')}`;
    case UNREAD.protocol:
      return protocolName(detail);
    case UNREAD.fragment:
      return `${protocolName(detail)} in fragments`;
    case UNREAD.repeatedFragment:
      return 'repeated IP fragments';
    default:
      return 'headers that are cut or make no sense';
  }
}

/** Counts packets that are not shown, by what they are. */
export class PacketCensus {
  readonly #counts = new Map<number, number>();

  add({ unread, detail }: Pick<Packet, 'unread' | 'detail'>, packets = 1): void {
    const key = unread * KEYS + detail + 1;
    const known = this.#counts.has(key) || this.#counts.size < MAX_KINDS;
    const counted = known ? key : REST;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + packets);
  }

  /** Most first. */
  get told(): OtherPackets {
    const byName = new Map<string, number>();
    for (const [key, packets] of this.#counts) {
      const unread = Math.floor(key / KEYS);
      const what = key === REST ? 'others' : nameOf(unread, (key % KEYS) - 1);
      byName.set(what, (byName.get(what) ?? 0) + packets);
    }
    return [...byName]
      .map(([what, packets]) => ({ what, packets }))
      .sort((one, other) => other.packets - one.packets);
  }
}
