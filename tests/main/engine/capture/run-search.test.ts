import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunSearch } from '../../../../src-main/engine/capture/scan/run-search';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { encodeText } from '../../../../src-shared/encoding/charset';
import { loadCharset } from '../../../../src-shared/encoding/load';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import { parsePattern } from '../../../../src-shared/payload/pattern';

/** A piece of a stream, and where in it shown lines begin; the first line of a run does at 0. */
interface Taken {
  stream: number;
  bytes: Uint8Array;
  lines: number[];
}

/** Which lines are found, counted through. `looks`: what came so far is looked through now and then. */
function found(search: string, pieces: readonly Taken[], charset: Charset = UTF8, looks = false) {
  const parsed = parsePattern(search, charset);
  if (!parsed.ok || parsed.pattern.kind !== 'regex') throw new Error(search);
  const hits: number[] = [];
  const runs = new RunSearch([parsed.pattern], charset, (position) => hits.push(position));
  let position = 0;
  for (const { stream, bytes, lines } of pieces) {
    runs.take(stream, bytes);
    for (const offset of lines) runs.line(offset, { position: position++, hit: false });
    if (looks) runs.look();
  }
  runs.look();
  return hits.sort((a, b) => a - b);
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Bytes of one run in chunks, with shown lines as long as 20 bytes at most. */
function chunked(all: Buffer, cuts: readonly number[]): { pieces: Taken[]; begins: number[] } {
  const begins: number[] = [];
  for (let at = 0; at < all.length;) {
    begins.push(at);
    const lineEnd = all.indexOf('\n', at);
    at = Math.min(lineEnd === -1 ? all.length : lineEnd + 1, at + 20);
  }
  const edges = [0, ...cuts.filter((cut) => cut < all.length), all.length];
  const pieces = edges.slice(1).map((end, place) => {
    const start = edges[place] ?? 0;
    const lines = begins.filter((at) => at >= start && at < end).map((at) => at - start);
    return { stream: 1, bytes: all.subarray(start, end), lines };
  });
  return { pieces, begins };
}

/** Of each line, whether a match begins in it, as Python tells. */
const JUDGE = `
import json, re, sys
told = json.load(sys.stdin)
data = bytes.fromhex(told['hex'])
ends = told['begins'][1:] + [len(data)]
def hits(source):
    regex = re.compile(source.encode(), re.M)
    for place, (begin, end) in enumerate(zip(told['begins'], ends)):
        match = regex.search(data, begin)
        if match and (match.start() < end or match.start() == len(data) == end): yield place
print(json.dumps([list(hits(source)) for source in told['sources']]))
`;

test('line beginnings, line ends and word boundaries are those Python finds, wherever chunks and shown lines end', () => {
  let seed = 5;
  const next = (below: number) =>
    ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) >>> 8) % below;
  const words = ['ab', 'ba', 'abb', ' ', '\r\n', '\n', '\r', 'é'];
  const all = latin1(Array.from({ length: 30_000 }, () => words[next(words.length)]).join(''));
  const cuts: number[] = [];
  for (let at = 1; at < all.length; at += 1 + next(next(9) === 0 ? 40_000 : 300)) cuts.push(at);
  // `$` of Python stands before LF only.
  const end = '(?=\\r?\\n|\\Z)';
  const sources: [string, string][] = [
    ['^ab', '^ab'],
    ['ab$', `ab${end}`],
    ['^$', `^${end}`],
    ['^(?:ab|ba)+$', `^(?:ab|ba)+${end}`],
    ['\\bab\\b', '\\bab\\b'],
    ['b\\Ba ba$', `b\\Ba ba${end}`],
    ['^ab\\r?\\n^ba', '^ab\\r?\\n^ba'],
    ['(?<=b)\\r\\n(?!a)', '(?<=b)\\r\\n(?!a)'],
    ['[$^a]b\\r$', `[$^a]b\\r${end}`],
    ['ba\\nabb', 'ba\\nabb'],
  ];
  const { pieces, begins } = chunked(all, cuts);
  const input = { hex: all.toString('hex'), begins, sources: sources.map(([, source]) => source) };
  const judged = execFileSync('python3', ['-c', JUDGE], { input: JSON.stringify(input) });
  const expected: unknown = JSON.parse(judged.toString());
  // Python sees é as a byte that is no letter, as an expression of bytes does here.
  const ours = sources.map(([source]) => found(`/${source}/`, pieces));
  expect(Math.min(...ours.map(({ length }) => length))).toBeGreaterThan(1);
  expect(ours).toEqual(expected);
});

test('each run has lines of its own, and a match goes on in the next run of its stream', () => {
  const piece = fc.tuple(
    fc.integer({ min: 0, max: 1 }),
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), minLength: 1, maxLength: 9 }),
  );
  const sources = ['^ab', 'b$', '^a*$', 'ab', 'b[^]*?ca', 'c\\nb', '^(?:ab|\\nc)b'];
  const begins = (source: string, text: string, from: number) => {
    const lines = source.replaceAll('^', '(?<![^\\n])').replaceAll('[(?<![^\\n])]', '[^]');
    const regex = new RegExp(lines.replaceAll('$', '(?=\\n|(?![^]))'), 'g');
    regex.lastIndex = from;
    return regex.exec(text)?.index ?? Infinity;
  };
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 16 }),
      fc.constantFrom(...sources),
      fc.boolean(),
      (pieces, source, looks) => {
        const runs: { stream: number; text: string; line: number }[] = [];
        const taken: Taken[] = [];
        const expected = new Set<number>();
        const texts = ['', ''];
        const before = (stream: number) => texts[stream]?.length ?? 0;
        for (const [line, [stream, text]] of pieces.entries()) {
          const last = runs.at(-1);
          // A line for each piece: where lines begin is another matter.
          if (last?.stream === stream) last.text += text;
          else runs.push({ stream, text, line });
          taken.push({ stream, bytes: latin1(text), lines: [0] });
          texts[stream] += text;
        }
        const reached = [0, 0];
        for (const { stream, text, line: first } of runs) {
          const from = reached[stream] ?? 0;
          reached[stream] = from + text.length;
          const whole = texts[stream] ?? '';
          let start = 0;
          for (let line = first; start < text.length; line++) {
            const end = start + (pieces[line]?.[1].length ?? 0);
            const isIn = (at: number, origin: number) => at >= origin + start && at < origin + end;
            const alone = begins(source, text, start);
            if (isIn(alone, 0) || (alone === text.length && end === text.length))
              expected.add(line);
            if (isIn(begins(source, whole, from + start), from)) expected.add(line);
            if (source.includes('^') && isIn(begins(source, whole.slice(from), start), 0))
              expected.add(line);
            start = end;
          }
        }
        expect(before(0) + before(1)).toBe(pieces.reduce((sum, [, { length }]) => sum + length, 0));
        const sorted = [...expected].sort((a, b) => a - b);
        const hits = found(`/${source}/`, taken, UTF8, looks);
        // What was a line end when it was looked at may have gone on since.
        if (looks) expect(hits).toEqual(expect.arrayContaining(sorted));
        else expect({ source, hits }).toEqual({ source, hits: sorted });
      },
    ),
    { numRuns: 100 },
  );
});

test.each(['utf-8', 'gbk', 'utf-16le'] as const)(
  'characters of %s are seen whole wherever chunks and runs cut them',
  async (name) => {
    const charset = await loadCharset(name);
    const flags = name === 'utf-8' ? 'u' : '';
    const text = '温度 正常\r\n温 度正\n'.repeat(400);
    const all = Buffer.from(encodeText(charset, text).bytes);
    const lines: number[] = [];
    let at = 0;
    for (const line of text.split(/(?<=\n)/)) {
      lines.push(at);
      at += encodeText(charset, line).bytes.length;
    }
    for (const chunk of [1, 37, 5000]) {
      const pieces: Taken[] = [];
      for (let from = 0; from < all.length; from += chunk) {
        const own = lines.filter((line) => line >= from && line < from + chunk);
        const bytes = all.subarray(from, from + chunk);
        pieces.push({ stream: 1, bytes, lines: own.map((line) => line - from) });
      }
      const of = (parity: number) => lines.map((_, line) => line).filter((n) => n % 2 === parity);
      expect(found(`/正常$/${flags}`, pieces, charset)).toEqual(of(0));
      expect(found(`/^温 .正/${flags}`, pieces, charset)).toEqual(of(1));
      if (chunk === 1) continue;
      // The other way speaks between any two chunks, in the midst of characters.
      const other = { stream: 2, bytes: latin1('--'), lines: [] };
      const torn = pieces.flatMap((piece) => [{ ...piece, lines: [0] }, other]);
      const lead = encodeText(charset, '温 ').bytes.length;
      const begun = of(1).map((line) => Math.floor(((lines[line] ?? 0) + lead) / chunk));
      // Behind the last there is none that it could go on in.
      const expected = [...new Set(begun.slice(0, -1))];
      expect(found(`/度正\\n温/${flags}`, torn, charset)).toEqual(expected);
    }
  },
);
