import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { within } from '../../../support/deadline';
import { startPython } from '../../../support/peers';
import { WatchedEngine } from '../../../support/watched-engine';

const noSs = spawnSync('ss', ['-V']).error ? 'no ss' : null;
if (noSs) console.log(`SKIP keepalive and backlog as the system sees them: ${noSs}`);

/** What the system says about the sockets at a local port. */
function ss(port: number, ...flags: string[]): string {
  const { stdout } = spawnSync('ss', ['-Htn', ...flags, `sport = :${port}`], { encoding: 'utf8' });
  return stdout;
}

test.skipIf(noSs)('keepalive is on after 30 s of silence unless said otherwise', async () => {
  const watched = new WatchedEngine();
  for (const [options, seen] of [
    ['', /timer:\(keepalive,(29|30)/],
    [',keepalive=90s', /timer:\(keepalive,1min(29|30)/],
    [',keepalive=off', /^(?!.*timer:)/],
  ] as const) {
    const listener = await watched.opened(`tcp-listen:127.0.0.1:0${options}`);
    const port = listener.local?.port ?? 0;
    const dialled = await watched.opened(`tcp:127.0.0.1:${port}${options}`);
    await watched.child(listener.id);
    expect(ss(port, '-o', 'state', 'established')).toMatch(seen);
    expect(ss(dialled.local?.port ?? 0, '-o', 'state', 'established')).toMatch(seen);
  }
});

test.skipIf(noSs)('the backlog is 511, or what was asked for', async () => {
  const watched = new WatchedEngine();
  for (const [options, backlog] of [
    ['', '511'],
    [',backlog=7', '7'],
  ] as const) {
    const { local } = await watched.opened(`tcp-listen:127.0.0.1:0${options}`);
    // Of a listening socket, the second figure is the backlog.
    expect(
      ss(local?.port ?? 0, '-l')
        .trim()
        .split(/\s+/)[2],
    ).toBe(backlog);
  }
});

test('`v6only` leaves IPv4 to others, and so does asking for IPv6', async () => {
  for (const address of ['tcp-listen:[::]:0,v6only', 'tcp6-listen:0', 'udp6-listen:0']) {
    const watched = new WatchedEngine();
    const six = await watched.opened(address);
    const port = six.local?.port ?? 0;
    const kind = address.startsWith('udp') ? 'udp' : 'tcp';
    const four = await watched.opened(`${kind}4-listen:${port}`);
    expect([six.error, four.error]).toEqual([null, null]);
    expect(four.local).toEqual({ host: '0.0.0.0', port });
  }
});

test('with nodelay small sends do not wait for each other', async () => {
  const watched = new WatchedEngine();
  // A peer that delays its acknowledgements: with Nagle on, the second send would wait for them.
  const peer = startPython(`
import socket, time
l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen()
print(l.getsockname()[1], flush=True)
c, _ = l.accept()
c.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
gaps = []
for _ in range(20):
    c.recv(1); before = time.monotonic(); c.recv(1); gaps.append(time.monotonic() - before); c.sendall(b'.')
print('median', sorted(gaps)[10], flush=True)
`);
  const [port = ''] = await peer.said(/^\d+/);
  const { id } = await watched.opened(`tcp:127.0.0.1:${port},nodelay`);
  for (let round = 1; round <= 20; round += 1) {
    await watched.send(id, 'a');
    await watched.send(id, 'b');
    await watched.until(id, (i) => i.ledger.receivedBytes === round, 'answer');
  }
  const [, median] = await peer.said(/median ([\d.e-]+)/);
  expect(Number(median)).toBeLessThan(0.03);
});

test('many clients of one listener, each with its own bytes, and a send to all', async () => {
  const watched = new WatchedEngine();
  const listener = await watched.opened('tcp-listen:127.0.0.1:0');
  const clients = Array.from({ length: 50 }, () => connect(listener.local?.port ?? 0, '127.0.0.1'));
  const answers = clients.map(
    (client) => new Promise<string>((done) => client.once('data', (bytes) => done(String(bytes)))),
  );
  for (const [n, client] of clients.entries()) client.write(`client ${n}`);
  const all = () => [...watched.engine.registry.all()].filter(({ parent }) => parent !== null);
  await watched.when(
    () => all().length === 50 && all().every(({ ledger }) => ledger.receivedBytes > 0),
    '50 clients',
  );
  const byPort = new Map(all().map(({ id, remote }) => [remote?.port, id]));
  for (const [n, client] of clients.entries())
    expect(String(watched.bytes('in', byPort.get(client.localPort) ?? 0))).toBe(`client ${n}`);
  const bytes = new Uint8Array(Buffer.from('to all'));
  const sent = await watched.engine.command('send', {
    socket: listener.id,
    target: { to: 'all' },
    bytes,
  });
  expect(sent).toEqual({ targets: 50 });
  expect(await Promise.all(answers)).toEqual(Array(50).fill('to all'));
  // Those chosen one by one; of others than its own nothing is sent to.
  let heard: number[] = [];
  const both = new Promise<void>((done) => {
    for (const [n, client] of clients.entries())
      client.once('data', () => {
        heard = [...heard, n];
        if (heard.length === 2) done();
      });
  });
  const sockets = [3, 7].map((n) => byPort.get(clients[n]?.localPort) ?? 0);
  const toSome = (ids: number[]) =>
    watched.engine.command('send', {
      socket: listener.id,
      target: { to: 'some', sockets: ids },
      bytes: new Uint8Array(Buffer.from('to you')),
    });
  expect(await toSome([...sockets, listener.id, 4711])).toEqual({ targets: 2 });
  await within(both, 'both');
  expect(heard.sort((a, b) => a - b)).toEqual([3, 7]);
  await expect(toSome([listener.id])).rejects.toMatchObject({
    message: expect.stringContaining('Choose others, or send to all') as string,
  });
  for (const client of clients) client.destroy();
});
