/*
 * From a link-layer frame to the payload of TCP or UDP. Untrusted bytes: nothing is read beyond
 * what was captured.
 */

export const LINK = {
  null: 0,
  ethernet: 1,
  /** What some systems wrote for RAW before it had a number of its own. */
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
} as const;

const ETHER = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8, oldQinq: 0x9100 } as const;
export const TCP = 6;
export const UDP = 17;

/** Why a packet is not taken apart; `detail` of the packet says which one it is. */
export const UNREAD = {
  /** By link type. */
  link: 1,
  /** By EtherType. */
  ether: 2,
  /** By IP protocol. */
  protocol: 3,
  /** A part of a packet, as IP cuts it: by IP protocol. */
  fragment: 4,
  /** Its headers are not whole, or make no sense. */
  header: 5,
  /** A part of a packet that was there before. */
  repeatedFragment: 6,
} as const;

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
  /** Where the number stands that the segment acknowledges; read only when it is wanted. */
  ackStart: number;
  /** Of one that could not be parsed. */
  unread: number;
  detail: number;
  /** Of a fragment: where in the packet it belongs, and whether more follow. */
  fragmentStart: number;
  fragmentBytes: number;
  fragmentId: number;
  moreFragments: boolean;
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
    ackStart: 0,
    unread: 0,
    detail: 0,
    fragmentStart: 0,
    fragmentBytes: 0,
    fragmentId: 0,
    moreFragments: false,
    payloadStart: 0,
    payloadBytes: 0,
    payloadTrueBytes: 0,
  };
}

function unread(packet: Packet, why: number, detail: number): false {
  packet.unread = why;
  packet.detail = detail;
  return false;
}

/** Where the IP header starts, or -1. */
function skipLink(
  linkType: number,
  view: DataView,
  start: number,
  end: number,
  packet: Packet,
): number {
  switch (linkType) {
    case LINK.raw:
    case LINK.rawBsd:
    case LINK.rawOpenBsd:
    case LINK.ipv4:
    case LINK.ipv6:
      return start;
    case LINK.null:
    case LINK.loop:
      return start + 4;
    case LINK.ethernet:
      return skipEther(view, start + 12, end, packet);
    case LINK.sll:
      return skipEther(view, start + 14, end, packet);
    case LINK.sll2:
      // The type stands first, and what it is the type of behind the header.
      return start + 20 > end ? -1 : skipType(view, view.getUint16(start), start + 20, end, packet);
    default:
      unread(packet, UNREAD.link, linkType);
      return -1;
  }
}

/** `at` is where the EtherType stands. */
function skipEther(view: DataView, at: number, end: number, packet: Packet): number {
  return at + 2 > end ? -1 : skipType(view, view.getUint16(at), at + 2, end, packet);
}

/** `at` is what the type is of: IP, or tags before it. */
function skipType(view: DataView, first: number, at: number, end: number, packet: Packet): number {
  let type = first;
  let next = at;
  for (let tags = 0; type !== ETHER.ipv4 && type !== ETHER.ipv6; tags++) {
    const tagged = type === ETHER.vlan || type === ETHER.qinq || type === ETHER.oldQinq;
    if (!tagged || tags === 4 || next + 4 > end) {
      unread(packet, UNREAD.ether, type);
      return -1;
    }
    type = view.getUint16(next + 2);
    next += 4;
  }
  return next;
}

/** False when it is not whole, unfragmented TCP or UDP over IP: `unread` says why. */
export function parsePacket(
  linkType: number,
  view: DataView,
  start: number,
  capturedBytes: number,
  packet: Packet,
): boolean {
  const end = start + capturedBytes;
  packet.unread = UNREAD.header;
  packet.detail = 0;
  const ip = skipLink(linkType, view, start, end, packet);
  if (ip < 0 || ip + 20 > end) return false;
  const version = view.getUint8(ip) >>> 4;
  if (version === 4) return parseV4(view, ip, end, packet);
  return version === 6 && ip + 40 <= end && parseV6(view, ip, end, packet);
}

function parseV4(view: DataView, ip: number, end: number, packet: Packet): boolean {
  const header = (view.getUint8(ip) & 0xf) * 4;
  const total = view.getUint16(ip + 2);
  if (header < 20) return false;
  packet.v6 = false;
  packet.protocol = view.getUint8(ip + 9);
  packet.sourceStart = ip + 12;
  packet.destinationStart = ip + 16;
  const place = view.getUint16(ip + 6);
  if ((place & 0x3fff) !== 0) {
    packet.fragmentStart = (place & 0x1fff) * 8;
    packet.moreFragments = (place & 0x2000) !== 0;
    packet.fragmentId = view.getUint16(ip + 4);
    packet.fragmentBytes = Math.max(0, total - header);
    packet.payloadStart = ip + header;
    packet.payloadBytes = Math.max(0, Math.min(end, ip + total) - ip - header);
    return unread(packet, UNREAD.fragment, packet.protocol);
  }
  // Segmentation offload leaves the length 0 for packets over 64 KiB: then it is what was captured.
  const ipEnd = total === 0 ? end : ip + total;
  return parseTransport(view, ip + header, ipEnd, end, packet);
}

const EXTENSION = new Set([0, 43, 60]);
const FRAGMENT_HEADER = 44;

/** Where the extension headers of IPv6 end, of which `packet.protocol` names the first. */
function skipExtensions(view: DataView, from: number, end: number, packet: Packet): number {
  let at = from;
  for (let headers = 0; headers < 8 && EXTENSION.has(packet.protocol) && at + 8 <= end; headers++) {
    packet.protocol = view.getUint8(at);
    at += 8 + view.getUint8(at + 1) * 8;
  }
  return at;
}

function parseV6(view: DataView, ip: number, end: number, packet: Packet): boolean {
  const payload = view.getUint16(ip + 4);
  packet.v6 = true;
  packet.protocol = view.getUint8(ip + 6);
  const at = skipExtensions(view, ip + 40, end, packet);
  const { protocol } = packet;
  packet.sourceStart = ip + 8;
  packet.destinationStart = ip + 24;
  const trueEnd = payload === 0 ? end : ip + 40 + payload;
  if (protocol !== FRAGMENT_HEADER) return parseTransport(view, at, trueEnd, end, packet);
  if (at + 8 > end) return false;
  const place = view.getUint16(at + 2);
  packet.protocol = view.getUint8(at);
  packet.fragmentStart = place & 0xfff8;
  packet.moreFragments = (place & 1) !== 0;
  packet.fragmentId = view.getUint32(at + 4);
  packet.fragmentBytes = Math.max(0, trueEnd - at - 8);
  packet.payloadStart = at + 8;
  packet.payloadBytes = Math.max(0, Math.min(end, trueEnd) - at - 8);
  const whole = packet.fragmentStart === 0 && !packet.moreFragments;
  // RFC 6946: a fragment that is all of its packet.
  if (whole) return parseTransport(view, at + 8, trueEnd, end, packet);
  return unread(packet, UNREAD.fragment, packet.protocol);
}

/**
 * What fragments make together, which begins at `at`: the packet was that of one of them, and its
 * protocol is that of the first. False when it is no TCP or UDP.
 */
export function parseJoined(
  view: DataView,
  at: number,
  trueEnd: number,
  end: number,
  packet: Packet,
): boolean {
  packet.unread = UNREAD.header;
  const transport = packet.v6 ? skipExtensions(view, at, end, packet) : at;
  return parseTransport(view, transport, trueEnd, end, packet);
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
    packet.ackStart = at + 8;
    packet.flags = view.getUint8(at + 13);
  } else if (packet.protocol === UDP) {
    if (at + 8 > end) return false;
    packet.seq = 0;
    packet.flags = 0;
  } else {
    return unread(packet, UNREAD.protocol, packet.protocol);
  }
  packet.sourcePort = view.getUint16(at);
  packet.destinationPort = view.getUint16(at + 2);
  const payload = at + header;
  packet.payloadStart = payload;
  packet.payloadTrueBytes = Math.max(0, trueEnd - payload);
  packet.payloadBytes = Math.max(0, Math.min(end, trueEnd) - payload);
  return true;
}
