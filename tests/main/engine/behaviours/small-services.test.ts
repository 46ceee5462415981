import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { within } from '../../../support/deadline';
import { startProgram, startPython } from '../../../support/peers';
import { WatchedEngine } from '../../../support/watched-engine';
import { untilStuck } from './serving';

const LOCAL = 'tcp-listen:127.0.0.1:0';

async function listening(behaviour: string, address = LOCAL) {
  const watched = new WatchedEngine();
  const info = await watched.opened(`${address},behave=${behaviour}`);
  expect(info.behaviour).toBe(behaviour.split(',')[0]);
  return { watched, id: info.id, port: info.local?.port ?? 0 };
}

/** All that a program says to its end, when it is given `input` and then the end of it. */
async function talkOf(command: string, args: readonly string[], input: string) {
  const program = startProgram(command, args);
  program.write(input);
  program.end();
  expect(await program.exited()).toBe(0);
  return program.stdout();
}

function ncat(port: number, input: string, ...options: string[]) {
  return talkOf('ncat', [...options, '127.0.0.1', String(port)], input);
}

async function client(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket;
}

async function ask(socket: Socket, port: number, question: string | Buffer): Promise<Buffer> {
  const answer = within(once(socket, 'message'), 'answer');
  socket.send(question, port, '127.0.0.1');
  const [bytes] = (await answer) as [Buffer];
  return bytes;
}

test('echo answers what came before the end of it, and its FIN comes last', async () => {
  const { watched, id, port } = await listening('echo');
  expect((await ncat(port, 'one\ntwo\n')).toString()).toBe('one\ntwo\n');
  const { id: child } = await watched.child(id);
  const { ledger, error } = await watched.closed(child);
  expect(ledger).toMatchObject({ receivedBytes: 8, sentBytes: 8 });
  expect(error).toBeNull();
});

test('discard takes everything and says nothing', async () => {
  const { watched, id, port } = await listening('discard');
  expect(await ncat(port, 'x'.repeat(300_000))).toHaveLength(0);
  expect((await watched.closed((await watched.child(id)).id)).ledger).toMatchObject({
    receivedBytes: 300_000,
    sentBytes: 0,
  });
});

test('chargen says the lines of RFC 864 for as long as somebody reads', async () => {
  const { port } = await listening('chargen');
  const program = startPython(
    `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
f = s.makefile('rb')
printable = bytes(range(0x20, 0x7f))
for n in range(50_000):
    start = n % 95
    line = (printable + printable)[start:start + 72] + b'\\r\\n'
    got = f.readline()
    if got != line: print(n, got, line); sys.exit(1)
`,
    port,
  );
  expect([await program.exited(), program.stdout().toString()]).toEqual([0, '']);
});

test('daytime and time say what they are for and end', async () => {
  const { port } = await listening('daytime');
  const told = (await ncat(port, '')).toString();
  expect(told).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n$/);
  expect(Math.abs(Date.parse(told) - Date.now())).toBeLessThan(10_000);
  const { port: timePort } = await listening('time');
  const bytes = await ncat(timePort, '');
  expect(bytes).toHaveLength(4);
  // RFC 868: 2,208,988,800 is 1970-01-01 00:00.
  expect(Math.abs(bytes.readUInt32BE() - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(10);
});

test('reply gives its text, escapes resolved, for what comes', async () => {
  const { port } = await listening(String.raw`reply,reply="OK, \x01\r\n"`);
  expect((await ncat(port, 'status\n')).toString()).toBe('OK, \x01\r\n');
});

test('the hub sends to all others, byte for byte', async () => {
  const { watched, id, port } = await listening('hub');
  const [a, b, c] = [0, 1, 2].map(() => startProgram('ncat', ['127.0.0.1', String(port)]));
  await watched.until(id, ({ openChildren }) => openChildren === 3);
  a?.write('from a\n');
  await Promise.all([b?.said(/from a\n/), c?.said(/from a\n/)]);
  c?.write('from c\n');
  await Promise.all([a?.said(/from c\n/), b?.said(/from c\n/)]);
  expect([a, b, c].map((one) => one?.stdout().toString())).toEqual([
    'from c\n',
    'from a\nfrom c\n',
    'from a\n',
  ]);
});

test('a hub client that does not read is cut off, the others go on', async () => {
  const { watched, id, port } = await listening('hub');
  const deaf = connect(port, '127.0.0.1').pause();
  deaf.on('error', () => undefined);
  onTestFinished(() => void deaf.destroy());
  await once(deaf, 'connect');
  const { id: deafId } = await watched.child(id);
  const talker = connect(port, '127.0.0.1');
  onTestFinished(() => void talker.destroy());
  const block = Buffer.alloc(1024 * 1024, 'x');
  const writeMore = () => {
    while (watched.faults.length === 0 && talker.write(block));
  };
  talker.on('drain', writeMore);
  writeMore();
  await watched.closed(deafId);
  expect(watched.faults.map(({ socket, error }) => [socket, error.code])).toEqual([
    [deafId, 'ENOBUFS'],
  ]);
  expect(watched.engine.socketInfo(id).openChildren).toBe(1);
});

test('a peer that never reads stops being read', async () => {
  const { watched, id, port } = await listening('echo');
  const peer = connect(port, '127.0.0.1').pause();
  onTestFinished(() => void peer.destroy());
  const block = Buffer.alloc(1024 * 1024, 'x');
  // More than all buffers of the system and ours together.
  for (let sent = 0; sent < 64; sent++) peer.write(block);
  const { id: child } = await watched.child(id);
  // It stands still: what the peer wrote waits with it.
  const before = await untilStuck(watched, child);
  expect(before.ledger.receivedBytes).toBeLessThan(32 * 1024 * 1024);
  expect(before.sendQueueBytes).toBeLessThan(512 * 1024);
  // And when it reads at last, everything comes.
  let received = 0;
  const all = new Promise<void>((done) =>
    peer.on('data', (bytes: Buffer) => {
      received += bytes.byteLength;
      if (received === 64 * block.byteLength) done();
    }),
  );
  peer.resume();
  await within(all, 'all bytes back', 20_000);
});

test('a behaviour is set, changed and taken away while connections are open', async () => {
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened(LOCAL);
  const peer = startProgram('ncat', ['127.0.0.1', String(local?.port)]);
  const { id: child } = await watched.child(id);
  const set = (behaviour: 'echo' | 'reply' | null, reply: string | null) =>
    watched.engine.command('setBehaviour', { socket: id, behaviour, reply });
  peer.write('a\n');
  await watched.until(child, ({ ledger }) => ledger.receivedBytes === 2);
  await set('echo', null);
  peer.write('b\n');
  await peer.said(/^b\n$/);
  await set('reply', String.raw`ok\n`);
  peer.write('c\n');
  await peer.said(/^b\nok\n$/);
  await set(null, null);
  expect(watched.engine.socketInfo(id).behaviour).toBeNull();
  peer.write('d\n');
  await watched.until(child, ({ ledger }) => ledger.receivedBytes === 8);
  expect(peer.stdout().toString()).toBe('b\nok\n');
  await expect(set('reply', String.raw`\q`)).rejects.toMatchObject({ code: 'ERR_BAD_COMMAND' });
  await expect(
    watched.engine.command('setBehaviour', { socket: child, behaviour: 'echo', reply: null }),
  ).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
});

test('datagrams: echo, chargen of at most 512 bytes, daytime, time, reply, and discard says nothing', async () => {
  const socket = await client();
  const at = async (behaviour: string) =>
    (await listening(behaviour, 'udp-listen:127.0.0.1:0')).port;
  expect((await ask(socket, await at('echo'), 'ping')).toString()).toBe('ping');
  const pattern = await ask(socket, await at('chargen'), '');
  expect(pattern.byteLength).toBeGreaterThan(0);
  expect(pattern.byteLength).toBeLessThanOrEqual(512);
  expect((await ask(socket, await at('daytime'), 'x')).toString()).toMatch(/GMT\r\n$/);
  expect(await ask(socket, await at('time'), '')).toHaveLength(4);
  expect((await ask(socket, await at('reply,reply=yes'), 'x')).toString()).toBe('yes');
  const { watched, id, port } = await listening('discard', 'udp-listen:127.0.0.1:0');
  socket.send('x', port, '127.0.0.1');
  await watched.until(id, ({ ledger }) => ledger.receivedBytes === 1);
  expect(watched.engine.socketInfo(id).ledger.sentChunks).toBe(0);
});

test('a hub of datagrams sends to all other peers, and to none that only-from leaves out', async () => {
  const { watched, id, port } = await listening('hub,only-from=127.0.0.1', 'udp-listen:0.0.0.0:0');
  const [a, b] = [await client(), await client()];
  const stranger = createSocket('udp4').bind(0, '127.0.0.2');
  onTestFinished(() => void stranger.close());
  await once(stranger, 'listening');
  b.send('here', port, '127.0.0.1');
  stranger.send('me too', port, '127.0.0.1');
  await watched.until(id, ({ ledger }) => ledger.receivedChunks === 2);
  const heard = within(once(b, 'message'), 'datagram of the other');
  a.send('from a', port, '127.0.0.1');
  expect(String((await heard)[0])).toBe('from a');
  stranger.send('again', port, '127.0.0.1');
  await watched.until(id, ({ ledger }) => ledger.receivedChunks === 4);
  const sent = [...watched.engine.registry.all()].filter(({ kind, ledger }) => {
    return kind === 'udp-peer' && ledger.sentChunks > 0;
  });
  expect(sent.map(({ remote }) => remote?.port)).toEqual([b.address().port]);
  expect(watched.faults).toEqual([]);
});

test('a protocol that needs connections is refused for datagrams', async () => {
  const watched = new WatchedEngine();
  const { id } = await watched.opened('udp-listen:127.0.0.1:0');
  await expect(
    watched.engine.command('setBehaviour', { socket: id, behaviour: 'http', reply: null }),
  ).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
});

test(
  'two echo sockets set on each other come to rest, and say why',
  { timeout: 60_000 },
  async () => {
    const one = await listening('echo', 'udp-listen:127.0.0.1:0');
    const two = await listening('echo', 'udp-listen:127.0.0.1:0');
    const bytes = new Uint8Array(Buffer.from('round and round'));
    const target = { to: 'address' as const, host: '127.0.0.1', port: two.port };
    await one.watched.engine.command('send', { socket: one.id, target, bytes });
    const refused = () => [...one.watched.faults, ...two.watched.faults];
    await within(
      Promise.race(
        [one, two].map(({ watched }) => watched.when(() => watched.faults.length > 0, 'refusal')),
      ),
      'end of the loop',
      30_000,
    );
    expect(refused()[0]?.error.code).toBe('ERR_NOT_ANSWERED');
    expect(one.watched.engine.socketInfo(one.id).ledger.sentChunks).toBeLessThanOrEqual(40_001);
  },
);

test('what comes from a port that answers everything is not answered', async () => {
  const { DatagramAnswers } =
    await import('../../../../src-main/engine/behaviours/datagram-answers');
  const local = { host: '0.0.0.0', port: 5000 };
  const few = Buffer.alloc(4);
  const refusal = (
    host: string,
    port: number,
    answer = few,
    nowMs = 0,
    of = new DatagramAnswers(),
  ) => of.refusal({ host, port }, local, few, { bytes: answer, copies: 1 }, nowMs);
  for (const port of [7, 13, 17, 19, 37]) expect(refusal('192.0.2.1', port)).toBe('answering-port');
  expect(refusal('127.0.0.1', 5000)).toBe('own-address');
  expect(refusal('192.0.2.1', 5000)).toBeNull();
  const limited = new DatagramAnswers();
  const many = (host: string, answer: typeof few, nowMs: number) =>
    Array.from({ length: 20_000 }, (_, n) =>
      refusal(host, n + 1000, answer, nowMs, limited),
    ).filter((one) => one === null).length;
  expect(many('192.0.2.1', few, 0)).toBe(10_000);
  expect(many('192.0.2.1', few, 500)).toBe(5_000);
  expect(many('192.0.2.2', Buffer.alloc(512), 0)).toBe(100);
});
