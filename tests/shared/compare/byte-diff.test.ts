import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffBytes, MAX_COMPARED_BYTES } from '../../../src-shared/compare/byte-diff';
import type { ByteDiff } from '../../../src-shared/compare/byte-diff';
import { diffCounts, diffLines, diffText } from '../../../src-shared/compare/diff-lines';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** The second side, made of the first and the changes: wrong if a stretch is not what it says. */
function applied(a: Uint8Array, b: Uint8Array, { changes }: ByteDiff): Uint8Array {
  const parts = changes.map(({ kind, aFrom, aEnd, bFrom, bEnd }) =>
    kind === 'same' ? a.subarray(aFrom, aEnd) : b.subarray(bFrom, bEnd),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** Longest common subsequence by the table that every textbook has: the fewest edits follow. */
function fewestEdits(a: Uint8Array, b: Uint8Array): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const byte of a) {
    const next = [0];
    for (const [at, other] of b.entries())
      next.push(byte === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    row = next;
  }
  return a.length + b.length - 2 * (row.at(-1) ?? 0);
}

const few = fc.uint8Array({ maxLength: 60, max: 4 });

describe('bytes', () => {
  test('messages of one length differ in their fields, each in its place', () => {
    const a = new Uint8Array([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2]);
    const b = new Uint8Array([0, 2, 0, 0, 0, 6, 1, 3, 0, 2, 0, 2]);
    const changed = diffBytes(a, b).changes.filter(({ kind }) => kind !== 'same');
    expect(changed.map(({ kind, aFrom, aEnd }) => [kind, aFrom, aEnd])).toEqual([
      ['changed', 1, 2],
      ['changed', 9, 10],
    ]);
  });

  test('the changes lead from one side to the other, cover both, and never touch', () => {
    fc.assert(
      fc.property(few, few, (a, b) => {
        const diff = diffBytes(a, b);
        expect(diff.aligned).toBe(true);
        expect(applied(a, b, diff)).toEqual(b);
        let [aAt, bAt] = [0, 0];
        for (const { aFrom, aEnd, bFrom, bEnd } of diff.changes) {
          expect([aFrom, bFrom]).toEqual([aAt, bAt]);
          [aAt, bAt] = [aEnd, bEnd];
        }
        expect([aAt, bAt]).toEqual([a.length, b.length]);
        const { changed, removed, added } = diffCounts(diff);
        expect(2 * changed + removed + added).toBeGreaterThanOrEqual(fewestEdits(a, b));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['abcdef', 'abcdef', { differences: 0, changed: 0, removed: 0, added: 0 }],
    ['abcdef', 'abXdef', { differences: 1, changed: 1, removed: 0, added: 0 }],
    ['abcdef', 'abdef', { differences: 1, changed: 0, removed: 1, added: 0 }],
    ['abdef', 'abcdefgh', { differences: 2, changed: 0, removed: 0, added: 3 }],
    ['', 'abc', { differences: 1, changed: 0, removed: 0, added: 3 }],
    ['', '', { differences: 0, changed: 0, removed: 0, added: 0 }],
    // One byte that both have by chance in the midst of a change is no reason to cut it in two.
    [
      'begin 1111x2222 end',
      'begin 3333x4444 end',
      { differences: 1, changed: 9, removed: 0, added: 0 },
    ],
  ])('%s and %s', (a, b, counts) => {
    expect(diffCounts(diffBytes(bytes(a), bytes(b)))).toEqual(counts);
  });

  test('what differs too much is compared place by place, and says so; so is what is too long', () => {
    const random = (seed: number, length: number) => {
      let state = seed;
      return Uint8Array.from(
        { length },
        () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16,
      );
    };
    const [a, b] = [random(1, MAX_COMPARED_BYTES + 7), random(2, 100_000)];
    const began = performance.now();
    const diff = diffBytes(a, b);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(diff).toMatchObject({ aligned: false, leftOut: { a: 7, b: 0 } });
    const compared = a.subarray(0, MAX_COMPARED_BYTES);
    expect(Buffer.compare(applied(compared, b, diff), b)).toBe(0);
    for (const { kind, aFrom, bFrom } of diff.changes)
      if (kind === 'same') expect(aFrom).toBe(bFrom);
  });

  test('a byte put in near the beginning of much does not make the rest differ', () => {
    const a = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 7919) >> 3);
    const b = new Uint8Array(a.length + 1);
    b.set(a.subarray(0, 10));
    b[10] = 0xee;
    b.set(a.subarray(10), 11);
    expect(diffCounts(diffBytes(a, b))).toEqual({
      differences: 1,
      changed: 0,
      removed: 0,
      added: 1,
    });
  });
});

test('lines put under each other what belongs together, with a sign for each difference', () => {
  const [a, b] = [bytes('GET /a HTTP/1.1\r\n'), bytes('GET /bcd HTTP/1.0\r\n')];
  const lines = diffLines(a, b, diffBytes(a, b), 16);
  expect(diffText(lines).split('\n')).toEqual([
    '- 00000000  47 45 54 20 2F 61       20 48 54 54 50 2F 31 2E  |GET /a   HTTP/1.|',
    '+ 00000000  47 45 54 20 2F 62 63 64 20 48 54 54 50 2F 31 2E  |GET /bcd HTTP/1.|',
    `${' '.repeat(28)}~  +  +`,
    '- 0000000e  31 0D 0A  |1..|',
    '+ 00000010  30 0D 0A  |0..|',
    `${' '.repeat(13)}~`,
  ]);
});
