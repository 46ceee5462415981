import { expect, test } from 'vitest';
import { progressText } from '../../../src-main/cli/file-progress';
import { StatusLine } from '../../../src-main/cli/status-line';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 30, written, write: (text: string) => written.push(text) };
}

test('the last line of a terminal is replaced, cut to its width, and nobody else gets it', () => {
  const screen = terminal(true);
  const status = new StatusLine(screen);
  status.clear();
  status.show('one\n\x1b[31m');
  status.show('x'.repeat(100));
  status.clear();
  status.clear();
  expect(screen.written).toEqual([
    '\r\x1b[Kone\\n\\u{1b}[31m',
    `\r\x1b[K${'x'.repeat(29)}`,
    '\r\x1b[K',
  ]);
  const file = terminal(false);
  new StatusLine(file).show('one');
  expect(file.written).toEqual([]);
});

test('how far a file is, in figures', () => {
  const of = { name: 'fw.bin', sentBytes: 2500, totalBytes: 10_000, ms: 500 };
  expect(progressText(of)).toBe('fw.bin: 2500 of 10000 bytes, 25 %, 5000 bytes/s, 2 s left');
  expect(progressText({ ...of, totalBytes: null })).toBe('fw.bin: 2500 bytes, 5000 bytes/s');
  expect(progressText({ ...of, sentBytes: 1, totalBytes: null })).toMatch(/^fw\.bin: 1 byte, /);
  expect(progressText({ ...of, sentBytes: 0 })).toBe('fw.bin: 0 of 10000 bytes, 0 %, 0 bytes/s');
});
