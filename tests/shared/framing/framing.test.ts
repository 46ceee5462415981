import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Framing } from '../../../src-shared/framing/framing';
import { formatFraming, parseFraming } from '../../../src-shared/framing/framing';

function parsed(text: string): Framing {
  const result = parseFraming(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.framing;
}

test.each<[string, Framing]>([
  ['none', { kind: 'none' }],
  [' line ', { kind: 'line' }],
  ['delim:0d0a', { kind: 'delim', delimiter: Uint8Array.of(13, 10) }],
  ['delim:0D 0A', { kind: 'delim', delimiter: Uint8Array.of(13, 10) }],
  ['fixed:16', { kind: 'fixed', bytes: 16 }],
  ['len:u16be@4+6', { kind: 'len', width: 2, endian: 'be', offset: 4, extra: 6 }],
  ['len:u8', { kind: 'len', width: 1, endian: 'be', offset: 0, extra: 1 }],
  ['len:u32le@2', { kind: 'len', width: 4, endian: 'le', offset: 2, extra: 6 }],
  ['len:u16le@0+0', { kind: 'len', width: 2, endian: 'le', offset: 0, extra: 0 }],
  ['len:u24be@1-2', { kind: 'len', width: 3, endian: 'be', offset: 1, extra: -2 }],
  ['gap:5ms', { kind: 'gap', ms: 5 }],
  ['slip', { kind: 'slip' }],
  ['cobs', { kind: 'cobs' }],
  ['startend:02..0d03', { kind: 'startend', start: Uint8Array.of(2), end: Uint8Array.of(13, 3) }],
  ['proto:http', { kind: 'proto', name: 'http' }],
])('%s is understood', (text, framing) => {
  expect(parsed(text)).toEqual(framing);
  expect(parsed(formatFraming(framing))).toEqual(framing);
});

test.each([
  ['', 'unknown-framing', 0],
  ['  words', 'unknown-framing', 2],
  ['line:3', 'not-expected', 4],
  ['delim', 'bad-bytes', 0],
  ['delim:', 'bad-bytes', 6],
  ['delim:0d0', 'bad-bytes', 6],
  ['delim:xy', 'bad-bytes', 6],
  [`delim:${'00'.repeat(65)}`, 'bad-bytes', 6],
  ['fixed:0', 'bad-number', 6],
  ['fixed:1048577', 'bad-number', 6],
  ['fixed:1.5', 'bad-number', 6],
  ['len:u16@4+6', 'bad-field', 4],
  ['len:f32be', 'bad-field', 4],
  ['len:u16be@70000', 'bad-number', 4],
  ['gap:5', 'bad-time', 4],
  ['gap:0ms', 'bad-time', 4],
  ['startend:02', 'bad-bytes', 9],
  ['startend:02..', 'bad-bytes', 13],
  ['  startend:02..0', 'bad-bytes', 15],
  ['proto:quic', 'bad-field', 6],
])('%j is refused at its place', (text, code, at) => {
  const result = parseFraming(text);
  expect(result.ok ? null : [result.error.code, result.error.at]).toEqual([code, at]);
});

describe('any framing', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  const framing: fc.Arbitrary<Framing> = fc.oneof(
    fc.constantFrom<Framing>(
      { kind: 'none' },
      { kind: 'line' },
      { kind: 'slip' },
      { kind: 'cobs' },
    ),
    bytes.map((delimiter): Framing => ({ kind: 'delim', delimiter })),
    fc.integer({ min: 1, max: 1024 * 1024 }).map((n): Framing => ({ kind: 'fixed', bytes: n })),
    fc.record({
      kind: fc.constant('len' as const),
      width: fc.constantFrom(2 as const, 3 as const, 4 as const),
      endian: fc.constantFrom('be' as const, 'le' as const),
      offset: fc.integer({ min: 0, max: 65_535 }),
      extra: fc.integer({ min: -65_535, max: 65_535 }),
    }),
    fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((ms): Framing => ({ kind: 'gap', ms })),
    fc.record({ kind: fc.constant('startend' as const), start: bytes, end: bytes }),
  );

  test('is read back as it was written', () => {
    fc.assert(fc.property(framing, (of) => void expect(parsed(formatFraming(of))).toEqual(of)));
  });

  test('any text gives a framing or an error inside it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = parseFraming(text);
        if (!result.ok) expect(result.error.at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
