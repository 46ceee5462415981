import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../../src-main/engine/engine';
import { askHere, lookUpWith } from '../../../../src-main/engine/sockets/look-ups';
import type { Outcome, SweepNews } from '../../../../src-shared/contract/probe';
import { MAX_OUTCOMES } from '../../../../src-shared/contract/probe';
import { within } from '../../../support/deadline';
import { WatchedEngine } from '../../../support/watched-engine';

/** Takes connections and never says a word. */
async function listening(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

async function fetched(engine: Engine, job: string): Promise<[Outcome[], SweepNews]> {
  const outcomes: Outcome[] = [];
  for (;;) {
    const news = await within(engine.command('sweepNews', { job }), 'news');
    expect(news.outcomes.length).toBeLessThanOrEqual(MAX_OUTCOMES);
    outcomes.push(...news.outcomes);
    if (news.over) return [outcomes, news];
  }
}

test('each of a list is told once, with what came of it, and no descriptor is kept', async () => {
  const { engine } = new WatchedEngine();
  const port = await listening();
  const { descriptors } = engine.registry;
  const before = descriptors.free;
  const targets = [`tcp:127.0.0.1/32:1-1000`, `tcp:127.0.0.1:${port}`, 'unix:/nobody/here'];
  expect(await engine.command('sweep', { targets, job: 'all' })).toEqual({ total: 1002 });
  const [outcomes, last] = await fetched(engine, 'all');
  expect(outcomes.map(({ n }) => n).sort((a, b) => a - b)).toEqual([...Array(1002).keys()]);
  expect(last).toMatchObject({ total: 1002, done: 1002, over: true, cancelled: false });
  expect(last.open).toBe(outcomes.filter(({ probed }) => probed.error === null).length);
  const of = (address: string) => outcomes.find((one) => one.address === address)?.probed;
  expect(of(`tcp:127.0.0.1:${port}`)).toMatchObject({ error: null, remote: { port } });
  expect(of('tcp:127.0.0.1:1')?.error).toMatchObject({ code: 'ECONNREFUSED', errno: -111 });
  expect(of('unix:/nobody/here')?.error).toMatchObject({ code: 'ENOENT' });
  expect(descriptors.free).toBe(before);
  await expect(engine.command('sweepNews', { job: 'all' })).rejects.toMatchObject({
    code: 'ERR_NOT_POSSIBLE',
  });
});

test('a name in a list is looked up once, however many of its ports are tried', async () => {
  const { engine } = new WatchedEngine();
  const asked: string[] = [];
  lookUpWith((question, answer) => {
    asked.push(question.host);
    askHere(question, answer);
  });
  onTestFinished(() => {
    lookUpWith(askHere);
  });
  const port = await listening();
  const targets = ['tcp4:localhost:1-300', `tcp4:localhost:${port}`];
  await engine.command('sweep', { targets, job: 'named' });
  const [outcomes] = await fetched(engine, 'named');
  expect(asked).toEqual(['localhost']);
  expect(outcomes.find(({ n }) => n === 300)?.probed).toMatchObject({
    error: null,
    remote: { port },
  });
});

test('few descriptors, few at once: a quarter of what is free, and one at the least', async () => {
  const { engine } = new WatchedEngine();
  const port = await listening();
  const { descriptors } = engine.registry;
  for (const [free, most] of [
    [12, 3],
    [2, 1],
  ] as const) {
    descriptors.take(descriptors.free - free);
    // A handshake that nobody answers keeps its descriptor.
    const targets = Array.from({ length: 20 }, () => `tls:127.0.0.1:${port}`);
    await engine.command('sweep', { targets, job: 'few' });
    expect(descriptors.free).toBe(free - most);
    await engine.command('cancelProbe', { job: 'few' });
    const [outcomes, last] = await fetched(engine, 'few');
    expect(last).toMatchObject({ total: 20, done: outcomes.length, cancelled: true, over: true });
    expect(descriptors.free).toBe(free);
  }
  descriptors.take(descriptors.free);
  await engine.command('sweep', { targets: ['tcp:127.0.0.1:1-2'], job: 'none' });
  const [outcomes] = await fetched(engine, 'none');
  expect(outcomes.map(({ probed }) => probed.error?.code)).toEqual(['EMFILE', 'EMFILE']);
});

test('while nobody fetches it stands still, and goes on then', async () => {
  const { engine } = new WatchedEngine();
  const { descriptors } = engine.registry;
  const before = descriptors.free;
  await engine.command('sweep', { targets: ['tcp:127.0.0.1:1-2000'], job: 'slow' });
  // Until none of its own runs any more.
  do await engine.command('probe', { address: 'tcp:127.0.0.1:1' });
  while (descriptors.free < before);
  const first = await within(engine.command('sweepNews', { job: 'slow' }), 'news');
  expect(first.outcomes).toHaveLength(MAX_OUTCOMES);
  expect(first.done).toBe(4 * MAX_OUTCOMES);
  const [outcomes] = await fetched(engine, 'slow');
  expect(outcomes).toHaveLength(2000 - MAX_OUTCOMES);
});

test('what cannot be tried is said before anything is', async () => {
  const { engine } = new WatchedEngine();
  const sweep = (...targets: string[]) => engine.command('sweep', { targets, job: 'bad' });
  await expect(sweep('tcp:h:1', 'udp:h:1')).rejects.toMatchObject({ code: 'ERR_BAD_ADDRESS' });
  await expect(sweep('tcp:h:9-1')).rejects.toMatchObject({
    message: expect.stringContaining('did you mean "1-9"?') as string,
  });
  await expect(sweep('tcp:h:1-65535', 'tcp:i:1-2')).rejects.toMatchObject({
    message: expect.stringContaining('65536') as string,
  });
});
