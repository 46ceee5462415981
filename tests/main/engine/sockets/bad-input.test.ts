import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { turnClock } from '../../../support/turn-clock';
import { WatchedEngine } from '../../../support/watched-engine';

describe('addresses that cannot be had', () => {
  test.each(['tcp-listen', 'udp-listen'])('%s: the port is taken', async (kind) => {
    const watched = new WatchedEngine();
    const first = await watched.opened(`${kind}:127.0.0.1:0`);
    const second = await watched.opened(`${kind}:127.0.0.1:${first.local?.port ?? 0}`);
    expect(second).toMatchObject({
      phase: 'closed',
      openedAt: null,
      error: { code: 'EADDRINUSE' },
    });
    expect(second.error).toMatchObject({
      syscall: expect.any(String) as string,
      errno: expect.any(Number) as number,
    });
    expect(watched.story(second.id)).toEqual(['opening', 'opening binding', 'closed EADDRINUSE']);
    expect(watched.engine.socketInfo(first.id).phase).toBe('open');
  });

  test.each([
    'tcp-listen:192.0.2.1:0',
    'udp-listen:192.0.2.1:0',
    'tcp:127.0.0.1:9,bind=192.0.2.1',
    'udp:127.0.0.1:9,bind=192.0.2.1',
  ])('%s: not an address of this machine', async (address) => {
    const watched = new WatchedEngine();
    const info = await watched.opened(address);
    expect(info).toMatchObject({ phase: 'closed', error: { code: 'EADDRNOTAVAIL' } });
  });

  test('a name that does not resolve', async () => {
    const watched = new WatchedEngine();
    for (const address of ['tcp:no-such-host.invalid:80', 'udp:no-such-host.invalid:80']) {
      const info = await watched.opened(address);
      expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(info.error?.code);
      expect(info.error).toMatchObject({ syscall: 'getaddrinfo' });
      expect(info.error?.message).toContain('"no-such-host.invalid"');
      expect(watched.story(info.id)).toEqual([
        'opening',
        'opening resolving',
        `closed ${info.error?.code ?? ''}`,
      ]);
    }
  });

  test.each(['127.0.0.1', '[::1]', 'localhost'])('%s refuses', async (host) => {
    const watched = new WatchedEngine();
    const info = await watched.opened(`tcp:${host}:1`);
    expect(info.error).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    expect(watched.story(info.id).at(-1)).toBe('closed ECONNREFUSED');
    const { error, remote } = await watched.engine.command('probe', { address: `tcp:${host}:1` });
    expect(error).toMatchObject({ code: 'ECONNREFUSED', errno: expect.any(Number) as number });
    expect(remote?.port).toBe(1);
  });

  test('localhost is resolved, then dialled', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const port = listener.local?.port ?? 0;
    const dialled = await watched.opened(`tcp:localhost:${port}`);
    expect(dialled).toMatchObject({ phase: 'open', remote: { host: '127.0.0.1', port } });
    expect(watched.story(dialled.id)).toEqual([
      'opening',
      'opening resolving',
      'opening connecting',
      'open',
    ]);
    const { error, ms } = await watched.engine.command('probe', {
      address: `tcp:localhost:${port}`,
    });
    expect(error).toBeNull();
    expect(ms).toBeGreaterThan(0);
  });
});

test('a chosen local address and port are dialled from', async () => {
  const watched = new WatchedEngine();
  const listener = await watched.opened('tcp-listen:127.0.0.1:0');
  const udp = await watched.opened('udp-listen:127.0.0.1:0');
  const free = udp.local?.port ?? 0;
  watched.engine.registry.get(udp.id).close();
  await watched.closed(udp.id);
  const from = `bind=127.0.0.2,sourceport=${free}`;
  const tcp = await watched.opened(`tcp:127.0.0.1:${listener.local?.port ?? 0},${from}`);
  expect(tcp.local).toEqual({ host: '127.0.0.2', port: free });
  expect((await watched.child(listener.id)).remote).toEqual(tcp.local);
  const other = await watched.opened(`udp:127.0.0.1:9,${from}`);
  expect(other.local).toEqual({ host: '127.0.0.2', port: free });
});

describe('a host that does not answer', () => {
  test('its time limit is ours, and told', async () => {
    const watched = new WatchedEngine();
    // A listener that never accepts, its backlog filled: Linux drops further SYNs.
    const full = startPython(`
import socket, sys
l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(0)
fill = []
for _ in range(4):
    s = socket.socket(); s.setblocking(False); s.connect_ex(l.getsockname()); fill.append(s)
print(l.getsockname()[1], flush=True)
sys.stdin.read()
`);
    const [port = ''] = await full.said(/\d+/);
    const before = performance.now();
    const took = turnClock();
    const info = await watched.opened(`tcp:127.0.0.1:${port},connect-timeout=300ms`);
    expect(performance.now() - before).toBeGreaterThan(295);
    expect(took()).toBeLessThan(1500);
    expect(info.error).toEqual({
      code: 'ETIMEDOUT',
      syscall: 'connect',
      message: `no answer from 127.0.0.1 port ${port} within 0.3 s`,
    });
    const id = watched.open(`tcp:127.0.0.1:${port}`);
    await watched.engine.command('close', { socket: id });
    expect(watched.engine.socketInfo(id)).toMatchObject({ phase: 'closed', error: null });
    const probed = await watched.engine.command('probe', {
      address: `tcp:127.0.0.1:${port},connect-timeout=50ms`,
    });
    expect(probed.error?.code).toBe('ETIMEDOUT');
  });
});

describe('TCP', () => {
  test('reset in the midst of sending: one end, and what was not sent is told', async () => {
    const watched = new WatchedEngine();
    const path = join(await tempFolder(), 'reset.pcapng');
    const listener = await watched.opened('tcp-listen:127.0.0.1:0', { path });
    const peer = startPython(
      `
import socket, struct, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.recv(10)
sys.stdin.readline()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.close()
`,
      listener.local?.port ?? 0,
    );
    const { id } = await watched.child(listener.id);
    const payload = new Uint8Array(16 * 1024 * 1024).fill(7);
    await watched.send(id, payload);
    await watched.until(id, (i) => i.ledger.sentBytes > 0 && i.sendQueueBytes > 0, 'a full buffer');
    peer.write('go\n');
    const info = await watched.closed(id);
    expect(['ECONNRESET', 'EPIPE']).toContain(info.error?.code);
    expect(info.ledger.sentBytes).toBe(info.ledger.recordedBytes);
    expect(info.ledger.sentBytes).toBeLessThan(payload.byteLength);
    expect(watched.story(id).filter((line) => line.startsWith('closed'))).toHaveLength(1);
    const { length } = await watched.engine.command('openView', { view: 'v', socket: id });
    const { rows } = await watched.engine.command('rows', {
      view: 'v',
      from: length - 1,
      count: 1,
    });
    const unsent = payload.byteLength - info.ledger.sentBytes;
    expect(rows[0]?.note).toMatchObject({
      event: 'peer-reset',
      error: { code: info.error?.code },
      text: `${unsent} bytes not sent`,
    });
  });

  test('a peer that never reads costs bounded memory and is told', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const deaf = startPython(
      `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
sys.stdin.read()
`,
      listener.local?.port ?? 0,
    );
    const { id } = await watched.child(listener.id);
    const payload = new Uint8Array(16 * 1024 * 1024);
    const targets = [];
    for (let n = 0; n < 6; n += 1) targets.push(await watched.send(id, payload));
    expect(targets).toEqual([1, 1, 1, 1, targets[4], 0]);
    const info = watched.engine.socketInfo(id);
    expect(info.sendQueueBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(watched.faults.at(-1)).toMatchObject({ socket: id, error: { code: 'ENOBUFS' } });
    expect(info.phase).toBe('open');
    watched.engine.registry.get(id).reset();
    expect(await watched.closed(id)).toMatchObject({ error: null, sendQueueBytes: 0 });
    deaf.end();
    expect(await deaf.exited()).toBe(0);
  });

  test('half-close: without `half-open` our end follows, after what was queued', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const halves = startPython(HALF_CLOSER, listener.local?.port ?? 0);
    const { id } = await watched.child(listener.id);
    await watched.send(id, new Uint8Array(3_000_000));
    expect(await halves.exited()).toBe(0);
    expect(halves.stdout().toString()).toBe('3000000\n');
    await watched.closed(id);
    expect(watched.story(id)).toEqual([
      'opening',
      'open',
      'open peer-ended',
      'open peer-ended ended',
      'closed peer-ended ended',
    ]);
  });

  test('half-close: with `half-open` we go on sending until we end', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0,half-open');
    const halves = startPython(HALF_CLOSER, listener.local?.port ?? 0);
    const { id } = await watched.child(listener.id);
    await watched.until(id, (i) => i.peerEnded, 'FIN of the peer');
    await watched.send(id, 'still here');
    await watched.engine.command('end', { socket: id });
    expect(await halves.exited()).toBe(0);
    expect(halves.stdout().toString()).toBe('10\n');
    expect((await watched.closed(id)).ledger.sentBytes).toBe(10);
    await expect(watched.engine.command('end', { socket: id })).resolves.toEqual({});
  });

  test('a connection we end goes on receiving', async () => {
    const watched = new WatchedEngine();
    const accepted = new Promise<Socket>((resolve) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        resolve(socket);
        server.close();
      }).listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' ? address?.port : 0;
        watched.open(`tcp:127.0.0.1:${port ?? 0}`);
      });
    });
    const peer = await accepted;
    await watched.until(1, ({ phase }) => phase === 'open');
    await watched.engine.command('end', { socket: 1 });
    await watched.until(1, (i) => i.ended, 'our FIN');
    peer.resume();
    peer.end('last words');
    const info = await watched.closed(1);
    expect(watched.bytes('in', 1).toString()).toBe('last words');
    expect(info.error).toBeNull();
    await expect(watched.send(1, 'x')).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
  });

  test('closing a listener with a peer that stays ends within the grace time', async () => {
    const watched = new WatchedEngine();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0');
    const stays = startProgram('socat', [
      '-u',
      'PIPE',
      `TCP:127.0.0.1:${listener.local?.port ?? 0}`,
    ]);
    const { id } = await watched.child(listener.id);
    await watched.engine.command('close', { socket: listener.id });
    expect(watched.engine.socketInfo(listener.id).phase).toBe('closing');
    await watched.closed(listener.id);
    expect(watched.story(id)).toEqual([
      'opening',
      'open',
      'closing',
      'closing ended',
      'closed ended',
    ]);
    expect(watched.events.at(-1)).toBe(`#${listener.id} closed`);
    stays.kill();
  });
});

const HALF_CLOSER = `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
s.shutdown(socket.SHUT_WR)
total = 0
while True:
    got = s.recv(65536)
    if not got: break
    total += len(got)
print(total, flush=True)
`;

describe('UDP', () => {
  test('sizes: 0 and 65,507 pass, one more is refused with the limit', async () => {
    const watched = new WatchedEngine();
    const there = await watched.opened('udp-listen:127.0.0.1:0');
    const here = await watched.opened(`udp:127.0.0.1:${there.local?.port ?? 0}`);
    await watched.send(here.id, '');
    await watched.send(here.id, new Uint8Array(65_507).fill(1));
    const peer = await watched.child(there.id);
    await watched.until(peer.id, (i) => i.ledger.receivedChunks === 2, 'both datagrams');
    expect(watched.chunks('in', peer.id).map((c) => c.length)).toEqual([0, 65_507]);
    await expect(watched.send(here.id, new Uint8Array(65_508))).rejects.toMatchObject({
      code: 'EMSGSIZE',
      message: expect.stringContaining('65507') as string,
    });
    const there6 = await watched.opened('udp-listen:[::1]:0');
    const here6 = await watched.opened(`udp:[::1]:${there6.local?.port ?? 0}`);
    await watched.send(here6.id, new Uint8Array(65_527));
    const peer6 = await watched.child(there6.id);
    await watched.until(peer6.id, (i) => i.ledger.receivedBytes === 65_527, 'the big one');
    await expect(watched.send(here6.id, new Uint8Array(65_528))).rejects.toMatchObject({
      code: 'EMSGSIZE',
      message: expect.stringContaining('65527') as string,
    });
    expect(watched.engine.socketInfo(here.id).ledger).toMatchObject({ sentChunks: 2 });
  });

  test('nobody listens: a fault, and the socket lives on', async () => {
    const watched = new WatchedEngine();
    const gone = await watched.opened('udp-listen:127.0.0.1:0');
    const port = gone.local?.port ?? 0;
    watched.engine.registry.get(gone.id).close();
    await watched.closed(gone.id);
    const { id } = await watched.opened(`udp:127.0.0.1:${port}`);
    await watched.send(id, 'anybody?');
    await watched.when(() => watched.faults.length === 1, 'fault');
    expect(watched.faults[0]).toMatchObject({ socket: id, error: { code: 'ECONNREFUSED' } });
    expect(watched.engine.socketInfo(id).phase).toBe('open');
    const back = await watched.opened(`udp-listen:127.0.0.1:${port}`);
    await watched.send(id, 'again');
    const peer = await watched.child(back.id);
    await watched.until(peer.id, (i) => i.ledger.receivedBytes === 5, 'again');
  });

  test('to any address, by number and by name, and to all peers', async () => {
    const watched = new WatchedEngine();
    const one = await watched.opened('udp-listen:127.0.0.1:0');
    const two = await watched.opened('udp-listen:127.0.0.1:0');
    const from = await watched.opened('udp-listen:127.0.0.1:0');
    const send = async (host: string, port: number | undefined, text: string) =>
      await watched.engine.command('send', {
        socket: from.id,
        target: { to: 'address', host, port: port ?? 0 },
        bytes: new Uint8Array(Buffer.from(text)),
      });
    expect(await send('127.0.0.1', one.local?.port, 'a')).toEqual({ targets: 1 });
    expect(await send('localhost', two.local?.port, 'b')).toEqual({ targets: 1 });
    expect(await send('no-such-host.invalid', 9, 'c')).toEqual({ targets: 0 });
    expect(watched.faults.at(-1)?.error.syscall).toBe('getaddrinfo');
    await expect(send('::1', 9, 'd')).rejects.toMatchObject({ code: 'ERR_WRONG_FAMILY' });
    const bytes = new Uint8Array(Buffer.from('all'));
    const all = await watched.engine.command('send', {
      socket: from.id,
      target: { to: 'all' },
      bytes,
    });
    expect(all).toEqual({ targets: 2 });
    for (const id of [one.id, two.id]) {
      const peer = await watched.child(id, from.id);
      await watched.until(peer.id, (i) => i.ledger.receivedBytes === 4, 'both');
    }
    expect(watched.engine.socketInfo(from.id)).toMatchObject({
      openChildren: 2,
      ledger: { sentChunks: 4, sentBytes: 8 },
    });
  });

  test('the receive buffer that was asked for and the one there is', async () => {
    const watched = new WatchedEngine();
    const small = await watched.opened('udp-listen:127.0.0.1:0,rcvbuf=64KiB');
    expect(small.receiveBuffer).toEqual({ requestedBytes: 65_536, effectiveBytes: 65_536 });
    const usual = await watched.opened('udp-listen:127.0.0.1:0');
    expect(usual.receiveBuffer?.requestedBytes).toBe(4 * 1024 * 1024);
  });
});
