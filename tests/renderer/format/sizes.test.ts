import { expect, test } from 'vitest';
import {
  exactSize,
  formatByteRate,
  formatCount,
  formatRate,
  formatSize,
} from '../../../src-renderer/format/sizes';

test.each([
  [0, '0 B'],
  [312, '312 B'],
  [1023, '1,023 B'],
  [1024, '1.0 KiB'],
  [1234, '1.2 KiB'],
  [102_400, '100 KiB'],
  [1_048_575, '1.0 MiB'],
  [1_048_576, '1.0 MiB'],
  [220_200_960, '210 MiB'],
  [10 * 1024 ** 3, '10.0 GiB'],
  [5 * 1024 ** 5, '5.0 PiB'],
])('%s bytes', (bytes, text) => {
  expect(formatSize(bytes, 'en')).toBe(text);
});

test('counts, exact sizes and rates', () => {
  expect(formatCount(48_010, 'en')).toBe('48,010');
  expect(formatCount(48_010, 'zh-CN')).toBe('48,010');
  expect(exactSize(1_234_567, 'en')).toBe('1,234,567 B');
  expect(formatByteRate(1234.4, 'en')).toBe('1.2 KiB/s');
  expect([0, 0.25, 9.4, 48.3, 200_000].map((rate) => formatRate(rate, 'en'))).toEqual([
    '0/s',
    '0.3/s',
    '9.4/s',
    '48/s',
    '200,000/s',
  ]);
});
