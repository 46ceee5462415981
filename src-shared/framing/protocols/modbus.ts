import { crc16Modbus, modbusPduBytes } from '../../protocols/modbus';
import type { Measure, MeasureMessage } from '../message-splitter';

/** MODBUS Messaging on TCP/IP §3.1: header of 7 bytes. Devices have been seen to send more than 254. */
const MAX_LENGTH_FIELD = 1500;

/** Modbus TCP: no message when its protocol is not 0, its length absurd, or its function none. */
export function measureModbus(head: Uint8Array): Measure {
  if ((head[2] ?? 0) !== 0 || (head[3] ?? 0) !== 0) return 'other';
  if (head.length < 6) return 'more';
  const length = (head[4] ?? 0) * 256 + (head[5] ?? 0);
  if (length < 2 || length > MAX_LENGTH_FIELD) return 'other';
  if (head.length < 8) return 'more';
  return ((head[7] ?? 0) & 0x7f) === 0 ? 'other' : { bytes: 6 + length, role: 'message' };
}

/** A message goes on at once, or not at all: no gateway waits so long in the midst of one. */
export const RTU_GAP_MS = 500;

/** Modbus over serial line §2.5.1: unit, function and data, checksum. */
const MAX_ADU_BYTES = 256;
const MIN_ADU_BYTES = 4;

/**
 * Modbus RTU in a stream: as long as the function code says for a request or an answer, where the
 * checksum fits. Who dialled does not tell which of them it is: devices dial too. Functions of no
 * standard are as long as their checksum says.
 */
export const measureModbusRtu: MeasureMessage = (head, last) => {
  const code = head[1];
  if (code === undefined) return last ? 'other' : 'more';
  if ((code & 0x7f) === 0) return 'other';
  const pdu = head.subarray(1);
  const sides = ['client', 'server'] as const;
  const lengths = sides.map((side) => modbusPduBytes(pdu, side));
  if (lengths.every((length) => length === 'unknown')) return byChecksum(head, last);
  const known = lengths.flatMap((length) => (typeof length === 'number' ? [length + 3] : []));
  for (const bytes of known.sort((a, b) => a - b)) {
    if (bytes > MAX_ADU_BYTES) continue;
    if (bytes > head.length) {
      if (!last) return 'more';
    } else if (fits(head, bytes)) return { bytes, role: 'message' };
  }
  return lengths.includes('more') && !last ? 'more' : 'other';
};

function fits(head: Uint8Array, bytes: number): boolean {
  const sent = (head[bytes - 2] ?? 0) + (head[bytes - 1] ?? 0) * 256;
  return crc16Modbus(head, bytes - 2) === sent;
}

function byChecksum(head: Uint8Array, last: boolean): Measure {
  const most = Math.min(head.length, MAX_ADU_BYTES);
  for (let bytes = MIN_ADU_BYTES; bytes <= most; bytes++)
    if (fits(head, bytes)) return { bytes, role: 'message' };
  return last || most === MAX_ADU_BYTES ? 'other' : 'more';
}
