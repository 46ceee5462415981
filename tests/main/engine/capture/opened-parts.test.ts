import { mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { expect, test, vi } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import { openCaptureFile } from '../../../../src-main/engine/capture/reading/capture-file';
import { joinedName, partsOf } from '../../../../src-main/engine/capture/reading/part-names';
import type { SplitPlan } from '../../../../src-main/engine/capture/recording/recording-parts';
import { MarksFolder } from '../../../../src-main/engine/capture/store/marks-file';
import { splitFile } from '../../../../src-main/engine/capture/store/split-file';
import { saveCapture } from '../../../../src-main/engine/save-capture';
import { followTcp } from '../../../support/tshark';
import { CHUNK_BYTES, partFiles, splitSession, talk } from './parts';
import { openWhole, pattern, PEER, startSession, told, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const parts = (stem = 'a') => partFiles(folder, stem);

/** A connection of a hundred chunks and a peer with as many datagrams, in parts of 20 chunks. */
function record(plan: Partial<SplitPlan> = {}) {
  const session = splitSession(folder.path('a.pcapng'), { sizeBytes: 200_000, ...plan });
  talk(session);
  session.close(now());
  return session;
}

test('the parts of a recording opened as one are its log, row by row and byte by byte', async () => {
  const session = record();
  const live = session.view(null);
  const [first = '', ...others] = parts();
  // In whatever order they are given, and each once.
  const opened = await openWhole([...others, first, first]);
  const view = opened.view(null);
  expect(told(view)).toEqual(told(live));
  for (let at = 0; at < view.length; at++)
    expect(Buffer.from(view.bytes(at)).equals(live.bytes(at))).toBe(true);
  expect(opened.flows).toMatchObject([
    { protocol: 'tcp', receivedChunks: 100, receivedBytes: 100 * CHUNK_BYTES, reassembly: null },
    { protocol: 'udp', sentChunks: 100 },
  ]);
  expect(opened.state).toMatchObject({
    ...{ damage: null, progress: null, bytes: session.files.reduce((sum, f) => sum + f.bytes, 0) },
    parts: { number: 6, kept: 6, letGoParts: 0, missingParts: 0 },
  });
  expect(basename(opened.state.file)).toBe('a.00001-00006.pcapng');
  const saved = folder.path('saved.pcapng');
  await saveCapture(opened, saved);
  expect(followTcp(saved, 0)[0].length).toBe(100 * CHUNK_BYTES * 2);
});

test('what is missing between parts is told, with how much of what', async () => {
  const session = record();
  const live = session.view(null);
  const all = parts();
  const startOf = (number: number) => session.files[number - 1]?.start ?? 0;
  const rowOf = (number: number) =>
    live.rows(0, live.length).findIndex(({ note }) => note?.text?.startsWith(`part ${number}, `));
  const lost = live.rows(rowOf(3), rowOf(5) - rowOf(3));
  const lostAt = rowOf(3);
  rmSync(all[2] ?? '');
  rmSync(all[3] ?? '');
  const opened = await openWhole(partsOf(all[5] ?? ''));
  const view = opened.view(null);
  const rows = view.rows(0, view.length);
  const at = rows.findIndex(({ note }) => note?.event === 'missing-part');
  const bytes = startOf(5) - startOf(3);
  expect(rows[at]).toMatchObject({
    direction: 'fault',
    note: { text: `parts 3 to 4: ${lost.length} rows, ${bytes} bytes` },
  });
  expect(at).toBe(lostAt);
  const gap = rows.find(({ note }) => note?.event === 'gap');
  const inLost = lost.filter(({ direction }) => direction === 'in').length * CHUNK_BYTES;
  expect(gap?.note?.text).toBe(`${inLost} bytes that were received are not in the capture`);
  // All else is there: two rows tell what is not.
  expect(rows.length).toBe(live.length - lost.length + 2);
  expect(opened.state.parts).toMatchObject({ kept: 4, missingParts: 2 });
  const inAll = rows.filter(({ direction }) => direction === 'in').length * CHUNK_BYTES;
  expect(opened.flows[0]?.reassembly).toMatchObject({ gaps: 1, missingBytes: inLost });
  expect(inAll + inLost).toBe(100 * CHUNK_BYTES);
});

test('what a ring let go is told as that, also when some of it is there still', async () => {
  const session = record({ keepParts: 3 });
  const [first] = session.view(null).rows(session.view(null).first ?? 0, 1);
  const opened = await openWhole(partsOf(parts()[1] ?? ''));
  const rows = opened.view(null).rows(0, 500);
  const figures = session.state.parts;
  expect(rows[0]).toMatchObject({
    ...{ direction: 'state', at: first?.at },
    note: {
      event: 'let-go',
      text: `parts 1 to 3: ${figures?.letGoRows} rows, ${figures?.letGoBytes} bytes`,
    },
  });
  expect(opened.state.parts).toMatchObject({ ...figures, missingParts: 0 });
  expect(rows.filter(({ direction }) => direction === 'in').length).toBeGreaterThan(30);
});

test('a part that is cut or no capture is told in its place, and the others are read', async () => {
  record();
  const all = parts();
  truncateSync(all[1] ?? '', statSync(all[1] ?? '').size - 500);
  truncateSync(all[3] ?? '', 10);
  const opened = await openWhole(all);
  const rows = opened.view(null).rows(0, 500);
  const faults = rows.filter(({ direction }) => direction === 'fault').map(({ note }) => note);
  expect(faults.map((note) => note?.event)).toEqual(['gap', 'gap', 'fault', 'gap']);
  expect(faults[0]?.text).toContain('a.00002.pcapng: The file ends within a block');
  expect(faults[2]?.error?.code).toBe('ERR_NOT_A_CAPTURE');
  expect(opened.state.damage?.message).toContain('a.00004.pcapng');
  const kept = rows.filter(({ direction }) => direction === 'in').length * CHUNK_BYTES;
  expect(opened.flows[0]?.reassembly?.missingBytes).toBe(100 * CHUNK_BYTES - kept);
  expect(rows.at(-1)?.note?.event).toBe('peer-ended');
});

test('parts of a capture by others are one again, also as pcap', async () => {
  const path = folder.path('b.pcapng');
  const session = startSession(path);
  const stream = session.tcp(2, US, PEER);
  stream.opened('peer', now());
  for (let at = 0; at < 30; at++) stream.data('in', pattern(90_000, at), now());
  session.close(now());
  const foreign = folder.path('c.pcap');
  expect(spawnSync('editcap', ['-F', 'pcap', path, foreign]).status).toBe(0);
  const options = { sizeBytes: 500_000, everyMs: null };
  await splitFile(foreign, foreign, options, new AbortController().signal);
  const opened = await openWhole(partsOf(folder.path('c.00002.pcap')));
  const whole = await openWhole(foreign);
  expect(opened.files.length).toBe(6);
  expect(told(opened.view(null))).toEqual(told(whole.view(null)));
  await expect(saveCapture(opened, folder.path('d.pcap'))).rejects.toThrow(/Export/);
});

test('marks of a part are there when it is opened alone, and with all others', async () => {
  const session = record();
  const all = parts();
  const marks = new MarksFolder(folder.path('store'));
  const open = async (paths: readonly string[]) => {
    let socket = 100;
    const capture = openCaptureFile(paths, { rootSocket: 1, allocateSocket: () => socket++ });
    const kept = marks.keep(capture, ({ message }) => {
      throw new Error(message);
    });
    await capture.done;
    return { marks: capture.marks, kept };
  };
  const whole = await open(all);
  const row = session.view(null).length - 1;
  whole.marks.set([{ row, mark: { note: 'here' } }]);
  await whole.kept?.written();
  const alone = await open(all.slice(5));
  expect(alone.marks.rows().map((one) => alone.marks.of(one)?.note)).toEqual(['here']);
  const again = await open(all);
  expect(again.marks.rows()).toEqual([row]);
});

test('parts are found by their names, also those that are kept', () => {
  for (const name of ['a.00001.pcapng', 'a.00010.pcapng', 'a.00002.pcapng', 'a.pcapng', 'b.00003'])
    startSession(folder.path(name)).close(now());
  mkdirSync(folder.path('kept'));
  renameSync(folder.path('a.00001.pcapng'), folder.path('kept/a.00001.pcapng'));
  const found = ['kept/a.00001.pcapng', 'a.00002.pcapng', 'a.00010.pcapng'].map((name) =>
    folder.path(name),
  );
  expect(partsOf(folder.path('a.00002.pcapng'))).toEqual(found);
  expect(partsOf(folder.path('kept/a.00001.pcapng'))).toEqual(found);
  expect(partsOf(folder.path('a.pcapng'))).toEqual([folder.path('a.pcapng')]);
  expect(partsOf(folder.path('b.00003'))).toEqual([folder.path('b.00003')]);
  expect(joinedName(['/x/a.00002.pcapng', '/x/a.00010.pcapng'])).toBe('/x/a.00002-00010.pcapng');
  expect(joinedName(['/x/one.pcap', '/y/two.pcap'])).toBe('/x/one.pcap (+1)');
});
