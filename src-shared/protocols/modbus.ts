import type { Side } from '../framing/protocols/conversation';

/** What each byte makes of the lowest eight bits of a CRC-16/MODBUS. */
const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

export const CRC_START = 0xffff;

/** The CRC-16/MODBUS so far, gone on with one byte. */
export function crcWith(crc: number, byte: number): number {
  return (crc >>> 8) ^ (CRC[(crc ^ byte) & 0xff] ?? 0);
}

/** CRC-16/MODBUS of the first `length` bytes; sent with its low byte first. */
export function crc16Modbus(bytes: Uint8Array, length: number): number {
  let crc = CRC_START;
  for (let n = 0; n < length; n++) crc = crcWith(crc, bytes[n] ?? 0);
  return crc;
}

/** Functions that public standards define, as they call them (MODBUS Application Protocol V1.1b3). */
export const MODBUS_FUNCTIONS = new Map([
  [1, 'Read Coils'],
  [2, 'Read Discrete Inputs'],
  [3, 'Read Holding Registers'],
  [4, 'Read Input Registers'],
  [5, 'Write Single Coil'],
  [6, 'Write Single Register'],
  [7, 'Read Exception Status'],
  [8, 'Diagnostics'],
  [11, 'Get Comm Event Counter'],
  [12, 'Get Comm Event Log'],
  [15, 'Write Multiple Coils'],
  [16, 'Write Multiple Registers'],
  [17, 'Report Server ID'],
  [20, 'Read File Record'],
  [21, 'Write File Record'],
  [22, 'Mask Write Register'],
  [23, 'Read/Write Multiple Registers'],
  [24, 'Read FIFO Queue'],
  [43, 'Encapsulated Interface Transport'],
]);

/** Always so long. */
const FIXED = {
  client: new Map([
    ...[1, 2, 3, 4, 5, 6, 8].map((code): [number, number] => [code, 5]),
    ...[7, 11, 12, 17].map((code): [number, number] => [code, 1]),
    ...[
      [22, 7],
      [24, 3],
    ].map(([code = 0, bytes = 0]): [number, number] => [code, bytes]),
  ]),
  server: new Map([
    ...[5, 6, 8, 11, 15, 16].map((code): [number, number] => [code, 5]),
    ...[
      [7, 2],
      [22, 7],
    ].map(([code = 0, bytes = 0]): [number, number] => [code, bytes]),
  ]),
};

/** As long as a byte at that place says, and so much more. */
const COUNTED = {
  client: new Map([
    [15, { at: 5, more: 6 }],
    [16, { at: 5, more: 6 }],
    [20, { at: 1, more: 2 }],
    [21, { at: 1, more: 2 }],
    [23, { at: 9, more: 10 }],
  ]),
  server: new Map([1, 2, 3, 4, 12, 17, 20, 21, 23].map((code) => [code, { at: 1, more: 2 }])),
};

const DEVICE_IDENTIFICATION = 14;

/**
 * How long a request (of a client) or an answer is, from its function code on, by what it says itself;
 * `more` when that is not there yet, `unknown` for a function whose length nothing tells.
 */
export function modbusPduBytes(pdu: Uint8Array, side: Side): number | 'more' | 'unknown' {
  const code = pdu[0];
  if (code === undefined) return 'more';
  if (code & 0x80) return side === 'server' ? 2 : 'unknown';
  const fixed = FIXED[side].get(code);
  if (fixed !== undefined) return fixed;
  const counted = COUNTED[side].get(code);
  if (counted) {
    const count = pdu[counted.at];
    return count === undefined ? 'more' : count + counted.more;
  }
  if (code === 24) {
    const [high, low] = [pdu[1], pdu[2]];
    return high === undefined || low === undefined ? 'more' : 3 + high * 256 + low;
  }
  return code === 43 ? interfaceBytes(pdu, side) : 'unknown';
}

function interfaceBytes(pdu: Uint8Array, side: Side): number | 'more' | 'unknown' {
  const type = pdu[1];
  if (type === undefined) return 'more';
  if (type !== DEVICE_IDENTIFICATION) return 'unknown';
  if (side === 'client') return 4;
  const objects = pdu[6];
  if (objects === undefined) return 'more';
  let at = 7;
  for (let n = 0; n < objects; n++) {
    const length = pdu[at + 1];
    if (length === undefined) return 'more';
    at += 2 + length;
  }
  return at;
}
