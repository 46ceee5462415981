import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

const BURST = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(int(sys.argv[2])):
    s.sendto(n.to_bytes(8, 'big') * 8, ('127.0.0.1', int(sys.argv[1])))
`;

const linux = process.platform === 'linux';
if (!linux) console.log('SKIP kernel drops: only Linux tells them per socket');

/** Sends while this process can read nothing, as during a stop or a slow write to disk. */
function burstUnread(port: number, datagrams: number): void {
  const { status } = spawnSync('python3', ['-c', BURST, String(port), String(datagrams)]);
  expect(status).toBe(0);
}

test.runIf(linux)('what the kernel drops is counted to the last datagram', async () => {
  const path = join(await tempFolder(), 'drops.pcapng');
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp-listen:127.0.0.1:0,rcvbuf=16KiB,reuseaddr', { path });
  const port = socket.local?.port ?? 0;
  burstUnread(port, 20_000);
  const total = () => {
    const { receivedChunks, kernelDropped } = watched.engine.socketInfo(socket.id).ledger;
    return receivedChunks + (kernelDropped ?? 0);
  };
  watched.engine.registry.get(socket.id).close();
  const { ledger } = await watched.closed(socket.id);
  expect(ledger.kernelDropped).toBeGreaterThan(1000);
  expect(total()).toBe(20_000);
  expect(ledger.recordedChunks).toBe(ledger.receivedChunks);
  expect(fields(path, 'udp', 'frame.number')).toHaveLength(ledger.receivedChunks);
  await watched.engine.command('openView', { view: 'v', socket: socket.id }).then(async (view) => {
    const { rows } = await watched.engine.command('rows', {
      view: 'v',
      from: Math.max(0, view.length - 512),
      count: 512,
    });
    const dropped = rows
      .filter(({ note }) => note?.event === 'kernel-dropped')
      .map(({ note }) => Number.parseInt(note?.text ?? '', 10));
    expect(dropped.reduce((sum, n) => sum + n, 0)).toBe(ledger.kernelDropped);
  });
});

test.runIf(linux)('each of two sockets on one port gets its own count', async () => {
  const watched = new WatchedEngine();
  const first = await watched.opened('udp-listen:127.0.0.1:0,rcvbuf=16KiB,reuseaddr');
  const port = first.local?.port ?? 0;
  const second = await watched.opened(`udp-listen:127.0.0.1:${port},rcvbuf=16KiB,reuseaddr`);
  expect(second.phase).toBe('open');
  burstUnread(port, 5000);
  const ledgers = [];
  for (const { id } of [first, second]) {
    watched.engine.registry.get(id).close();
    ledgers.push((await watched.closed(id)).ledger);
  }
  const sums = ledgers.map((l) => l.receivedChunks + (l.kernelDropped ?? 0));
  // Linux gives a unicast datagram to one of them: that one has all of it, the other none.
  expect(sums.sort((a, b) => a - b)).toEqual([0, 5000]);
});

test('what the kernel still holds is read before the socket closes', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp-listen:127.0.0.1:0');
  burstUnread(socket.local?.port ?? 0, 2000);
  watched.engine.registry.get(socket.id).close();
  const { ledger } = await watched.closed(socket.id);
  expect(ledger.receivedChunks).toBe(2000);
});

test(
  'of more than 10,000 peers the longest idle make room, and none is lost',
  { timeout: 30_000 },
  async () => {
    const path = join(await tempFolder(), 'peers.pcapng');
    const watched = new WatchedEngine();
    const socket = await watched.opened('udp-listen:0', { path });
    const port = socket.local?.port ?? 0;
    const regular = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void regular.close());
    await once(regular, 'listening');
    const speak = () =>
      new Promise((done) => {
        regular.send('regular', port, '127.0.0.1', done);
      });
    await speak();
    const first = await watched.child(socket.id);
    let sent = 1;
    for (let part = 0; part < 3; part += 1) {
      const many = startPython(
        `
import socket, sys
for n in range(4000):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.%d.%d.%d' % (int(sys.argv[2]) + 1, n // 200, n % 200 + 1), 5353))
    s.sendto(b'once', ('127.0.0.1', int(sys.argv[1])))
    s.close()
print('sent', flush=True)
`,
        port,
        part,
      );
      await many.said(/sent/);
      await speak();
      sent += 4001;
      await watched.until(socket.id, (i) => i.ledger.receivedChunks === sent, `${sent} datagrams`);
    }
    expect(watched.engine.socketInfo(socket.id)).toMatchObject({
      openChildren: 10_000,
      closedChildren: 2001,
      ledger: { receivedChunks: 12_004, recordedChunks: 12_004 },
    });
    expect([...watched.engine.registry.all()]).toHaveLength(10_001);
    // The one that went on talking has stayed.
    expect(watched.engine.socketInfo(first.id)).toMatchObject({
      phase: 'open',
      ledger: { receivedChunks: 4 },
    });
  },
);
