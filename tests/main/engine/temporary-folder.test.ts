import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTemporaryFolder } from '../../../src-main/engine/temporary-folder';

test('folders of processes that have gone are removed, and no other', () => {
  const parent = mkdtempSync(join(tmpdir(), 'wirebench-test-'));
  const other = spawn('sleep', ['60']);
  onTestFinished(() => {
    other.kill();
    vi.unstubAllEnvs();
    rmSync(parent, { recursive: true, force: true });
  });
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, parent);
  const gone = spawnSync('true').pid;
  const own = basename(makeTemporaryFolder());
  const named = (pid: number | undefined) => own.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = `wirebench-00000000-${gone}-abcdef`;
  const kept = [named(other.pid), elsewhere, 'wirebench-live', 'other'];
  for (const name of [...kept, named(gone)]) {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, 'live.00001.pcapng'), 'x');
  }
  const link = `${named(gone)}x`;
  symlinkSync(join(parent, 'other'), join(parent, link));
  const second = basename(makeTemporaryFolder());
  expect(readdirSync(parent).sort()).toEqual([...kept, link, own, second].sort());
  expect(readdirSync(join(parent, 'other'))).toEqual(['live.00001.pcapng']);
});
