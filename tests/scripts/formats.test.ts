import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyProblems } from '../../scripts/i18n.mjs';
import { asarOf } from '../../scripts/lib/asar.mjs';
import { readFuses, writeFuses } from '../../scripts/lib/fuses.mjs';
import { unzip } from '../../scripts/lib/unzip.mjs';

const root = resolve(import.meta.dirname, '../..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("electron-builder's asar reader reads what asarOf writes", () => {
  const archive = join(folder, 'a.asar');
  writeFileSync(archive, asarOf({ 'package.json': '{}', 'main.js': 'ä'.repeat(1001) }));
  const cli = join(root, 'node_modules/@electron/asar/bin/asar.js');
  execFileSync(process.execPath, [cli, 'extract', archive, join(folder, 'out')]);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['main.js', 'package.json']);
  expect(readFileSync(join(folder, 'out/main.js'), 'utf8')).toBe('ä'.repeat(1001));
});

describe('fuses', () => {
  const wire = (states: string): string => {
    const file = join(folder, 'electron');
    const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
    const head = Buffer.from([1, states.length]);
    writeFileSync(
      file,
      Buffer.concat([Buffer.alloc(9_000_000), Buffer.from(sentinel), head, Buffer.from(states)]),
    );
    return file;
  };

  test('are read and written by name', () => {
    const file = wire('10r0');
    writeFuses(file, { RunAsNode: false, EnableNodeCliInspectArguments: true });
    expect(readFuses(file)).toEqual({
      version: 1,
      fuses: {
        RunAsNode: 'off',
        EnableCookieEncryption: 'off',
        EnableNodeOptionsEnvironmentVariable: 'removed',
        EnableNodeCliInspectArguments: 'on',
      },
    });
  });

  test('that the executable lacks are an error, as is a file without a wire', () => {
    expect(() => writeFuses(wire('10'), { WasmTrapHandlers: true })).toThrow('no fuse');
    writeFileSync(join(folder, 'other'), 'not Electron');
    expect(() => readFuses(join(folder, 'other'))).toThrow('no fuse sentinel');
  });
});

describe('unzip', () => {
  const zip = join('a.zip');
  const make = (code: string): string => {
    execFileSync('python3', ['-c', code], { cwd: folder });
    return join(folder, zip);
  };

  test("takes what Python's zipfile makes apart: stored, deflated, empty, renamed, left out", async () => {
    const archive = make(`
import zipfile
with zipfile.ZipFile('a.zip', 'w') as z:
    z.writestr('in/stored.txt', 'stored', zipfile.ZIP_STORED)
    z.writestr('in/deflated.txt', 'deflated' * 10000, zipfile.ZIP_DEFLATED)
    z.writestr('in/empty', '')
    z.writestr('out/other', 'no')
    info = zipfile.ZipInfo('in/run.sh'); info.external_attr = 0o100755 << 16
    z.writestr(info, '#!/bin/sh')
`);
    const out = join(folder, 'out');
    const rename = (name: string) => (name.startsWith('in/') ? name.slice(3) : null);
    expect(await unzip(archive, out, rename)).toBe(4);
    expect(readdirSync(out).sort()).toEqual(['deflated.txt', 'empty', 'run.sh', 'stored.txt']);
    expect(readFileSync(join(out, 'stored.txt'), 'utf8')).toBe('stored');
    expect(readFileSync(join(out, 'deflated.txt'), 'utf8')).toBe('deflated'.repeat(10000));
    expect(statSync(join(out, 'run.sh')).mode & 0o777).toBe(0o755);
  });

  test('refuses to write outside its folder', async () => {
    const archive = make(`
import zipfile
with zipfile.ZipFile('a.zip', 'w') as z: z.writestr('../escaped', 'no')
`);
    await expect(unzip(archive, join(folder, 'out'), (name: string) => name)).rejects.toThrow(
      'unsafe path',
    );
    expect(readdirSync(folder)).toEqual(['a.zip']);
  });
});

test('languages with different keys are named with what they lack', () => {
  expect(keyProblems({ en: { $schema: '', a: '', b: '' }, zh: { a: '', c: '' } })).toEqual([
    'zh lacks "b"',
    'en lacks "c"',
  ]);
  expect(keyProblems({ en: { a: '' }, zh: { a: '' } })).toEqual([]);
});
