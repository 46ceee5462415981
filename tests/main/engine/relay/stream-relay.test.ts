import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { freePort, startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import { followTcps, fields } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

const LOCAL = 'tcp-listen:127.0.0.1:0';

async function target(serve: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return { server, port: typeof at === 'object' && at ? at.port : 0 };
}

async function dialled(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await within(once(socket, 'connect'), 'connect');
  return socket;
}

async function relaying(to: string, record: { path: string } | 'none' = 'none', more = '') {
  const watched = new WatchedEngine();
  const { id, local, relayTo } = await watched.opened(`${LOCAL},relay-to=${to}${more}`, record);
  expect(relayTo).toBe(to);
  return { watched, id, port: local?.port ?? 0 };
}

async function all(socket: Socket): Promise<string> {
  let heard = '';
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  await within(once(socket, 'end'), 'end of what the peer says');
  return heard;
}

test('bytes and FIN pass both ways, and the capture has both sides for tshark', async () => {
  const { port: to } = await target((socket) => {
    socket.on('data', (bytes) => socket.write(`<${bytes.toString()}>`));
    socket.on('end', () => socket.end('bye'));
  });
  const path = join(await tempFolder(), 'both.pcapng');
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`, { path });
  const client = startProgram('ncat', ['127.0.0.1', String(port)]);
  client.write('hello');
  client.end();
  expect(await client.exited()).toBe(0);
  expect(client.stdout().toString()).toBe('<hello>bye');
  const near = await watched.child(id);
  const far = await watched.child(id, near.id);
  expect(watched.engine.socketInfo(near.id).pair).toEqual({ socket: far.id, dialled: false });
  expect(far.pair).toEqual({ socket: near.id, dialled: true });
  expect((await watched.closed(far.id)).error).toBeNull();
  expect((await watched.closed(near.id)).error).toBeNull();
  const { ledger } = watched.engine.socketInfo(id);
  expect(ledger).toMatchObject({ receivedBytes: 15, sentBytes: 15, ownDroppedChunks: 0 });
  watched.engine.registry.get(id).close();
  await watched.closed(id);
  const sides = followTcps(path, 2);
  expect(sides.map((side) => side.map((hex) => Buffer.from(hex, 'hex').toString()).sort())).toEqual(
    [
      ['<hello>bye', 'hello'],
      ['<hello>bye', 'hello'],
    ],
  );
  expect(fields(path, 'tcp.analysis.flags', 'frame.number')).toEqual([]);
});

test('one log has the rows of a client and of its connection to the target, in order', async () => {
  const { port: to } = await target((socket) => socket.pipe(socket));
  const path = join(await tempFolder(), 'log.pcapng');
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`, { path });
  const client = await dialled(port);
  const heard = once(client, 'data');
  client.write('ping');
  await within(heard, 'echo');
  const near = await watched.child(id);
  const far = await watched.child(id, near.id);
  const rows = async (socket: number) => {
    const view = `v${socket}`;
    const { length } = await watched.engine.command('openView', { view, socket });
    const told = await watched.engine.command('rows', { view, from: 0, count: length });
    return told.rows.filter(({ lengthBytes }) => lengthBytes > 0);
  };
  const expected = [
    { direction: 'in', peer: near.address },
    { direction: 'out', peer: `127.0.0.1:${to}` },
    { direction: 'in', peer: `127.0.0.1:${to}` },
    { direction: 'out', peer: near.address },
  ];
  await watched.when(() => watched.bytes('out', near.id).length === 4, 'echo sent on');
  expect(await rows(near.id)).toMatchObject(expected);
  expect(await rows(far.id)).toMatchObject(expected);
  watched.engine.registry.get(id).close();
  await watched.closed(id);
  // Opened again, both are one log as they were: the first packet of the one names the other.
  const dialling = `tcp.flags.syn==1 && tcp.dstport==${to} && frame.comment`;
  expect(fields(path, dialling, 'frame.comment')).toEqual([
    [`connected -- relay for ${near.address}`],
  ]);
  const { socket } = await watched.engine.hostCommand('openCaptureFile', { paths: [path] });
  await watched.until(socket, ({ phase }) => phase === 'open');
  const read = await watched.child(socket);
  const readFar = await watched.child(socket, read.id);
  expect([read.address, read.pair]).toEqual([near.address, { socket: readFar.id, dialled: false }]);
  expect(readFar.pair).toEqual({ socket: read.id, dialled: true });
  expect(await rows(read.id)).toMatchObject(expected);
  expect(await rows(readFar.id)).toMatchObject(expected);
});

test('a half-close passes while the other direction goes on', async () => {
  const { port: to } = await target((socket) => {
    socket.on('data', () => undefined);
    // Only then: what is said after the FIN of the client still has to come through.
    socket.on('end', () => {
      socket.write('after');
      setImmediate(() => socket.end(' the end'));
    });
  });
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`);
  const client = await dialled(port);
  const heard = all(client);
  client.end('question');
  expect(await heard).toBe('after the end');
  const near = await watched.child(id);
  expect((await watched.closed(near.id)).error).toBeNull();
});

test.each(['client', 'target'] as const)(
  'a reset by the %s reaches the other side',
  async (who) => {
    let far: Socket | undefined;
    const { port: to } = await target((socket) => (far = socket));
    const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`);
    const client = await dialled(port);
    const near = await watched.child(id);
    const { id: dialledId } = await watched.child(id, near.id);
    await watched.until(dialledId, ({ phase }) => phase === 'open');
    await watched.when(() => far !== undefined, 'target');
    const there = far ?? client;
    const [by, other] = who === 'client' ? [client, there] : [there, client];
    const broken = within(once(other.resume(), 'error'), 'reset');
    by.resetAndDestroy();
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
  },
);

test('a target that refuses: the client is reset, and both rows say why', async () => {
  const { server, port: to } = await target(() => undefined);
  server.close();
  await once(server, 'close');
  const path = join(await tempFolder(), 'refused.pcapng');
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`, { path });
  const client = connect(port, '127.0.0.1');
  const [error] = (await within(once(client, 'error'), 'reset')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  const near = await watched.child(id);
  const far = await watched.child(id, near.id);
  expect((await watched.closed(far.id)).error?.code).toBe('ECONNREFUSED');
  const [fault] = watched.faults.filter(({ socket }) => socket === near.id);
  expect(fault?.error.code).toBe('ERR_RELAY_TARGET');
  expect(fault?.error.message).toContain(
    `tcp:127.0.0.1:${to} could not be connected: ECONNREFUSED`,
  );
  watched.engine.registry.get(id).close();
  await watched.closed(id);
  const [comment] = fields(path, `tcp.flags.syn==1 && tcp.dstport==${to}`, 'frame.comment');
  expect(comment?.[0]).toMatch(/^failed ECONNREFUSED/);
  expect(comment?.[0]).toContain(` -- relay for ${near.address}`);
});

test('a target that does not read holds the client back, in bounded memory, and nothing is lost', async () => {
  const total = 32 * 1024 * 1024;
  let far: Socket | undefined;
  const { port: to } = await target((socket) => (far = socket.pause()));
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`);
  const client = await dialled(port);
  const block = Buffer.alloc(1024 * 1024, 7);
  for (let n = 0; n < 32; n += 1) client.write(block);
  client.end();
  const near = await watched.child(id);
  const { id: dialledId } = await watched.child(id, near.id);
  await watched.until(
    dialledId,
    ({ sendQueueBytes }) => sendQueueBytes >= 512 * 1024,
    'full queue',
  );
  expect(watched.engine.socketInfo(dialledId).sendQueueBytes).toBeLessThan(1024 * 1024);
  expect(watched.engine.socketInfo(near.id).ledger.receivedBytes).toBeLessThan(total / 2);
  let got = 0;
  const socket = far ?? client;
  socket.on('data', (bytes: Buffer) => (got += bytes.byteLength)).resume();
  await within(once(socket, 'end'), 'all of it', 20_000);
  expect(got).toBe(total);
});

test('a relay to itself is cut off and said, instead of going round', async () => {
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened(LOCAL);
  const port = local?.port ?? 0;
  const relayTo = `tcp:127.0.0.1:${port}`;
  await watched.engine.command('setBehaviour', {
    socket: id,
    behaviour: 'relay',
    reply: null,
    relayTo,
  });
  const client = connect(port, '127.0.0.1');
  await within(once(client, 'error'), 'reset');
  expect(watched.faults.map(({ error }) => error.code)).toContain('ERR_RELAY_LOOP');
  await watched.until(id, ({ openChildren }) => openChildren === 0, 'nobody left');
});

test('taken off while it relays, it ends the connections to the target and keeps its clients', async () => {
  const { port: to } = await target((socket) => socket.pipe(socket));
  const { watched, id, port } = await relaying(`tcp:127.0.0.1:${to}`);
  await dialled(port);
  const near = await watched.child(id);
  const far = await watched.child(id, near.id);
  await watched.until(far.id, ({ phase }) => phase === 'open');
  await watched.engine.command('setBehaviour', { socket: id, behaviour: null, reply: null });
  expect((await watched.closed(far.id)).error).toBeNull();
  expect(watched.engine.socketInfo(near.id).phase).toBe('open');
  expect(watched.engine.socketInfo(id).relayTo).toBeUndefined();
});

test.each([
  ['udp:127.0.0.1:1', 'tcp-listen relays to tcp, tls, unix, pipe, not to udp'],
  ['tcp:127.0.0.1', 'port'],
])('a target that cannot be: %s', async (relayTo, why) => {
  const watched = new WatchedEngine();
  const { id: socket } = await watched.opened(LOCAL);
  const asked = { socket, behaviour: 'relay', reply: null, relayTo } as const;
  await expect(watched.engine.command('setBehaviour', asked)).rejects.toThrow(why);
});

test('a Unix socket to TLS and back, for socat on one side and openssl on the other', async () => {
  const folder = await tempFolder();
  const { cert, key } = new CertificateShop(folder).selfSigned('device');
  const port = await freePort('tcp', '127.0.0.1');
  const args = ['-accept', `127.0.0.1:${port}`, '-cert', cert, '-key', key, '-rev'];
  await startProgram('openssl', ['s_server', ...args]).said(/ACCEPT/);
  const watched = new WatchedEngine();
  const address = `unix-listen:${folder}/u.sock,relay-to="tls:localhost:${port},ca=${cert}"`;
  const path = join(folder, 'unix.pcapng');
  const { id } = await watched.opened(address, { path });
  const client = startProgram('socat', ['-t2', '-', `UNIX-CONNECT:${folder}/u.sock`]);
  client.write('sdrawkcab\n');
  const near = await watched.child(id);
  await watched.when(() => watched.bytes('out', near.id).length > 0, 'answer');
  client.end();
  expect(await client.exited()).toBe(0);
  expect(client.stdout().toString()).toBe('backwards\n');
  const far = await watched.child(id, near.id);
  expect(watched.engine.socketInfo(far.id).tls).toMatchObject({ state: 'secure', verified: true });
  watched.engine.registry.get(id).close();
  await watched.closed(id);
  // The client of a local socket has a stand-in for an address.
  const [accepted] = fields(
    path,
    'tcp.flags.syn==1 && tcp.flags.ack==0',
    'ip.src',
    'frame.comment',
  );
  expect(accepted).toEqual(['127.1.0.1', `accepted -- #1 of unix-listen:${folder}/u.sock`]);
  const { socket } = await watched.engine.hostCommand('openCaptureFile', { paths: [path] });
  await watched.until(socket, ({ phase }) => phase === 'open');
  const read = await watched.child(socket);
  expect(read.pair?.dialled).toBe(false);
  expect((await watched.child(socket, read.id)).pair).toEqual({ socket: read.id, dialled: true });
});
