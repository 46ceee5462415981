import type { Layout } from '../../contract/definition';
import type { LayoutField } from '../../contract/layout';

/** A layout to begin with, and a frame in hex that it reads. */
interface LayoutExample {
  definition: Layout;
  sample: string;
}

function example(
  name: string,
  about: string,
  label: string,
  fields: LayoutField[],
  sample: string,
): LayoutExample {
  return { definition: { version: 1, kind: 'layout', name, about, label, fields }, sample };
}

/** Each shows other things that a layout can do. */
export const LAYOUT_EXAMPLES: readonly LayoutExample[] = [
  example(
    'sensor',
    'A frame with a header, a length, scaled values, flags and a CRC over all before it.',
    '{temperature}, {humidity}, {state}',
    [
      { type: 'bytes', name: 'magic', length: 2, expect: 'aa 55' },
      { type: 'u8', name: 'length', about: 'Of what follows, without the CRC' },
      { type: 'u16', name: 'device', show: 'hex' },
      { type: 'u8', name: 'state', names: { 0: 'idle', 1: 'measuring', 2: 'failed' } },
      {
        type: 'u8',
        name: 'flags',
        show: 'binary',
        bits: [
          { name: 'battery low', at: '0' },
          { name: 'range', at: '1..2', names: { 0: 'small', 1: 'middle', 2: 'large' } },
        ],
      },
      { type: 'i16', name: 'temperature', scale: 0.01, unit: '°C' },
      { type: 'u16', name: 'humidity', scale: 0.1, unit: '%' },
      { type: 'checksum', name: 'crc', model: 'crc-16/modbus', endian: 'little' },
    ],
    'aa55 08 1001 01 03 086a 01c2 a7cf',
  ),
  example(
    'tlv',
    'Entries of tag, length and value up to the end of the frame.',
    '{tag} {text}',
    [
      {
        type: 'group',
        name: 'entry',
        count: 'rest',
        fields: [
          { type: 'u8', name: 'tag', names: { 1: 'name', 2: 'counter', 3: 'position' } },
          { type: 'u8', name: 'length' },
          {
            type: 'group',
            name: 'value',
            length: 'length',
            fields: [
              { type: 'text', name: 'text', length: 'rest', when: { field: 'tag', is: 1 } },
              { type: 'u32', name: 'counter', when: { field: 'tag', is: 2 } },
              { type: 'f32', name: 'degrees', count: 2, when: { field: 'tag', is: 3 } },
            ],
          },
        ],
      },
    ],
    '01 07 67617465203132 02 04 00000bb8 03 08 42 4a 00 00 41 05 99 9a',
  ),
  example(
    'request-answer',
    'Requests and answers of one protocol: what is there depends on the side and on the function.',
    '{function} {address} {value}',
    [
      { type: 'u8', name: 'address' },
      { type: 'u8', name: 'function', names: { 3: 'read', 6: 'write', '0x83': 'refused' } },
      { type: 'u8', name: 'reason', when: { field: 'function', mask: '0x80' } },
      {
        type: 'group',
        name: 'request',
        when: { side: 'client' },
        fields: [
          { type: 'u16', name: 'register', show: 'hex' },
          { type: 'u16', name: 'value' },
        ],
      },
      {
        type: 'group',
        name: 'answer',
        when: { side: 'server' },
        fields: [
          { type: 'u8', name: 'bytes', when: { field: 'function', is: 3 } },
          {
            type: 'u16',
            name: 'registers',
            count: { rest: 2 },
            when: { field: 'function', is: [3, 6] },
          },
        ],
      },
      { type: 'checksum', name: 'crc', model: 'crc-16/modbus', endian: 'little' },
    ],
    '01 06 0010 0003 c80e',
  ),
];
