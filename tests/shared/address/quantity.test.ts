import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSize, formatTime, parseSize, parseTime } from '../../../src-shared/address/quantity';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1.5s', 1500],
  ['1.001s', 1001],
  ['0ms', 0],
  ['10', null],
  ['0.5ms', null],
  ['-1s', null],
  ['1d', null],
  ['', null],
  ['600h', null],
])('time %s', (text, ms) => {
  expect(parseTime(text)).toBe(ms);
});

test.each([
  ['4096', 4096],
  ['64KiB', 65_536],
  ['4MiB', 4_194_304],
  ['100kB', 100_000],
  ['1.5KiB', 1536],
  ['1B', 1],
  ['2GiB', null],
  ['4M', null],
  ['0.3B', null],
  ['kB', null],
])('size %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test('what is formatted is read back', () => {
  fc.assert(
    fc.property(fc.nat(), (value) => {
      expect(parseTime(formatTime(value))).toBe(value);
      expect(parseSize(formatSize(value))).toBe(value);
    }),
  );
});
