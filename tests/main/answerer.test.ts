import { beforeEach, expect, test, vi } from 'vitest';
import { answerer } from '../../src-main/answerer';
import type { Running } from '../../src-main/first-answers';
import type { Answerer } from '../../src-main/ipc';
import type { CommandAnswer } from '../../src-shared/contract/bridge';

const settings = {
  language: 'en',
  theme: 'dark',
  wiresharkPath: null,
  raw: { theme: 'dark' },
} as const;
const running: Running = {
  ...{ version: '1', electron: '45', chrome: '150', packaged: false },
  ...{ systemLanguage: 'en', captureFolder: '/captures' },
};
const caller = { sendPort: () => undefined };
const done: CommandAnswer = { ok: true, result: 'done' };
const told = { ok: false, error: { code: 'MAIN_INCOMPLETE', message: 'no such file' } };

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});

/** An answerer whose workbench is loaded as it is told; `loads` counts how often that was begun. */
function loading() {
  const begun: { resolve: (answer: Answerer) => void; reject: (error: Error) => void }[] = [];
  const load = () =>
    new Promise<Answerer>((resolve, reject) => {
      begun.push({ resolve, reject });
    });
  const answer = answerer(settings, running, load);
  return { begun, ask: (name: string) => answer(name, {}, caller) };
}

test('a workbench that does not load is told of with its cause, and tried again', async () => {
  const { begun, ask } = loading();
  const both = [ask('profiles'), ask('connectEngine')];
  expect(begun).toHaveLength(1);
  begun[0]?.reject(new Error('no such file'));
  expect(await Promise.all(both)).toEqual([told, told]);
  expect(await ask('getSettings')).toEqual({ ok: true, result: { theme: 'dark' } });
  const again = [ask('profiles'), ask('connectEngine')];
  expect(begun).toHaveLength(2);
  begun[1]?.resolve(() => Promise.resolve(done));
  expect(await Promise.all(again)).toEqual([done, done]);
  // Its settings are those that hold now.
  expect(await ask('getSettings')).toEqual(done);
  expect(begun).toHaveLength(2);
});

test('one whose loading cannot even be begun is told of as well', async () => {
  const answer = answerer(settings, running, () => {
    throw new Error('no such file');
  });
  expect(await answer('profiles', {}, caller)).toEqual(told);
});
