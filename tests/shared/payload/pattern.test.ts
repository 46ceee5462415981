import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pattern, RegexTest } from '../../../src-shared/payload/pattern';
import { PatternMatcher, parsePattern } from '../../../src-shared/payload/pattern';

const regexTest: RegexTest = (source, flags, text, lastIndex) => {
  const regex = new RegExp(source, flags);
  regex.lastIndex = lastIndex;
  return regex.test(text);
};

function read(text: string): Pattern {
  const parsed = parsePattern(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.pattern;
}

/** After which of the chunks it matches, from 1; 0 for never. */
function matchedAfter(pattern: string, ...chunks: (string | Uint8Array)[]): number {
  const matcher = new PatternMatcher(read(pattern), regexTest);
  return chunks.findIndex((chunk) => matcher.push(Buffer.from(chunk as string, 'latin1'))) + 1;
}

describe('what matches', () => {
  test.each([
    ['hex:01 03', ['\x01\x03'], 1],
    ['hex:0103', ['\x00\x01', '\x03'], 2],
    ['HEX:01 ?? 03', ['\x01\xff\x03'], 1],
    ['hex:4? ?F', ['\x41\x2f'], 1],
    ['hex:4? ?F', ['\x51\x2f'], 0],
    ['hex:01 * 03 04', ['\x03\x04\x01', 'abc', '\x03', '\x04'], 4],
    ['hex:01 * 02', ['\x02\x01'], 0],
    ['hex:01 01 02', ['\x01', '\x01', '\x01', '\x02'], 4],
    ['text:OK\\r\\n', ['O', 'K\r', '\n'], 3],
    ['text:OK', ['ok'], 0],
    ['/ok/i', ['xOK'], 1],
    ['/^OK \\d+$/m', ['OK ', '12', '\n'], 2],
    ['/^b/', ['a', 'b'], 0],
    ['/\\xff\\x00/', ['\xff', '\x00'], 2],
    ['/a\\/b/', ['a/b'], 1],
  ])('%s in %j', (pattern, chunks, after) => {
    expect(matchedAfter(pattern, ...chunks)).toBe(after);
  });

  test('UTF-8 with the flag u', () => {
    expect(matchedAfter('/^温.$/u', Buffer.from('温度'))).toBe(1);
    expect(matchedAfter('/^温.$/', Buffer.from('温度'))).toBe(0);
  });

  test('`^` is the beginning of the stream, also when that has gone by', () => {
    expect(matchedAfter('/^b/', 'a'.repeat(70_000), 'b'.repeat(65_536))).toBe(0);
    expect(matchedAfter('/b{3}$/', 'a'.repeat(70_000), 'bbb')).toBe(2);
  });

  test('a chunk longer than what is held is looked at from its beginning on', () => {
    const long = `${'a'.repeat(33_000)}bcd${'a'.repeat(200_000)}`;
    expect(matchedAfter('/bcd/', long)).toBe(1);
    expect(matchedAfter('/^a+b/', long)).toBe(1);
    expect(matchedAfter('/^bcd/', long)).toBe(0);
  });

  test('what is kept of a chunk stays as it was when its owner writes over it', () => {
    const chunk = Buffer.from('xxOK');
    const parsed = parsePattern('text:OK1');
    if (!parsed.ok) throw new Error(parsed.error.message);
    const matcher = new PatternMatcher(parsed.pattern, () => false);
    expect(matcher.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))).toBe(false);
    chunk.fill(0);
    expect(matcher.push(Uint8Array.of(0x31))).toBe(true);
  });

  test('bytes are found wherever chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((b) => b & 3)),
        fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => bytes.map((b) => b & 3)),
        fc.array(fc.nat(30), { maxLength: 5 }),
        (data, wanted, cuts) => {
          const places = [
            0,
            ...cuts.filter((cut) => cut < data.length).sort((a, b) => a - b),
            data.length,
          ];
          const chunks = places.slice(1).map((end, n) => data.subarray(places[n], end));
          const found = matchedAfter(`hex:${Buffer.from(wanted).toString('hex')}`, ...chunks) > 0;
          expect(found).toBe(Buffer.from(data).includes(Buffer.from(wanted)));
        },
      ),
    );
  });
});

test.each([
  ['OK', 'unknown-pattern', 0],
  ['', 'unknown-pattern', 0],
  ['hex:', 'empty-pattern', 4],
  ['hex: *', 'empty-pattern', 4],
  ['text:', 'empty-pattern', 5],
  ['hex:01 0', 'bad-hex', 8],
  ['hex:01 zz', 'bad-hex', 7],
  ['text:a\\q', 'bad-escape', 6],
  ['/a(/', 'bad-regex', 1],
  ['/a/g', 'bad-regex', 3],
  ['/a', 'bad-regex', 0],
  ['//', 'bad-regex', 0],
  [`hex:${'00'.repeat(5000)}`, 'long-pattern', 4],
])('%j is %s at %i', (text, code, at) => {
  expect(parsePattern(text)).toMatchObject({ ok: false, error: { code, at } });
});
