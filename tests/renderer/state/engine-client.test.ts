import { describe, expect, test } from 'vitest';
import type { CommandError } from '../../../src-renderer/state/command-error';
import {
  EngineClient,
  type EnginePort,
  fromMessagePort,
} from '../../../src-renderer/state/engine-client';
import { MainClient } from '../../../src-renderer/state/main-client';
import type { Bridge } from '../../../src-shared/contract/bridge';
import * as engineContract from '../../../src-shared/contract/engine';
import type { EngineRequest, EngineUpdate } from '../../../src-shared/contract/engine';
import * as mainContract from '../../../src-shared/contract/main';
import { deferred, settle, socketInfo, update } from './fakes';

const { UPDATES_PER_RECEIPT } = engineContract;

/** Like a real one it keeps what comes before somebody listens. */
function fakePort() {
  const sent: EngineRequest[] = [];
  const early: unknown[] = [];
  let listener: ((message: unknown) => void) | null = null;
  let closed = false;
  const port: EnginePort = {
    postMessage: (message) => void sent.push(message),
    listen: (given) => {
      listener = given;
      early.splice(0).forEach(given);
    },
    close: () => (closed = true),
  };
  const say = (message: unknown) => {
    if (listener === null) early.push(message);
    else listener(message);
  };
  return { port, sent, say, isClosed: () => closed };
}

function attached(contract = Promise.resolve(engineContract)) {
  const problems: string[] = [];
  const client = new EngineClient(
    (problem) => problems.push(problem),
    () => contract,
  );
  const fake = fakePort();
  client.attach(fake.port);
  return { client, problems, ...fake };
}

/** What the page is told by main; `contract` is what checks it. */
function toMain(bridge: Partial<Bridge>, contract: () => Promise<typeof mainContract>) {
  const problems: string[] = [];
  const events: unknown[] = [];
  let tell: (event: unknown) => void = () => undefined;
  const whole: Bridge = {
    command: () => Promise.resolve({ ok: true, result: {} }),
    onEvent: (listener) => {
      tell = listener;
      return () => undefined;
    },
    ...bridge,
  };
  const client = new MainClient(whole, (problem) => problems.push(problem), contract);
  client.onEvent((event) => events.push(event));
  return { client, problems, events, tell: (event: unknown) => tell(event) };
}

test('says what it has taken in, from the start for every port', async () => {
  const { client, sent, say } = attached();
  await settle();
  for (let i = 0; i < 2 * UPDATES_PER_RECEIPT + 1; i++) say({ type: 'update', update: update({}) });
  const again = fakePort();
  client.attach(again.port);
  for (let i = 0; i < UPDATES_PER_RECEIPT; i++) again.say({ type: 'update', update: update({}) });
  await settle();
  const counts = [...sent, ...again.sent].map(({ command, params }) => ({ command, params }));
  expect(counts).toEqual(
    [UPDATES_PER_RECEIPT, 2 * UPDATES_PER_RECEIPT, UPDATES_PER_RECEIPT].map((count) => ({
      command: 'updatesSeen',
      params: { count },
    })),
  );
});

test('every message is heard, whatever it says; a sign of life is asked for with what was taken in', async () => {
  const { client, sent, say } = attached();
  let heard = 0;
  client.onHeard = () => (heard += 1);
  await settle();
  for (const message of [{ type: 'update', update: update({}) }, 42]) say(message);
  client.ask();
  await settle();
  expect(sent).toEqual([{ id: 1, command: 'updatesSeen', params: { count: 1 } }]);
  say({ type: 'result', id: 1, result: {} });
  expect(heard).toBe(3);
  expect(client.port).toBe(1);
  const again = fakePort();
  client.attach(again.port);
  expect(client.port).toBe(2);
  client.detach();
  expect(client.port).toBe(0);
  // Nobody is there to be asked, which is no failure.
  client.ask();
  await settle();
});

describe('commands to the engine', () => {
  test('an answer goes to the command that asked, in any order', async () => {
    const { client, sent, say } = attached();
    const first = client.command('open', { address: 'tcp-listen:9000' });
    const second = client.command('close', { socket: 3 });
    expect(sent).toEqual([
      { id: 1, command: 'open', params: { address: 'tcp-listen:9000' } },
      { id: 2, command: 'close', params: { socket: 3 } },
    ]);
    say({ type: 'result', id: 2, result: {} });
    say({ type: 'result', id: 1, result: { socket: 7 } });
    await expect(first).resolves.toEqual({ socket: 7 });
    await expect(second).resolves.toEqual({});
  });

  test('a rejection carries code and message', async () => {
    const { client, say } = attached();
    const opening = client.command('open', { address: 'nonsense' });
    say({ type: 'rejected', id: 1, error: { code: 'EADDRESS', message: 'No such kind.' } });
    await expect(opening).rejects.toMatchObject({ code: 'EADDRESS', message: 'No such kind.' });
  });

  test('an answer that does not fit the contract rejects and names the field', async () => {
    const { client, say } = attached();
    const opening = client.command('open', { address: 'tcp-listen:9000' });
    say({ type: 'result', id: 1, result: { socket: 'seven' } });
    await expect(opening).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    await expect(opening).rejects.toThrow('socket');
  });

  test('before the first engine has come commands wait for it', async () => {
    const client = new EngineClient(() => undefined);
    const early = client.command('captures', {});
    const { port, sent, say } = fakePort();
    client.attach(port);
    expect(sent).toEqual([{ id: 1, command: 'captures', params: {} }]);
    say({ type: 'result', id: 1, result: { captures: [] } });
    await expect(early).resolves.toEqual({ captures: [] });
  });

  test('once the engine is lost a command is rejected at once', async () => {
    const { client } = attached();
    client.detach();
    await expect(client.command('captures', {})).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });

  test('what waits for an engine that never comes is rejected when it is given up', async () => {
    const client = new EngineClient(() => undefined);
    const early = client.command('captures', {});
    client.detach();
    await expect(early).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });

  test('when the engine goes, what waits is rejected by name; the next port starts afresh', async () => {
    const { client, port, say, problems, isClosed } = attached();
    const waiting = client.command('captures', {});
    const next = fakePort();
    client.attach(next.port);
    await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await expect(waiting).rejects.toThrow('captures');
    expect(isClosed()).toBe(true);
    const again = client.command('captures', {});
    // The old port's late word must not answer the new command.
    say({ type: 'result', id: 2, result: { captures: [] } });
    next.say({ type: 'result', id: 2, result: { captures: [] } });
    await expect(again).resolves.toEqual({ captures: [] });
    expect(problems).toEqual([]);
    expect(port).not.toBe(next.port);
  });

  test('given and answered before the contract is loaded, they wait for it in their order', async () => {
    const contract = deferred<typeof engineContract>();
    const { client, sent, say } = attached(contract.promise);
    const order: unknown[] = [];
    client.onUpdate(({ sockets }) => order.push(sockets.map(({ id }) => id)));
    void client.command('open', { address: 'tcp:h:1' }).then((answer) => order.push(answer));
    client.command('close', { socket: 9 }).catch(({ code }: CommandError) => order.push(code));
    expect(sent.map(({ command }) => command)).toEqual(['open', 'close']);
    say({ type: 'update', update: update({ first: true, sockets: [socketInfo({ id: 1 })] }) });
    say({ type: 'result', id: 1, result: { socket: 2 } });
    say({ type: 'update', update: update({ sockets: [socketInfo({ id: 2 })] }) });
    say({ type: 'rejected', id: 2, error: { code: 'ENOSOCKET', message: 'No such socket.' } });
    await settle();
    expect(order).toEqual([]);
    contract.resolve(engineContract);
    await settle();
    expect(order.filter(Array.isArray)).toEqual([[1], [2]]);
    expect(order).toEqual(expect.arrayContaining([{ socket: 2 }, 'ENOSOCKET']));
  });

  test('of a port that went while the contract was loaded nothing is heard', async () => {
    const contract = deferred<typeof engineContract>();
    const { client, say, problems } = attached(contract.promise);
    const waiting = client.command('captures', {});
    const next = fakePort();
    client.attach(next.port);
    await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    const again = client.command('captures', {});
    say({ type: 'result', id: 2, result: { captures: 'of before' } });
    next.say({ type: 'result', id: 2, result: { captures: [] } });
    contract.resolve(engineContract);
    await expect(again).resolves.toEqual({ captures: [] });
    expect(problems).toEqual([]);
  });

  test('that nobody can check are rejected, those to come too, and it is told', async () => {
    const contract = deferred<typeof engineContract>();
    const { client, problems, isClosed } = attached(contract.promise);
    const waiting = client.command('captures', {});
    contract.reject(new TypeError('Failed to fetch contract.js'));
    await expect(waiting).rejects.toMatchObject({ code: 'PAGE_INCOMPLETE' });
    await expect(client.command('captures', {})).rejects.toThrow('contract.js');
    expect(problems).toEqual([expect.stringContaining('contract.js')]);
    expect(isClosed()).toBe(true);
  });

  test('what cannot be sent rejects and is not waited for', async () => {
    const client = new EngineClient(() => undefined);
    const { port } = fakePort();
    client.attach({
      ...port,
      postMessage: () => {
        throw new DOMException('could not be cloned', 'DataCloneError');
      },
    });
    await expect(client.command('captures', {})).rejects.toMatchObject({ code: 'ENOTSENT' });
  });
});

describe('updates', () => {
  test('reach listeners until they unsubscribe', async () => {
    const { client, say } = attached();
    await settle();
    const heard: EngineUpdate[] = [];
    const stop = client.onUpdate((one) => heard.push(one));
    const message = update({ sockets: [socketInfo({ id: 1 })] });
    say({ type: 'update', update: message });
    stop();
    say({ type: 'update', update: message });
    expect(heard).toEqual([message]);
  });

  test.each([
    ['garbage', 42, /not understood/],
    ['an update with a bad phase', { type: 'update', update: { first: 'yes' } }, /not understood/],
    [
      'an answer nobody asked for',
      { type: 'result', id: 99, result: {} },
      /99, which was not asked/,
    ],
  ])('%s is reported and harms nothing', async (_, message, words) => {
    const { client, say, problems } = attached();
    const heard: EngineUpdate[] = [];
    client.onUpdate((one) => heard.push(one));
    say(message);
    await settle();
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(heard).toEqual([]);
  });

  test('a real message port carries commands and answers', async () => {
    const channel = new MessageChannel();
    const client = new EngineClient(() => undefined);
    client.attach(fromMessagePort(channel.port1));
    channel.port2.onmessage = (event: MessageEvent<EngineRequest>) =>
      channel.port2.postMessage({ type: 'result', id: event.data.id, result: { targets: 1 } });
    const bytes = new Uint8Array([1, 2, 3]);
    const sent = client.command('send', { socket: 1, target: { to: 'peer' }, bytes });
    await expect(sent).resolves.toEqual({ targets: 1 });
    client.detach();
    channel.port2.close();
  });
});

describe('commands to main', () => {
  test('answers are checked, refusals carry their code, events are checked', async () => {
    const answers = [
      { ok: true as const, result: { path: '/tmp/a.pcapng' } },
      { ok: false as const, error: { code: 'ENOSPC', message: 'The disk is full.' } },
      { ok: true as const, result: { path: 5 } },
    ];
    const { client, problems, events, tell } = toMain(
      { command: () => Promise.resolve(answers.shift() ?? { ok: true, result: null }) },
      () => Promise.resolve(mainContract),
    );
    await expect(client.command('saveCapture', { socket: 1 })).resolves.toEqual({
      path: '/tmp/a.pcapng',
    });
    await expect(client.command('saveCapture', { socket: 1 })).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    await expect(client.command('saveCapture', { socket: 1 })).rejects.toMatchObject({
      code: 'BAD_ANSWER',
    });
    tell({ type: 'dark', dark: true });
    tell({ type: 'dark', dark: 'very' });
    await settle();
    expect(events).toEqual([{ type: 'dark', dark: true }]);
    expect(problems).toHaveLength(1);
  });

  test('what the first frame asks needs no contract, and is checked', async () => {
    const results = [{ theme: 'dark', rowHeight: 'giant' }, { version: 7 }];
    const { client } = toMain(
      { command: () => Promise.resolve({ ok: true, result: results.shift() }) },
      () => Promise.reject(new Error('asked for')),
    );
    // What a file of settings says wrongly is as usual.
    await expect(client.command('getSettings', {})).resolves.toMatchObject({
      ...{ theme: 'dark', rowHeight: 'compact' },
    });
    await expect(client.command('appInfo', {})).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    await expect(client.command('profiles', {})).rejects.toThrow('asked for');
  });

  test('events wait for the contract in their order, and are told of when it does not come', async () => {
    const contract = deferred<typeof mainContract>();
    const { events, tell } = toMain({}, () => contract.promise);
    tell({ type: 'dark', dark: true });
    tell({ type: 'menu', command: 'quit' });
    await settle();
    expect(events).toEqual([]);
    contract.resolve(mainContract);
    await contract.promise;
    tell({ type: 'dark', dark: false });
    await settle();
    expect(events).toEqual([
      { type: 'dark', dark: true },
      { type: 'menu', command: 'quit' },
      { type: 'dark', dark: false },
    ]);
    const broken = toMain({}, () => Promise.reject(new Error('no contract.js')));
    broken.tell({ type: 'dark', dark: true });
    await settle();
    expect(broken.events).toEqual([]);
    expect(broken.problems).toEqual([expect.stringContaining('no contract.js')]);
  });
});
