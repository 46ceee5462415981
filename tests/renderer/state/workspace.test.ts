import { describe, expect, test } from 'vitest';
import { EngineClient } from '../../../src-renderer/state/engine-client';
import { writeDesks } from '../../../src-renderer/state/kept-desks';
import { Profiles } from '../../../src-renderer/state/profiles.svelte';
import { readDesks } from '../../../src-renderer/state/read-desks';
import { SettingsState } from '../../../src-renderer/state/settings.svelte';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import { Workspace } from '../../../src-renderer/state/workspace.svelte';
import { toastText } from '../../../src-renderer/ui/shell/toast-text';
import type { Profile } from '../../../src-shared/contract/profile';
import { settings as settingsSchema } from '../../../src-shared/contract/settings';
import {
  dataRow,
  decodingHere,
  fakeEngine,
  fakeMain,
  rowsOf,
  settle,
  socketInfo,
  update,
} from './fakes';

const hi = {
  name: 'hi',
  draft: { mode: 'text', text: 'hi', lineEnding: 'crlf', escapes: true },
} as const;

function workspace() {
  const fake = fakeEngine({
    open: ({ address }) => ({ socket: Number(address.split(':').at(-1)) }),
    openView: () => ({ length: 5 }),
    closeView: () => ({}),
    close: () => ({}),
    rows: rowsOf(() => 5),
  });
  const engine = new EngineClient(() => undefined);
  engine.command = fake.command;
  const main = fakeMain({});
  const toasts = new Toasts();
  const sockets = new Sockets();
  const copied: string[] = [];
  const settings = new SettingsState(main, toasts);
  const copyText = (text: string): Promise<void> => {
    copied.push(text);
    return Promise.resolve();
  };
  const space = new Workspace({
    engine,
    main,
    sockets,
    settings,
    toasts,
    decoding: decodingHere(),
    copyText,
  });
  const shown = (): number[] => space.tabs.all.map(({ socket }) => socket);
  const root = (id: number, over = {}) =>
    space.applyUpdate(update({ sockets: [socketInfo({ id, ...over })] }));
  return { space, engine: fake, main, toasts, sockets, copied, shown, root };
}

describe('tabs', () => {
  test('opening an address opens its tab and its view, once', async () => {
    const { space, engine, shown, root } = workspace();
    expect(await space.openAddress('tcp-listen:7')).toBe(7);
    root(7);
    space.show(7);
    await settle();
    expect(shown()).toEqual([7]);
    expect(space.tabs.active?.log.total).toBe(5);
    expect(engine.named('openView')).toHaveLength(1);
  });

  test('what the engine refuses is a toast, and no tab', async () => {
    const { space, engine, toasts, shown } = workspace();
    engine.handlers.open = () => Promise.reject(new Error('no such kind of address'));
    expect(await space.openAddress('foo:1')).toBeNull();
    expect(toasts.list).toMatchObject([
      { kind: 'failed', problem: { message: 'no such kind of address' } },
    ]);
    expect(shown()).toEqual([]);
  });

  test('closing keeps the socket; undo puts the tab back where it was', async () => {
    const { space, engine, toasts, shown, root } = workspace();
    for (const id of [1, 2, 3]) {
      await space.openAddress(`tcp-listen:${id}`);
      root(id);
    }
    const [, second] = space.tabs.all;
    if (second === undefined) throw new Error('no second tab');
    space.closeTab(second);
    expect(shown()).toEqual([1, 3]);
    expect(engine.named('close')).toEqual([]);
    const toast = toasts.list.at(-1);
    expect(toast).toMatchObject({ kind: 'tab-closed', running: true });
    if (toast?.kind === 'tab-closed') toast.undo();
    expect(shown()).toEqual([1, 2, 3]);
    expect(space.tabs.active?.socket).toBe(2);
    space.reopenTab();
    expect(shown()).toEqual([1, 2, 3]);
  });

  test('next and previous go round, moving keeps the active one', async () => {
    const { space, shown } = workspace();
    for (const id of [1, 2, 3]) await space.openAddress(`tcp-listen:${id}`);
    space.nextTab();
    expect(space.tabs.active?.socket).toBe(1);
    space.previousTab();
    expect(space.tabs.active?.socket).toBe(3);
    const [first] = space.tabs.all;
    if (first !== undefined) space.tabs.move(first, 99);
    expect(shown()).toEqual([2, 3, 1]);
    expect(space.tabs.active?.socket).toBe(3);
  });

  test('a removed socket takes its tab along', async () => {
    const { space, shown, root } = workspace();
    await space.openAddress('tcp-listen:1');
    root(1);
    space.applyUpdate(update({ removed: [1] }));
    expect(shown()).toEqual([]);
  });

  test('tabs of one root share what is being written', async () => {
    const { space, root } = workspace();
    await space.openAddress('tcp-listen:1');
    root(1);
    root(2, { parent: 1, kind: 'tcp-connection' });
    space.show(2);
    const [listener, child] = space.tabs.all;
    listener?.composer.edit({ text: 'hello' });
    expect(child?.composer.desk.current.text).toBe('hello');
    expect(space.kitOf(2).draft.text).toBe('hello');
  });

  test('a row is decoded as the profile says, else as is usual on the port, and that is kept', async () => {
    const { space, engine, root } = workspace();
    const profile: Profile = {
      version: 1,
      id: '3f2b8a52-94a1-4c5f-9d1c-0a6f3f1c2b7e',
      name: 'mail',
      folder: [],
      address: 'tcp:mx.test:9025',
      framing: 'proto:smtp',
      decoder: 'smtp',
      pairing: { rule: 'bytes:0..2', asks: 'out', timeoutMs: 250 },
    };
    await space.openProfile(profile);
    await space.openAddress('tcp:mx.test:143');
    await space.openProfile({ ...profile, address: 'tcp:mx.test:80', decoder: 'of-tomorrow' });
    for (const port of [9025, 143, 80]) root(port, { address: `tcp:mx.test:${port}` });
    const decoders = space.tabs.all.map(({ log: { inspected } }) => {
      inspected.show(dataRow(0));
      return inspected.decoder;
    });
    expect(decoders).toEqual(['smtp', 'imap4', 'none']);
    expect(space.kitOf(9025)).toMatchObject({ framing: 'proto:smtp', decoder: 'smtp' });
    const log = space.tabs.all.find(({ socket }) => socket === 9025)?.log;
    expect(engine.named('openView')[0]?.params).toMatchObject({ shape: { framing: 'proto:smtp' } });
    log?.shape.framing.set('line');
    expect(space.kitOf(9025).framing).toBe('line');
    log?.shape.framing.close();
    expect(space.kitOf(9025).framing).toBeUndefined();
    expect(space.kitOf(143).decoder).toBeUndefined();
    const range = { from: 0, to: 2 };
    expect([log?.statistics.pairing, log?.statistics.timeoutMs]).toEqual([
      { by: 'bytes', asks: 'out', request: range, response: range },
      250,
    ]);
    log?.statistics.pair({ by: 'next', asks: 'either' }, 3000);
    expect(space.kitOf(9025).pairing).toEqual({ rule: 'next', asks: 'either', timeoutMs: 3000 });
    log?.statistics.pair(null, 3000);
    expect(space.kitOf(9025).pairing).toBeUndefined();
  });

  test('a rule of a later version is told, and kept until another is chosen', async () => {
    const { space, root } = workspace();
    const pairing = { rule: 'stream:1', timeoutMs: 250 };
    await space.openAddress('tcp:h:7', { pairing });
    root(7);
    const statistics = space.tabs.all[0]?.log.statistics;
    expect([statistics?.pairing, statistics?.unread]).toEqual([null, 'stream:1']);
    expect(space.kitOf(7).pairing).toEqual(pairing);
    statistics?.pair({ by: 'patterns', request: 'dir:tx', response: 'dir:rx' }, 250);
    expect(statistics?.unread).toBe(null);
    expect(space.kitOf(7).pairing).toEqual({ rule: 'dir:tx => dir:rx', timeoutMs: 250 });
  });

  test('after a reload the tabs of what is open are there again', () => {
    const { space, shown } = workspace();
    space.applyUpdate(
      update({
        first: true,
        sockets: [
          socketInfo({ id: 1 }),
          socketInfo({ id: 2, phase: 'closed' }),
          socketInfo({ id: 3, parent: 1 }),
        ],
      }),
    );
    expect(shown()).toEqual([1]);
  });

  test('after a reload each socket has its draft, payloads, framing, decoder and rule again', async () => {
    const before = workspace();
    const kit = { framing: 'line', decoder: 'smtp', payloads: [hi], pairing: { rule: 'next' } };
    await before.space.openAddress('tcp:h:7', kit);
    before.root(7, { address: 'tcp:h:7' });
    before.root(8, { address: 'tcp:h:8' });
    before.space.tabs.all[0]?.composer.edit({ text: 'half writ' });
    before.space.desks.of(7).sent(hi.draft);
    before.space.desks.of(7).decodeFlow(9, 'dns');
    const kept = writeDesks(before.space.desks.toKeep());
    const { space, engine } = workspace();
    space.desks.takeUp(readDesks(kept));
    const sockets = [socketInfo({ id: 7, address: 'tcp:h:7' }), socketInfo({ id: 8 })];
    space.applyUpdate(update({ first: true, sockets }));
    expect(space.kitOf(7)).toMatchObject(kit);
    expect(space.tabs.all[0]?.composer.desk.current.text).toBe('half writ');
    expect(space.desks.of(7).history).toEqual([hi.draft]);
    // A flow of it is read as was chosen for that one, all else as for the whole.
    expect([9, 10].map((flow) => space.desks.of(7).decoderOf(flow))).toEqual(['dns', 'smtp']);
    expect(engine.named('openView')[0]?.params).toMatchObject({ shape: { framing: 'line' } });
    // Another engine gave the same number to something else.
    const other = workspace().space;
    other.desks.takeUp(readDesks(kept));
    other.applyUpdate(
      update({ first: true, sockets: [socketInfo({ id: 7, address: 'udp:h:7' })] }),
    );
    expect(other.kitOf(7).draft.text).toBe('');
    for (const damaged of ['', '{}', '[1,{"key":"7"}]', '[{"key":"x","kit":{"draft":4}}]'])
      expect(readDesks(damaged)).toEqual([]);
  });

  test('lengths of views reach their logs', async () => {
    const { space } = workspace();
    await space.openAddress('tcp-listen:1');
    await settle();
    const log = space.tabs.active?.log;
    if (log === undefined) throw new Error('no tab');
    space.applyUpdate(update({ views: [{ view: log.id, length: 500 }] }));
    expect(log.total).toBe(500);
  });
});

describe('the end of the engine', () => {
  test('says what was open, clears it, and can open it again', async () => {
    const { space, engine, sockets, shown, root } = workspace();
    await space.openAddress('tcp-listen:9001');
    root(9001, { address: 'tcp-listen:9001' });
    root(2, { phase: 'closed' });
    root(3, { kind: 'capture-file' });
    space.engineExited({ type: 'engine-exited', code: 139, restarted: true });
    expect(space.lost).toMatchObject({ restarted: true, exitCode: 139 });
    expect(space.lost?.sockets.map(({ id }) => id)).toEqual([9001, 3]);
    expect([sockets.roots, shown()]).toEqual([[], []]);
    await space.reopenLost();
    expect(engine.named('open').at(-1)?.params).toEqual({ address: 'tcp-listen:9001' });
    expect(space.lost).toBeNull();
  });

  test('a second end keeps the account of the first', () => {
    const { space, root } = workspace();
    root(1);
    space.engineExited({ type: 'engine-exited', code: 1, restarted: true });
    space.engineExited({ type: 'engine-exited', code: 1, restarted: false });
    expect(space.lost?.sockets.map(({ id }) => id)).toEqual([1]);
    expect(space.lost?.restarted).toBe(false);
  });
});

test('a failure that repeats is one toast that counts', () => {
  const { space, toasts, root } = workspace();
  root(1, { address: 'udp-listen:1' });
  const fault = { socket: 1, at: 0, error: { code: 'EMSGSIZE', message: 'too large' } };
  for (let n = 0; n < 3; n++) space.applyUpdate(update({ faults: [fault] }));
  expect(toasts.list).toMatchObject([{ kind: 'fault', name: 'udp-listen:1', times: 3 }]);
});

test('clearing tells how many rows and can be undone', async () => {
  const { space, toasts } = workspace();
  await space.openAddress('tcp-listen:1');
  await settle();
  const log = space.tabs.active?.log;
  if (log === undefined) throw new Error('no tab');
  space.clearLog(log);
  expect(log.length).toBe(0);
  const [toast] = toasts.list;
  expect(toast).toMatchObject({ kind: 'log-cleared', rows: 5 });
  if (toast?.kind === 'log-cleared') toast.undo();
  expect(log.length).toBe(5);
});

test('copied rows go to the clipboard and are told', async () => {
  const { space, engine, copied, toasts } = workspace();
  engine.handlers.rowBytes = () => ({ chunks: [new Uint8Array([1])], truncated: false });
  await space.openAddress('tcp-listen:1');
  await settle();
  const log = space.tabs.active?.log;
  if (log === undefined) throw new Error('no tab');
  log.activate(0);
  await space.copyRows(log, 'hex');
  expect(copied).toEqual(['01']);
  expect(toasts.list).toMatchObject([{ kind: 'copied', rows: 1, bytes: 1, truncated: false }]);
});

describe('quick open', () => {
  test.each([
    ['tcp-listen', '', '9000', 'tcp-listen:9000'],
    ['tcp-listen', '127.0.0.1', '9000', 'tcp-listen:127.0.0.1:9000'],
    ['tcp', '::1', '502', 'tcp:[::1]:502'],
    ['udp-listen', '', ' 5683 ', 'udp-listen:5683'],
  ] as const)('%s %s %s', (kind, host, port, address) => {
    const { space } = workspace();
    Object.assign(space.quickOpen, { kind, host, port });
    expect(space.quickOpen.check(space.quickOpen.composed)).toBe(address);
  });

  test('a relay has two addresses, the second with options of its own', () => {
    const { space } = workspace();
    const { quickOpen } = space;
    quickOpen.choose('relay');
    Object.assign(quickOpen, { listen: ' tcp-listen:5020 ', target: '' });
    expect(quickOpen.check(quickOpen.composed)).toBeNull();
    expect(quickOpen.error?.code).toBe('bad-relay-target');
    quickOpen.target = 'tls:device.local:502,verify=off';
    expect(quickOpen.check(quickOpen.composed)).toBe(
      'tcp-listen:5020,behave=relay,relay-to="tls:device.local:502,verify=off"',
    );
  });

  test('what is wrong is told in place and nothing is opened', async () => {
    const { space, engine } = workspace();
    space.quickOpen.kind = 'tcp';
    space.quickOpen.port = '502';
    expect(await space.quickOpenFields()).toBeNull();
    expect(space.quickOpen.error).not.toBeNull();
    expect(engine.calls).toEqual([]);
  });
});

describe('profiles', () => {
  const saved: Profile = {
    version: 1,
    id: '6f1c1d2e-0000-4000-8000-000000000001',
    name: 'Gateway 10',
    folder: ['Line 3', 'Left'],
    address: 'tcp:10.0.0.1:502',
  };
  async function profiles(list: Profile[] = [saved]) {
    const main = fakeMain({
      profiles: () => ({ profiles: list, problems: [] }),
      saveProfile: () => ({}),
      deleteProfile: () => ({}),
    });
    const toasts = new Toasts();
    let next = 2;
    const newId = (): string => `6f1c1d2e-0000-4000-8000-00000000000${next++}`;
    const state = new Profiles(main, toasts, newId);
    await state.load();
    return { state, main, toasts };
  }

  test('stand in folders, folders first, numbers in names counted as numbers', async () => {
    const { state } = await profiles([
      saved,
      { ...saved, id: '6f1c1d2e-0000-4000-8000-000000000008', name: 'Gateway 9' },
      { ...saved, id: '6f1c1d2e-0000-4000-8000-000000000009', name: 'Top', folder: [] },
    ]);
    expect(state.tree.profiles.map(({ name }) => name)).toEqual(['Top']);
    const left = state.tree.folders[0]?.folders[0];
    expect(left?.path).toEqual(['Line 3', 'Left']);
    expect(left?.profiles.map(({ name }) => name)).toEqual(['Gateway 9', 'Gateway 10']);
  });

  test('are added, renamed, moved and duplicated as main confirms', async () => {
    const { state, main } = await profiles();
    await state.add({ name: 'New', folder: [], address: 'udp-listen:1' });
    await state.rename(saved.id, 'Renamed');
    await state.move(saved.id, []);
    await state.duplicate(saved.id, 'Copy');
    expect(state.list.map(({ name, folder }) => [name, folder])).toEqual([
      ['New', []],
      ['Renamed', []],
      ['Copy', []],
    ]);
    expect(new Set(state.list.map(({ id }) => id)).size).toBe(3);
    expect(main.calls.filter(({ name }) => name === 'saveProfile')).toHaveLength(4);
  });

  test('what main refuses is not shown as done', async () => {
    const { state, main, toasts } = await profiles();
    main.handlers.saveProfile = () => Promise.reject(new Error('disk full'));
    expect(await state.rename(saved.id, 'Renamed')).toBe(false);
    expect(state.list).toEqual([saved]);
    expect(toasts.list).toMatchObject([{ kind: 'failed', problem: { message: 'disk full' } }]);
  });

  test('a deleted one comes back by undo', async () => {
    const { state, toasts } = await profiles();
    await state.remove(saved.id);
    expect(state.list).toEqual([]);
    const [toast] = toasts.list;
    if (toast?.kind === 'profile-deleted') toast.undo();
    await settle();
    expect(state.list).toEqual([saved]);
  });
});

test('a settings change holds at once and is taken back when main could not keep it', async () => {
  const toasts = new Toasts();
  const main = fakeMain({ changeSettings: () => Promise.reject(new Error('read-only')) });
  const state = new SettingsState(main, toasts);
  const changing = state.change({ theme: 'dark' });
  expect(state.current.theme).toBe('dark');
  await changing;
  expect(state.current).toEqual(settingsSchema.parse({}));
  expect(toasts.list).toMatchObject([{ kind: 'failed', problem: { message: 'read-only' } }]);
});

test('a local socket that could not be all it was asked for says so in its own words', () => {
  const { space, toasts, root } = workspace();
  root(1, { kind: 'local-listener', address: 'unix-listen:@dev', path: '@dev' });
  const error = { code: 'ERR_ABSTRACT_PADDED', syscall: 'bind', message: 'padded' };
  space.applyUpdate(update({ faults: [{ socket: 1, at: 0, error }] }));
  const [toast] = toasts.list;
  if (toast === undefined) throw new Error('no toast');
  expect(toastText(toast).title).toBe(
    'unix-listen:@dev: Other programs do not know @dev by that name.',
  );
});
