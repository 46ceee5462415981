import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Descriptors } from '../../../../src-main/engine/sockets/descriptors';
import { within } from '../../../support/deadline';
import { WatchedEngine } from '../../../support/watched-engine';

/** Takes connections and never says a word. */
async function silent(): Promise<{ port: number; taken: Promise<Socket> }> {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  const taken = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, taken };
}

/** How many descriptors are left, told by taking all of them for a moment. */
function free(descriptors: Descriptors): number {
  let found = 0;
  for (let step = 2 ** 40; step >= 1; step /= 2) if (descriptors.take(step)) found += step;
  descriptors.release(found);
  return found;
}

test('each address that was tried is told with its time, and how long its name took', async () => {
  const { engine } = new WatchedEngine();
  const { port } = await silent();
  const found = await engine.command('probe', { address: `tcp4:localhost:${port}` });
  expect(found).toMatchObject({
    cancelled: false,
    error: null,
    attempts: [{ host: '127.0.0.1', port, error: null }],
  });
  expect(found.resolveMs).toBeGreaterThan(0);
  expect(found.ms).toBeGreaterThanOrEqual(found.attempts[0]?.ms ?? Infinity);
  const refused = await engine.command('probe', { address: 'tcp:127.0.0.1:1' });
  expect(refused).toMatchObject({
    resolveMs: null,
    error: { code: 'ECONNREFUSED' },
    attempts: [{ host: '127.0.0.1', port: 1, error: { code: 'ECONNREFUSED' } }],
  });
});

test('stopped in the midst of a handshake: answered and closed at once, and nothing is kept', async () => {
  const { engine } = new WatchedEngine();
  const { port, taken } = await silent();
  const asked = { address: `tls:127.0.0.1:${port}`, job: 'mine' };
  const before = free(engine.registry.descriptors);
  const probed = engine.command('probe', asked);
  const socket = await within(taken, 'connection');
  await expect(engine.command('probe', asked)).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
  const gone = once(socket, 'close');
  await engine.command('cancelProbe', { job: 'other' });
  await engine.command('cancelProbe', { job: 'mine' });
  expect(await within(probed, 'answer')).toMatchObject({ cancelled: true, error: null });
  await within(gone, 'end of the connection');
  expect(free(engine.registry.descriptors)).toBe(before);
  expect([...engine.registry.all()]).toEqual([]);
});

test('stopped before anybody answered, and by the end of the engine', async () => {
  const { engine } = new WatchedEngine();
  const { port, taken } = await silent();
  // RFC 5737: nobody is there.
  const lost = engine.command('probe', { address: 'tcp:203.0.113.1:9', job: 'lost' });
  await engine.command('cancelProbe', { job: 'lost' });
  expect(await within(lost, 'answer')).toMatchObject({ cancelled: true, attempts: [] });
  const held = engine.command('probe', { address: `tls:127.0.0.1:${port}`, job: 'held' });
  await within(taken, 'connection');
  await engine.close();
  expect(await within(held, 'answer')).toMatchObject({ cancelled: true });
});

test('connected to itself is not connected: nobody listens there', async () => {
  const { engine } = new WatchedEngine();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  server.close();
  await once(server, 'close');
  const address = `tcp:127.0.0.1:${port},sourceport=${port}`;
  expect(await engine.command('probe', { address })).toMatchObject({
    error: { code: 'ECONNREFUSED', message: expect.stringContaining('itself') as string },
    attempts: [],
  });
});
