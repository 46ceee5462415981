import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  commentText,
  cString,
  pythonBytes,
  pythonString,
  scriptString,
  shellPrintf,
  shellWord,
} from '../../../src-shared/code/quote';

const folder = mkdtempSync(join(tmpdir(), 'wirebench-quote-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NASTY = [
  "'; rm -rf ~; '",
  '"; system("id"); "',
  '$(id) `id` ${HOME} !! \\',
  '*/ int x; /*',
  '??/ ??= ??)',
  '-n -e --help',
  '%s %n %d',
  "\\'",
  'line\nbreak\r\n\u2028\u2029',
  '温度 😀 \u0085\u00a0',
  '#{id} <%= id %>',
  '',
];
const texts = [
  ...NASTY,
  ...fc.sample(fc.string({ unit: 'grapheme', maxLength: 40 }), { numRuns: 200, seed: 7 }),
].filter((text) => !text.includes('\0'));
const payloads = [
  Uint8Array.from({ length: 256 }, (_, n) => n),
  ...NASTY.map((text) => new TextEncoder().encode(text)),
  ...fc.sample(fc.uint8Array({ maxLength: 80 }), { numRuns: 200, seed: 7 }),
];
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexes = payloads.map(hexOf);
const textHexes = texts.map((text) => Buffer.from(text).toString('hex'));

function run(command: string, file: string, text: string): string[] {
  const path = join(folder, file);
  writeFileSync(path, text);
  return execFileSync(command, [path], { maxBuffer: 1 << 26 })
    .toString('latin1')
    .split('\n')
    .slice(0, -1);
}

test('Python reads back every byte and every character', () => {
  const lines = [
    ...payloads.map((bytes) => `print(${pythonBytes(bytes)}.hex())`),
    ...texts.map((text) => `print(${pythonString(text)}.encode().hex())`),
  ];
  expect(run('python3', 'a.py', lines.join('\n'))).toEqual([...hexes, ...textHexes]);
});

test('JavaScript reads back every character', () => {
  const read = texts.map((text): unknown => runInNewContext(scriptString(text)));
  expect(read).toEqual(texts);
});

test('a POSIX shell reads back every byte and every word', () => {
  const lines = [
    ...payloads.map((bytes) => `${shellPrintf(bytes)} | od -An -v -tx1 | tr -d ' \\n'; echo`),
    ...texts.map((text) => `printf %s ${shellWord(text)} | od -An -v -tx1 | tr -d ' \\n'; echo`),
  ];
  expect(run('sh', 'a.sh', lines.join('\n'))).toEqual([...hexes, ...textHexes]);
  expect(() => shellWord('a\0b')).toThrow(RangeError);
});

test('C reads back every character, without a warning', () => {
  const all = texts.map((text) => `{${cString(text)}, sizeof ${cString(text)} - 1},`);
  const source = `#include <stdio.h>
static const struct { const char *text; size_t size; } all[] = {
${all.join('\n')}
};
int main(void) {
  for (size_t n = 0; n < sizeof all / sizeof *all; n++) {
    for (size_t at = 0; at < all[n].size; at++) printf("%02x", (unsigned char)all[n].text[at]);
    printf("\\n");
  }
  return 0;
}
`;
  const path = join(folder, 'a.c');
  writeFileSync(path, source);
  const program = join(folder, 'a.out');
  execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-o', program, path]);
  const said = execFileSync(program).toString().split('\n').slice(0, -1);
  expect(said).toEqual(textHexes);
});

test('a comment holds what is put into it', () => {
  for (const text of texts) {
    const comment = commentText(text);
    expect(comment).toMatch(/^[\x20-\x7e]*$/);
    expect(comment).not.toContain('*/');
    expect(comment).not.toContain('/*');
    // A backslash at its end would carry it on to the next line.
    expect(comment).not.toMatch(/\\$/);
  }
});
