import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const CRUISER = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-cycles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The rules broken by a tree of these files, under the repository's configuration. */
function broken(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries({ 'tsconfig.base.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [CRUISER, '--config', config, '--output-type', 'err', '.'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const rules = [...stdout.matchAll(/^\s*error ([\w-]+):/gm)].map((match) => match[1] ?? '');
  expect(status === 0).toBe(rules.length === 0);
  return [...new Set(rules)].sort();
}

test('a cycle through a component is found', () => {
  const files = {
    'src-renderer/ui/A.svelte': `<script lang="ts">\n  import { b } from './b';\n  b();\n</script>\n`,
    'src-renderer/ui/b.ts': `import A from './A.svelte';\nexport const b = () => A;\n`,
  };
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'node_modules/svelte'), join(folder, 'node_modules/svelte'));
  expect(broken(files)).toEqual(['no-circular']);
});

test('an import that leads nowhere is found', () => {
  expect(broken({ 'src-shared/a.ts': `import './nowhere';\n` })).toEqual(['not-unresolvable']);
});

test('electron behind another file is found', () => {
  const files = {
    'node_modules/electron/package.json': '{ "name": "electron", "main": "index.js" }',
    'node_modules/electron/index.js': '',
    'src-main/profiles.ts': `import { app } from 'electron';\nexport const p = app;\n`,
    'src-main/cli/wirebench.ts': `import { p } from '../profiles';\nexport const q = p;\n`,
  };
  expect(broken(files)).toEqual(['no-electron-behind-engine-or-cli']);
});

test('a tree without any of it passes', () => {
  const files = {
    'src-shared/a.ts': `export const a = 1;\n`,
    'src-main/engine/b.ts': `import { a } from '../../src-shared/a';\nexport const b = a;\n`,
  };
  expect(broken(files)).toEqual([]);
});
