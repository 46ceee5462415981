import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ReadMemory } from '../../../../src-main/engine/read-memory';
import {
  DirectSocket,
  directly,
  newSocket,
} from '../../../../src-main/engine/sockets/direct-socket';
import { followTcps } from '../../../support/tshark';
import { startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';

/** Sends numbered words in pieces of odd sizes, tells what came back, and ends. */
const TALKER = `
import socket, sys, threading, hashlib
port, seed, words = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
s = socket.create_connection(('127.0.0.1', port))
all = b''.join((seed * 100000000 + i).to_bytes(8, 'big') for i in range(words))
def send():
    at, step = 0, 1
    while at < len(all):
        step = (step * 7 + seed) % 300007 + 1
        s.sendall(all[at:at + step])
        at += step
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=send).start()
got = hashlib.sha256()
while part := s.recv(1 << 16):
    got.update(part)
print('sent', hashlib.sha256(all).hexdigest(), 'got', got.hexdigest(), flush=True)
`;

/** Every word in its place, and how many there are. */
function words(bytes: Buffer, seed: number): number {
  for (let at = 0; at < bytes.length; at += 8) {
    const expected = BigInt(seed) * 100_000_000n + BigInt(at / 8);
    if (bytes.readBigUInt64BE(at) !== expected) return -1;
  }
  return bytes.length / 8;
}

test('in this runtime streams can be read directly, dialled and accepted', async () => {
  const memory = new ReadMemory();
  const accepted = new Promise<Socket>((resolve) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      resolve(directly(socket, { allowHalfOpen: true }, memory));
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    server.on('listening', () => {
      dialled.connect((server.address() as AddressInfo).port, '127.0.0.1');
    });
  });
  const dialled = newSocket({ allowHalfOpen: true }, memory);
  const socket = await accepted;
  expect([socket, dialled].every((one) => one instanceof DirectSocket)).toBe(
    process.platform !== 'win32',
  );
  const received = new Promise<string>((resolve) => {
    socket.once('data', (bytes) => {
      resolve(bytes.toString());
    });
  });
  dialled.write('hello');
  expect(await received).toBe('hello');
  // It is the same connection, and its server does not wait for it.
  expect(socket.remotePort).toBe(dialled.localPort);
  const ended = new Promise((resolve) => dialled.resume().once('end', resolve));
  socket.end();
  await ended;
  dialled.destroy();
});

test('a server that is closed does not wait for connections that were taken over', async () => {
  const memory = new ReadMemory();
  const server = createServer((socket) => directly(socket, {}, memory).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => server.once('connection', resolve));
  await new Promise((resolve) => server.close(resolve));
  client.destroy();
});

describe('several at once', () => {
  test('each has its own bytes: in its rows, in the capture and in what is answered', async () => {
    const path = join(await tempFolder(), 'a.pcapng');
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,behave=echo', { path });
    const seeds = [1, 2, 3];
    const count = 300_000;
    const peers = seeds.map((seed) => startPython(TALKER, local?.port ?? 0, seed, count));
    for (const peer of peers) {
      const [, sent, got] = await peer.said(/sent (\w+) got (\w+)/);
      expect(got).toBe(sent);
    }
    const children = [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === id);
    for (const child of children) await watched.closed(child.id);
    const seen = children.map((child) => watched.bytes('in', child.id));
    const bySeed = seeds.map((seed) => seen.find((bytes) => words(bytes, seed) === count));
    expect(bySeed.every((bytes) => bytes !== undefined)).toBe(true);
    watched.engine.registry.get(id).close();
    await watched.closed(id);
    const followed = followTcps(path, seeds.length).map(([client, server]) => {
      const bytes = Buffer.from(client, 'hex');
      return seeds.some((seed) => words(bytes, seed) === count) && client === server;
    });
    expect(followed).toEqual([true, true, true]);
  });

  test('reading that is paused again and again loses nothing and keeps the order', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    const count = 1_000_000;
    const peer = startPython(TALKER, local?.port ?? 0, 5, count);
    const child = await watched.child(id);
    const socket = watched.engine.registry.get(child.id);
    for (let turn = 0; turn < 40 && socket.phase === 'open' && !socket.peerEnded; turn++) {
      socket.pauseReading(turn % 2 === 0);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    if (socket.phase === 'open') socket.pauseReading(false);
    await peer.said(/sent/);
    await watched.closed(child.id);
    expect(words(watched.bytes('in', child.id), 5)).toBe(count);
  });
});
