import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Row } from '../../../../src-shared/contract/row';
import { makeLink, noNetworks } from '../../../support/network-link';
import { freePort, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

vi.setConfig({ testTimeout: 20_000 });
if (noNetworks !== null) console.log(`SKIP broadcast over a link of our own: ${noNetworks}`);

/** Prints what arrives at a port on all addresses, with the TTL it has left. */
const RECEIVE = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL of Linux
s.bind(('0.0.0.0', 0))
print('port', s.getsockname()[1], flush=True)
while True:
    data, extra, flags, sender = s.recvmsg(70000, 100)
    print('got', len(data), data[:20].decode(), 'ttl', int.from_bytes(extra[0][2], 'little'), 'from', sender[0], flush=True)
`;

/** Sends one datagram from a port of its own, and prints what is answered. */
const ASK = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[3], 0)); s.settimeout(1)
s.sendto(sys.argv[4].encode(), (sys.argv[1], int(sys.argv[2])))
try: print('answer', s.recv(2000).decode(), flush=True)
except TimeoutError: print('no answer', flush=True)
`;

test.skipIf(noNetworks)('broadcast needs its flag, and reaches all of the subnet', async () => {
  const link = makeLink();
  const receiver = link.python(RECEIVE);
  const [, port = ''] = await receiver.said(/port (\d+)/);
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'broadcast.pcapng');
  const without = await watched.opened('udp4-listen:0');
  const to = (host: string) => ({ to: 'address', host, port: Number(port) }) as const;
  const bytes = new Uint8Array(Buffer.from('to everyone'));
  await watched.engine.command('send', { socket: without.id, target: to(link.broadcast), bytes });
  await watched.when(() => watched.faults.length > 0, 'refusal');
  expect(watched.faults[0]?.error).toMatchObject({ code: 'EACCES', syscall: 'send' });
  expect(watched.faults[0]?.error.message).toContain(`(to ${link.broadcast}:${port})`);
  expect(watched.engine.socketInfo(without.id).ledger.sentChunks).toBe(0);

  const socket = await watched.opened('udp4-listen:0,broadcast,ttl=9', { path });
  await watched.engine.command('send', { socket: socket.id, target: to(link.broadcast), bytes });
  const [, text, ttl, from] = await receiver.said(/got 11 (.*) ttl (\d+) from (\S+)/);
  expect([text, ttl, from]).toEqual(['to everyone', '9', link.address]);
  watched.engine.registry.get(socket.id).close();
  await watched.closed(socket.id);
  expect(fields(path, 'udp', 'ip.dst', 'udp.dstport')).toEqual([[link.broadcast, port]]);
});

test.skipIf(noNetworks)('a connected socket meets the same flag when it opens', async () => {
  const link = makeLink();
  const watched = new WatchedEngine();
  const without = await watched.opened(`udp:${link.broadcast}:5999`);
  expect([without.phase, without.error?.code]).toEqual(['closed', 'EACCES']);
  const socket = await watched.opened(`udp:${link.broadcast}:5999,broadcast`);
  expect(socket).toMatchObject({ phase: 'open', remote: { host: link.broadcast, port: 5999 } });
});

test('a connected socket is told that nobody listens', async () => {
  const watched = new WatchedEngine();
  const port = await freePort('udp', '127.0.0.1');
  const socket = await watched.opened(`udp:127.0.0.1:${port}`);
  expect(socket.local?.host).toBe('127.0.0.1');
  await watched.send(socket.id, 'anyone?');
  await watched.when(() => watched.faults.length > 0, 'refusal');
  expect(watched.faults[0]?.error.code).toBe('ECONNREFUSED');
  expect(watched.engine.socketInfo(socket.id).phase).toBe('open');
});

test('empty and largest datagrams pass whole, one byte more is refused', async () => {
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'sizes.pcapng');
  const echo = startPython(`
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True: data, a = s.recvfrom(70000); s.sendto(data, a)
`);
  const [port = ''] = await echo.said(/^\d+/);
  const socket = await watched.opened(`udp:127.0.0.1:${port},sndbuf=1MiB`, { path });
  const big = Buffer.alloc(65_507, 0xa5);
  await watched.send(socket.id, new Uint8Array(0));
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1, 'the empty one');
  await watched.send(socket.id, big);
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 2, 'the largest one');
  expect(watched.chunks('in', socket.id).map((chunk) => chunk.byteLength)).toEqual([0, 65_507]);
  expect(watched.chunks('in', socket.id)[1]).toEqual(big);
  await expect(watched.send(socket.id, Buffer.alloc(65_508))).rejects.toMatchObject({
    code: 'EMSGSIZE',
    message: `A datagram to 127.0.0.1:${port} carries at most 65507 bytes, and this is 65508: send it in parts`,
  });
  expect(socket.sendBuffer?.requestedBytes).toBe(1024 * 1024);
  expect(socket.sendBuffer?.effectiveBytes).toBeGreaterThan(65_507);
  watched.engine.registry.get(socket.id).close();
  const { ledger } = await watched.closed(socket.id);
  expect(ledger).toMatchObject({ sentChunks: 2, receivedChunks: 2, recordedChunks: 4 });
  const lengths = tshark(path, '-Y', 'udp', '-T', 'fields', '-e', 'udp.length').stdout;
  expect(lengths.trim().split('\n')).toEqual(['8', '8', '65515', '65515']);
});

test('buffers: what was asked for, and what the system gave', async () => {
  const watched = new WatchedEngine();
  const usual = await watched.opened('udp-listen:127.0.0.1:0');
  expect(usual.receiveBuffer?.requestedBytes).toBe(4 * 1024 * 1024);
  expect(usual.sendBuffer?.requestedBytes).toBe(0);
  expect(usual.sendBuffer?.effectiveBytes).toBeGreaterThan(0);
  const greedy = await watched.opened('udp-listen:127.0.0.1:0,rcvbuf=1GiB,sndbuf=1GiB');
  for (const buffer of [greedy.receiveBuffer, greedy.sendBuffer]) {
    expect(buffer?.requestedBytes).toBe(1024 ** 3);
    expect(buffer?.effectiveBytes).toBeLessThan(1024 ** 3);
  }
});

test('from unexpected sources all is recorded and marked, and nothing is answered', async () => {
  const watched = new WatchedEngine();
  const path = join(await tempFolder(), 'only-from.pcapng');
  const socket = await watched.opened(
    'udp-listen:127.0.0.1:0,only-from=127.0.0.2;127.0.0.4:9,behave=echo',
    { path },
  );
  const ask = (from: string, text: string) =>
    startPython(ASK, '127.0.0.1', socket.local?.port ?? 0, from, text);
  const expected = ask('127.0.0.2', 'expected');
  const stranger = ask('127.0.0.3', 'stranger');
  const otherPort = ask('127.0.0.4', 'other port');
  await expected.said(/^answer expected/m);
  await stranger.said(/^no answer/m);
  await otherPort.said(/^no answer/m);
  const info = watched.engine.socketInfo(socket.id);
  expect(info).toMatchObject({
    unexpectedSources: 2,
    openChildren: 3,
    ledger: { receivedChunks: 3, sentChunks: 1, recordedChunks: 4 },
  });
  const peers = [...watched.engine.registry.all()].filter(({ parent }) => parent !== null);
  const marks = peers.map((peer) => [peer.remote?.host, peer.info().unexpectedSources]);
  expect(Object.fromEntries(marks)).toEqual({ '127.0.0.2': 0, '127.0.0.3': 1, '127.0.0.4': 1 });
  const { length } = await watched.engine.command('openView', { view: 'v', socket: socket.id });
  const { rows } = await watched.engine.command('rows', { view: 'v', from: 0, count: length });
  const unexpected = rows.filter(({ note }) => note?.event === 'unexpected-source');
  expect(unexpected.map(({ peer }) => peer.replace(/:\d+$/, '')).sort()).toEqual([
    '127.0.0.3',
    '127.0.0.4',
  ]);
  expect(unexpected.every(({ direction }) => direction === 'fault')).toBe(true);
  expect(datagrams(rows)).toEqual(MARKED);
  watched.engine.registry.get(socket.id).close();
  await watched.closed(socket.id);
  const sources = fields(path, 'udp && ip.dst == 127.0.0.1', 'ip.src').flat();
  expect(sources.sort()).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.4']);
  // The capture carries it: opened again it says the same.
  const { engine } = watched;
  const { socket: opened } = await engine.hostCommand('openCaptureFile', { paths: [path] });
  const read = await watched.until(opened, ({ phase }) => phase === 'open');
  expect(read.unexpectedSources).toBe(2);
  await engine.command('openView', { view: 'again', socket: opened });
  const again = await engine.command('rows', { view: 'again', from: 0, count: 100 });
  expect(datagrams(again.rows)).toEqual(MARKED);
  const flows = [...engine.registry.all()].filter(({ parent }) => parent?.id === opened);
  const told = flows.map((flow) => [flow.remote?.host, flow.info().unexpectedSources]);
  expect(Object.fromEntries(told)).toEqual({ '127.0.0.2': 0, '127.0.0.3': 1, '127.0.0.4': 1 });
});

const MARKED = [
  ['127.0.0.2', 'in', undefined],
  ['127.0.0.2', 'out', undefined],
  ['127.0.0.3', 'in', true],
  ['127.0.0.4', 'in', true],
];

function datagrams(rows: readonly Row[]) {
  return rows
    .filter(({ lengthBytes }) => lengthBytes > 0)
    .map(({ peer, direction, unexpected }) => [peer.replace(/:\d+$/, ''), direction, unexpected])
    .sort();
}

test('whom we sent to is expected to answer', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp4-listen:127.0.0.1:0,only-from=127.0.0.9');
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  peer.on('message', (bytes, { port }) => peer.send(bytes, port, '127.0.0.1'));
  await watched.engine.command('send', {
    socket: socket.id,
    target: { to: 'address', host: '127.0.0.1', port: peer.address().port },
    bytes: new Uint8Array([1]),
  });
  const info = await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1);
  expect(info.unexpectedSources).toBe(0);
});

test('two sockets share a port with reuseaddr, and not without', async () => {
  const watched = new WatchedEngine();
  const first = await watched.opened('udp-listen:127.0.0.1:0,reuseaddr');
  const port = first.local?.port ?? 0;
  const second = await watched.opened(`udp-listen:127.0.0.1:${port},reuseaddr`);
  expect(second.phase).toBe('open');
  const third = await watched.opened(`udp-listen:127.0.0.1:${port}`);
  expect([third.phase, third.error?.code]).toEqual(['closed', 'EADDRINUSE']);
});

test('reuseport works where the runtime has it, and says so where it does not', async () => {
  const watched = new WatchedEngine();
  const first = await watched.opened('udp-listen:127.0.0.1:0,reuseport');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const has = major > 23 || (major === 23 && minor > 0) || (major === 22 && minor > 11);
  if (process.platform !== 'linux' || !has) {
    expect([first.phase, first.error?.code]).toEqual(['closed', 'ERR_REUSEPORT']);
    return;
  }
  const second = await watched.opened(`udp-listen:127.0.0.1:${first.local?.port},reuseport`);
  expect(second.phase).toBe('open');
});

test('a link-local address without its interface says so, when opening and when sending', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp:[fe80::1]:5000');
  expect([socket.phase, socket.error?.code]).toEqual(['closed', 'ERR_SCOPE_MISSING']);
  const open = await watched.opened('udp6-listen:0');
  await expect(
    watched.engine.command('send', {
      socket: open.id,
      target: { to: 'address', host: 'fe80::1', port: 9 },
      bytes: new Uint8Array([1]),
    }),
  ).rejects.toMatchObject({ code: 'ERR_SCOPE_MISSING' });
});
