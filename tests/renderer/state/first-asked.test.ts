import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Bridge } from '../../../src-shared/contract/bridge';

const asked: string[] = [];
const given: Bridge = {
  command: async (name) => {
    asked.push(name);
    return { ok: true, result: await Promise.resolve(asked.length) };
  },
  onEvent: () => () => undefined,
};

beforeEach(() => {
  asked.length = 0;
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

test('what the first frame needs is asked at once, and each answer given once', async () => {
  vi.stubGlobal('window', { wirebench: given });
  const { bridge: page } = await import('../../../src-renderer/first-asked');
  expect(asked).toEqual(['getSettings', 'appInfo']);
  expect(await page?.command('appInfo', {})).toEqual({ ok: true, result: 2 });
  expect(await page?.command('getSettings', {})).toEqual({ ok: true, result: 1 });
  expect(await page?.command('profiles', {})).toEqual({ ok: true, result: 3 });
  // Asked again, it may have changed.
  expect(await page?.command('appInfo', {})).toEqual({ ok: true, result: 4 });
  expect(asked).toEqual(['getSettings', 'appInfo', 'profiles', 'appInfo']);
});

test('a plain browser has no bridge', async () => {
  vi.stubGlobal('window', {});
  expect((await import('../../../src-renderer/first-asked')).bridge).toBeUndefined();
});
