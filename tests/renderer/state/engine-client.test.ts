import { describe, expect, test } from 'vitest';
import {
  EngineClient,
  type EnginePort,
  fromMessagePort,
} from '../../../src-renderer/state/engine-client';
import { MainClient } from '../../../src-renderer/state/main-client';
import {
  UPDATES_PER_RECEIPT,
  type EngineRequest,
  type EngineUpdate,
} from '../../../src-shared/contract/engine';
import { socketInfo, update } from './fakes';

function fakePort() {
  const sent: EngineRequest[] = [];
  let listener: (message: unknown) => void = () => undefined;
  let closed = false;
  const port: EnginePort = {
    postMessage: (message) => void sent.push(message),
    listen: (given) => (listener = given),
    close: () => (closed = true),
  };
  return { port, sent, say: (message: unknown) => listener(message), isClosed: () => closed };
}

function attached() {
  const problems: string[] = [];
  const client = new EngineClient((problem) => problems.push(problem));
  const fake = fakePort();
  client.attach(fake.port);
  return { client, problems, ...fake };
}

test('says what it has taken in, from the start for every port', () => {
  const { client, sent, say } = attached();
  for (let i = 0; i < 2 * UPDATES_PER_RECEIPT + 1; i++) say({ type: 'update', update: update({}) });
  const again = fakePort();
  client.attach(again.port);
  for (let i = 0; i < UPDATES_PER_RECEIPT; i++) again.say({ type: 'update', update: update({}) });
  const counts = [...sent, ...again.sent].map(({ command, params }) => ({ command, params }));
  expect(counts).toEqual(
    [UPDATES_PER_RECEIPT, 2 * UPDATES_PER_RECEIPT, UPDATES_PER_RECEIPT].map((count) => ({
      command: 'updatesSeen',
      params: { count },
    })),
  );
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
  test('reach listeners until they unsubscribe', () => {
    const { client, say } = attached();
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
  ])('%s is reported and harms nothing', (_, message, words) => {
    const { client, say, problems } = attached();
    const heard: EngineUpdate[] = [];
    client.onUpdate((one) => heard.push(one));
    say(message);
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
    const problems: string[] = [];
    const events: unknown[] = [];
    let tell: (event: unknown) => void = () => undefined;
    const answers = [
      { ok: true as const, result: { path: '/tmp/a.pcapng' } },
      { ok: false as const, error: { code: 'ENOSPC', message: 'The disk is full.' } },
      { ok: true as const, result: { path: 5 } },
    ];
    const client = new MainClient(
      {
        command: () => Promise.resolve(answers.shift() ?? { ok: true, result: null }),
        onEvent: (listener) => {
          tell = listener;
          return () => undefined;
        },
      },
      (problem) => problems.push(problem),
    );
    client.onEvent((event) => events.push(event));
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
    expect(events).toEqual([{ type: 'dark', dark: true }]);
    expect(problems).toHaveLength(1);
  });
});
