import { CRC_START, crc16Modbus, crcWith, modbusPduBytes } from '../../protocols/modbus';
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
 * checksum fits. Who dialled does not tell which of them it is: devices dial too. Functions that are
 * free for anyone to define are as long as their checksum says.
 */
export const measureModbusRtu: MeasureMessage = (head, last) => {
  const code = head[1];
  if (code === undefined) return last ? 'other' : 'more';
  if ((code & 0x7f) === 0) return 'other';
  const pdu = head.subarray(1);
  const asked = modbusPduBytes(pdu, 'client');
  const answered = modbusPduBytes(pdu, 'server');
  if (asked === 'unknown' && answered === 'unknown')
    return isFree(code) ? byChecksum(head, last) : 'other';
  // The shorter one first: it is there first, and no longer one begins with its checksum by chance.
  const [a, b] = [aduBytes(asked), aduBytes(answered)];
  for (const bytes of a < b ? [a, b] : [b, a]) {
    if (bytes > MAX_ADU_BYTES) continue;
    if (bytes > head.length) {
      if (!last) return 'more';
    } else if (fits(head, bytes)) return { bytes, role: 'message' };
  }
  return !last && (asked === 'more' || answered === 'more') ? 'more' : 'other';
};

/** Unit and checksum too. */
function aduBytes(pdu: ReturnType<typeof modbusPduBytes>): number {
  return typeof pdu === 'number' ? pdu + 3 : Infinity;
}

function fits(head: Uint8Array, bytes: number): boolean {
  const sent = (head[bytes - 2] ?? 0) + (head[bytes - 1] ?? 0) * 256;
  return crc16Modbus(head, bytes - 2) === sent;
}

/** MODBUS Application Protocol V1.1b3 §5; 43 of types other than the standard's is like them. */
function isFree(code: number): boolean {
  return (code >= 65 && code <= 72) || (code >= 100 && code <= 110) || code === 43;
}

function byChecksum(head: Uint8Array, last: boolean): Measure {
  const most = Math.min(head.length, MAX_ADU_BYTES);
  let crc = CRC_START;
  for (let bytes = 3; bytes <= most; bytes++) {
    crc = crcWith(crc, head[bytes - 3] ?? 0);
    const sent = (head[bytes - 2] ?? 0) + (head[bytes - 1] ?? 0) * 256;
    if (bytes >= MIN_ADU_BYTES && crc === sent) return { bytes, role: 'message' };
  }
  return last || most === MAX_ADU_BYTES ? 'other' : 'more';
}
