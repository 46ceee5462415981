import { expect, test } from 'vitest';
import { begin } from '../../../src-renderer/state/begin';
import { EngineClient } from '../../../src-renderer/state/engine-client';
import { Layouts } from '../../../src-renderer/state/layouts.svelte';
import { MainClient } from '../../../src-renderer/state/main-client';
import { Profiles } from '../../../src-renderer/state/profiles.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import type { CommandAnswer } from '../../../src-shared/contract/bridge';
import * as engineContract from '../../../src-shared/contract/engine';
import * as mainContract from '../../../src-shared/contract/main';
import { decodingHere, settle } from './fakes';

const refused: CommandAnswer = {
  ok: false,
  error: { code: 'MAIN_INCOMPLETE', message: 'no such file' },
};

/** The window's start over a main that answers as `main` says; `contract` is what checks that. */
function beginning(contract: () => Promise<typeof mainContract>) {
  const main = { answer: refused, asked: [] as string[] };
  const bridge = {
    command: (name: string) => {
      main.asked.push(name);
      return Promise.resolve(main.answer);
    },
    onEvent: () => () => undefined,
  };
  const ignore = () => undefined;
  const client = new MainClient(bridge, ignore, contract);
  const engine = new EngineClient(ignore, () => Promise.resolve(engineContract));
  const toasts = new Toasts();
  begin({
    ...{ engine, main: client, toasts },
    profiles: new Profiles(client, toasts, () => 'id'),
    layouts: new Layouts({ main: client, toasts, decoding: decodingHere() }),
  });
  return { main, engine, toasts };
}

test('a main that is not whole is told of once, and asked again with the next command to the engine', async () => {
  const { main, engine, toasts } = beginning(() => Promise.resolve(mainContract));
  const early = engine.command('captures', {});
  await expect(early).rejects.toMatchObject({ code: 'MAIN_INCOMPLETE', message: 'no such file' });
  await settle();
  expect(toasts.list).toMatchObject([
    { kind: 'failed', problem: refused.ok ? null : refused.error },
  ]);
  expect(main.asked).toHaveLength(3);

  // Again in vain: it is said to whoever asked, and not that nothing comes.
  await expect(engine.command('captures', {})).rejects.toThrow('no such file');
  expect(main.asked).toHaveLength(6);

  main.answer = { ok: true, result: {} };
  const waiting = engine.command('captures', {});
  await settle();
  expect(main.asked.filter((name) => name === 'connectEngine')).toHaveLength(3);
  engine.attach({
    postMessage: () => undefined,
    listen: (hear) => hear({ type: 'result', id: 3, result: { captures: [] } }),
    close: () => undefined,
  });
  await expect(waiting).resolves.toEqual({ captures: [] });
});

test('a part of the page that is missing is told of once, whoever needs it', async () => {
  let files = 0;
  const { engine, toasts } = beginning(() =>
    Promise.reject(new TypeError(`Failed to fetch part-${++files}.js`)),
  );
  await settle();
  toasts.failed({ code: 'PAGE_INCOMPLETE', message: 'Failed to fetch part-2.js' });
  expect(toasts.list).toMatchObject([{ kind: 'failed', problem: { code: 'PAGE_INCOMPLETE' } }]);
  // Of another failure more is said.
  toasts.failed({ code: 'ENOSPC', message: 'The disk is full' });
  toasts.failed({ code: 'ENOSPC', message: 'The other disk is full' });
  expect(toasts.list).toHaveLength(3);
  expect(engine.attached).toBe(false);
});
