import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

async function bound(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return { socket, port: socket.address().port };
}

/** A target that answers what it hears, with the port that it came from before it. */
async function answering() {
  const { socket, port } = await bound();
  const heard: { text: string; from: number }[] = [];
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    heard.push({ text: bytes.toString(), from: from.port });
    socket.send(`${from.port}:${bytes.toString()}`, from.port, from.address);
  });
  return { port, heard };
}

async function relaying(to: number, more = '', record: { path: string } | 'none' = 'none') {
  const watched = new WatchedEngine();
  const address = `udp-listen:127.0.0.1:0,relay-to=udp:127.0.0.1:${to}${more}`;
  const info = await watched.opened(address, record);
  expect(info).toMatchObject({ behaviour: 'relay', relayTo: `udp:127.0.0.1:${to}` });
  return { watched, id: info.id, port: info.local?.port ?? 0 };
}

async function ask({ socket }: { socket: Socket }, port: number, text: string): Promise<string> {
  const answer = within(once(socket, 'message'), 'answer');
  socket.send(text, port, '127.0.0.1');
  const [bytes] = (await answer) as [Buffer];
  return bytes.toString();
}

test('each peer has a socket of its own to the target, and both sides are recorded', async () => {
  const target = await answering();
  const path = join(await tempFolder(), 'both.pcapng');
  const { watched, id, port } = await relaying(target.port, '', { path });
  const [a, b] = [await bound(), await bound()];
  const first = await ask(a, port, 'one');
  const second = await ask(b, port, 'two');
  expect(await ask(a, port, 'three')).toBe(`${first.split(':')[0] ?? ''}:three`);
  expect(new Set(target.heard.map(({ from }) => from)).size).toBe(2);
  expect([first, second].map((text) => text.replace(/\d+:/, ''))).toEqual(['one', 'two']);
  const sockets = [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === id);
  expect(watched.engine.socketInfo(id).openChildren).toBe(2);
  expect(sockets.map(({ kind, pair }) => [kind, pair?.dialled])).toEqual([
    ['udp-peer', false],
    ['udp-socket', true],
    ['udp-peer', false],
    ['udp-socket', true],
  ]);
  watched.engine.registry.get(id).close();
  const { ledger } = await watched.closed(id);
  expect(ledger).toMatchObject({ receivedChunks: 6, sentChunks: 6, recordedChunks: 12 });
  const ports = fields(path, 'udp', 'udp.srcport', 'udp.dstport').map(([from, to]) => [from, to]);
  expect(ports.slice(0, 4)).toEqual([
    [String(a.port), String(port)],
    [first.split(':')[0], String(target.port)],
    [String(target.port), first.split(':')[0]],
    [String(port), String(a.port)],
  ]);
  expect(ports).toHaveLength(12);
  // Told once for each peer, with the first datagram that went to the target for it.
  expect(fields(path, 'udp && frame.comment', 'udp.srcport', 'frame.comment')).toEqual(
    [first, second].map((text, which) => [
      text.split(':')[0],
      `comment -- relay for 127.0.0.1:${[a, b][which]?.port ?? 0}`,
    ]),
  );
  const { socket } = await watched.engine.hostCommand('openCaptureFile', { paths: [path] });
  await watched.until(socket, ({ phase }) => phase === 'open');
  const read = [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === socket);
  expect(read.map(({ pair }) => pair)).toEqual([
    { socket: read[1]?.id, dialled: false },
    { socket: read[0]?.id, dialled: true },
    { socket: read[3]?.id, dialled: false },
    { socket: read[2]?.id, dialled: true },
  ]);
  // Each pair's log is what it was, also what is told beside the datagrams.
  const log = async (of: number) => {
    const view = `v${of}`;
    const { length } = await watched.engine.command('openView', { view, socket: of });
    const told = await watched.engine.command('rows', { view, from: 0, count: length });
    return told.rows.map(({ direction, lengthBytes, peer, note }) => ({
      ...{ direction, lengthBytes, peer, note },
    }));
  };
  for (const [which, { id: of }] of sockets.entries()) {
    const live = await log(of);
    expect(live.length).toBeGreaterThan(5);
    expect(await log(read[which]?.id ?? 0)).toEqual(live);
  }
});

test('a socket to the target that nothing passes through is closed after relay-idle', async () => {
  const target = await answering();
  const { watched, id, port } = await relaying(target.port, ',relay-idle=80ms');
  const peer = await bound();
  const first = await ask(peer, port, 'x');
  const near = await watched.child(id);
  const leg = near.pair?.socket ?? 0;
  await watched.when(() => watched.engine.registry.find(leg) === null, 'end of the idle one');
  expect(watched.engine.socketInfo(near.id).phase).toBe('open');
  expect(await ask(peer, port, 'x')).not.toBe(first);
  expect(watched.faults).toEqual([]);
});

test('a target where nobody is: the fault names it, and the relay stays', async () => {
  const gone = createSocket('udp4').bind(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port: to } = gone.address();
  gone.close();
  const { watched, id, port } = await relaying(to);
  const peer = await bound();
  peer.socket.send('x', port, '127.0.0.1');
  await watched.when(() => watched.faults.length > 0, 'fault');
  expect(watched.faults[0]?.error.code).toBe('ECONNREFUSED');
  expect(watched.faults[0]?.socket).not.toBe(id);
  expect(watched.engine.socketInfo(id).phase).toBe('open');
});

test('a name that is none is told with how much was not passed on, to the last datagram', async () => {
  const watched = new WatchedEngine();
  const relayTo = 'udp:nobody.invalid:9';
  const { id, local } = await watched.opened(`udp-listen:127.0.0.1:0,relay-to=${relayTo}`);
  const peer = await bound();
  peer.socket.send('x', local?.port ?? 0, '127.0.0.1');
  await watched.when(() => watched.faults.length > 0, 'fault');
  expect(watched.faults[0]).toMatchObject({ socket: id, error: { code: 'ERR_NOT_RELAYED' } });
  expect(watched.faults[0]?.error.message).toMatch(
    /^1 datagram not relayed .*(ENOTFOUND|EAI_AGAIN)/,
  );
  // What follows is told together, and what closing finds untold at once.
  for (let n = 0; n < 20; n++) peer.socket.send('x', local?.port ?? 0, '127.0.0.1');
  const received = () => watched.engine.socketInfo(id).ledger.receivedChunks;
  await watched.when(() => received() === 21, 'datagrams');
  await watched.engine.command('close', { socket: id });
  await watched.closed(id);
  const counts = watched.faults.map(({ error }) => Number.parseInt(error.message, 10));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(21);
});

test('a relay to itself does not go round', async () => {
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened('udp-listen:127.0.0.1:0');
  const port = local?.port ?? 0;
  await watched.engine.command('setBehaviour', {
    socket: id,
    behaviour: 'relay',
    reply: null,
    relayTo: `udp:127.0.0.1:${port}`,
  });
  const peer = await bound();
  peer.socket.send('x', port, '127.0.0.1');
  await watched.when(() => watched.faults.length > 0, 'fault');
  expect(watched.faults[0]?.error.code).toBe('ERR_RELAY_LOOP');
  await watched.when(
    () => ![...watched.engine.registry.all()].some(({ pair }) => pair?.dialled === true),
    'end of its sockets',
  );
  expect(watched.engine.socketInfo(id).ledger.receivedChunks).toBeLessThan(5);
});

test('taken off, its sockets to the target are closed', async () => {
  const target = await answering();
  const { watched, id, port } = await relaying(target.port);
  const peer = await bound();
  await ask(peer, port, 'x');
  const leg = (await watched.child(id)).pair?.socket ?? 0;
  await watched.engine.command('setBehaviour', { socket: id, behaviour: null, reply: null });
  await watched.when(() => watched.engine.registry.find(leg) === null, 'its end');
  expect(watched.engine.socketInfo(id)).toMatchObject({ behaviour: null, phase: 'open' });
});

test('a connected socket cannot relay', async () => {
  const watched = new WatchedEngine();
  const { id } = await watched.opened('udp:127.0.0.1:9');
  const asked = {
    socket: id,
    behaviour: 'relay',
    reply: null,
    relayTo: 'udp:127.0.0.1:9',
  } as const;
  await expect(watched.engine.command('setBehaviour', asked)).rejects.toThrow(
    'udp relays to nothing',
  );
});
