import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const idsIn = (text: string): string[] => [...new Set(text.match(/T-E\d\d/g))].sort();

test('SECURITY.md names the tests there are, and all of them', () => {
  const text = read('SECURITY.md');
  const titles = read('tests/e2e/security.spec.ts').match(/^test\('T-E\d\d .*/gm) ?? [];
  expect(idsIn(text)).toEqual(idsIn(titles.join('\n')));
  const files = text.match(/`(tests|src-main|scripts)\/[\w./-]+`/g) ?? [];
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(existsSync(resolve(root, file.slice(1, -1))), file).toBe(true);
});

test('SECURITY.md has every item of the checklist', () => {
  const rows = [...read('SECURITY.md').matchAll(/^\| *(\d+) *\|/gm)].map(([, number]) =>
    Number(number),
  );
  expect(rows).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});
