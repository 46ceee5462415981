import { decode as msgpackValue, encode as msgpack } from '@msgpack/msgpack';
import * as cborg from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src-shared/decode/decode';
import type { DecodeInput, Field } from '../../../src-shared/decode/decoded';
import { formatText } from '../../../src-shared/payload/text';
import { framer } from '../framing/frames';

/** Libraries that others have written judge what our decoders make of the same bytes. */
const runs = { numRuns: 100 };
const utf8 = new TextEncoder();

/** Text as fields show it. */
const shown = (text: string) => formatText(utf8.encode(text));

function told(
  name: Parameters<typeof decode>[0],
  bytes: Uint8Array,
  more: Partial<DecodeInput> = {},
) {
  return decode(name, { bytes, side: 'client', role: 'message', ...more });
}

describe('values that are nested', () => {
  const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 });
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  // JSON and MessagePack write a negative zero as zero.
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n));
  const number = fc.oneof(fc.integer(), doubles);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.oneof(text, number, fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 6 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));
  const root = fc.oneof(
    fc.array(tree, { minLength: 1, maxLength: 6 }),
    fc.dictionary(name, tree, { minKeys: 1, maxKeys: 6, noNullPrototype: true }),
  );

  interface Format {
    encode: (value: unknown) => Uint8Array;
    /** What the oracle makes of the bytes of one item, and of one entry of a map. */
    item: (bytes: Uint8Array) => unknown;
    entry: (bytes: Uint8Array) => unknown;
  }
  const cborMap = (bytes: Uint8Array) => Uint8Array.of(0xa1, ...bytes);
  const packMap = (bytes: Uint8Array) => Uint8Array.of(0x81, ...bytes);
  const string = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  const formats: ['cbor' | 'msgpack' | 'json', Format][] = [
    [
      'cbor',
      {
        encode: cborg.encode,
        item: (b) => cborg.decode(b) as unknown,
        entry: (b) => cborg.decode(cborMap(b)) as unknown,
      },
    ],
    ['msgpack', { encode: msgpack, item: msgpackValue, entry: (b) => msgpackValue(packMap(b)) }],
    [
      'json',
      {
        encode: (value) => utf8.encode(JSON.stringify(value, null, 1)),
        item: (bytes) => JSON.parse(string(bytes)) as unknown,
        entry: (bytes) => JSON.parse(`{${string(bytes)}}`) as unknown,
      },
    ],
  ];

  function same(of: Format, bytes: Uint8Array, fields: readonly Field[], value: object): void {
    const isList = Array.isArray(value);
    const entries = new Map(
      Object.entries<unknown>({ ...value }).map(([key, item]) => [
        isList ? key : shown(key),
        [key, item] as const,
      ]),
    );
    expect(fields.length).toBe(Object.keys(value).length);
    for (const field of fields) {
      const found = entries.get(field.name);
      expect(found, field.name).toBeDefined();
      const [key, item] = found ?? ['', null];
      const range = bytes.subarray(field.from, field.to);
      if (isList) expect(of.item(range)).toEqual(item);
      else expect(of.entry(range)).toEqual({ [key]: item });
      if (typeof item === 'number') expect(field.number === item).toBe(true);
      else if (typeof item === 'string') expect(field.value).toBe(shown(item));
      else if (typeof item === 'object' && item !== null) same(of, bytes, field.children, item);
      else expect(field.value).toBe(item === null && of.encode === msgpack ? 'nil' : String(item));
    }
  }

  test.each(formats)('%s: values, and the bytes of each', (name, of) => {
    fc.assert(
      fc.property(root, (value) => {
        const bytes = of.encode(value);
        const { fields, label } = told(name, bytes);
        expect(label).not.toMatch(/not /);
        same(of, bytes, fields, value);
      }),
      runs,
    );
  });

  test.each(formats)(
    '%s: values one after the other are frames, however they are cut',
    (name, of) => {
      fc.assert(
        fc.property(fc.array(root, { maxLength: 5 }), fc.nat(40), (values, step) => {
          const parts = values.map((value) => of.encode(value));
          const stream = Buffer.concat(parts);
          const cut = framer(`proto:${name}`, 'in');
          const frames = [];
          for (let at = 0; at < stream.length; at += step + 1)
            frames.push(...cut.push('in', stream.subarray(at, at + step + 1), 0));
          frames.push(...cut.end('in'));
          expect(frames.map(({ bytes }) => of.item(bytes))).toEqual(
            parts.map((part) => of.item(part)),
          );
        }),
        runs,
      );
    },
  );

  test('cbor: what only CBOR has', () => {
    const hex = (text: string) => told('cbor', new Uint8Array(Buffer.from(text, 'hex'))).label;
    // RFC 8949 appendix A.
    expect(hex('1bffffffffffffffff')).toBe('18446744073709551615');
    expect(hex('3bffffffffffffffff')).toBe('-18446744073709551616');
    expect(hex('f97e00')).toBe('NaN');
    expect(hex('f90001')).toBe('5.960464477539063e-8');
    expect(hex('f9c400')).toBe('-4');
    expect(hex('f97bff')).toBe('65504');
    expect(hex('c11a514b67b0')).toBe('1(2013-03-21T20:04:00.000Z)');
    expect(hex('d82076687474703a2f2f7777772e6578616d706c652e636f6d')).toBe(
      '32("http://www.example.com")',
    );
    expect(hex('5f42010243030405ff')).toBe("h'01 02'h'03 04 05'");
    expect(hex('bf6346756ef563416d7421ff')).toBe('{"Fun": true, "Amt": -2}');
    expect(hex('9f018202039f0405ffff')).toBe('[1, [2, 3], [4, 5]]');
    expect(hex('f0f818f7')).toBe('simple(16), simple(24), undefined');
    expect(hex('ff')).toMatch(/^not CBOR @0/);
    expect(hex('a101')).toMatch(/incomplete$/);
  });

  test('msgpack: what only MessagePack has', () => {
    const hex = (text: string) => told('msgpack', new Uint8Array(Buffer.from(text, 'hex'))).label;
    expect(hex('cfffffffffffffffff')).toBe('18446744073709551615');
    expect(hex('d3ffffffffffffffff')).toBe('-1');
    expect(hex('d6ff514b67b0')).toBe('2013-03-21T20:04:00Z');
    expect(hex('d7ff00000004514b67b0')).toBe('2013-03-21T20:04:00.000000001Z');
    expect(hex('c7022a0102')).toBe('ext(42, 01 02)');
    expect(hex('c1')).toMatch(/^not MessagePack @0/);
  });

  test('json: where it is not', () => {
    const at = (text: string) => /@(\d+)/.exec(told('json', utf8.encode(text)).label)?.[1];
    const good = ['{}', '[]', ' 1 ', '-0.5e+10', '"\\u00e9"', 'true\n{"a":[]}\n', '[1,\n2]'];
    for (const text of good) expect(at(text), text).toBeUndefined();
    const places = {
      '[1,]': '3',
      '{"a" 1}': '5',
      '{a: 1}': '1',
      '[01]': '1',
      '"\t"': '1',
      '[tru]': '1',
    };
    for (const [text, place] of Object.entries({
      ...places,
      '"\\x"': '1',
      '"\\u00g0"': '5',
      ']': '0',
    }))
      expect(at(text), text).toBe(place);
    for (const text of ['[1', '{"a":', '"ab', '"\\', '"\\u0', 'tru', '-', '[{'])
      expect(told('json', utf8.encode(text)).label).toMatch(/incomplete$/);
  });
});
