import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import type { Definition } from '../../../src-shared/contract/definition';
import { LAYOUT_EXAMPLES } from '../../../src-shared/decode/definitions/examples';
import {
  formatDefinition,
  readDefinition,
} from '../../../src-shared/decode/definitions/read-definition';
import { readProto } from '../../../src-shared/decode/definitions/proto-types';
import { decode } from '../../../src-shared/decode/decode';
import type { Decoded, Field } from '../../../src-shared/decode/decoded';
import { MAX_FIELDS } from '../../../src-shared/decode/decoded';
import { Decoders } from '../../../src-shared/decode/decoders';
import { checksumNames, findChecksum } from '../../../src-shared/payload/checksum';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function outline(fields: readonly Field[], depth = 0): string[] {
  return fields.flatMap(({ name, value, from, to, children }) => [
    `${'  '.repeat(depth)}${name}=${value} [${from}..${to}]`,
    ...outline(children, depth + 1),
  ]);
}

function layoutOf(body: object): Definition {
  const read = readDefinition(JSON.stringify({ version: 1, kind: 'layout', name: 'it', ...body }));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.definition;
}

async function said(
  of: Definition,
  bytes: Uint8Array,
  side: 'client' | 'server' = 'client',
): Promise<Decoded> {
  const decoder = (await Decoders.of([of])).named(of.name);
  if ('problem' in decoder) throw new Error(decoder.problem);
  return decoder.decode({ bytes, side, role: 'frame' });
}

/** Bytes that Python packed, so that another hand than ours has made them. */
function packedByPython(expression: string): Uint8Array {
  const program = `import struct,binascii,sys\nsys.stdout.write((${expression}).hex())`;
  return hex(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

describe('a field layout', () => {
  test('reads numbers, texts, bits, groups and a checksum, each with its bytes', async () => {
    const layout = layoutOf({
      endian: 'little',
      label: '{state} {temperature}, {id}',
      fields: [
        { type: 'bytes', name: 'magic', length: 2, expect: 'aa 55' },
        { type: 'u16', name: 'length', endian: 'big' },
        { type: 'u8', name: 'state', names: { 1: 'running', '0x02': 'stopped' } },
        {
          type: 'u8',
          name: 'flags',
          show: 'hex',
          bits: [
            { name: 'alarm', at: '7' },
            { name: 'level', at: '0..2', names: { 5: 'high' } },
          ],
        },
        { type: 'i16', name: 'temperature', scale: 0.1, unit: '°C' },
        { type: 'f64', name: 'flow' },
        { type: 'u64', name: 'serial' },
        { type: 'text', name: 'id', length: 6 },
        { type: 'u8', name: 'count' },
        {
          type: 'group',
          name: 'point',
          count: 'count',
          fields: [
            { type: 'u8', name: 'kind' },
            { type: 'i24', name: 'value', when: { field: 'kind', is: [1, 3] } },
            { type: 'text', name: 'word', until: '00', when: { field: 'kind', not: [1, 3] } },
          ],
        },
        { type: 'checksum', name: 'crc', model: 'crc-16/xmodem', endian: 'big', from: 'length' },
      ],
    });
    const body =
      "struct.pack('>H', 41) + struct.pack('<BBhdQ6sB', 2, 0x85, -125, 0.1, 2**64 - 1, b'P-7', 2)" +
      " + b'\\x03' + (-2).to_bytes(3, 'little', signed=True) + b'\\x02' + b'ab\\x00'";
    const frame = packedByPython(
      `(lambda b: b'\\xaa\\x55' + b + struct.pack('>H', binascii.crc_hqx(b, 0)))(${body})`,
    );
    const { label, fields } = await said(layout, frame);
    expect(label).toBe('stopped (2) -12.5 °C, P-7');
    expect(outline(fields)).toEqual([
      'magic=AA 55 [0..2]',
      'length=41 [2..4]',
      'state=stopped (2) [4..5]',
      'flags=0x85 [5..6]',
      '  alarm=1 [5..6]',
      '  level=high (5) [5..6]',
      'temperature=-12.5 °C [6..8]',
      'flow=0.1 [8..16]',
      'serial=18446744073709551615 [16..24]',
      'id=P-7 [24..30]',
      'count=2 [30..31]',
      'point[0]=4 bytes [31..35]',
      '  kind=3 [31..32]',
      '  value=-2 [32..35]',
      'point[1]=4 bytes [35..39]',
      '  kind=2 [35..36]',
      '  word=ab [36..39]',
      expect.stringMatching(/^crc=0x[0-9A-F]{4}, checksum right \[39\.\.41\]$/),
      '  valid=1 [39..41]',
    ]);
    frame[7] = 0;
    const wrong = await said(layout, frame);
    expect(wrong.label).toBe('checksum wrong · stopped (2) 13.1 °C, P-7');
    expect(wrong.fields.at(-1)?.children[0]).toMatchObject({ key: 'valid', number: 0 });
  });

  test('reads lengths that other fields tell, what is left, and texts of other encodings', async () => {
    const layout = layoutOf({
      fields: [
        { type: 'u8', name: 'words' },
        { type: 'text', name: '名称', length: { field: 'words', times: 2 }, encoding: 'gbk' },
        { type: 'group', name: 'box', length: 3, fields: [{ type: 'u16', name: 'a' }] },
        { type: 'u8', name: 'each', count: { rest: 1 } },
        { type: 'checksum', name: 'sum', model: 'sum8', from: 'each' },
      ],
    });
    // 温度 in GBK.
    const { fields } = await said(layout, hex('02 ceC2 b6c8 0102 ff 10 20 30'));
    expect(outline(fields)).toEqual([
      'words=2 [0..1]',
      '名称=温度 [1..5]',
      'box=3 bytes [5..8]',
      '  a=258 [5..7]',
      '  rest=1 byte [7..8]',
      'each[0]=16 [8..9]',
      'each[1]=32 [9..10]',
      'sum=0x30, checksum right [10..11]',
      '  valid=1 [10..11]',
    ]);
  });

  test('says where the frame ends too soon, what is left over and what is not as expected', async () => {
    const layout = layoutOf({
      fields: [
        { type: 'u8', name: 'magic', expect: '0x55' },
        { type: 'u32', name: 'value', when: { side: 'server' } },
      ],
    });
    expect(await said(layout, hex('55 01'), 'server')).toMatchObject({
      label: 'incomplete · magic 85, value incomplete',
      fields: [{ name: 'magic' }, { name: 'value', value: 'incomplete', from: 1, to: 2 }],
    });
    expect(await said(layout, hex('54 01 02'))).toMatchObject({
      label: 'not as expected · magic 84 (not as expected: 0x55), rest 2 bytes',
      fields: [{ number: 84 }, { name: 'rest', from: 1, to: 3 }],
    });
  });

  test('is understood whole or refused with the place', () => {
    const problems = (text: string) => {
      const read = readDefinition(text);
      return read.ok
        ? []
        : read.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    };
    expect(problems('{\n  "version": 1,\n  "version": 1 }')).toEqual([
      '3:3 The key “version” stands here twice',
    ]);
    expect(problems('{ "version": 1, ]')).toEqual(['1:17 A key in double quotes is expected here']);
    const head = '{"version":1,"kind":"layout","name":"a","fields":[\n';
    expect(problems(`${head}{"type":"u8","name":"a","size":1}]}`)).toEqual([
      '2:25 “size” is not known here',
    ]);
    expect(problems(`${head}{"type":"u9","name":"a"}]}`)[0]).toMatch(/^2:2 There are the types u8/);
    expect(problems(`${head}{"type":"bytes","name":"a","length":"b"}]}`)).toEqual([
      '2:28 There is no number “b” before this field',
    ]);
    expect(problems(`${head}{"type":"u8","name":"a","bits":[{"name":"b","at":"4..9"}]}]}`)).toEqual(
      ['2:45 u8 has the bits 0 to 7, lowest first'],
    );
    expect(
      problems(
        `${head}{"type":"checksum","name":"c","model":"crc-99"},\n{"type":"u8","name":"c"}]}`,
      ),
    ).toEqual([
      expect.stringMatching(/^2:31 There is no checksum “crc-99”/),
      '3:14 There is a field “c” here already',
    ]);
    expect(problems('{"version":2}')).toEqual(['1:2 It was written by a newer Wirebench']);
    const faults = (text: string) => {
      const read = readDefinition(text);
      return read.ok ? [] : read.problems.map(({ code, values }) => ({ code, values }));
    };
    // For the window's language; a sentence of the schema's own is known by its code too.
    expect(faults(`${head}{"type":"bytes","name":"a","length":"b"}]}`)).toEqual([
      { code: 'no-number', values: { found: 'b' } },
    ]);
    expect(faults(`${head}{"type":"bytes","name":"a","length":1,"expect":"x"}]}`)).toEqual([
      { code: 'bad-hex', values: {} },
    ]);
    expect(faults(`${head}{"type":"u8","name":""}]}`)).toMatchObject([{ code: 'schema' }]);
  });

  test('comes back the same from its file, and every example decodes what it is for', async () => {
    for (const { definition, sample } of LAYOUT_EXAMPLES) {
      const text = formatDefinition(definition);
      expect(readDefinition(text)).toEqual({ ok: true, definition });
      const { label } = await said(definition, hex(sample));
      expect(label).not.toMatch(/wrong|incomplete|not as expected/);
      expect(label).toMatch(/\d/);
    }
  });

  test('its own words deceive nobody either: it may come from anybody', async () => {
    const bad = 'safe\u202egnp\u001b[31m';
    const decoders = await Decoders.of([
      {
        ...{ version: 1, kind: 'layout', name: 'bad', label: `${bad} {${bad}}` },
        fields: [{ type: 'u8', name: bad, names: { '1': bad }, unit: '\u200b' }],
      },
    ]);
    const decoder = decoders.find('layout:bad');
    if ('problem' in decoder) throw new Error(decoder.problem);
    const said = decoder.decode({ bytes: Uint8Array.of(1), side: 'client', role: 'frame' });
    const shown = 'safe\\u{202e}gnp\\u{1b}[31m';
    expect(said.fields[0]?.name).toBe(shown);
    expect(said.fields[0]?.value).toContain(shown);
    expect(`${said.label}${said.fields[0]?.value}`).not.toMatch(/[\p{C}]/u);
  });

  test('answers whatever the bytes are, in bounds', async () => {
    const endless = layoutOf({
      fields: [
        { type: 'u8', name: 'n' },
        {
          type: 'group',
          name: 'g',
          count: 'rest',
          fields: [
            { type: 'u8', name: 'h', bits: [{ name: 'x', at: '0' }] },
            { type: 'bytes', name: 'b', length: { field: 'h', times: 2, plus: -3 } },
            { type: 'checksum', name: 'c', model: 'crc-32', when: { field: 'x', is: 1 } },
          ],
        },
      ],
    });
    const examples = [endless, ...LAYOUT_EXAMPLES.map(({ definition }) => definition)];
    const decoders = await Decoders.of(examples);
    const bytes = fc.uint8Array({ maxLength: 3000 });
    fc.assert(
      fc.property(bytes, fc.constantFrom(...examples), (given, { name }) => {
        const decoder = decoders.named(name);
        if ('problem' in decoder) throw new Error(decoder.problem);
        const { label, fields } = decoder.decode({ bytes: given, side: 'client', role: 'frame' });
        expect(label.length).toBeLessThanOrEqual(160);
        expect(fieldsIn(fields, given.length)).toBeLessThanOrEqual(MAX_FIELDS + 200);
      }),
      { numRuns: 100 },
    );
  });
});

/** How many there are; each lies in the frame. */
function fieldsIn(fields: readonly Field[], end: number): number {
  let count = 0;
  for (const { from, to, children } of fields) {
    expect(from >= 0 && from <= to && to <= end).toBe(true);
    count += 1 + fieldsIn(children, end);
  }
  return count;
}

test('every CRC of the catalogue is found under its name', () => {
  const text = new Uint8Array(Buffer.from('123456789'));
  // The check values of https://reveng.sourceforge.io/crc-catalogue/all.htm
  expect(findChecksum('CRC-16/MODBUS')?.of(text)).toBe(0x4b37n);
  expect(findChecksum('crc-16/ibm-3740')?.of(text)).toBe(0x29b1n);
  expect(findChecksum('crc_32')).toMatchObject({ widthBytes: 4 });
  expect(findChecksum('crc-64/xz')?.of(text)).toBe(0x995dc9bbdf1939fan);
  expect(findChecksum('lrc')?.of(hex('01 03 00 00 00 01'))).toBe(0xfbn);
  expect(findChecksum('internet')?.of(hex('0001 f203 f4f5 f6f7'))).toBe(0x220dn);
  expect(findChecksum('adler32')?.of(new Uint8Array(Buffer.from('Wikipedia')))).toBe(0x11e60398n);
  expect(findChecksum('fletcher16')?.of(new Uint8Array(Buffer.from('abcde')))).toBe(0xc8f0n);
  expect(checksumNames().every((name) => findChecksum(name) !== null)).toBe(true);
});

const PUMP = `syntax = "proto3";
package plant;
import "google/protobuf/timestamp.proto";
import "units.proto";
message Pump {
  string name = 1;
  sint32 level = 2;
  repeated int32 samples = 3;
  map<string, int64> counters = 4;
  Mode mode = 5;
  Valve valve = 6;
  google.protobuf.Timestamp at = 7;
  double flow = 8;
  bytes raw = 9;
  Unit unit = 10;
  message Valve { bool open = 1; fixed32 turns = 2; repeated float parts = 3 [packed = false]; }
  enum Mode { OFF = 0; ON = 1; }
}`;
const UNITS = `syntax = "proto3"; package plant; enum Unit { BAR = 0; PSI = 3; }`;

function protoOf(message: string, files = [{ name: 'pump.proto', text: PUMP }]): Definition {
  const all = [...files, { name: 'lib/units.proto', text: UNITS }];
  return { version: 1, kind: 'proto', name: 'pump', message, files: all };
}

/** As protobufjs itself encodes it. */
function encodedPump(): Uint8Array {
  const root = new protobuf.Root();
  const timestamp = protobuf.common.get('google/protobuf/timestamp.proto');
  root.addJSON(timestamp?.nested ?? {});
  protobuf.parse(UNITS, root);
  protobuf.parse(PUMP, root);
  const type = root.lookupType('plant.Pump');
  return type
    .encode({
      name: 'P-7',
      level: -3,
      samples: [1, -1, 300],
      counters: { starts: 12 },
      mode: 1,
      valve: { open: true, turns: 7, parts: [0.5, 0.1] },
      at: { seconds: 1_700_000_000, nanos: 500_000_000 },
      flow: 0.1,
      raw: hex('00ff'),
      unit: 3,
    })
    .finish();
}

describe('Protobuf', () => {
  test('with its .proto: names, types and the bytes of each', async () => {
    const { label, fields } = await said(protoOf('plant.Pump'), encodedPump());
    expect(label).toBe(
      'Pump name: P-7, level: -3, samples: 1, samples: -1, samples: 300, counters: starts → 12, …',
    );
    const lines = outline(fields).map((line) => line.replace(/ \[.*/, ''));
    expect(lines).toEqual([
      ...['name=P-7', 'level=-3', 'samples=1', 'samples=-1', 'samples=300'],
      ...['counters=starts → 12', '  key=starts', '  value=12', 'mode=ON (1)', 'valve=17 bytes'],
      ...['  open=true', '  turns=7', '  parts=0.5', '  parts=0.1'],
      ...['at=2023-11-14T22:13:20.500Z', '  seconds=1700000000', '  nanos=500000000'],
      ...['flow=0.1', 'raw=2 bytes: \\0\\xff', 'unit=PSI (3)'],
    ]);
    expect(fields[0]).toMatchObject({ from: 0, to: 5 });
    expect(fields[1]).toMatchObject({ from: 5, to: 7, number: -3 });
  });

  test('tells what the .proto does not know or says otherwise, and where the frame ends', async () => {
    const { fields } = await said(protoOf('Pump'), hex('58 01 0d 01000000 12 05 61'));
    expect(outline(fields)).toEqual([
      '11 (unknown)=1 [0..2]',
      expect.stringMatching(/^name=1 \(.*\) \(not as expected: string\) \[2\.\.7\]$/),
      'rest=3 bytes, incomplete [7..10]',
    ]);
  });

  test('a .proto that is wrong, or imports what is not here, is told with its place', async () => {
    const wrong = readProto([{ name: 'a.proto', text: 'syntax = "proto3";\nmessage {}' }]);
    expect(wrong).toMatchObject({ ok: false, problem: { file: 'a.proto', line: 2 } });
    const lacking = readProto([{ name: 'a.proto', text: 'syntax = "proto3"; import "b.proto";' }]);
    expect(lacking).toMatchObject({
      ok: false,
      problem: { message: 'The file “b.proto” is imported and not here; choose it as well' },
    });
    const decoders = await Decoders.of([protoOf('Nothing')]);
    expect(decoders.find('proto:pump')).toEqual({
      problem: 'There is no message “Nothing” in “pump”',
    });
    expect(decoders.find('layout:pump')).toEqual({ problem: 'There is no decoder “layout:pump”' });
  });

  test('without one: numbers and wire types, and guesses that say so', () => {
    const { label, fields } = decode('protobuf', {
      bytes: encodedPump(),
      side: 'client',
      role: 'frame',
    });
    expect(label).toMatch(/^1: “P-7”, 2: 5, 3: /);
    const lines = outline(fields);
    expect(lines.slice(7, 12)).toEqual([
      '6=17 bytes, perhaps a message [36..55]',
      '  1=1 [38..40]',
      '  2=7 (9.809089e-45) [40..45]',
      '  3=1056964608 (0.5) [45..50]',
      '  3=1036831949 (0.1) [50..55]',
    ]);
  });

  test('answers whatever the bytes are, in bounds', async () => {
    const decoders = await Decoders.of([protoOf('Pump')]);
    const typed = decoders.find('proto:pump');
    if ('problem' in typed) throw new Error(typed.problem);
    const whole = encodedPump();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.integer({ min: 0, max: whole.length }).map((n) => whole.subarray(0, n)),
      fc
        .array(fc.constantFrom(0x0b, 0x0a, 0x02, 0x0c, 0x32), { maxLength: 2000 })
        .map((all) => Uint8Array.from(all)),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const input = { bytes: given, side: 'client', role: 'frame' } as const;
        for (const { label, fields } of [decode('protobuf', input), typed.decode(input)]) {
          expect(label.length).toBeLessThanOrEqual(160);
          expect(fieldsIn(fields, given.length)).toBeLessThanOrEqual(MAX_FIELDS + 200);
        }
      }),
      { numRuns: 150 },
    );
  });
});
