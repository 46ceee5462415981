import { createServer, type Socket } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { turnClock } from '../../../support/turn-clock';
import { WatchedEngine } from '../../../support/watched-engine';

/** Where all goes; `whole` resolves when so much has come. */
async function sink(bytes: number): Promise<{ port: number; whole: Promise<void> }> {
  let left = bytes;
  let done: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => (done = resolve));
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      left -= chunk.byteLength;
      if (left === 0) done();
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return { port: typeof at === 'object' && at ? at.port : 0, whole };
}

test('a stream sends no faster than its rate, shows what waits, and goes faster when told', async () => {
  const { port, whole } = await sink(1_000_000);
  const watched = new WatchedEngine();
  const { id, sendRateBytes } = await watched.opened(`tcp:127.0.0.1:${port},send-rate=200kB`);
  expect(sendRateBytes).toBe(200_000);
  const fromMs = performance.now();
  await watched.send(id, Buffer.alloc(1_000_000));
  await watched.until(id, ({ ledger }) => ledger.sentBytes >= 100_000, 'half a second of it');
  const ms = performance.now() - fromMs;
  const { ledger, sendQueueBytes } = watched.engine.socketInfo(id);
  expect(ms).toBeGreaterThan(200);
  expect(ledger.sentBytes).toBeLessThanOrEqual(200 * (ms + 60) + 10_000);
  expect(sendQueueBytes).toBe(1_000_000 - ledger.sentBytes);
  const slow = turnClock();
  await watched.engine.command('setOption', { socket: id, option: 'send-rate', value: 'off' });
  await watched.until(id, ({ sendQueueBytes: waiting }) => waiting === 0, 'all of it');
  // At the rate it would have taken more than 4 s.
  expect(slow()).toBeLessThan(2000);
  expect(watched.engine.socketInfo(id)).not.toHaveProperty('sendRateBytes');
  await within(whole, 'the last of it');
});

test('datagrams go whole, at the rate, and what waits counts', async () => {
  const sockets = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void sockets.close());
  await once(sockets, 'listening');
  const sizes: number[] = [];
  const whole = new Promise<void>((done) => {
    sockets.on('message', (bytes) => {
      if (sizes.push(bytes.byteLength) === 20) done();
    });
  });
  const watched = new WatchedEngine();
  const address = `udp:127.0.0.1:${sockets.address().port},send-rate=50kB`;
  const { id } = await watched.opened(address);
  const fromMs = performance.now();
  for (let n = 0; n < 20; n += 1) await watched.send(id, Buffer.alloc(1000));
  expect(watched.engine.socketInfo(id).sendQueueBytes).toBeGreaterThan(5000);
  await watched.until(id, ({ ledger }) => ledger.sentChunks === 20, 'all of them');
  expect(performance.now() - fromMs).toBeGreaterThan(150);
  await within(whole, 'the last');
  expect(new Set(sizes)).toEqual(new Set([1000]));
});

test('a listener hands its rate to those that come after it was set', async () => {
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
  await watched.engine.command('setOption', { socket: id, option: 'send-rate', value: '64KiB' });
  expect(watched.engine.socketInfo(id).sendRateBytes).toBe(65_536);
  await watched.opened(`tcp:127.0.0.1:${local?.port ?? 0}`);
  const child = await watched.child(id);
  expect(child.sendRateBytes).toBe(65_536);
});
