import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PayloadError } from '../../../src-shared/payload/problem';
import type { LineEnding } from '../../../src-shared/payload/text';
import { formatText, parseText, toTextIfFaithful } from '../../../src-shared/payload/text';

function bytesOf(text: string, escapes = true, lineEnding: LineEnding = 'none'): number[] {
  const parsed = parseText(text, { escapes, lineEnding });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return [...parsed.bytes];
}

function errorOf(text: string): PayloadError {
  const parsed = parseText(text, { escapes: true, lineEnding: 'none' });
  if (parsed.ok) throw new Error(`${text} is fine`);
  return parsed.error;
}

describe('text with escapes', () => {
  test.each([
    ['', []],
    ['AT\\r\\n', [0x41, 0x54, 13, 10]],
    ['\\t\\0\\\\', [9, 0, 0x5c]],
    ['\\x00\\xfF', [0, 255]],
    ['\\u{41}\\u{1F600}', [0x41, 0xf0, 0x9f, 0x98, 0x80]],
    ['温度\\n', [...Buffer.from('温度\n')]],
    ['a\nb', [0x61, 10, 0x62]],
    ['\\0a', [0, 0x61]],
  ])('%j', (text, bytes) => {
    expect(bytesOf(text)).toEqual(bytes);
  });

  test('are plain characters when turned off', () => {
    expect(bytesOf('AT\\r\\q', false)).toEqual([...Buffer.from('AT\\r\\q')]);
  });

  test.each<[LineEnding, number[]]>([
    ['none', []],
    ['cr', [13]],
    ['lf', [10]],
    ['crlf', [13, 10]],
    ['nul', [0]],
  ])('line ending %s', (ending, bytes) => {
    expect(bytesOf('A', false, ending)).toEqual([0x41, ...bytes]);
  });

  test.each<[string, PayloadError['code'], number, string]>([
    ['AB\\', 'bad-escape', 2, '\\'],
    ['\\q', 'bad-escape', 0, '\\q'],
    ['a\\x4', 'bad-escape', 1, '\\x4'],
    ['a\\xGG', 'bad-escape', 1, '\\xGG'],
    ['\\u0041', 'bad-escape', 0, '\\u0041'],
    ['\\u{}', 'bad-escape', 0, '\\u{}'],
    ['\\u{110000}', 'bad-escape', 0, '\\u{110000}'],
    ['\\u{D800}', 'bad-escape', 0, '\\u{D800}'],
    ['\\033[0m', 'bad-escape', 0, '\\033'],
    ['\\😀', 'bad-escape', 0, '\\😀'],
    ['ab\ud800c', 'lone-surrogate', 2, 'U+D800'],
    ['😀\udc00', 'lone-surrogate', 2, 'U+DC00'],
  ])('%j is %s at %i', (text, code, at, found) => {
    const error = errorOf(text);
    expect([error.code, error.at, error.found]).toEqual([code, at, found]);
  });

  test('is encoded as Node encodes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bytesOf(text, false)).toEqual([...Buffer.from(text)]);
      }),
    );
  });
});

/** Bytes that are often text, often nearly text, and often none. */
const mixed = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => new TextEncoder().encode(text)),
      fc.constantFrom(
        Uint8Array.of(0),
        Uint8Array.of(0x30),
        Uint8Array.of(0x5c),
        Uint8Array.of(0xed, 0xa0, 0x80),
        Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
        Uint8Array.of(0xc0, 0x80),
        Uint8Array.of(0xef, 0xbb, 0xbf),
        Uint8Array.of(0xe6, 0xb8),
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('bytes as text', () => {
  test.each([
    ['AT\r\n\t\0\\', 'AT\\r\\n\\t\\0\\\\'],
    ['\u001b[31m\u007f\u0085', '\\x1b[31m\\x7f\\u{85}'],
    ['a\u202eb\u2066c\u200bd\u200de\ufeff', 'a\\u{202e}b\\u{2066}c\\u{200b}d\\u{200d}e\\u{feff}'],
    ['\u2028\u00ad\u061c\u3164', '\\u{2028}\\u{ad}\\u{61c}\\u{3164}'],
    ['温度 é 😀', '温度 é 😀'],
    ['\u00007', '\\x007'],
  ])('%j', (text, shown) => {
    expect(formatText(new TextEncoder().encode(text))).toBe(shown);
  });

  test('shows what is not UTF-8 byte by byte', () => {
    expect(formatText(Uint8Array.of(0x41, 0xff, 0xe6, 0xb8, 0xc0, 0x80))).toBe(
      'A\\xff\\xe6\\xb8\\xc0\\x80',
    );
  });

  test('finds the same valid sequences as TextDecoder', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const faithful = toTextIfFaithful(bytes);
        let decoded: string | null;
        try {
          decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
          decoded = null;
        }
        expect(!faithful.ok && faithful.error.code === 'not-utf8' && decoded !== null).toBe(false);
        if (faithful.ok) expect(faithful.text).toBe(decoded);
      }),
      { numRuns: 2000 },
    );
  });

  test('parsing gives the same bytes, and nothing unseen is in it', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const text = formatText(bytes);
        expect(bytesOf(text)).toEqual([...bytes]);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('switching from hex to text', () => {
  test('with escapes loses nothing', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const faithful = toTextIfFaithful(bytes, { escapes: true });
        expect(faithful.ok && bytesOf(faithful.text)).toEqual([...bytes]);
      }),
    );
  });

  test('without escapes gives the same bytes back or says why not', () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const faithful = toTextIfFaithful(bytes);
        if (faithful.ok) expect(bytesOf(faithful.text, false)).toEqual([...bytes]);
        else expect(faithful.error.at).toBeLessThan(bytes.length);
      }),
    );
  });

  test.each<[number[], PayloadError['code'], number, string]>([
    [[0x41, 0xff], 'not-utf8', 1, '\\xff'],
    [[0x41, 0x0d, 0x0a], 'not-typable', 1, '\\r'],
    [[0], 'not-typable', 0, '\\0'],
    [[0xe2, 0x80, 0xae], 'not-typable', 0, '\\u{202e}'],
  ])('%j is %s at %i', (bytes, code, at, found) => {
    const faithful = toTextIfFaithful(Uint8Array.from(bytes));
    expect(faithful).toMatchObject({ ok: false, error: { code, at, found } });
  });
});
