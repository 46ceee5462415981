/*
 * From a link-layer frame to the payload of TCP or UDP. Untrusted bytes: nothing is read beyond
 * what was captured.
 */

export const LINK = {
  null: 0,
  ethernet: 1,
  raw: 101,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
} as const;

const ETHER = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8 } as const;
export const TCP = 6;
const UDP = 17;

/** The packet parsed last; offsets into the bytes parsed. Used again and again. */
export interface Packet {
  protocol: number;
  v6: boolean;
  sourceStart: number;
  destinationStart: number;
  sourcePort: number;
  destinationPort: number;
  /** 0 for UDP. */
  flags: number;
  seq: number;
  payloadStart: number;
  /** As far as captured. */
  payloadBytes: number;
  /** What the headers say it was. */
  payloadTrueBytes: number;
}

export function emptyPacket(): Packet {
  return {
    protocol: 0,
    v6: false,
    sourceStart: 0,
    destinationStart: 0,
    sourcePort: 0,
    destinationPort: 0,
    flags: 0,
    seq: 0,
    payloadStart: 0,
    payloadBytes: 0,
    payloadTrueBytes: 0,
  };
}

/** Where the IP header starts, or -1. */
function skipLink(linkType: number, view: DataView, start: number, end: number): number {
  switch (linkType) {
    case LINK.raw:
    case LINK.ipv4:
    case LINK.ipv6:
      return start;
    case LINK.null:
      return start + 4;
    case LINK.ethernet:
      return skipEther(view, start + 12, end);
    case LINK.sll:
      return skipEther(view, start + 14, end);
    case LINK.sll2: {
      if (start + 20 > end) return -1;
      const type = view.getUint16(start);
      return type === ETHER.ipv4 || type === ETHER.ipv6 ? start + 20 : -1;
    }
    default:
      return -1;
  }
}

/** `at` is where the EtherType stands. */
function skipEther(view: DataView, at: number, end: number): number {
  let next = at;
  for (let tags = 0; tags < 4 && next + 2 <= end; tags++) {
    const type = view.getUint16(next);
    if (type === ETHER.ipv4 || type === ETHER.ipv6) return next + 2;
    if (type !== ETHER.vlan && type !== ETHER.qinq) return -1;
    next += 4;
  }
  return -1;
}

/** False when it is not whole, unfragmented TCP or UDP over IP. */
export function parsePacket(
  linkType: number,
  view: DataView,
  start: number,
  capturedBytes: number,
  packet: Packet,
): boolean {
  const end = start + capturedBytes;
  const ip = skipLink(linkType, view, start, end);
  if (ip < 0 || ip + 20 > end) return false;
  const version = view.getUint8(ip) >>> 4;
  if (version === 4) return parseV4(view, ip, end, packet);
  return version === 6 && ip + 40 <= end && parseV6(view, ip, end, packet);
}

function parseV4(view: DataView, ip: number, end: number, packet: Packet): boolean {
  const header = (view.getUint8(ip) & 0xf) * 4;
  const total = view.getUint16(ip + 2);
  if (header < 20 || (view.getUint16(ip + 6) & 0x3fff) !== 0) return false;
  packet.v6 = false;
  packet.protocol = view.getUint8(ip + 9);
  packet.sourceStart = ip + 12;
  packet.destinationStart = ip + 16;
  // Segmentation offload leaves the length 0 for packets over 64 KiB: then it is what was captured.
  const ipEnd = total === 0 ? end : ip + total;
  return parseTransport(view, ip + header, ipEnd, end, packet);
}

const EXTENSION = new Set([0, 43, 60]);

function parseV6(view: DataView, ip: number, end: number, packet: Packet): boolean {
  const payload = view.getUint16(ip + 4);
  let protocol = view.getUint8(ip + 6);
  let at = ip + 40;
  for (let headers = 0; headers < 8 && EXTENSION.has(protocol) && at + 8 <= end; headers++) {
    protocol = view.getUint8(at);
    at += 8 + view.getUint8(at + 1) * 8;
  }
  packet.v6 = true;
  packet.protocol = protocol;
  packet.sourceStart = ip + 8;
  packet.destinationStart = ip + 24;
  return parseTransport(view, at, payload === 0 ? end : ip + 40 + payload, end, packet);
}

function parseTransport(
  view: DataView,
  at: number,
  trueEnd: number,
  end: number,
  packet: Packet,
): boolean {
  let header = 8;
  if (packet.protocol === TCP) {
    if (at + 20 > end) return false;
    header = (view.getUint8(at + 12) >>> 4) * 4;
    if (header < 20) return false;
    packet.seq = view.getUint32(at + 4);
    packet.flags = view.getUint8(at + 13);
  } else if (packet.protocol === UDP) {
    if (at + 8 > end) return false;
    packet.seq = 0;
    packet.flags = 0;
  } else {
    return false;
  }
  packet.sourcePort = view.getUint16(at);
  packet.destinationPort = view.getUint16(at + 2);
  const payload = at + header;
  packet.payloadStart = payload;
  packet.payloadTrueBytes = Math.max(0, trueEnd - payload);
  packet.payloadBytes = Math.max(0, Math.min(end, trueEnd) - payload);
  return true;
}
