import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { CaptureStore } from '../../../../src-main/engine/capture/store/capture-store';
import { now } from '../../../../src-main/engine/clock';
import { openWhole, pattern, startSession, useFolder } from './sample';

const folder = useFolder();

function openStore(
  limitBytes = 1e9,
  onDeleted: (names: string[]) => void = () => undefined,
): CaptureStore {
  return new CaptureStore({ folder: folder.path('captures'), limitBytes, onDeleted });
}

/** A file of the store, so many seconds old. */
function put(name: string, bytes: number, ageSeconds: number, sub = ''): void {
  mkdirSync(folder.path(`captures/kept`), { recursive: true });
  const path = folder.path(join('captures', sub, name));
  writeFileSync(path, new Uint8Array(bytes));
  const at = Date.now() / 1000 - ageSeconds;
  utimesSync(path, at, at);
}

test('names tell when and what; the folder is for its owner only', () => {
  const store = openStore();
  expect(statSync(store.folder).mode & 0o777).toBe(0o700);
  const { name, path } = store.reserve('tcp-listen:[::1]:9000');
  expect(name).toMatch(/^\d{8}-\d{6}-tcp-listen-1-9000-[0-9a-f]{4}\.pcapng$/);
  expect(path).toBe(join(store.folder, name));
  expect(basename(store.reserve('unix:../../etc/passwd').path)).not.toContain('/');
  store.close();
});

test('the list: newest first, in use, kept, complete', () => {
  const store = openStore();
  const { name, path } = store.reserve('tcp:host:1');
  const session = startSession(path);
  session.udp(2, { host: '::1', port: 1 }, { host: '::1', port: 2 }).data('in', pattern(3), now());
  session.flush();
  put('old.pcapng', 10, 100, 'kept');
  put('notes.txt', 10, 100);
  symlinkSync('/etc/passwd', join(store.folder, 'link.pcapng'));
  expect(store.list()).toMatchObject([
    { name, inUse: true, kept: false, complete: false, bytes: statSync(path).size },
    { name: 'old.pcapng', inUse: false, kept: true, complete: false, bytes: 10 },
  ]);
  session.close(now());
  store.release(name);
  expect(store.list()[0]).toMatchObject({ name, inUse: false, complete: true });
});

test('oldest first go, never those in use or kept, until the limit is kept', () => {
  put('a.pcapng', 400, 50);
  put('b.pcapng', 400, 40);
  put('c.pcapng', 400, 30);
  put('d.pcapng', 400, 20);
  put('k.pcapng', 5000, 60, 'kept');
  const deleted: string[][] = [];
  const store = openStore(1e9, (names) => deleted.push(names));
  store.use('a.pcapng');
  store.limitBytes = 900;
  expect(deleted).toEqual([['b.pcapng', 'c.pcapng']]);
  store.release('a.pcapng');
  store.limitBytes = 1;
  expect(deleted[1]).toEqual(['a.pcapng', 'd.pcapng']);
  expect(readdirSync(store.folder)).toEqual(['kept']);
  expect(readdirSync(join(store.folder, 'kept'))).toEqual(['k.pcapng']);
});

test('opening the store makes room', () => {
  put('a.pcapng', 400, 50);
  put('b.pcapng', 400, 40);
  const deleted: string[][] = [];
  openStore(500, (names) => deleted.push(names));
  expect(deleted).toEqual([['a.pcapng']]);
});

test('keeping moves a capture, also one being recorded', async () => {
  const store = openStore();
  const { name, path } = store.reserve('udp-listen:9');
  const session = startSession(path);
  const flow = session.udp(2, { host: '::1', port: 1 }, { host: '::1', port: 2 });
  flow.data('in', pattern(3), now());
  session.moved(store.keep(name, true));
  expect(existsSync(path)).toBe(false);
  flow.data('in', pattern(4), now());
  session.close(now());
  store.release(name);
  expect(
    session
      .view(null)
      .rows(0, 9)
      .map((row) => row.lengthBytes),
  ).toEqual([3, 4]);
  expect((await openWhole(store.pathOf(name))).state.rows).toBe(2);
  expect(store.keep(name, false)).toBe(path);
  expect(existsSync(path)).toBe(true);
});

test('deleting: not while in use, and a clear error for what is not there', () => {
  const store = openStore();
  put('a.pcapng', 10, 1);
  store.use('a.pcapng');
  expect(() => store.delete('a.pcapng')).toThrow(
    expect.objectContaining({ code: 'ERR_CAPTURE_IN_USE' }) as Error,
  );
  store.release('a.pcapng');
  store.delete('a.pcapng');
  expect(store.list()).toEqual([]);
  for (const name of ['a.pcapng', '../a.pcapng']) {
    expect(() => store.delete(name)).toThrow(
      expect.objectContaining({ code: 'ERR_NO_SUCH_CAPTURE' }) as Error,
    );
  }
});

test('a folder that cannot be: the cause and the next step', () => {
  writeFileSync(folder.path('captures'), '');
  expect(() => openStore()).toThrow(
    expect.objectContaining({
      code: 'ERR_CAPTURE_FOLDER',
      message: expect.stringMatching(/EEXIST|ENOTDIR.*choose another/) as string,
    }) as Error,
  );
});

test('a folder taken away while we run is made again', () => {
  const store = openStore();
  rmSync(store.folder, { recursive: true });
  expect(store.list()).toEqual([]);
  const session = startSession(store.reserve('tcp:h:1').path);
  session.close(now());
  expect(store.list()).toHaveLength(1);
  store.close();
});

test('a folder one may not write to', (context) => {
  if (process.getuid?.() === 0) {
    context.skip('root may write everywhere');
  }
  mkdirSync(folder.path('captures/kept'), { recursive: true });
  chmodSync(folder.path('captures'), 0o500);
  expect(() => openStore()).toThrow(
    expect.objectContaining({ code: 'ERR_CAPTURE_FOLDER' }) as Error,
  );
});
