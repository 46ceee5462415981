import { expect, test } from 'vitest';
import { fitColumns } from '../../../src-renderer/ui/log/columns';

const needs = {
  widthPx: 1000,
  charPx: 7.2,
  timeMode: 'clock',
  microseconds: false,
  numberChars: 6,
  peerChars: 20,
  summary: false,
} as const;

test.each([
  [1200, []],
  [780, ['delta']],
  [700, ['delta', 'number']],
  [560, ['delta', 'number', 'peer']],
  [300, ['delta', 'number', 'peer']],
])('at %s px', (widthPx, folded) => {
  expect(fitColumns({ ...needs, widthPx }).folded).toEqual(folded);
});

test('what is left goes to the data, and it never has less than 12 characters', () => {
  const wide = fitColumns({ ...needs, widthPx: 1600 });
  const wider = fitColumns({ ...needs, widthPx: 1672 });
  expect(wider.dataChars - wide.dataChars).toBe(10);
  expect(fitColumns({ ...needs, widthPx: 100 }).dataChars).toBe(12);
});

test('times with microseconds and the longest IPv6 peer fit', () => {
  const { chars } = fitColumns({
    ...needs,
    widthPx: 2000,
    timeMode: 'utc',
    microseconds: true,
    peerChars: '[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:65535'.length,
  });
  expect(chars.time).toBeGreaterThanOrEqual('2026-11-20T13:02:11.302000Z'.length);
  expect(chars.peer).toBe(47);
});

test('what rows say stands beside the data, and takes no more than half of the room', () => {
  const plain = fitColumns({ ...needs, widthPx: 1400 });
  const { chars, dataChars } = fitColumns({ ...needs, widthPx: 1400, summary: true });
  expect(plain.chars.summary).toBe(0);
  expect(chars.summary).toBeGreaterThanOrEqual(16);
  expect(chars.summary).toBeLessThanOrEqual(plain.dataChars / 2);
  expect(dataChars + chars.summary).toBeLessThanOrEqual(plain.dataChars);
});
