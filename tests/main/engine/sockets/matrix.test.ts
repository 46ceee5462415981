import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fields, followTcp, tshark } from '../../../support/tshark';
import { freePort, startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';

const FAMILIES = [
  { family: 'IPv4', host: '127.0.0.1', inAddress: '127.0.0.1', flag: '-4' },
  { family: 'IPv6', host: '::1', inAddress: '[::1]', flag: '-6' },
];

/** A Python socket client: `family host port`, sends, reads until FIN, prints, closes. */
const TCP_CLIENT = `
import socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_STREAM)
s.settimeout(8)
s.connect((sys.argv[1], int(sys.argv[2])))
s.sendall(b'from python')
print(s.recv(100).decode(), flush=True)
s.shutdown(socket.SHUT_WR)
assert s.recv(100) == b''
`;

const UDP_CLIENT = `
import socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.settimeout(8)
s.sendto(b'first', (sys.argv[1], int(sys.argv[2])))
s.sendto(b'', (sys.argv[1], int(sys.argv[2])))
s.sendto(b'third', (sys.argv[1], int(sys.argv[2])))
print(s.recvfrom(100)[0].decode(), flush=True)
`;

describe.each(FAMILIES)('$family', ({ host, inAddress, flag }) => {
  test('a TCP listener talks with a Python client, and tshark reads it so', async () => {
    const path = join(await tempFolder(), 'listener.pcapng');
    const watched = new WatchedEngine();
    const listener = await watched.opened(`tcp-listen:${inAddress}:0`, { path });
    const port = listener.local?.port ?? 0;
    expect(listener.local).toEqual({ host, port: expect.any(Number) as number });
    const client = startPython(TCP_CLIENT, host, port);
    const { id, remote } = await watched.child(listener.id);
    await watched.until(id, (i) => i.ledger.receivedBytes === 11, 'bytes of the client');
    await watched.send(id, 'from us');
    expect(await client.exited()).toBe(0);
    expect(client.stdout().toString()).toBe('from us\n');
    const closed = await watched.closed(id);
    expect(watched.bytes('in', id).toString()).toBe('from python');
    expect(watched.story(id)).toEqual([
      'opening',
      'open',
      'open peer-ended',
      'open peer-ended ended',
      'closed peer-ended ended',
    ]);
    expect(closed.remote).toEqual(remote);
    expect(closed.ledger).toMatchObject({ receivedBytes: 11, sentBytes: 7, recordedBytes: 18 });
    watched.engine.registry.get(listener.id).close();
    const root = await watched.closed(listener.id);
    expect(root.ledger).toMatchObject({ receivedBytes: 11, sentBytes: 7, recordedBytes: 18 });
    expect(root).toMatchObject({ openChildren: 0, closedChildren: 1 });
    const [theirs, ours] = followTcp(path, 0);
    expect(Buffer.from(theirs, 'hex').toString()).toBe('from python');
    expect(Buffer.from(ours, 'hex').toString()).toBe('from us');
    const flags = fields(path, 'tcp', 'tcp.flags.str', 'tcp.srcport').map(([f]) => f);
    expect(flags.filter((f) => f?.includes('S'))).toHaveLength(2);
    expect(flags.filter((f) => f?.includes('F'))).toHaveLength(2);
    expect(fields(path, 'tcp.analysis.flags || _ws.malformed', 'frame.number')).toEqual([]);
  });

  test('a TCP connection talks with ncat listening', async () => {
    const watched = new WatchedEngine();
    const port = await freePort('tcp', host);
    const ncat = startProgram('ncat', [flag, '-v', '-l', host, String(port)]);
    await ncat.said(/Listening on/);
    const { id, remote, connectMs } = await watched.opened(`tcp:${inAddress}:${port}`);
    expect(remote).toEqual({ host, port });
    expect(connectMs).toBeGreaterThan(0);
    ncat.write('hello');
    await watched.until(id, (i) => i.ledger.receivedBytes === 5, 'hello');
    await watched.send(id, 'answer');
    await ncat.said(/answer/);
    watched.engine.registry.get(id).close();
    ncat.end();
    const closed = await watched.closed(id);
    expect(closed).toMatchObject({ error: null, ended: true });
    expect(watched.story(id).slice(0, 4)).toEqual([
      'opening',
      'opening connecting',
      'open',
      'closing',
    ]);
    expect(watched.story(id).filter((line) => line.startsWith('closed'))).toHaveLength(1);
    expect(await ncat.exited()).toBe(0);
    expect(ncat.stdout().toString()).toBe('answer');
  });

  test('a bound UDP socket keeps its peers apart, and tshark reads it so', async () => {
    const path = join(await tempFolder(), 'udp.pcapng');
    const watched = new WatchedEngine();
    const socket = await watched.opened(`udp-listen:${inAddress}:0`, { path });
    const port = socket.local?.port ?? 0;
    const one = startPython(UDP_CLIENT, host, port);
    const peer = await watched.child(socket.id);
    await watched.until(peer.id, (i) => i.ledger.receivedChunks === 3, 'three datagrams');
    expect(watched.chunks('in', peer.id).map(String)).toEqual(['first', '', 'third']);
    await watched.send(peer.id, 'to one');
    expect(await one.exited()).toBe(0);
    expect(one.stdout().toString()).toBe('to one\n');
    const two = startPython(UDP_CLIENT, host, port);
    const other = await watched.child(socket.id, peer.id);
    await watched.until(other.id, (i) => i.ledger.receivedChunks === 3, 'three more');
    expect(other.remote).not.toEqual(peer.remote);
    await watched.send(other.id, 'to two');
    expect(await two.exited()).toBe(0);
    watched.engine.registry.get(socket.id).close();
    const closed = await watched.closed(socket.id);
    expect(closed.ledger).toMatchObject({
      receivedChunks: 6,
      receivedBytes: 20,
      sentChunks: 2,
      sentBytes: 12,
      recordedChunks: 8,
      recordedBytes: 32,
      ownDroppedChunks: 0,
      kernelDropped: process.platform === 'linux' ? 0 : null,
    });
    expect(closed).toMatchObject({ openChildren: 0, closedChildren: 2 });
    const ports = fields(path, 'udp', 'udp.srcport', 'udp.dstport', 'udp.length');
    const [a, b] = [String(peer.remote?.port), String(other.remote?.port)];
    const us = String(port);
    expect(ports).toEqual([
      ...[13, 8, 13].map((length) => [a, us, String(length)]),
      [us, a, '14'],
      ...[13, 8, 13].map((length) => [b, us, String(length)]),
      [us, b, '14'],
    ]);
    expect(tshark(path).code).toBe(0);
  });

  test('a connected UDP socket talks with socat', async () => {
    const watched = new WatchedEngine();
    const version = flag.slice(1);
    const port = await freePort('udp', host);
    const from = `UDP${version}-RECVFROM:${port},bind=${inAddress},fork`;
    const echo = startProgram('socat', ['-d', '-d', from, 'EXEC:cat']);
    await echo.said(/receiving on/);
    const { id, remote, local } = await watched.opened(`udp:${inAddress}:${port}`);
    expect(remote).toEqual({ host, port });
    expect(local?.host).toBe(host);
    await watched.send(id, 'ping');
    await watched.until(id, (i) => i.ledger.receivedChunks === 1, 'echo');
    expect(watched.bytes('in', id).toString()).toBe('ping');
    expect(watched.engine.socketInfo(id).openChildren).toBe(0);
    watched.engine.registry.get(id).close();
    await watched.closed(id);
    expect(watched.story(id)).toEqual(['opening', 'opening binding', 'open', 'closing', 'closed']);
  });
});

test('both families reach a listener on all addresses, IPv4 shown as IPv4', async () => {
  const watched = new WatchedEngine();
  const listener = await watched.opened('tcp-listen:0');
  let last = 0;
  for (const host of ['127.0.0.1', '::1']) {
    const client = connect(listener.local?.port ?? 0, host);
    const child = await watched.child(listener.id, last);
    last = child.id;
    expect(child).toMatchObject({ local: { host }, remote: { host } });
    client.destroy();
    await watched.closed(child.id);
  }
});

test('both families reach a UDP socket on all addresses, and are answered', async () => {
  const watched = new WatchedEngine();
  const socket = await watched.opened('udp-listen:0');
  let last = 0;
  for (const host of ['127.0.0.1', '::1']) {
    const client = startPython(UDP_CLIENT, host, socket.local?.port ?? 0);
    const peer = await watched.child(socket.id, last);
    last = peer.id;
    expect(peer).toMatchObject({ local: { port: socket.local?.port }, remote: { host } });
    expect(await watched.send(peer.id, 'hello')).toBe(1);
    expect(await client.exited()).toBe(0);
    expect(client.stdout().toString()).toBe('hello\n');
  }
});
