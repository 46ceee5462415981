import { expect, test } from 'vitest';
import { formatBytes, formatRowTexts } from '../../../src-renderer/format/copy';
import { tryEncodings } from '../../../src-renderer/format/encoding-trials';
import { hexLine } from '../../../src-renderer/format/hex-layout';
import { loadCharset } from '../../../src-shared/encoding/load';
import { ENCODING_NAMES } from '../../../src-shared/encoding/names';

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

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

test('text is that of its encoding; with a byte that is none of it, all of it is escaped', async () => {
  const gbk = await loadCharset('gbk');
  expect(formatBytes([bytesOf('d6d00d0a')], 'text', gbk)).toBe('中\r\n');
  expect(formatBytes([bytesOf('d6d0ff0a')], 'text', gbk)).toBe('中\\xff\\n');
});

test('a character that is cut between rows stands in the later one, whatever passes between', async () => {
  const gbk = await loadCharset('gbk');
  const rows = [
    { bytes: bytesOf('d6d0ce'), stream: 'in' },
    { bytes: bytesOf('41'), stream: 'out' },
    { bytes: bytesOf('c40a'), lead: bytesOf('ce'), stream: 'in' },
  ];
  expect(formatRowTexts(rows, gbk)).toBe('中A文\n');
  // The rest of it is not selected: the byte is there all the same, and eats no other.
  expect(formatRowTexts(rows.slice(0, 2), gbk)).toBe('中\\xceA');
  expect(formatRowTexts(rows.slice(2), gbk)).toBe('文\n');
});

test('the same bytes in all encodings: those in which all of them are characters come first', async () => {
  const charsets = await Promise.all(ENCODING_NAMES.map(loadCharset));
  const trials = tryEncodings(bytesOf('cec2b6c83a'), charsets);
  expect(trials).toHaveLength(ENCODING_NAMES.length);
  const clean = trials.filter(({ wrongBytes }) => wrongBytes === 0).map(({ name }) => name);
  expect(trials.slice(0, clean.length).map(({ name }) => name)).toEqual(clean);
  expect(clean).toContain('gbk');
  expect(clean).not.toContain('ascii');
  expect(trials.find(({ name }) => name === 'gbk')?.text).toBe('温度:');
  expect(trials.find(({ name }) => name === 'koi8-r')?.text).toBe('нб╤х:');
  expect(trials.find(({ name }) => name === 'ascii')).toMatchObject({
    text: '\\xCE\\xC2\\xB6\\xC8:',
    wrongBytes: 4,
  });
});

test('the characters of a hexdump are those of an encoding with a byte each', async () => {
  const line = bytesOf('41c18e00ff');
  expect(hexLine(line, 0, 8, await loadCharset('koi8-r'))).toMatch(/ {2}Aа▌\.Ъ$/);
  // From right to left they would not keep to their places.
  expect(hexLine(bytesOf('41e0'), 0, 8, await loadCharset('windows-1255'))).toMatch(/ {2}A\.$/);
  expect(hexLine(bytesOf('d6d0'), 0, 8, await loadCharset('gbk'))).toMatch(/ {2}\.\.$/);
});
