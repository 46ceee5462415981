import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_CUTS } from '../../../src-shared/framing/framer';
import { bytesOf, cutAt, essence, framer, framesOf, latin1, places } from './frames';

/** As short texts, with what is said about them. */
function texts(spec: string, input: string, maxBytes?: number): string[] {
  return framesOf(framer(spec, 'out', maxBytes), [bytesOf(input)]).map((frame) => {
    const role = frame.role === 'frame' ? '' : ` ${frame.role}`;
    const marks = `${frame.part === 'whole' ? '' : ` ${frame.part}`}${frame.incomplete ? ' incomplete' : ''}`;
    return `${latin1(frame.bytes)}${role}${marks}`;
  });
}

test.each<[spec: string, input: string, frames: string[]]>([
  ['none', 'ab\ncd', ['ab\ncd']],
  ['line', 'ab\r\ncd\n\ne', ['ab\r\n', 'cd\n', '\n', 'e incomplete']],
  ['delim:2c2c', 'a,b,,c,,,d', ['a,b,,', 'c,,', ',d incomplete']],
  ['delim:616162', 'aaabaab', ['aaab', 'aab']],
  ['fixed:3', 'abcdefg', ['abc', 'def', 'g incomplete']],
  ['len:u8', '\x02ab\x00\x01c\x05d', ['\x02ab', '\x00', '\x01c', '\x05d incomplete']],
  ['len:u16be@1+3', 'x\0\x02aby\0\0', ['x\0\x02ab', 'y\0\0']],
  ['len:u16le@0+0', '\x04\0ab\x01\0\x02\0', ['\x04\0ab', '\x01\0 bad-length', '\x02\0']],
  ['slip', '\xc0ab\xc0\xc0\xc0cd\xc0e', ['\xc0ab\xc0', '\xc0\xc0cd\xc0', 'e incomplete']],
  ['cobs', '\x02a\0\x03bc\0', ['\x02a\0', '\x03bc\0']],
  [
    'startend:02..03',
    'x\x02a\x02b\x03\x03\x02c\x03yz',
    ['x outside', '\x02a\x02b\x03', '\x03 outside', '\x02c\x03', 'yz outside'],
  ],
  ['startend:7e..7e', '~a~~b~', ['~a~', '~b~']],
])('%s cuts %j', (spec, input, frames) => {
  expect(texts(spec, input)).toEqual(frames);
});

test('what is too long comes in marked pieces, what just fits does not', () => {
  expect(texts('line', 'abc\nabcd\nab\n', 4)).toEqual(['abc\n', 'abcd first', '\n last', 'ab\n']);
  expect(texts('len:u8', '\x07abcdefg\x01z', 3)).toEqual([
    '\x07ab first',
    'cde middle',
    'fg last',
    '\x01z',
  ]);
  expect(texts('startend:0202..03', 'abc\x02\x02x\x03', 3)).toEqual([
    'abc outside',
    '\x02\x02x first',
    '\x03 last',
  ]);
});

test('gap: silence of so long ends a frame, and time alone can', () => {
  const of = framer('gap:5ms');
  const told = [
    ...of.push('in', bytesOf('a'), 100),
    ...of.push('in', bytesOf('b'), 104),
    ...of.push('in', bytesOf('c'), 109),
    ...of.push('out', bytesOf('z'), 110),
  ];
  expect(told.map((f) => [latin1(f.bytes), f.firstMs, f.lastMs])).toEqual([['ab', 100, 104]]);
  expect(of.tick(113)).toEqual([]);
  expect(of.tick(115).map((f) => [f.direction, latin1(f.bytes)])).toEqual([
    ['in', 'c'],
    ['out', 'z'],
  ]);
  expect(of.tick(1000)).toEqual([]);
});

test('a frame knows where in the stream it is, when it came and where its chunks began', () => {
  const of = framer('line');
  const told = ['ab', 'cd', 'e\nf', 'g\n'].flatMap((text, n) => of.push('in', bytesOf(text), n));
  expect(
    told.map(({ offset, cuts, firstMs, lastMs }) => ({ offset, cuts, firstMs, lastMs })),
  ).toEqual([
    { offset: 0, cuts: [2, 4], firstMs: 0, lastMs: 2 },
    { offset: 6, cuts: [1], firstMs: 2, lastMs: 3 },
  ]);
});

test('chunk boundaries beyond the limit are left out', () => {
  const of = framer('line');
  for (let n = 0; n < MAX_CUTS + 10; n++) of.push('in', bytesOf('a'), n);
  const [frame] = of.push('in', bytesOf('\n'), 0);
  expect(frame?.cuts.length).toBe(MAX_CUTS);
  expect(frame?.cuts.at(-1)).toBe(MAX_CUTS);
  expect(frame?.bytes.length).toBe(MAX_CUTS + 11);
});

describe('however a stream is cut into chunks', () => {
  const specs = [
    ...['line', 'delim:6161', 'delim:61626162', 'fixed:7', 'len:u8', 'len:u16be@1+1'],
    ...['len:u24le@0-1', 'slip', 'cobs', 'startend:61..62', 'startend:6161..6162'],
  ];
  // Few different bytes, so that marks are met often.
  const input = fc.array(fc.constantFrom(0, 1, 3, 0x61, 0x62, 0x0a, 0xc0), { maxLength: 300 });

  test.each(specs)('%s gives the same frames, and all bytes', (spec) => {
    fc.assert(
      fc.property(input, places, fc.constantFrom(2, 5, 1000), (numbers, cuts, max) => {
        const bytes = Uint8Array.from(numbers);
        const whole = framesOf(framer(spec, 'out', max), [bytes]);
        const chunks = cutAt(bytes, cuts);
        const cut = framesOf(framer(spec, 'out', max), chunks);
        expect(cut.map(essence)).toEqual(whole.map(essence));
        expect(Buffer.concat(cut.map((frame) => frame.bytes))).toEqual(Buffer.from(bytes));
        expect(cut.every((frame) => frame.bytes.length <= max)).toBe(true);
        // Each chunk's beginning is the beginning of a frame or a cut in one.
        const starts = cut.flatMap(({ offset, cuts: inside }) => [
          offset,
          ...inside.map((at) => offset + at),
        ]);
        let at = 0;
        for (const chunk of chunks) {
          if (chunk.length > 0) expect(starts).toContain(at);
          at += chunk.length;
        }
      }),
      { numRuns: 150 },
    );
  });
});
