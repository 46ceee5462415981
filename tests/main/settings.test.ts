import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { SettingsStore } from '../../src-main/settings';
import { settings, type Settings } from '../../src-shared/contract/settings';
import { tempFolder } from '../support/temp-folder';

const DEFAULTS = settings.parse({});

async function withFile(text: string | Uint8Array): Promise<{ folder: string; path: string }> {
  const folder = await tempFolder();
  const path = join(folder, 'settings.json');
  await writeFile(path, text);
  return { folder, path };
}

test('without a file gives the defaults and writes none', async () => {
  const folder = await tempFolder();
  const store = await SettingsStore.open(join(folder, 'settings.json'));
  expect(store.current).toEqual(DEFAULTS);
  expect(await readdir(folder)).toEqual([]);
});

describe('a change', () => {
  test('changes only its key, tells it, and is there at the next start', async () => {
    const { path } = await withFile('{"language":"zh-CN"}');
    const store = await SettingsStore.open(path);
    const told: Settings[] = [];
    const end = store.onChange((current) => told.push(current));
    const after = { ...DEFAULTS, language: 'zh-CN', theme: 'dark' };
    expect(await store.change({ theme: 'dark' })).toEqual(after);
    end();
    await store.change({ sidebarOpen: false });
    expect(told).toEqual([after]);
    const next = await SettingsStore.open(path);
    expect(next.current).toEqual({ ...after, sidebarOpen: false });
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('keeps keys of other versions as they are', async () => {
    const { path } = await withFile('{"theme":"dark","fromTheFuture":{"a":[1,null]}}');
    await (await SettingsStore.open(path)).change({ theme: 'light' });
    const written: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(written).toEqual({ ...DEFAULTS, theme: 'light', fromTheFuture: { a: [1, null] } });
  });

  test('after change, all at once, ends with all of them written', async () => {
    const { path } = await withFile('{}');
    const store = await SettingsStore.open(path);
    await Promise.all([
      store.change({ theme: 'dark' }),
      store.change({ language: 'en' }),
      store.change({ theme: 'light', inspectorOpen: false }),
    ]);
    const { current } = await SettingsStore.open(path);
    expect(current).toEqual({ ...DEFAULTS, language: 'en', theme: 'light', inspectorOpen: false });
  });

  test('that cannot be written holds, says that it will not last, and is written with the next', async () => {
    const path = join(await tempFolder(), 'settings.json');
    const store = await SettingsStore.open(path);
    await mkdir(path);
    await expect(store.change({ theme: 'dark' })).rejects.toMatchObject({
      code: 'EISDIR',
      message: expect.stringContaining('could not be saved') as unknown,
    });
    expect(store.current.theme).toBe('dark');
    await rmdir(path);
    await store.change({ language: 'en' });
    const next = await SettingsStore.open(path);
    expect(next.current).toEqual({ ...DEFAULTS, theme: 'dark', language: 'en' });
  });
});

describe('a file that is not as it should be', () => {
  test('gives each value that fits and the default for each that does not', async () => {
    const { path } = await withFile(
      '{"theme":"dark","language":"klingon","captureLimitBytes":1,"recordingSplit":{"splitSizeBytes":1},"sidebarOpen":"no","showAs":null}',
    );
    const { current } = await SettingsStore.open(path);
    expect(current).toEqual({ ...DEFAULTS, theme: 'dark' });
  });

  test('every cut of it starts the app, and the cut file is set aside', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const text = JSON.stringify({ ...DEFAULTS, theme: 'dark' }, null, 2);
    for (let length = 0; length < text.length; length++) {
      const { folder, path } = await withFile(text.slice(0, length));
      expect((await SettingsStore.open(path)).current).toEqual(DEFAULTS);
      const [aside] = await readdir(folder);
      expect(aside).toMatch(/^settings\.json\.corrupt-\d{8}T[\d.]+Z$/);
      expect(await readFile(join(folder, aside ?? ''), 'utf8')).toBe(text.slice(0, length));
    }
  });

  test.each(['null', '[]', '5', '"x"', '\u0000\u0001'])('%j is set aside', async (text) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { folder, path } = await withFile(text);
    expect((await SettingsStore.open(path)).current).toEqual(DEFAULTS);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/\.corrupt-/)]);
  });

  test('cannot reach into prototypes', async () => {
    const { path } = await withFile('{"__proto__":{"polluted":1},"theme":"dark"}');
    const store = await SettingsStore.open(path);
    await store.change({ language: 'en' });
    expect('polluted' in {}).toBe(false);
    expect('polluted' in store.current).toBe(false);
  });
});
