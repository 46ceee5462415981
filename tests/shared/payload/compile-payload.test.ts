import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCharset } from '../../../src-shared/encoding/load';
import { compilePayload, withPlainBraces } from '../../../src-shared/payload/compile-payload';
import { formatHex } from '../../../src-shared/payload/format';
import { parseHex } from '../../../src-shared/payload/hex';
import type {
  PayloadContext,
  PayloadSource,
  PayloadUse,
} from '../../../src-shared/payload/payload-template';
import { countOn, MAX_PAYLOAD_BYTES } from '../../../src-shared/payload/payload-template';
import type { PayloadError } from '../../../src-shared/payload/problem';
import { dotUnstuff } from '../../../src-shared/protocols/dot-stuffing';
import { parseText } from '../../../src-shared/payload/text';

const context: PayloadContext = {
  now: Date.UTC(2026, 10, 23, 7, 1, 3, 45),
  random: (length, place) => new Uint8Array(length).fill(0xa0 + place),
  counters: new Map([['tid', 0x1ff]]),
  variables: new Map([
    ['user', 'tester'],
    ['level', '200'],
  ]),
  files: new Map([['/a b.bin', Uint8Array.of(1, 2, 3)]]),
  hostname: 'bench.test',
  host: 'device.test:8080',
  request: null,
};

const inText = (text: string): PayloadSource => ({
  ...{ mode: 'text', text, escapes: true, lineEnding: 'none' },
});
const inHex = (text: string): PayloadSource => ({ ...inText(text), mode: 'hex' });

function made(
  source: PayloadSource,
  changes: Partial<PayloadContext> = {},
  use: PayloadUse = 'send',
) {
  const compiled = compilePayload(source, use);
  return compiled.ok ? compiled.template.expand({ ...context, ...changes }) : compiled;
}

function bytesOf(...of: Parameters<typeof made>): Uint8Array<ArrayBuffer> {
  const parsed = made(...of);
  if (parsed.ok) return parsed.bytes;
  throw new Error(`${parsed.error.message} at ${parsed.error.at}`);
}

function errorOf(...of: Parameters<typeof made>): PayloadError {
  const parsed = made(...of);
  if (parsed.ok) throw new Error(`it is ${formatHex(parsed.bytes)}`);
  return parsed.error;
}

const text = (...of: Parameters<typeof made>) => Buffer.from(bytesOf(...of)).toString('latin1');
const hex = (...of: Parameters<typeof made>) => formatHex(bytesOf(...of));

describe('what placeholders stand for', () => {
  test.each([
    ['a{{counter:03}} LOGIN\\r\\n', 'a001 LOGIN\r\n'],
    ['{{counter tid}} {{counter:5 tid}}', '511 00511'],
    ['{{counter n from -2 step 3}}', '-2'],
    ['EHLO {{hostname}}', 'EHLO bench.test'],
    ['Host: {{host}}', 'Host: device.test:8080'],
    ['{{now}}', '2026-11-23T07:01:03.045Z'],
    ['{{now http}}', 'Mon, 23 Nov 2026 07:01:03 GMT'],
    ['{{unix}} {{unixms}}', '1795417263 1795417263045'],
    ['{{ var user }}', 'tester'],
    ['{{file "/a b.bin"}}{{file /a b.bin}}', '\x01\x02\x03\x01\x02\x03'],
    // Version and variant of RFC 9562 lie over the random bytes.
    ['{{uuid}}', 'a1a1a1a1-a1a1-41a1-a1a1-a1a1a1a1a1a1'],
  ])('%s', (source, expected) => expect(text(inText(source))).toBe(expected));

  test.each([
    ['01 {{u16be 258}} {{u16le 0x0102}} {{u8 255}} {{i8 -1}}', '01 01 02 02 01 FF FF'],
    ['{{u24be 1}}{{i32le -2}}{{u64be 1}}', '00 00 01 FE FF FF FF 00 00 00 00 00 00 00 01'],
    ['{{f32be 1.5}} {{f64le -2}} {{f32le inf}}', '3F C0 00 00 00 00 00 00 00 00 00 C0 00 00 80 7F'],
    // Cut to its lowest bits, so that a counter of one byte goes round.
    ['{{u16be counter tid}} {{u8 counter tid}}', '01 FF FF'],
    ['{{u8 var level}} {{u32be unix}}', 'C8 6B 03 E4 AF'],
    ['{{random 3}} {{random 0}} {{RANDOM 1}}', 'A1 A1 A1 A5'],
    ['{{counter}}', '31'],
  ])('hex %s', (source, expected) => expect(hex(inHex(source))).toBe(expected));

  test('bytes of a request and what its pattern caught, in replies only', () => {
    const request = {
      bytes: Uint8Array.of(0x12, 0x34, 0, 0, 0, 6),
      groups: [Uint8Array.of(0x12), Uint8Array.from(Buffer.from('65535')), undefined],
    };
    expect(hex(inHex('{{rx 0..2}} FF {{rx -1..}} {{u16le $1}}'), { request }, 'reply')).toBe(
      '12 34 FF 06 FF FF',
    );
    expect(text(inText('<{{$1}}|{{$2}}|{{$9}}>'), { request }, 'reply')).toBe('<65535||>');
    expect(errorOf(inHex('00 {{rx 4..7}}'), { request }, 'reply')).toMatchObject({
      ...{ code: 'placeholder-range', at: 3, found: '{{rx 4..7}}' },
    });
    expect(errorOf(inText('ab{{$1}}'))).toMatchObject({ code: 'only-in-replies', at: 2 });
  });

  test('text is in the encoding of the payload, of hex in UTF-8', async () => {
    const charset = await loadCharset('utf-16le');
    expect(hex({ ...inText('{{counter:02}}{{u8 1}}'), charset })).toBe('30 00 31 00 01');
    const variables = new Map([['name', '设备']]);
    expect(hex(inHex('{{var name}}'), { variables })).toBe('E8 AE BE E5 A4 87');
    const latin = await loadCharset('windows-1252');
    const error = errorOf({ ...inText('x{{var name}}'), charset: latin }, { variables });
    expect(error).toMatchObject({ code: 'not-encodable', at: 1, unencodable: { count: 2 } });
  });
});

describe('lengths and checksums', () => {
  test.each([
    // The frames that field devices take: Modbus RTU and ASCII, a length before its body.
    ['01 03 00 00 00 0A {{crc CRC-16/MODBUS le}}', '01 03 00 00 00 0A C5 CD'],
    ['01 03 00 00 00 0A {{crc 16-modbus 0.. le}}', '01 03 00 00 00 0A C5 CD'],
    ['02 {{len u16be 3..-1}} AA BB CC {{xor8 3..-1}}', '02 00 03 AA BB CC DD'],
    ['{{len u8}} AA BB', '02 AA BB'],
    ['{{len u16le 0..}} AA BB', '04 00 AA BB'],
    [
      '{{crc CRC-32/ISO-HDLC 4..}} 31 32 33 34 35 36 37 38 39',
      'CB F4 39 26 31 32 33 34 35 36 37 38 39',
    ],
    // The one at the end is of the one at the front, whichever stands first.
    ['{{sum8 1..3}} 01 02 {{sum8}}', '03 01 02 06'],
    ['{{sum8 1..4}} 01 02 {{sum8 1..3}}', '06 01 02 03'],
  ])('%s', (source, expected) => expect(hex(inHex(source))).toBe(expected));

  test('check values of the catalogue', () => {
    for (const [name, check] of [
      ['CRC-16/MODBUS', '4B 37'],
      ['CRC-16/IBM-3740', '29 B1'],
      ['CRC-32/ISO-HDLC', 'CB F4 39 26'],
      ['CRC-8/SMBUS', 'F4'],
      ['CRC-64/XZ', '99 5D C9 BB DF 19 39 FA'],
    ])
      expect(hex(inText(`123456789{{crc ${name} 0..9}}`)).slice(27), name).toBe(check);
  });

  test('in digits', () => {
    expect(text(inText('$GPGLL,5300.97,N,00259.98,W,125927,A*{{xor8 1..-3 hex}}'))).toBe(
      '$GPGLL,5300.97,N,00259.98,W,125927,A*35',
    );
    expect(text(inText('Content-Length: {{len text -12..}}\\r\\n\\r\\n{"on": true}'))).toBe(
      'Content-Length: 12\r\n\r\n{"on": true}',
    );
    // A length of itself: its second digit makes it longer.
    expect(text(inText('{{len text 0..}}23456789'))).toBe('923456789');
    expect(text(inText('{{len text 0..}}234567890'))).toBe('11234567890');
    // In braces, as IMAP4 has it.
    expect(text(inText('APPEND INBOX {{{len text -4..}}}\\r\\nmail'))).toBe(
      'APPEND INBOX {4}\r\nmail',
    );
  });

  test.each([
    ['00 {{sum8 0..2}}', 'placeholder-range', 3],
    ['{{sum8 1..3}} {{sum8 0..1}} 00', 'placeholder-range', 0],
    ['00 {{sum8 0..9}}', 'placeholder-range', 3],
    ['00 {{len u8 2..1}}', 'placeholder-range', 3],
    ['{{len u8}} {{random 256}}', 'placeholder-number', 0],
    ['{{u8 var user}}', 'placeholder-number', 0],
    ['00 {{var none}}', 'not-set', 3],
    ['00 {{file /none}}', 'no-file', 3],
    [`{{random ${MAX_PAYLOAD_BYTES}}} 00 {{u8 1}}`, 'too-long', 0],
  ])('%s is refused where it stands', (source, code, at) =>
    expect(errorOf(inHex(source))).toMatchObject({ code, at }),
  );

  test('no host is dialled', () => {
    expect(errorOf(inText('Host: {{host}}'), { host: null })).toMatchObject({
      ...{ code: 'no-host', at: 6 },
    });
  });
});

describe('what is wrong is told at its place', () => {
  test.each([
    ['ok {{counter', 'open-placeholder', 3],
    ['ok {{countr}}', 'unknown-placeholder', 3],
    ['ok {{}}', 'bad-placeholder', 3],
    ['{{crc CRC-16/NONE}}', 'unknown-checksum', 6],
    ['{{crc sum8}}', 'unknown-checksum', 6],
    ['{{random -1}}', 'bad-placeholder', 9],
    ['{{random}}', 'bad-placeholder', 0],
    ['{{random 99999999}}', 'too-long', 9],
    ['{{u8 256}}', 'placeholder-number', 5],
    ['{{u16be 1.5}}', 'placeholder-number', 8],
    ['{{f32be 1e39}}', 'placeholder-number', 8],
    ['{{uuid 4}}', 'bad-placeholder', 7],
    ['{{counter:x}}', 'bad-placeholder', 2],
    ['{{counter a from}}', 'bad-placeholder', 0],
    ['{{len f32be 0..}}', 'bad-placeholder', 6],
    ['{{sum8 1..x}}', 'bad-placeholder', 7],
    ['{{file }}', 'bad-placeholder', 0],
    ['{{counter a}} {{counter a from 5}}', 'two-starts', 14],
    ['a{{uuid}}\\q', 'bad-escape', 9],
    ['{{uuid}}\\q{{what', 'bad-escape', 8],
  ])('%s', (source, code, at) => {
    const error = errorOf(inText(source));
    expect(error).toMatchObject({ code, at });
    // For the mark in the editor.
    expect(error.found).not.toBe('');
    expect(error.message).toMatch(/\w{3}/);
  });

  test('in hex, braces around digits stay those of arrays', () => {
    expect(hex(inHex('{{0x01, 0x02}, {0x03}}'))).toBe('01 02 03');
    expect(hex(inHex('uint8_t a[] = {0xAB, {{u8 205}}, 0xEF};'))).toBe('AB CD EF');
    expect(hex(inHex('// {{counter}}\n01 /* {{x}} */ 02'))).toBe('01 02');
    expect(errorOf(inHex('01 {{countr}}'))).toMatchObject({ code: 'unknown-placeholder', at: 3 });
    expect(errorOf(inHex('01 2{{counter}}'))).toMatchObject({ code: 'odd-digit', at: 3 });
    expect(hex(inHex('00000000: 7b7b 636f 7d7d                           {{co}}'))).toBe(
      '7B 7B 63 6F 7D 7D',
    );
  });
});

test('what cannot be encoded is counted over the whole text', async () => {
  const charset = await loadCharset('windows-1252');
  const error = errorOf({ ...inText('中{{uuid}}文'), charset });
  expect(error).toMatchObject({ code: 'not-encodable', at: 0 });
  expect(error.unencodable).toMatchObject({ count: 2, places: [{ at: 0 }, { at: 9 }] });
});

test('any text means itself with its braces doubled', () => {
  const pieces = fc.array(fc.constantFrom('{', '{{', '}}', 'counter', ' ', 'ü', '\n'));
  fc.assert(
    fc.property(pieces, (parts) => {
      const plain = parts.join('');
      const source = { ...inText(withPlainBraces(plain)), escapes: false };
      expect(bytesOf(source)).toEqual(new TextEncoder().encode(plain));
    }),
  );
});

test('without placeholders a payload is what it always was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (plain, escapes) => {
      fc.pre(!plain.includes('{{'));
      const as = { escapes, lineEnding: 'crlf' as const };
      expect(made({ mode: 'text', text: plain, ...as })).toEqual(parseText(plain, as));
      expect(made(inHex(plain))).toEqual(parseHex(plain));
    }),
    { numRuns: 30 },
  );
});

test('nothing that is typed breaks it', () => {
  const words = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{',
      'crc',
      'sum8',
      'len',
      'text',
      'u8',
      'counter',
      ':2',
      'modbus',
      'var',
      'user',
    ],
    ...[
      'from',
      'step',
      '1',
      '-1',
      '0..',
      '..',
      '-2..',
      '1..-1',
      'le',
      'hex',
      ' ',
      ' ',
      '\\',
      'AB',
      '0x',
    ],
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 24 }), fc.boolean(), (parts, asHex) => {
      const source = parts.join('');
      const result = made(asHex ? inHex(source) : inText(source));
      if (!result.ok) expect(result.error.at).toBeLessThanOrEqual(source.length);
    }),
    { numRuns: 150 },
  );
});

test('a counter goes on once a payload, however often it stands in it', () => {
  const compiled = compilePayload(
    inText('{{counter}}-{{counter}} {{counter b from 8 step 2}}'),
    'send',
  );
  if (!compiled.ok) throw new Error(compiled.error.message);
  const { template } = compiled;
  expect(template).toMatchObject({ fixed: false, timed: false, variables: [], files: [] });
  const counters = new Map<string, number>();
  const said = [0, 1, 2].map(() => {
    const expanded = template.expand({ ...context, counters });
    countOn(template, counters);
    return expanded.ok ? Buffer.from(expanded.bytes).toString() : expanded.error.message;
  });
  expect(said).toEqual(['1-1 8', '2-2 10', '3-3 12']);
});

test('what a payload needs is known before it is sent', () => {
  const compiled = compilePayload(inText('{{u32be unix}}{{var a}}{{u8 var b}}{{file x}}'), 'send');
  if (!compiled.ok) throw new Error(compiled.error.message);
  expect(compiled.template).toMatchObject({
    ...{ timed: true, counters: [], variables: ['a', 'b'], files: ['x'] },
  });
});

test('many checksums of a long payload are refused, not summed', () => {
  const source = `{{random 9000000}} ${'{{crc CRC-32/ISO-HDLC}}'.repeat(20)}`;
  expect(errorOf(inHex(source))).toMatchObject({ code: 'too-long' });
});

describe('a text that a dot ends', () => {
  const mail = (text: string): PayloadSource => ({ ...inText(text), lineEnding: 'dot' });

  test.each([
    ['', '.\r\n'],
    ['hello', 'hello\r\n.\r\n'],
    ['a\n.b\n', 'a\r\n..b\r\n.\r\n'],
    ['.\r\n..\n\nx', '..\r\n...\r\n\r\nx\r\n.\r\n'],
    // What a placeholder brings is text too.
    ['{{var line}}\n', '..dotted\r\n.\r\n'],
  ])('%j', (source, expected) => {
    const variables = new Map([['line', '.dotted']]);
    expect(text({ ...mail(source), escapes: false }, { variables })).toBe(expected);
  });

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('.', 'a', '\n'), { maxLength: 30 }), (signs) => {
        const plain = signs.join('');
        const lines = plain === '' || plain.endsWith('\n') ? plain : `${plain}\n`;
        const back = dotUnstuff(bytesOf({ ...mail(plain), escapes: false }));
        expect(Buffer.from(back ?? []).toString()).toBe(lines.replaceAll('\n', '\r\n'));
      }),
    );
  });

  test('has no wide characters', async () => {
    const charset = await loadCharset('utf-16le');
    expect(errorOf({ ...mail('a'), charset })).toMatchObject({ code: 'no-dot-text' });
  });
});
