import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileStamp, writeFileAtomically } from '../../src-main/atomic-file';
import { bundleModule } from '../support/bundle';
import { tempFolder } from '../support/temp-folder';

test('makes folders, writes, replaces, and leaves no other file', async () => {
  const folder = await tempFolder();
  const path = join(folder, 'a', 'b', 'c.json');
  await writeFileAtomically(path, 'one');
  await writeFileAtomically(path, '二');
  expect(await readFile(path, 'utf8')).toBe('二');
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c.json']);
});

test('replaces a link instead of writing through it', async ({ skip }) => {
  skip(process.platform === 'win32', 'links need a right of their own on Windows');
  const folder = await tempFolder();
  await writeFile(join(folder, 'target'), 'theirs');
  await symlink(join(folder, 'target'), join(folder, 'link'));
  await writeFileAtomically(join(folder, 'link'), 'ours');
  expect(await readFile(join(folder, 'target'), 'utf8')).toBe('theirs');
  expect(await readFile(join(folder, 'link'), 'utf8')).toBe('ours');
});

const NAMESPACE = ['-U', '-r', '-m'];

function canMount(): boolean {
  return (
    process.platform === 'linux' &&
    spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
  );
}

test('on a full disk rejects, and the old file stays whole', async ({ skip }) => {
  skip(!canMount(), 'needs a small file system of its own: unshare and mount, Linux');
  const folder = await tempFolder();
  const module = await bundleModule('src-main/atomic-file.ts', folder);
  const script = join(folder, 'run.mjs');
  await writeFile(
    script,
    `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
     import { writeFileAtomically } from ${JSON.stringify(module)};
     writeFileSync('/mnt/a.json', 'x'.repeat(1000));
     writeFileSync('/mnt/fill', 'x'.repeat(40_000)); // Of 64 KiB: part of the next still fits.
     const code = await writeFileAtomically('/mnt/a.json', 'y'.repeat(50_000)).then(
       () => 'written', (error) => error.code);
     const old = readFileSync('/mnt/a.json', 'utf8');
     console.log(JSON.stringify([code, old === 'x'.repeat(1000), readdirSync('/mnt').sort()]));`,
  );
  const command = `mount -t tmpfs -o size=64k none /mnt && exec "$0" "$1"`;
  const output = execFileSync(
    'unshare',
    [...NAMESPACE, 'sh', '-c', command, process.execPath, script],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual(['ENOSPC', true, ['a.json', 'fill']]);
});

test('stamps sort by time and fit into names of files everywhere', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
  expect(fileStamp(at)).toBe('20260102T030405.006Z');
  expect(fileStamp(at + 1) > fileStamp(at)).toBe(true);
});
