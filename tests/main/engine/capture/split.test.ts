import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { CaptureStore } from '../../../../src-main/engine/capture/store/capture-store';
import { UNSPLIT } from '../../../../src-main/engine/capture/recording/recording-parts';
import type { SplitPlan } from '../../../../src-main/engine/capture/recording/recording-parts';
import { Captures } from '../../../../src-main/engine/captures';
import { now } from '../../../../src-main/engine/clock';
import { splitFile } from '../../../../src-main/engine/capture/store/split-file';
import { exportRows } from '../../../../src-main/engine/export/export-rows';
import { saveCapture } from '../../../../src-main/engine/save-capture';
import { capinfos, fields, followTcp } from '../../../support/tshark';
import { CHUNK_BYTES, partFiles, splitSession, talk } from './parts';
import { events, openWhole, pattern, PEER, startSession, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();

/** A session that is split, beside files with the name `a`. */
const splitting = (plan: Partial<SplitPlan>, clock = now) =>
  splitSession(folder.path('a.pcapng'), plan, clock);
const parts = () => partFiles(folder);

test('a recording goes on in new files, each whole, and its log goes on over all of them', async () => {
  const session = splitting({ sizeBytes: 200_000 });
  talk(session);
  const live = session.view(2);
  const check = () => {
    const chunks = Array.from({ length: 100 }, (_, at) => Buffer.from(live.bytes(at + 1)));
    expect(chunks.every((bytes, at) => bytes.equals(pattern(CHUNK_BYTES, at)))).toBe(true);
  };
  check();
  session.close(now());
  check();
  const paths = parts();
  expect(paths.length).toBe(6);
  expect(session.state.parts).toMatchObject({ number: 6, kept: 6, letGoRows: 0 });
  let start = 0;
  for (const [at, path] of paths.entries()) {
    const bytes = statSync(path).size;
    expect(session.files[at]).toEqual({ path, start, bytes });
    start += bytes;
  }
  for (const path of paths) {
    expect(capinfos(path).stderr).toBe('');
    expect((await openWhole(path)).state.damage).toBeNull();
  }
  // Wireshark's own tool makes one of them, in which the stream is whole.
  const merged = folder.path('merged.pcapng');
  expect(spawnSync('mergecap', ['-a', '-w', merged, ...paths]).status).toBe(0);
  const sent = Array.from({ length: 100 }, (_, at) =>
    pattern(CHUNK_BYTES, at).toString('hex'),
  ).join('');
  expect(followTcp(merged, 0)).toEqual([sent, '']);
  expect(fields(merged, 'udp', 'udp.length').length).toBe(100);
  expect(
    fields(merged, 'tcp.analysis.lost_segment or tcp.analysis.retransmission', 'frame.number'),
  ).toEqual([]);
});

test('what is saved or exported of it is one file', async () => {
  const session = splitting({ sizeBytes: 200_000 });
  talk(session);
  const saved = folder.path('saved.pcapng');
  await saveCapture(session, saved);
  const exported = folder.path('exported.pcapng');
  const all = { socket: null, shape: null, rows: null, decoder: null, overwrite: false };
  const to = { ...all, format: 'pcapng' as const, path: exported };
  await exportRows(session, to, new AbortController().signal);
  session.close(now());
  const told = session.view(null);
  for (const path of [saved, exported]) {
    const opened = await openWhole(path);
    expect(opened.view(null).length).toBe(told.length);
    expect(fields(path, 'udp', 'udp.length').length).toBe(100);
  }
  expect(followTcp(saved, 0)[0].length).toBe(100 * CHUNK_BYTES * 2);
  await expect(saveCapture(session, parts()[0] ?? '')).rejects.toThrow(/recorded to/);
});

test('a ring of so many parts: what is let go is deleted and told, what is kept is all there', async () => {
  const session = splitting({ sizeBytes: 200_000, keepParts: 2 });
  talk(session);
  const whole = session.view(null);
  const { first = 0 } = whole;
  const told = session.state.parts;
  expect(told).toMatchObject({ number: 6, kept: 2, letGoParts: 4, letGoRows: first });
  expect(parts().length).toBe(2);
  const kept = whole.rows(first, 500).filter(({ direction }) => direction === 'in');
  for (const { index } of kept) expect(whole.bytes(index).length).toBe(CHUNK_BYTES);
  expect(kept.length).toBeGreaterThan(15);
  expect(whole.rows(first, 1)[0]?.note).toMatchObject({ event: 'part' });
  const notes = whole
    .rows(first, 500)
    .flatMap(({ note }) => (note?.event === 'part' ? [note.text] : []));
  expect(notes.at(-1)).toContain(`let go on purpose so far: 4 parts, ${String(first)} rows`);
  // Nobody gets anything but that of the others.
  expect(whole.rows(first - 2, 2)).toMatchObject([
    { note: { event: 'let-go' } },
    { note: { event: 'let-go' } },
  ]);
  expect(whole.bytes(first - 1).length).toBe(0);
  const late = session.view(2);
  expect(late.rows(late.first ?? 0, 500).length).toBe(kept.length + 1);
  session.close(now());
  const opened = await openWhole(parts()[1] ?? '');
  expect(events(opened.view(null))[0]).toBe('part');
});

test('a ring of so many minutes keeps at least those', () => {
  let at = 0;
  const session = splitting({ everyMs: 3_600_000, sizeBytes: 30_000, keepMs: 60_000 }, () => at);
  const stream = session.tcp(2, US, PEER);
  const ends: number[] = [];
  for (let minute = 0; minute < 5; minute += 0.25) {
    at = minute * 60e9;
    const before = session.state.parts?.number;
    for (let chunk = 0; chunk < 4; chunk++) stream.data('in', pattern(CHUNK_BYTES), at);
    if (session.state.parts?.number !== before) ends.push(at);
  }
  const view = session.view(null);
  const oldest = view.rows((view.first ?? 0) + 1, 1)[0]?.at ?? 0;
  const newest = view.rows(view.length - 1, 1)[0]?.at ?? 0;
  expect(newest - oldest).toBeGreaterThanOrEqual(60_000);
  expect(newest - oldest).toBeLessThan(100_000);
  expect(ends.length).toBeGreaterThan(10);
  session.close(at);
});

test('a part begins when its time is over, with the row that comes next', async () => {
  const session = splitting({ everyMs: 30 });
  const stream = session.tcp(2, US, PEER);
  await vi.waitUntil(() => {
    stream.data('in', pattern(10), now());
    return (session.state.parts?.number ?? 0) > 2;
  });
  session.close(now());
  const rows = await Promise.all(parts().map(async (path) => (await openWhole(path)).state.rows));
  // The last may have nothing but the row that tells that it began.
  expect(rows.slice(0, -1).every((count) => count > 1)).toBe(true);
});

test('a part that cannot be begun: the recording goes on in the one before, and says so', async () => {
  writeFileSync(folder.path('a.00002.pcapng'), 'somebody else’s');
  const session = splitting({ sizeBytes: 100_000 });
  talk(session);
  const view = session.view(null);
  const faults = view.rows(0, 500).filter(({ note }) => note?.error?.code === 'EEXIST');
  expect(faults.length).toBeGreaterThan(1);
  session.close(now());
  const opened = await openWhole(parts()[0] ?? '');
  expect([opened.state.rows, opened.state.damage]).toEqual([view.length, null]);
});

test('parts in the store are in use as long as they are kept, and never deleted when kept by the user', () => {
  const captures = new Captures(() => undefined);
  captures.configure(folder.path('store'), 1);
  const plan = { ...UNSPLIT, sizeBytes: 200_000, keepParts: 2 };
  const of = { address: 'tcp-listen:502', split: plan, rootSocket: 1, onChange: () => undefined };
  const session = captures.start(of, 'store');
  const first = captures.list().captures[0]?.name ?? '';
  expect(session.state.file).toBe(first);
  captures.keep(first, true);
  talk(session);
  const names = captures.list().captures;
  expect(names.map(({ name, inUse, kept }) => [inUse, kept, name === first]).sort()).toEqual([
    [false, true, true],
    ...[
      [true, false, false],
      [true, false, false],
    ],
  ]);
  for (const { name, inUse } of names)
    if (inUse) expect(() => captures.delete(name)).toThrow(/open/);
  // The limit of one byte takes what is not in use, and no more.
  const store = new CaptureStore({ folder: folder.path('store'), limitBytes: 1e9 });
  store.close();
  captures.configure(folder.path('store'), 1);
  expect(captures.list().captures.length).toBe(3);
  session.close(now());
  captures.release(1);
  captures.configure(folder.path('store'), 1);
  expect(captures.list().captures.map(({ name }) => name)).toEqual([first]);
  expect(existsSync(session.path)).toBe(false);
  captures.close();
});

test('the usual split is of the store alone, and stands back where an address says its own', () => {
  const captures = new Captures(() => undefined);
  captures.configure(folder.path('usual'), 1e9);
  captures.usualSplit = { ...UNSPLIT, sizeBytes: 200_000 };
  const of = { address: 'tcp-listen:502', split: null, onChange: () => undefined };
  const usual = captures.start({ ...of, rootSocket: 1 }, 'store');
  const split = { ...UNSPLIT, everyMs: 3_600_000 };
  const own = captures.start({ ...of, rootSocket: 2, split }, 'store');
  const elsewhere = captures.start({ ...of, rootSocket: 3 }, { path: folder.path('b.pcapng') });
  for (const session of [usual, own, elsewhere]) {
    talk(session);
    session.close(now());
  }
  expect([usual, own, elsewhere].map(({ state }) => state.parts?.number)).toEqual([
    6,
    1,
    undefined,
  ]);
  captures.close();
});

test('a file is split: nothing is lost, chunks stay whole, and each part is complete', async () => {
  const path = folder.path('whole.pcapng');
  const session = startSession(path);
  const stream = session.tcp(2, US, PEER);
  stream.opened('peer', now());
  for (let at = 0; at < 30; at++) stream.data('in', pattern(90_000, at), now());
  session.close(now());
  const foreign = folder.path('foreign.pcap');
  expect(spawnSync('editcap', ['-F', 'pcap', path, foreign]).status).toBe(0);
  const signal = new AbortController().signal;
  const options = { sizeBytes: 500_000, everyMs: null };
  for (const [source, count] of [
    [path, 5],
    [foreign, 6],
  ] as const) {
    const out = source.replace(/(\.\w+)$/, '-part$1');
    const { parts: written, cutBytes } = await splitFile(source, out, options, signal);
    expect([written.length, cutBytes]).toEqual([count, 0]);
    const paths = written.map((part) => part.path);
    const merged = folder.path('again.pcapng');
    expect(spawnSync('mergecap', ['-a', '-w', merged, ...paths]).status).toBe(0);
    expect(followTcp(merged, 0)).toEqual(followTcp(source, 0));
    const opened = await Promise.all(paths.map(openWhole));
    expect(opened.map(({ state }) => state.damage)).toEqual(paths.map(() => null));
    if (source === path)
      for (const one of opened)
        for (const row of one.view(null).rows(0, 100))
          if (row.direction === 'in') expect(row.lengthBytes).toBe(90_000);
  }
  await expect(splitFile(path, folder.path('whole-part.pcapng'), options, signal)).rejects.toThrow(
    /EEXIST/,
  );
});

test('a file is split by the times of its packets; a part that cannot be written leaves none', async () => {
  const path = folder.path('times.pcapng');
  const session = startSession(path);
  const peer = session.udp(2, US, PEER);
  for (let second = 0; second < 10; second++) peer.data('in', pattern(5), second * 1e9);
  session.close(10e9);
  const signal = new AbortController().signal;
  const options = { sizeBytes: null, everyMs: 3000 };
  const { parts: written } = await splitFile(path, folder.path('t.pcapng'), options, signal);
  expect(written.map(({ packets }) => packets)).toEqual([3, 3, 3, 1]);
  writeFileSync(folder.path('u.00003.pcapng'), 'there already');
  await expect(splitFile(path, folder.path('u.pcapng'), options, signal)).rejects.toThrow(/EEXIST/);
  expect(readdirSync(folder.path('.')).filter((name) => name.startsWith('u.'))).toEqual([
    'u.00003.pcapng',
  ]);
});
