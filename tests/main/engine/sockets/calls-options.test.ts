import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { canReusePort } from '../../../../src-main/engine/sockets/reuse-port';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { freePort, startPython } from '../../../support/peers';
import { WatchedEngine } from '../../../support/watched-engine';

const noSs = spawnSync('ss', ['-V']).error ? 'no ss' : null;
if (noSs !== null) console.log(`SKIP keepalive as the system sees it: ${noSs}`);

async function lines(watched: WatchedEngine, socket: SocketId): Promise<string[]> {
  const { calls, dropped } = await watched.engine.command('calls', { socket });
  expect(dropped).toBe(0);
  expect(calls.map(({ at }) => at)).toEqual(calls.map(({ at }) => at).sort((a, b) => a - b));
  return calls.map(
    ({ call, arguments: given, result, error, count }) =>
      `${call}(${given}) = ${error?.code ?? result ?? '…'}${count > 1 ? ` ×${count}` : ''}`,
  );
}

async function readings(watched: WatchedEngine, socket: SocketId) {
  const { options } = await watched.engine.command('socketOptions', { socket });
  return new Map(options.map((option) => [option.constant, option]));
}

describe('calls', () => {
  test('a listener and a connection it accepted, from socket to close', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,backlog=7,nodelay');
    const port = local?.port ?? 0;
    const peer = startPython(
      `import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for n in range(3):
    s.sendall(b'ping')
    s.recv(4)
s.close()`,
      port,
    );
    const child = await watched.child(id);
    for (let n = 1; n <= 3; n += 1) {
      await watched.until(child.id, ({ ledger }) => ledger.receivedBytes === 4 * n);
      await watched.send(child.id, 'pong');
    }
    await peer.exited();
    const { remote } = await watched.closed(child.id);
    expect(await lines(watched, child.id)).toEqual([
      `accept(listening fd) = fd, 127.0.0.1:${remote?.port ?? 0}`,
      'setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1) = 0',
      'setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1) = 0',
      'setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30) = 0',
      'recv(fd, buffer) = 12 in all ×3',
      'send(fd, buffer) = 12 in all ×3',
      'shutdown(fd, SHUT_WR) = 0',
      'close(fd) = 0',
    ]);
    await watched.engine.command('setAccepting', { socket: id, accepting: false });
    expect(await lines(watched, id)).toEqual([
      'socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = fd',
      'setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1) = 0',
      `bind(fd, 127.0.0.1 port ${port}) = 0`,
      'listen(fd, 7) = 0',
      'close(fd) = 0',
    ]);
  });

  test('a dial by name that is refused, and one that is reset', async () => {
    const watched = new WatchedEngine();
    const port = await freePort('tcp', '127.0.0.1');
    const dead = watched.open(`tcp4:localhost:${port},bind=127.0.0.1`);
    await watched.closed(dead);
    expect(await lines(watched, dead)).toEqual([
      'getaddrinfo("localhost", IPv4) = 127.0.0.1',
      'socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = fd',
      'bind(fd, 127.0.0.1 port 0) = 0',
      `connect(fd, 127.0.0.1 port ${port}) = ECONNREFUSED`,
    ]);
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const at = listener.local?.port ?? 0;
    const { id } = await watched.opened(`tcp:127.0.0.1:${at},keepalive=off`);
    await watched.engine.command('reset', { socket: id });
    await watched.closed(id);
    expect(await lines(watched, id)).toEqual([
      'socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = fd',
      `connect(fd, 127.0.0.1 port ${at}) = 0`,
      'setsockopt(fd, SOL_SOCKET, SO_LINGER, {1, 0}) = 0',
      'close(fd) = 0',
    ]);
  });

  test('many are bounded: the first and the last stay, and how many are missing is told', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const { id } = await watched.opened(`tcp:127.0.0.1:${listener.local?.port ?? 0}`);
    for (let n = 0; n < 1000; n += 1)
      await watched.engine.command('setOption', {
        socket: id,
        option: 'nodelay',
        value: n % 2 === 0 ? 'on' : 'off',
      });
    const { calls, dropped } = await watched.engine.command('calls', { socket: id });
    expect(calls.length).toBeLessThanOrEqual(262);
    expect(calls[0]?.call).toBe('socket');
    // The two of the dial and the two that its state tells of are not among the thousand.
    expect(calls.length - 4 + dropped).toBe(1000);
  });
});

describe('options', () => {
  test.skipIf(noSs)('keepalive is what the system has, and is set while it is open', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const socket = await watched.opened(
      `tcp:127.0.0.1:${listener.local?.port ?? 0},keepalive=100s`,
    );
    const timer = () => {
      const { stdout } = spawnSync('ss', ['-Htno', `sport = :${socket.local?.port ?? 0}`], {
        encoding: 'utf8',
      });
      return /timer:\(keepalive,([^,)]*)/.exec(stdout)?.[1] ?? null;
    };
    expect(timer()).toMatch(/^1min(39|40)sec$|^1min$/);
    const before = (await readings(watched, socket.id)).get('SO_KEEPALIVE, TCP_KEEPIDLE');
    expect(before).toMatchObject({ requested: '100s', effective: '100s', settable: 'live' });
    const set = (option: string, value: string | null) =>
      watched.engine.command('setOption', { socket: socket.id, option, value });
    await set('keepalive', '30s');
    expect(timer()).toMatch(/^(29|30)sec$/);
    await set('keepalive', 'off');
    expect(timer()).toBeNull();
    const after = (await readings(watched, socket.id)).get('SO_KEEPALIVE, TCP_KEEPIDLE');
    expect(after).toMatchObject({ requested: 'off', effective: 'off' });
    await set('nodelay', null);
    const nodelay = (await readings(watched, socket.id)).get('TCP_NODELAY');
    expect(nodelay).toMatchObject({ requested: 'on', effective: 'on' });
  });

  test.skipIf(noSs)('an option set on a listener is for the connections to come', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,keepalive=off');
    const port = local?.port ?? 0;
    const timers = () => {
      const { stdout } = spawnSync('ss', ['-Htno', `sport = :${port}`], { encoding: 'utf8' });
      return [...stdout.matchAll(/timer:\(keepalive,/g)].length;
    };
    await watched.opened(`tcp:127.0.0.1:${port},keepalive=off`);
    const before = await watched.child(id);
    expect(timers()).toBe(0);
    const change = { socket: id, option: 'keepalive', value: '60s' };
    await watched.engine.command('setOption', change);
    await watched.opened(`tcp:127.0.0.1:${port},keepalive=off`);
    const after = await watched.child(id, before.id + 1);
    expect(timers()).toBe(1);
    const told = async (socket: SocketId) =>
      (await readings(watched, socket)).get('SO_KEEPALIVE, TCP_KEEPIDLE')?.effective;
    expect([await told(before.id), await told(after.id)]).toEqual(['off', '1m']);
  });

  test('what cannot be set says why, and a descriptor is told where there is one', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0,backlog=3');
    const { id } = await watched.opened(`tcp:127.0.0.1:${listener.local?.port ?? 0}`);
    const told = await readings(watched, id);
    for (const constant of ['SO_RCVBUF', 'IP_TTL', 'SO_LINGER', 'TCP_MAXSEG', 'MSG_PEEK', 'IP_TOS'])
      expect(told.get(constant)).toMatchObject({
        settable: 'no',
        reason: 'node-cannot',
        effective: null,
      });
    expect(told.get('O_NONBLOCK')).toMatchObject({ reason: 'node-decides', effective: 'on' });
    if (process.platform !== 'win32')
      expect(Number(told.get('fileno')?.effective)).toBeGreaterThan(2);
    expect(told.get('getpid()')?.effective).toBe(String(process.pid));
    const of = await readings(watched, listener.id);
    expect(of.get('backlog')).toMatchObject({ requested: '3', effective: '3', settable: 'open' });
    expect(of.get('SO_REUSEADDR')).toMatchObject({ effective: 'on', reason: 'node-decides' });

    const refused = (socket: SocketId, option: string, value: string | null) =>
      expect(watched.engine.command('setOption', { socket, option, value })).rejects;
    await refused(id, 'so-linger', '0').toThrow('Node.js has no call');
    await refused(id, 'half-open', null).toThrow('cannot set');
    await refused(id, 'keepalive', '1').toThrow('"1" is not a value');
    await watched.engine.command('close', { socket: id });
    await watched.closed(id);
    await refused(id, 'nodelay', null).toThrow('cannot set');
    expect((await readings(watched, id)).get('TCP_NODELAY')).toMatchObject({
      settable: 'no',
      reason: 'not-open',
      effective: null,
    });
  });

  test('reuseport is had or refused, never left out', async () => {
    const watched = new WatchedEngine();
    const first = await watched.opened('tcp-listen:127.0.0.1:0,reuseport');
    if (!canReusePort()) {
      expect(first).toMatchObject({ phase: 'closed', error: { code: 'ERR_REUSEPORT' } });
      return;
    }
    const second = await watched.opened(`tcp-listen:127.0.0.1:${first.local?.port ?? 0},reuseport`);
    expect(second.phase).toBe('open');
    expect((await readings(watched, second.id)).get('SO_REUSEPORT')?.effective).toBe('on');
  });
});
