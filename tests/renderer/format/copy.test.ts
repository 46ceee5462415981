import { expect, test } from 'vitest';
import { formatBytes } from '../../../src-renderer/format/copy';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const chunks = [bytes(0x41, 0x0d), bytes(0x0a, 0x42)];

test('each row a line of hex; text and C array join them; each dump begins at 0', () => {
  expect(formatBytes(chunks, 'hex')).toBe('41 0D\n0A 42');
  expect(formatBytes(chunks, 'plain-hex')).toBe('410d\n0a42');
  expect(formatBytes(chunks, 'text')).toBe('A\r\nB');
  expect(formatBytes(chunks, 'c-array')).toContain('[4] = {\n  0x41, 0x0D, 0x0A, 0x42,\n}');
  expect(formatBytes(chunks, 'hexdump').match(/^00000000 /gm)).toHaveLength(2);
});

test('a character that was cut between two chunks is whole in the text', () => {
  expect(formatBytes([bytes(0xe6, 0xb8), bytes(0xa9)], 'text')).toBe('温');
});

test('what is no UTF-8 is escaped, never replaced', () => {
  expect(formatBytes([bytes(0x41, 0xff)], 'text')).toBe('A\\xff');
});
