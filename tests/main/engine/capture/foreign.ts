import { concat, network, word } from './bytes';

/** Files as other programs write them, byte by byte, so that our own writer has no part in it. */
export interface ForeignPacket {
  seconds: number;
  /** In the unit of the file. */
  fraction: number;
  frame: Uint8Array;
  /** Of the frame before the capture cut it. */
  originalBytes?: number;
  /** For epb_flags. */
  direction?: 1 | 2;
  comment?: string;
}

/** IPv4 with TCP or UDP; checksums are left zero, readers must not mind. */
export function ipv4(
  protocol: 'tcp' | 'udp',
  [source, sourcePort]: [number[], number],
  [destination, destinationPort]: [number[], number],
  payload: Uint8Array,
  tcp: { flags: number; seq: number; ack?: number } = { flags: 0x18, seq: 1 },
): Uint8Array {
  const transport =
    protocol === 'udp'
      ? network([2, sourcePort], [2, destinationPort], [2, 8 + payload.length], [2, 0])
      : network(
          ...([
            [2, sourcePort],
            [2, destinationPort],
            [4, tcp.seq],
            [4, tcp.ack ?? 0],
          ] as const),
          ...([
            [1, 0x50],
            [1, tcp.flags],
            [2, 1000],
            [4, 0],
          ] as const),
        );
  const length = 20 + transport.length + payload.length;
  const header = network(
    [2, 0x4500],
    [2, length],
    [4, 0],
    [1, 64],
    [1, protocol === 'tcp' ? 6 : 17],
    [2, 0],
  );
  return concat(header, Uint8Array.from(source), Uint8Array.from(destination), transport, payload);
}

export function ipv6Udp(
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array {
  const address = (last: number): Uint8Array =>
    concat(network([4, 0x20010db8], [4, 0], [4, 0], [4, last]));
  const udp = network([2, sourcePort], [2, destinationPort], [2, 8 + payload.length], [2, 1]);
  const head = network([4, 0x60000000], [2, udp.length + payload.length], [1, 17], [1, 64]);
  return concat(head, address(1), address(2), udp, payload);
}

const MAC = new Uint8Array(12);

/** A frame of each link layer around an IP packet. */
export const FRAMES: Record<string, { link: number; wrap: (ip: Uint8Array) => Uint8Array }> = {
  raw: { link: 101, wrap: (ip) => ip },
  'raw IPv4': { link: 228, wrap: (ip) => ip },
  ethernet: { link: 1, wrap: (ip) => concat(MAC, network([2, 0x0800]), ip, new Uint8Array(6)) },
  'ethernet, VLAN': {
    link: 1,
    wrap: (ip) => concat(MAC, network([2, 0x8100], [2, 7], [2, 0x0800]), ip),
  },
  'ethernet, two tags': {
    link: 1,
    wrap: (ip) => concat(MAC, network([2, 0x88a8], [2, 7], [2, 0x8100], [2, 8], [2, 0x0800]), ip),
  },
  loop: { link: 108, wrap: (ip) => concat(network([4, 2]), ip) },
  null: { link: 0, wrap: (ip) => concat(Uint8Array.of(2, 0, 0, 0), ip) },
  'linux cooked': { link: 113, wrap: (ip) => concat(new Uint8Array(14), network([2, 0x0800]), ip) },
  'linux cooked 2': {
    link: 276,
    wrap: (ip) => concat(network([2, 0x0800]), new Uint8Array(18), ip),
  },
};

/** `nanoseconds`: the other magic. */
export function pcap(
  little: boolean,
  link: number,
  packets: ForeignPacket[],
  nanoseconds = false,
): Uint8Array {
  const n = (bytes: 2 | 4, value: number): Uint8Array => word(bytes, value, little);
  const header = [
    n(4, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    ...[n(2, 2), n(2, 4), n(4, 0), n(4, 0), n(4, 65_535), n(4, link)],
  ];
  const records = packets.flatMap(({ seconds, fraction, frame, originalBytes }) => [
    ...[n(4, seconds), n(4, fraction), n(4, frame.length), n(4, originalBytes ?? frame.length)],
    frame,
  ]);
  return concat(...header, ...records);
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

/** A block of pcapng in either byte order. */
export function block(little: boolean, type: number, body: Uint8Array): Uint8Array {
  const whole = padded(body);
  const length = word(4, whole.length + 12, little);
  return concat(word(4, type, little), length, whole, length);
}

export function section(little: boolean): Uint8Array {
  const n = (bytes: 2 | 4, value: number): Uint8Array => word(bytes, value, little);
  const unknown = new Uint8Array(8).fill(0xff);
  return block(little, 0x0a0d0d0a, concat(n(4, 0x1a2b3c4d), n(2, 1), n(2, 0), unknown));
}

/** `resolution` as in if_tsresol; null: left out, so microseconds. */
export function capturedInterface(
  little: boolean,
  link: number,
  resolution: number | null,
): Uint8Array {
  const n = (bytes: 2 | 4, value: number): Uint8Array => word(bytes, value, little);
  const options =
    resolution === null ? [] : [n(2, 9), n(2, 1), Uint8Array.of(resolution, 0, 0, 0), n(4, 0)];
  return block(little, 1, concat(n(2, link), n(2, 0), n(4, 0), ...options));
}

/** `unitsPerSecond` must be that of the interface. */
export function enhancedPacket(
  little: boolean,
  interfaceId: number,
  unitsPerSecond: number,
  packet: ForeignPacket,
): Uint8Array {
  const n = (bytes: 2 | 4, value: number): Uint8Array => word(bytes, value, little);
  const units = BigInt(packet.seconds) * BigInt(unitsPerSecond) + BigInt(packet.fraction);
  const { frame, direction, comment } = packet;
  const options: Uint8Array[] = [];
  if (comment !== undefined) {
    const text = Buffer.from(comment);
    options.push(n(2, 1), n(2, text.length), padded(text));
  }
  if (direction !== undefined) options.push(n(2, 2), n(2, 4), n(4, direction));
  if (options.length > 0) options.push(n(4, 0));
  return block(
    little,
    6,
    concat(
      ...[n(4, interfaceId), n(4, Number(units >> 32n)), n(4, Number(units & 0xffffffffn))],
      ...[
        n(4, frame.length),
        n(4, packet.originalBytes ?? frame.length),
        padded(frame),
        ...options,
      ],
    ),
  );
}

/** An IPv4 packet in fragments, which begin at 0 and at each of the cuts: multiples of 8. */
export function ipv4Fragments(
  packet: Uint8Array,
  id: number,
  cuts: readonly number[],
): Uint8Array[] {
  return pieces(packet.subarray(20), cuts, (start, payload, more) =>
    ipv4Fragment(packet, { id, start, more, payload }),
  );
}

/** With the addresses and the protocol of an IPv4 packet. */
export function ipv4Fragment(
  packet: Uint8Array,
  { id, start, more, payload }: { id: number; start: number; more: boolean; payload: Uint8Array },
): Uint8Array {
  const place = (more ? 0x2000 : 0) | (start / 8);
  const head = (checksum: number): Uint8Array =>
    concat(
      network([2, 0x4500], [2, 20 + payload.length], [2, id], [2, place], [1, 64]),
      packet.subarray(9, 10),
      network([2, checksum]),
      packet.subarray(12, 20),
    );
  return concat(head(checksumOf(head(0))), payload);
}

/** RFC 1071: without it Wireshark puts nothing together. */
function checksumOf(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2)
    sum += (header[at] ?? 0) * 256 + (header[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An IPv6 packet without extension headers in fragments. */
export function ipv6Fragments(
  packet: Uint8Array,
  id: number,
  cuts: readonly number[],
): Uint8Array[] {
  return pieces(packet.subarray(40), cuts, (start, payload, more) => {
    const head = network([4, 0x60000000], [2, 8 + payload.length], [1, 44], [1, 64]);
    const fragment = network([1, packet[6] ?? 0], [1, 0], [2, start | (more ? 1 : 0)], [4, id]);
    return concat(head, packet.subarray(8, 40), fragment, payload);
  });
}

function pieces(
  whole: Uint8Array,
  cuts: readonly number[],
  make: (start: number, payload: Uint8Array, more: boolean) => Uint8Array,
): Uint8Array[] {
  const starts = [0, ...cuts];
  return starts.map((start, at) => {
    const end = starts[at + 1] ?? whole.length;
    return make(start, whole.subarray(start, end), end < whole.length);
  });
}
