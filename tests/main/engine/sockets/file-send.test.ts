import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../../src-main/engine/engine';
import { fileSendResult } from '../../../../src-shared/contract/file-send';
import type {
  FileSendProgress,
  FileSendRequest,
  FileSendResult,
} from '../../../../src-shared/contract/file-send';
import { within } from '../../../support/deadline';
import { tempFolder } from '../../../support/temp-folder';
import { turnClock } from '../../../support/turn-clock';
import { WatchedEngine } from '../../../support/watched-engine';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await tempFolder(), 'sent.bin');
  writeFileSync(path, bytes);
  return path;
}

/** A connection of an engine to a server of the system; who reads is up to the test. */
async function connected() {
  const watched = new WatchedEngine();
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taken = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { id } = await watched.opened(`tcp:127.0.0.1:${port}`);
  const peer = await within(taken, 'connection');
  peer.on('error', () => undefined);
  onTestFinished(() => {
    peer.destroy();
    server.close();
  });
  return { watched, engine: watched.engine, id, peer, server };
}

/** All that comes until the end, or until there are so many. */
function reading(peer: Socket, bytes = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return within(
    new Promise((resolve) => {
      const done = () => resolve(Buffer.concat(chunks));
      peer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size >= bytes) done();
      });
      peer.on('end', done);
      peer.resume();
    }),
    'bytes of the file',
  );
}

/**
 * Progress that stands still with bytes waiting, five looks long: the peer takes no more. Standing
 * still alone may be a disk that is slow to give the next piece.
 */
async function stalled({ engine }: WatchedEngine, socket: number): Promise<FileSendProgress> {
  let before = -1;
  let looks = 0;
  for (;;) {
    const { progress } = await engine.command('fileSendProgress', { socket });
    const waits = [...engine.registry.all()].some(({ sendQueueBytes }) => sendQueueBytes > 0);
    looks = waits && progress?.sentBytes === before ? looks + 1 : 0;
    if (progress && looks >= 5) return progress;
    before = progress?.sentBytes ?? -1;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** As its owner asks, and answered as the contract says. */
async function sendFile(
  engine: Engine,
  request: FileSendRequest & { path: string },
): Promise<FileSendResult> {
  return fileSendResult.parse(await engine.hostCommand('sendFile', request));
}

const toPeer = { to: 'peer' } as const;

test('no more than a piece waits for a peer that does not read; then all comes as it is', async () => {
  const { watched, engine, id, peer } = await connected();
  const bytes = randomBytes(24 * 1024 * 1024 + 7);
  const path = await fileOf(bytes);
  const sending = sendFile(engine, { socket: id, target: toPeer, path });
  const progress = await stalled(watched, id);
  expect(progress).toMatchObject({ name: 'sent.bin', totalBytes: bytes.byteLength });
  expect(progress.sentBytes).toBeLessThan(bytes.byteLength);
  const { sendQueueBytes, ledger } = engine.socketInfo(id);
  expect(sendQueueBytes).toBeGreaterThan(0);
  expect(sendQueueBytes).toBeLessThanOrEqual(4 * 65_495);
  // What is called handed over is exactly what was recorded as sent.
  expect(ledger.sentBytes).toBe(progress.sentBytes);
  await expect(sendFile(engine, { socket: id, target: toPeer, path })).rejects.toMatchObject({
    code: 'ERR_NOT_POSSIBLE',
  });

  const got = reading(peer, bytes.byteLength);
  expect(await within(sending, 'end')).toMatchObject({
    end: 'done',
    error: null,
    sentBytes: bytes.byteLength,
    totalBytes: bytes.byteLength,
    targets: 1,
    gone: 0,
  });
  expect(sha256(await got)).toBe(sha256(bytes));
  expect(sha256(watched.bytes('out', id))).toBe(sha256(bytes));
  expect(await engine.command('fileSendProgress', { socket: id })).toMatchObject({
    progress: null,
    ended: { end: 'done', sentBytes: bytes.byteLength },
  });
  expect(await engine.command('fileSends', {})).toEqual({ sockets: [] });
});

test('cancelled half way: what went and what still waits is told, and the connection lives', async () => {
  const { watched, engine, id, peer } = await connected();
  const bytes = randomBytes(24 * 1024 * 1024);
  const path = await fileOf(bytes);
  const sending = sendFile(engine, { socket: id, target: toPeer, path });
  await stalled(watched, id);
  await engine.command('cancelFileSend', { socket: id });
  const { end, sentBytes, queuedBytes } = await within(sending, 'end');
  expect(end).toBe('cancelled');
  expect(queuedBytes).toBe(engine.socketInfo(id).sendQueueBytes);
  await watched.send(id, 'after');
  const whole = sentBytes + queuedBytes;
  const got = await reading(peer, whole + 5);
  expect(got.subarray(whole).toString()).toBe('after');
  expect(sha256(got.subarray(0, whole))).toBe(sha256(bytes.subarray(0, whole)));
});

test('a rate is kept from the first piece on', async () => {
  const { engine, id, peer } = await connected();
  const path = await fileOf(randomBytes(20_000));
  const got = reading(peer, 20_000);
  const request = { socket: id, target: toPeer, path, rateBytes: 40_000 };
  const took = turnClock();
  const { end, ms } = await within(sendFile(engine, request), 'end');
  expect(took()).toBeLessThan(900);
  expect(end).toBe('done');
  // 20,000 bytes at 40,000 a second; the first piece of 50 ms goes at once.
  expect(ms).toBeGreaterThan(430);
  expect(await got).toHaveLength(20_000);
});

test('a file that became shorter is an error that says how many bytes went', async () => {
  const { engine, id, peer } = await connected();
  const path = await fileOf(randomBytes(1024 * 1024));
  const request = { socket: id, target: toPeer, path, rateBytes: 5_000_000 };
  const first = once(peer, 'data');
  const sending = sendFile(engine, request);
  peer.resume();
  await within(first, 'first piece');
  const file = openSync(path, 'r+');
  ftruncateSync(file, 600_000);
  closeSync(file);
  const { end, error, sentBytes } = await within(sending, 'end');
  expect({ end, code: error?.code }).toEqual({ end: 'file', code: 'ERR_FILE_SHRANK' });
  expect(error?.message).toContain('600000 of 1048576');
  expect(sentBytes).toBeGreaterThan(0);
  expect(sentBytes).toBe(engine.socketInfo(id).ledger.sentBytes);
  expect(engine.socketInfo(id).phase).toBe('open');
});

test('what cannot be read at all is an error before a byte has gone', async () => {
  const { engine, id } = await connected();
  const folder = await tempFolder();
  for (const [path, code] of [
    [join(folder, 'gone.bin'), 'ENOENT'],
    [folder, 'EISDIR'],
  ] as const)
    expect(await sendFile(engine, { socket: id, target: toPeer, path })).toMatchObject({
      end: 'file',
      error: { code },
      sentBytes: 0,
    });
});

test('a connection that is reset or half-closed half way says how many bytes went', async () => {
  const reset = await connected();
  const path = await fileOf(randomBytes(24 * 1024 * 1024));
  const broken = sendFile(reset.engine, { socket: reset.id, target: toPeer, path });
  await stalled(reset.watched, reset.id);
  reset.peer.resetAndDestroy();
  const { end, error, sentBytes } = await within(broken, 'end');
  expect({ end, code: error?.code }).toEqual({ end: 'socket', code: 'ECONNRESET' });
  expect(sentBytes).toBe(reset.engine.socketInfo(reset.id).ledger.sentBytes);

  const half = await connected();
  const slow = { socket: half.id, target: toPeer, path, rateBytes: 2_000_000 };
  const first = once(half.peer, 'data');
  const sending = sendFile(half.engine, slow);
  half.peer.resume();
  await within(first, 'first piece');
  await half.engine.command('end', { socket: half.id });
  const ended = await within(sending, 'end');
  expect({ end: ended.end, code: ended.error?.code }).toEqual({
    end: 'socket',
    code: 'ERR_CLOSED',
  });
  expect(ended.sentBytes).toBe(half.engine.socketInfo(half.id).ledger.sentBytes);
});

test('to all clients of a listener: one that leaves does not keep the others waiting', async () => {
  const watched = new WatchedEngine();
  const { engine } = watched;
  const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
  const clients = [0, 1].map(() => connect(local?.port ?? 0, '127.0.0.1'));
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  await watched.until(id, ({ openChildren }) => openChildren === 2);
  const bytes = randomBytes(24 * 1024 * 1024);
  const [stays, leaves] = clients;
  if (!stays || !leaves) throw new Error('two clients');
  const got = reading(stays, bytes.byteLength);
  const target = { to: 'all' } as const;
  const sending = sendFile(engine, { socket: id, target, path: await fileOf(bytes) });
  leaves.on('error', () => undefined);
  const progress = await stalled(watched, id);
  expect(progress.sentBytes).toBeLessThan(bytes.byteLength);
  leaves.resetAndDestroy();
  expect(await within(sending, 'end')).toMatchObject({
    end: 'done',
    sentBytes: bytes.byteLength,
    targets: 2,
    gone: 1,
  });
  expect(sha256(await got)).toBe(sha256(bytes));
});

test('as datagrams of the size that was asked for, the last one shorter', async () => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const watched = new WatchedEngine();
  const bytes = randomBytes(2500);
  const got: Buffer[] = [];
  const all = new Promise<void>((resolve) =>
    server.on('message', (chunk) => {
      if (got.push(chunk) === 5) resolve();
    }),
  );
  const { id } = await watched.opened(`udp:127.0.0.1:${server.address().port}`);
  const request = { socket: id, target: toPeer, path: await fileOf(bytes), datagramBytes: 600 };
  const done = await within(sendFile(watched.engine, request), 'end');
  expect(done).toMatchObject({ end: 'done', sentBytes: 2500, totalBytes: 2500 });
  await within(all, 'datagrams');
  expect(got.map(({ length }) => length)).toEqual([600, 600, 600, 600, 100]);
  expect(Buffer.concat(got).equals(bytes)).toBe(true);
  expect(watched.chunks('out', id)).toHaveLength(5);
});

test('datagrams that the system refuses end it, with those before counted', async () => {
  const watched = new WatchedEngine();
  const { id } = await watched.opened('udp-listen:127.0.0.1:0');
  const target = { to: 'address', host: '255.255.255.255', port: 9 } as const;
  const request = { socket: id, target, path: await fileOf(randomBytes(5000)) };
  const { end, error, sentBytes } = await sendFile(watched.engine, request);
  expect(end).toBe('socket');
  expect(['EACCES', 'ENETUNREACH', 'EINVAL']).toContain(error?.code);
  expect(sentBytes).toBe(0);
});
