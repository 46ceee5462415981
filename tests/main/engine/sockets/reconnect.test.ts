import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';

/** Serves one connection after another; the word it is sent says how it ends. */
const SERVER = `
import socket, sys
s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('ready', flush=True)
while True:
    c, peer = s.accept()
    word = c.recv(100)
    if word != b'reset':
        c.sendall(b'got ' + word)
    else:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\\x01\\0\\0\\0\\0\\0\\0\\0')
    c.close()
    print('ended', word.decode(), flush=True)
`;

describe('reconnect', () => {
  test('waits for a server, and comes back after FIN and RST with nothing lost', async () => {
    const watched = new WatchedEngine();
    const port = await freePort('tcp', '127.0.0.1');
    const { engine } = watched;
    const id = watched.open(`tcp:127.0.0.1:${port},reconnect=50ms,reconnect-max=100ms`);
    const waiting = await watched.until(id, (info) => (info.reconnect?.attempt ?? 0) >= 2);
    expect(waiting).toMatchObject({ kind: 'dialer', phase: 'opening', closedChildren: 0 });
    expect(waiting.attempts[0]).toMatchObject({
      host: '127.0.0.1',
      port,
      error: { code: 'ECONNREFUSED' },
    });

    const server = startPython(SERVER, port);
    await watched.until(id, ({ phase, openChildren }) => phase === 'open' && openChildren === 1);
    const first = await watched.child(id);
    expect(engine.socketInfo(id)).toMatchObject({
      remote: { host: '127.0.0.1', port },
      reconnect: { attempt: 0, limit: null, nextAt: null },
    });
    expect(engine.socketInfo(id).attempts.at(-1)?.error).toBeNull();
    await watched.send(id, 'fin');
    await server.said(/ended fin/);
    await watched.until(id, ({ closedChildren }) => closedChildren === 1);
    expect(engine.socketInfo(id).phase).toBe('open');

    const second = await watched.child(id, first.id);
    await watched.until(second.id, ({ phase }) => phase === 'open');
    await watched.send(id, 'reset');
    await watched.until(id, ({ closedChildren }) => closedChildren === 2);
    const third = await watched.child(id, second.id);
    await watched.until(third.id, ({ phase }) => phase === 'open');
    expect(engine.socketInfo(second.id).error?.code).toBe('ECONNRESET');
    expect(watched.bytes('in', first.id).toString()).toBe('got fin');
    expect(engine.socketInfo(id).ledger).toMatchObject({ sentBytes: 8 });

    await engine.command('close', { socket: id });
    expect(await watched.closed(id)).toMatchObject({ error: null, openChildren: 0 });
    expect(watched.story(id).filter((line) => line.startsWith('closed'))).toHaveLength(1);
  });

  test('gives up after the limit, with the last reason', async () => {
    const watched = new WatchedEngine();
    const port = await freePort('tcp', '127.0.0.1');
    const id = watched.open(`tcp:127.0.0.1:${port},reconnect=20ms,reconnect-limit=3`);
    const { error, attempts, reconnect, openedAt } = await watched.closed(id);
    expect(error?.code).toBe('ECONNREFUSED');
    expect(attempts).toHaveLength(4);
    expect([reconnect?.limit, openedAt]).toEqual([3, null]);
    expect([...watched.engine.registry.all()].map((socket) => socket.id)).toEqual([id]);
  });

  test('the wait doubles up to the most, is told, can be cut short, and is cancelled by close', async () => {
    const watched = new WatchedEngine();
    const port = await freePort('tcp', '127.0.0.1');
    const id = watched.open(`tcp:127.0.0.1:${port},reconnect=10s,reconnect-max=15s`);
    const waits = async (attempt: number) => {
      const info = await watched.until(
        id,
        ({ reconnect }) => reconnect?.attempt === attempt && reconnect.nextAt !== null,
      );
      return Math.round(((info.reconnect?.nextAt ?? 0) - Date.now()) / 1000);
    };
    expect(await waits(1)).toBe(10);
    await watched.engine.command('connectNow', { socket: id });
    expect(await waits(2)).toBe(15);
    await watched.engine.command('close', { socket: id });
    expect((await watched.closed(id)).reconnect?.nextAt).toBeNull();
    await expect(watched.engine.command('connectNow', { socket: id })).rejects.toThrow('cannot');
  });

  test('a Unix socket is dialled again as well', async () => {
    const watched = new WatchedEngine();
    const path = join(await tempFolder(), 'late.sock');
    const id = watched.open(`unix:${path},reconnect=20ms`);
    await watched.until(id, ({ reconnect }) => (reconnect?.attempt ?? 0) >= 1);
    startPython(
      `import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
c, _ = s.accept()
c.sendall(b'hello')
c.recv(1)`,
      path,
    );
    await watched.until(id, ({ ledger }) => ledger.receivedBytes === 5);
    expect(watched.engine.socketInfo(id)).toMatchObject({ kind: 'dialer', phase: 'open' });
  });

  test('a listener takes its port as soon as it is free', async () => {
    const watched = new WatchedEngine();
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      other.close();
    });
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const id = watched.open(`tcp-listen:127.0.0.1:${port},reconnect=30ms`);
    const waiting = await watched.until(id, ({ reconnect }) => (reconnect?.attempt ?? 0) >= 2);
    expect(waiting.phase).toBe('opening');
    expect(watched.faults.at(-1)?.error.code).toBe('EADDRINUSE');
    other.close();
    const open = await watched.until(id, ({ phase }) => phase === 'open');
    expect(open).toMatchObject({ local: { port }, accepting: true, reconnect: { attempt: 0 } });
  });
});

test('each address of a name is told with what became of it', async () => {
  const watched = new WatchedEngine();
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { id } = await watched.opened(`tcp:localhost:${port}`);
  const { attempts, remote } = watched.engine.socketInfo(id);
  expect(remote).toEqual({ host: '127.0.0.1', port });
  const last = attempts.at(-1);
  expect(last).toMatchObject({ host: '127.0.0.1', port, error: null });
  // Where the system has localhost as ::1 too, that is asked first and refuses.
  for (const { host, error } of attempts.slice(0, -1))
    expect([host, error?.code]).toEqual(['::1', 'ECONNREFUSED']);
});
