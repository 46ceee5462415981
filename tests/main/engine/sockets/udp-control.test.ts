import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';

const noSs = spawnSync('ss', ['-V']).error ? 'no ss' : null;
if (noSs !== null) console.log(`SKIP buffers as the system sees them: ${noSs}`);

async function readings(watched: WatchedEngine, socket: SocketId) {
  const { options } = await watched.engine.command('socketOptions', { socket });
  return new Map(options.map((option) => [option.constant, option]));
}

async function lines(watched: WatchedEngine, socket: SocketId): Promise<string[]> {
  const { calls } = await watched.engine.command('calls', { socket });
  return calls.map(
    ({ call, arguments: given, result, error }) => `${call}(${given}) ${error?.code ?? result}`,
  );
}

/** Prints the TTL with which a datagram came. */
const TTL = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL of Linux
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
while True:
    data, extra, flags, sender = s.recvmsg(2000, 100)
    print('ttl', int.from_bytes(extra[0][2], 'little'), flush=True)
`;

test.skipIf(noSs)('options are told as they hold, and set while the socket is open', async () => {
  const watched = new WatchedEngine();
  const receiver = startPython(TTL);
  const [port = ''] = await receiver.said(/^\d+/);
  const socket = await watched.opened(`udp:127.0.0.1:${port},rcvbuf=64KiB`);
  const set = (option: string, value: string | null) =>
    watched.engine.command('setOption', { socket: socket.id, option, value });
  const before = await readings(watched, socket.id);
  expect(before.get('SO_RCVBUF')).toMatchObject({
    ...{ option: 'rcvbuf', requested: '64KiB', effective: '64KiB', settable: 'live' },
  });
  expect(before.get('SO_BROADCAST')).toMatchObject({ requested: null, effective: 'off' });
  expect(before.get('IP_PKTINFO')).toMatchObject({ settable: 'no', reason: 'node-cannot' });
  expect(before.get('SO_REUSEADDR')).toMatchObject({ settable: 'open', reason: 'before-open' });
  await set('ttl', '17');
  await set('rcvbuf', '128KiB');
  await set('broadcast', null);
  const after = await readings(watched, socket.id);
  expect(after.get('IP_TTL')).toMatchObject({ requested: '17', effective: '17' });
  expect(after.get('SO_RCVBUF')).toMatchObject({ requested: '128KiB', effective: '128KiB' });
  expect(after.get('SO_BROADCAST')).toMatchObject({ requested: 'on', effective: 'on' });
  // As the kernel has it: twice what was asked for (socket(7)).
  const local = String(socket.local?.port);
  const { stdout } = spawnSync('ss', ['-Huanm', `sport = :${local}`], { encoding: 'utf8' });
  if (process.platform === 'linux') expect(stdout).toContain(`rb${2 * 128 * 1024},`);
  await watched.send(socket.id, 'x');
  await receiver.said(/ttl 17/);
  for (const [option, value] of [
    ['reuseaddr', null],
    ['join', '239.1.1.1'],
    ['ttl', '256'],
    ['nodelay', null],
    ['mcast-if', 'nosuch0'],
  ] as const)
    await expect(set(option, value), option).rejects.toBeInstanceOf(Error);
  expect((await readings(watched, socket.id)).get('IP_TTL')?.effective).toBe('17');
});

test('the calls of its life, in order, with what they answered', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp4-listen:127.0.0.1:0,reuseaddr,rcvbuf=64KiB,ttl=9');
  const port = socket.local?.port ?? 0;
  await watched.engine.command('setOption', { socket: socket.id, option: 'ttl', value: '8' });
  await watched.engine.command('send', {
    socket: socket.id,
    target: { to: 'address', host: '127.0.0.1', port },
    bytes: new Uint8Array(5),
  });
  await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1);
  watched.engine.registry.get(socket.id).close();
  await watched.closed(socket.id);
  const told = await lines(watched, socket.id);
  const life = told.filter((line) => !/^(?:sendto|recvfrom)/.test(line));
  expect(life).toEqual([
    'socket(AF_INET, SOCK_DGRAM, 0) fd',
    'setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1) 0',
    'bind(fd, 127.0.0.1:0) 0',
    'setsockopt(fd, IPPROTO_IP, IP_TTL, 9) 0',
    'setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 65536) 0',
    `getsockname(fd) 127.0.0.1:${port}`,
    'setsockopt(fd, IPPROTO_IP, IP_TTL, 8) 0',
    'close(fd) 0',
  ]);
  expect(told).toContain('sendto(fd, buffer) 5');
  expect(told).toContain('recvfrom(fd, buffer) 5');
});

test('a call that failed tells its error', async () => {
  const watched = new WatchedEngine();
  const first = await watched.opened('udp4-listen:127.0.0.1:0');
  const address = `127.0.0.1:${first.local?.port}`;
  const second = await watched.opened(`udp4-listen:${address}`);
  expect(await lines(watched, second.id)).toContain(`bind(fd, ${address}) EADDRINUSE`);
  const connected = await watched.opened('udp:localhost:9');
  const told = await lines(watched, connected.id);
  expect(told[0]).toMatch(/^getaddrinfo\("localhost"\) (?:127\.0\.0\.1|::1)/);
  expect(told.some((line) => /^connect\(fd, .*:9\) 0$/.test(line))).toBe(true);
});

test('silence is noticed, and closes when asked to', async () => {
  const watched = new WatchedEngine();
  const warned = await watched.opened('udp-listen:127.0.0.1:0,idle-timeout=100ms', {
    path: join(await tempFolder(), 'idle.pcapng'),
  });
  expect(warned.idle).toMatchObject({ timeoutMs: 100, action: 'warn' });
  expect(warned.idle?.deadlineAt).toBeGreaterThan(Date.now() - 1000);
  await watched.until(warned.id, (i) => i.idle?.deadlineAt === null, 'warning');
  expect(watched.engine.socketInfo(warned.id).phase).toBe('open');
  const { length } = await watched.engine.command('openView', { view: 'v', socket: warned.id });
  const { rows } = await watched.engine.command('rows', { view: 'v', from: 0, count: length });
  expect(rows.map(({ note }) => note?.event)).toContain('idle');
  // What it sends does not count: nothing comes.
  const asking = await watched.opened('udp:127.0.0.1:9,idle-timeout=50ms,idle-direction=rx');
  const asks = { socket: asking.id, target: { to: 'peer' as const }, bytes: new Uint8Array([1]) };
  const poll = setInterval(() => {
    void watched.engine.command('send', asks).catch(() => undefined);
  }, 10);
  try {
    await watched.until(asking.id, (i) => (i.idle?.silentSince ?? null) !== null, 'no answers');
  } finally {
    clearInterval(poll);
  }
  const closed = await watched.opened('udp-listen:127.0.0.1:0,idle-timeout=50ms,idle-action=close');
  const { error } = await watched.closed(closed.id);
  expect(error).toBeNull();
});
