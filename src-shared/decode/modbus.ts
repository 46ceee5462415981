import { crc16Modbus, modbusPduBytes } from '../protocols/modbus';
import type { Decoded, DecodeInput } from './decoded';
import { bytesText, labelled, opaque } from './decoded';
import { modbusPdu } from './modbus-pdu';
import { hexNumber, Tree } from './tree';
import { say } from './words';

type Side = DecodeInput['side'];

/**
 * Which of request and answer it is: what its sender should send, unless only the other's length fits.
 * Devices dial to their masters too.
 */
function sideOf(pdu: Uint8Array, side: Side): Side {
  const other = side === 'client' ? 'server' : 'client';
  const fits = (one: Side) => modbusPduBytes(pdu, one) === pdu.length;
  return !fits(side) && fits(other) ? other : side;
}

/** MODBUS Messaging on TCP/IP Implementation Guide V1.0b. */
export function modbus(input: DecodeInput): Decoded {
  const { bytes } = input;
  if (input.role === 'opaque' || input.part === 'middle' || input.part === 'last')
    return opaque(input);
  const tree = new Tree(bytes);
  let label = '';
  let unit = 0;
  const fields = tree.read(() => {
    tree.u16('transaction identifier');
    const protocol = tree.u16('protocol identifier');
    const length = tree.u16('length');
    unit = tree.u8('unit identifier');
    if (protocol !== 0) {
      label = say('not-this', 'Modbus');
      return;
    }
    const pdu = bytes.subarray(7, Math.min(bytes.length, 6 + length));
    const side = sideOf(pdu, input.side);
    tree.within(Math.max(0, length - 1), () => {
      modbusPdu(tree, side, (text) => (label = text));
    });
  });
  if (label === '') label = say('not-this', 'Modbus');
  return labelled(`${label} · unit ${unit}${tree.mark}`, fields);
}

/** MODBUS over Serial Line V1.02: unit, function and data, CRC with its low byte first. */
export function modbusRtu(input: DecodeInput): Decoded {
  const { bytes } = input;
  if (input.role === 'opaque') return opaque(input);
  const tree = new Tree(bytes);
  let label = '';
  let unit = 0;
  let checked = '';
  const fields = tree.read(() => {
    unit = tree.u8('unit identifier');
    tree.need(2);
    const end = Math.max(1, bytes.length - 2);
    const side = sideOf(bytes.subarray(1, end), input.side);
    tree.within(end - 1, () => {
      modbusPdu(tree, side, (text) => (label = text));
    });
    const sent = (bytes[end] ?? 0) + (bytes[end + 1] ?? 0) * 256;
    const right = crc16Modbus(bytes, end) === sent;
    checked = right ? '' : `, ${say('checksum-wrong')}`;
    const value = `${hexNumber(sent, 4)}, ${say(right ? 'checksum-right' : 'checksum-wrong')}`;
    tree.blob('CRC', 2, value);
  });
  if (label === '')
    return labelled(`${say('not-this', 'Modbus')}, ${bytesText(bytes.length)}`, fields);
  return labelled(`${label} · unit ${unit}${checked}${tree.mark}`, fields);
}
