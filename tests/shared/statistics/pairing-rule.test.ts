import { describe, expect, test } from 'vitest';
import type { ByteRange, PairingRule } from '../../../src-shared/contract/statistics';
import { parseByteRange, placeOf } from '../../../src-shared/statistics/byte-range';
import {
  formatPairing,
  parsePairing,
  readPairing,
  savePairing,
} from '../../../src-shared/statistics/pairing-rule';

/** The same range of both, or two. */
function bytes(text: string, request: ByteRange, response = request): [string, PairingRule] {
  return [text, { by: 'bytes', asks: 'out', request, response }];
}

const RULES: [string, PairingRule][] = [
  ['next', { by: 'next', asks: 'out' }],
  bytes('bytes:0..2', { from: 0, to: 2 }),
  bytes('bytes:0..2=4..6', { from: 0, to: 2 }, { from: 4, to: 6 }),
  bytes('bytes:-4..-2', { from: -4, to: -2 }),
  bytes('bytes:-2..', { from: -2, to: null }),
  [
    'dir:tx and hex:01 => dir:rx',
    { by: 'patterns', request: 'dir:tx and hex:01', response: 'dir:rx' },
  ],
  ['"a => b" => text:"c => d"', { by: 'patterns', request: '"a => b"', response: 'text:"c => d"' }],
];

describe('a rule of which answer belongs to which request', () => {
  test.each(RULES)('%s', (text, rule) => {
    expect(parsePairing(text, 'out')).toEqual({ ok: true, rule });
    const parsed = parsePairing(text, 'out');
    expect(parsed.ok && formatPairing(parsed.rule)).toBe(text);
    const saved = savePairing(rule, 250);
    expect(readPairing(saved)).toEqual({ ok: true, rule, timeoutMs: 250 });
  });

  test.each([
    ['', 0, 'no rule'],
    ['bytes:2..2', 6, 'no range'],
    ['bytes:0..2=x', 11, 'no range'],
    ['bytes:0..1=1..2=2..3', 6, 'One range'],
    ['bytes:0..100', 6, 'at most 64'],
    ['len> => dir:rx', 0, 'not understood'],
    ['dir:tx => len>', 10, 'not understood'],
    ['(dir:tx => len>4', 0, 'not closed'],
  ])('%s is told to be wrong, and where', (text, at, message) => {
    const parsed = parsePairing(text, 'client');
    expect(parsed).toMatchObject({ ok: false, error: { at } });
    expect(parsed.ok ? '' : parsed.error.message).toContain(message);
  });

  test('a range stands in a message, or there is none', () => {
    const place = (text: string, length: number) => {
      const range = parseByteRange(text);
      return range && placeOf(range, length);
    };
    expect(place('0..2', 5)).toEqual({ start: 0, end: 2 });
    expect(place('-2..', 5)).toEqual({ start: 3, end: 5 });
    expect(place('-4..-2', 5)).toEqual({ start: 1, end: 3 });
    expect(place('1..', 5)).toEqual({ start: 1, end: 5 });
    expect(place('0..2', 1)).toBeNull();
    expect(place('-2..', 1)).toBeNull();
    expect(place('0..', 65)).toBeNull();
    expect(place('3..1', 9)).toBeNull();
  });
});
