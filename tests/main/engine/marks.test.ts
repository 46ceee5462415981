import { createSocket } from 'node:dgram';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SocketId } from '../../../src-shared/contract/socket';
import { within } from '../../support/deadline';
import { tempFolder } from '../../support/temp-folder';
import { fields } from '../../support/tshark';
import { WatchedEngine } from '../../support/watched-engine';

const STORE = { captureLimitBytes: 1024 ** 3 };

interface Recorded {
  watched: WatchedEngine;
  captures: string;
  socket: SocketId;
  /** Of the rows with these payloads, in the view `v`. */
  at: (payload: string) => Promise<number>;
}

async function rowsOf({ engine }: WatchedEngine, view: string) {
  return (await engine.command('rows', { view, from: 0, count: 512 })).rows;
}

async function placeOf(watched: WatchedEngine, payload: string): Promise<number> {
  const rows = await rowsOf(watched, 'v');
  const found = rows.find(({ preview }) => Buffer.from(preview).toString() === payload);
  if (!found) throw new Error(`No row ${payload}`);
  return found.index;
}

/** A UDP socket that has got each of these datagrams, recorded to a store. */
async function recorded(...payloads: string[]): Promise<Recorded> {
  const captures = join(await tempFolder(), 'captures');
  const watched = new WatchedEngine({ ...STORE, captureFolder: captures });
  const { id, local } = await watched.opened('udp-listen:127.0.0.1:0', 'store');
  const peer = createSocket('udp4');
  for (const [count, payload] of payloads.entries()) {
    peer.send(payload, local?.port ?? 0, '127.0.0.1');
    await watched.until(id, (info) => info.ledger.receivedChunks > count, payload);
  }
  peer.close();
  await watched.engine.command('openView', { view: 'v', socket: id });
  // All of it is in the file: another engine may read it.
  await watched.engine.hostCommand('capturePath', { socket: id });
  return { watched, captures, socket: id, at: (payload) => placeOf(watched, payload) };
}

/** The same store in a new engine, as after a restart, with its only capture open. */
async function reopened(captures: string): Promise<{ watched: WatchedEngine; socket: SocketId }> {
  const watched = new WatchedEngine({ ...STORE, captureFolder: captures });
  const [name] = readdirSync(captures).filter((file) => file.endsWith('.pcapng'));
  const { socket } = await watched.engine.command('openCapture', { name: name ?? '' });
  await watched.until(socket, ({ phase }) => phase === 'open', 'read');
  await watched.engine.command('openView', { view: 'v', socket });
  return { watched, socket };
}

async function marksIn(watched: WatchedEngine) {
  return (await rowsOf(watched, 'v'))
    .filter(({ mark }) => mark)
    .map(({ preview, mark }) => [Buffer.from(preview).toString(), mark?.note ?? null]);
}

test('marks and notes are there again after a crash, can be taken back, and go with the capture', async () => {
  const { watched, captures, at } = await recorded('one', 'two', 'three');
  const { engine } = watched;
  const one = await at('one');
  const span = { from: one, end: one + 2 };
  const first = await engine.command('markRows', {
    view: 'v',
    rows: [span],
    change: { do: 'toggle' },
  });
  expect(first).toMatchObject({ marked: true, before: [{ mark: null }, { mark: null }] });
  await engine.command('markRows', {
    view: 'v',
    rows: [{ from: one + 1, end: one + 2 }],
    change: { do: 'note', note: 'Strange <b>\nsecond line' },
  });
  expect(await marksIn(watched)).toEqual([
    ['one', null],
    ['two', 'Strange <b>\nsecond line'],
  ]);
  await within(engine.captures.marksWritten(), 'marks on disk');

  // What a crash leaves: the folder as it is now, read by another engine.
  const later = await reopened(captures);
  expect(await marksIn(later.watched)).toEqual(await marksIn(watched));
  const listed = await later.watched.engine.command('marks', { view: 'v', from: 0, count: 10 });
  expect(listed).toMatchObject({ total: 2, missing: 0, marks: [{ at: one }, { at: one + 1 }] });

  // Both are marked: again takes both away, and what was before brings them back.
  const off = await later.watched.engine.command('markRows', {
    view: 'v',
    rows: [span],
    change: { do: 'toggle' },
  });
  expect([off.marked, await marksIn(later.watched)]).toEqual([false, []]);
  await later.watched.engine.command('setMarks', { view: 'v', marks: off.before });
  expect(await marksIn(later.watched)).toHaveLength(2);
  await within(later.watched.engine.captures.marksWritten(), 'marks on disk');

  const [name = ''] = readdirSync(captures).filter((file) => file.endsWith('.pcapng'));
  const kept = () => readdirSync(join(captures, 'marks'));
  expect(kept()).toEqual([`${name}.json`]);
  await later.watched.engine.command('close', { socket: later.socket });
  await later.watched.engine.command('remove', { socket: later.socket });
  await later.watched.engine.command('deleteCapture', { name });
  expect(kept()).toEqual([]);
});

test('the next and the previous mark are found in the order of the view, beyond its ends too', async () => {
  const { watched, at } = await recorded('one', 'two', 'three', 'four');
  const { engine } = watched;
  const [two, four] = [await at('two'), await at('four')];
  const find = async (from: number, backwards: boolean) =>
    (await engine.command('findMark', { view: 'v', from, backwards })).hit;
  expect(await find(0, false)).toBeNull();
  for (const from of [two, four])
    await engine.command('markRows', {
      view: 'v',
      rows: [{ from, end: from + 1 }],
      change: { do: 'toggle' },
    });
  expect(await find(0, false)).toEqual({ at: two, wrapped: false });
  expect(await find(two + 1, false)).toEqual({ at: four, wrapped: false });
  expect(await find(four + 1, false)).toEqual({ at: two, wrapped: true });
  expect(await find(two - 1, true)).toEqual({ at: four, wrapped: true });
});

test('other programs show marks as comments of the packets, beside what the recording says itself', async () => {
  const { watched, captures, socket, at } = await recorded('one', 'two', 'three');
  const { engine } = watched;
  const two = await at('two');
  await engine.command('markRows', {
    view: 'v',
    rows: [{ from: two, end: two + 1 }],
    change: { do: 'note', note: 'Hier, 这里 ✓' },
  });
  const three = await at('three');
  await engine.command('markRows', {
    view: 'v',
    rows: [{ from: three, end: three + 1 }],
    change: { do: 'toggle' },
  });
  const saved = join(captures, '..', 'saved.pcapng');
  const exported = join(captures, '..', 'exported.pcapng');
  await engine.hostCommand('saveCapture', { socket, path: saved });
  await engine.hostCommand('exportRows', { job: 'e', socket, format: 'pcapng', path: exported });
  for (const path of [saved, exported])
    expect(fields(path, 'udp', 'data.data', 'frame.comment')).toEqual([
      [Buffer.from('one').toString('hex'), ''],
      [Buffer.from('two').toString('hex'), '★ Hier, 这里 ✓'],
      [Buffer.from('three').toString('hex'), '★'],
    ]);

  // The file of another: its comments are notes of its rows, it stays as it is, and so do its marks.
  const before = readFileSync(saved);
  const other = new WatchedEngine({ ...STORE, captureFolder: captures });
  const opened = await other.engine.hostCommand('openCaptureFile', { paths: [saved] });
  await other.until(opened.socket, ({ phase }) => phase === 'open', 'read');
  await other.engine.command('openView', { view: 'v', socket: opened.socket });
  const commented = (await rowsOf(other, 'v')).find(({ note }) => note?.text === '★ Hier, 这里 ✓');
  expect(commented?.note?.event).toBe('comment');
  await other.engine.command('markRows', {
    view: 'v',
    rows: [{ from: two, end: two + 1 }],
    change: { do: 'note', note: 'mine' },
  });
  await within(other.engine.captures.marksWritten(), 'marks on disk');
  expect(readFileSync(saved)).toEqual(before);
  // Wherever it is moved to, it is the same capture.
  const moved = join(captures, '..', 'moved.pcapng');
  copyFileSync(saved, moved);
  const again = new WatchedEngine({ ...STORE, captureFolder: captures });
  const there = await again.engine.hostCommand('openCaptureFile', { paths: [moved] });
  await again.until(there.socket, ({ phase }) => phase === 'open', 'read');
  await again.engine.command('openView', { view: 'v', socket: there.socket });
  expect(await marksIn(again)).toEqual([['two', 'mine']]);
});

test('damaged marks are set aside and told; two processes do not overwrite each other', async () => {
  const { watched, captures, at } = await recorded('one', 'two');
  const [one, two] = [await at('one'), await at('two')];
  const mark = (of: WatchedEngine, from: number, note: string) =>
    of.engine.command('markRows', {
      view: 'v',
      rows: [{ from, end: from + 1 }],
      change: { do: 'note', note },
    });
  await mark(watched, one, 'first');
  await within(watched.engine.captures.marksWritten(), 'marks on disk');
  const later = await reopened(captures);
  await mark(later.watched, two, 'second');
  await within(later.watched.engine.captures.marksWritten(), 'marks on disk');
  await mark(watched, one, 'first again');
  await within(watched.engine.captures.marksWritten(), 'marks on disk');
  expect(await marksIn(watched)).toEqual([
    ['one', 'first again'],
    ['two', 'second'],
  ]);

  const [file = ''] = readdirSync(join(captures, 'marks'));
  const path = join(captures, 'marks', file);
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));
  const third = await reopened(captures);
  expect(await marksIn(third.watched)).toEqual([]);
  expect(third.watched.faults.map(({ error }) => error.code)).toEqual(['ERR_MARKS']);
  const [aside = ''] = readdirSync(join(captures, 'marks'));
  expect(aside).toMatch(/^.*\.pcapng\.json\.damaged-/);
  expect(third.watched.faults[0]?.error.message).toContain(aside);
});

test('sums and checksums of a selection come from the engine; a newer question ends an older one', async () => {
  const { watched, at } = await recorded('1234', '56789', 'x');
  const { engine } = watched;
  const from = await at('1234');
  const rows = [{ from, end: from + 2 }];
  const { sums } = await engine.command('selectionSums', { view: 'v', rows });
  const all = await rowsOf(watched, 'v');
  expect(sums).toEqual({
    rows: 2,
    bytes: 9,
    firstAt: all[from]?.at,
    lastAt: all[from + 1]?.at,
  });
  const names = ['crc_32', 'CRC-16/MODBUS', 'sum8', 'xor8', 'nonsense'];
  const { checksums } = await engine.command('checksums', { view: 'v', rows, names });
  // "123456789": the check value of every catalogue; the sums by hand.
  expect(checksums).toEqual({
    bytes: 9,
    cut: false,
    values: ['CBF43926', '4B37', 'DD', '31', null],
  });
  await expect(
    engine.command('selectionSums', { view: 'v', rows: [{ from: 500, end: 501 }] }),
  ).rejects.toMatchObject({ code: 'ERR_BAD_COMMAND' });
});
