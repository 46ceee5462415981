import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import { exportRows } from '../../../../src-main/engine/export/export-rows';
import { rowFormat } from '../../../../src-main/engine/export/format';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import { tempFolder } from '../../../support/temp-folder';
import { openWhole, pattern, PEER, startSession, US, useFolder } from '../capture/sample';
import { useExports } from './exporting';

const folder = useFolder();
const exported = useExports();

function recorded(path: string, rows: number, bytes = 1000) {
  const session = startSession(path);
  const flow = session.udp(2, US, PEER);
  for (let n = 0; n < rows; n++) flow.data('in', pattern(bytes, n), now());
  session.close(now());
  return session;
}

/** A folder with nothing in it but what an export makes. */
function target(name: string): string {
  const place = folder.path('target');
  mkdirSync(place, { recursive: true });
  return join(place, name);
}

const left = (path: string) => readdirSync(dirname(path));

test.each([false, true])('cancelled, it leaves no file (overwriting: %s)', async (overwrite) => {
  const session = recorded(folder.path('many.pcapng'), 20_000);
  const path = target('out.csv');
  if (overwrite) writeFileSync(path, 'what was there');
  const stop = new AbortController();
  const told: number[] = [];
  const options = { socket: null, shape: null, rows: null, decoder: null, overwrite };
  const done = exportRows(session, { ...options, format: 'csv', path }, stop.signal, (progress) => {
    told.push(progress.part);
    if (progress.bytes > 3_000_000) stop.abort();
  });
  await expect(done).rejects.toMatchObject({ name: 'AbortError' });
  expect(told.at(-1)).toBeGreaterThan(0);
  expect(told.at(-1)).toBeLessThan(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(left(path)).toEqual(overwrite ? ['out.csv'] : []);
  if (overwrite) expect(readFileSync(path, 'utf8')).toBe('what was there');
});

test('what is there is only overwritten when that was said, the capture itself never', async () => {
  const source = folder.path('few.pcapng');
  const session = recorded(source, 3);
  const path = target('out.bin');
  writeFileSync(path, 'what was there');
  const to = { format: 'raw-rx', path } as const;
  await expect(exported(session, to)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(path, 'utf8')).toBe('what was there');
  await exported(session, { ...to, overwrite: true });
  expect(readFileSync(path)).toHaveLength(3000);
  const before = readFileSync(source);
  await expect(exported(session, { ...to, path: source, overwrite: true })).rejects.toMatchObject({
    code: 'ERR_NOT_POSSIBLE',
  });
  expect(readFileSync(source).equals(before)).toBe(true);
  const nowhere = join(folder.path('no'), 'such', 'folder');
  await expect(exported(session, { ...to, path: nowhere })).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('a full disk is told, and no half file stays', async ({ skip }) => {
  const disk = await tempFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) {
    console.log('SKIP full disk: no file system can be mounted here');
    skip('no file system can be mounted here');
    return;
  }
  onTestFinished(() => void spawnSync('umount', ['-l', disk]));
  const session = recorded(folder.path('many.pcapng'), 5000);
  for (const format of ['csv', 'pcapng', 'raw-rx'] as const) {
    const path = join(disk, `out.${format}`);
    await expect(exported(session, { format, path })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(left(path)).toEqual([]);
    writeFileSync(path, 'what was there');
    const over = exported(session, { format, path, overwrite: true });
    await expect(over).rejects.toMatchObject({ code: 'ENOSPC', syscall: 'write' });
    expect(left(path)).toEqual([`out.${format}`]);
    expect(readFileSync(path, 'utf8')).toBe('what was there');
    rmSync(path);
  }
});

test('rows that another program has cut off are told, not left out', async () => {
  const path = folder.path('cut.pcapng');
  recorded(path, 2000);
  const capture = await openWhole(path);
  truncateSync(path, 500_000);
  const out = target('out.bin');
  for (const format of ['raw-rx', 'pcapng'] as const)
    await expect(exported(capture, { format, path: out })).rejects.toMatchObject({
      code: 'ERR_CAPTURE_CHANGED',
    });
  expect(left(out)).toEqual([]);
});

test('a payload of megabytes is written in small pieces, between which sockets have their turn', () => {
  const session = startSession(folder.path('big.pcapng'));
  const flow = session.tcp(2, US, PEER);
  const bytes = 4 << 20;
  flow.data('in', Buffer.alloc(bytes, 0xe4), now());
  session.close(now());
  const view = session.view(null);
  for (const name of ['hexdump', 'csv', 'jsonl'] as const) {
    const format = rowFormat(name, view, null, UTF8);
    let [written, longest] = [0, 0];
    for (const row of view.rows(0, view.length))
      for (const { length } of format.row(row, () => view.bytes(row.index))) {
        written += length;
        longest = Math.max(longest, length);
      }
    expect(written).toBeGreaterThan(bytes * 2);
    expect(longest).toBeLessThan(128 * 1024);
  }
});

test('an expression made to explode ends the export with its reason', async () => {
  const session = startSession(folder.path('explode.pcapng'));
  session.udp(2, US, PEER).data('in', Buffer.from(`${'a'.repeat(64)}!`), now());
  const path = target('out.csv');
  await expect(
    exported(session, { format: 'csv', path, shape: { filter: '/^(a+)+b$/' } }),
  ).rejects.toMatchObject({ code: 'ERR_FILTER_TOO_SLOW' });
  expect(left(path)).toEqual([]);
  session.close(now());
});

test('a capture is opened once for all of its rows: it may even be deleted meanwhile', async ({
  skip,
}) => {
  skip(process.platform === 'win32', 'an open file cannot be deleted there');
  const session = recorded(folder.path('many.pcapng'), 20_000);
  const opened = await openWhole(session.path);
  const path = target('out.bin');
  const options = { socket: null, shape: null, rows: null, decoder: null, overwrite: false };
  const deleted: number[] = [];
  await exportRows(
    opened,
    { ...options, format: 'raw-rx', path },
    new AbortController().signal,
    ({ part }) => {
      rmSync(session.path, { force: true });
      deleted.push(part);
    },
  );
  expect(deleted[0]).toBeLessThan(1);
  expect(statSync(path).size).toBe(20_000_000);
});
