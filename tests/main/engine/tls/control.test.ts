import { expect, test } from 'vitest';
import { freePort, startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import { WatchedEngine } from '../../../support/watched-engine';

async function shopWithServer() {
  const shop = new CertificateShop(await tempFolder());
  return { ca: shop.ca, ...shop.signed('server', 'DNS:localhost,IP:127.0.0.1') };
}

test('reading paused holds a TLS peer up, and with resuming nothing is lost', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  const { id, local } = await watched.opened(
    `tls-listen:127.0.0.1:0,cert=${cert},key=${key},paused`,
  );
  const peer = startPython(
    `
import hashlib, socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
s = context.wrap_socket(
    socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost')
s.settimeout(1)
block, sent, digest = bytes(range(256)) * 64, 0, hashlib.sha256()
try:
    while True:
        s.sendall(block)
        sent += len(block)
        digest.update(block)
except TimeoutError:
    print('blocked after', sent, flush=True)
# An end with tickets unread would be a reset, which throws away what is on its way.
sys.stdin.readline()
`,
    local?.port ?? 0,
    ca,
  );
  const child = await watched.child(id);
  await watched.until(child.id, ({ phase }) => phase === 'open');
  const [, sent = ''] = await peer.said(/blocked after (\d+)/);
  expect(watched.engine.socketInfo(child.id)).toMatchObject({
    readingPaused: true,
    ledger: { receivedBytes: 0 },
  });
  await watched.engine.command('pauseReading', { socket: child.id, paused: false });
  await watched.until(child.id, ({ ledger }) => ledger.receivedBytes >= Number(sent));
  const received = watched.bytes('in', child.id);
  expect(received.every((byte, at) => byte === at % 256)).toBe(true);
});

test('the handshake is among the calls, and an idle limit counts what TLS carries', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  const { id, local } = await watched.opened(
    `tls-listen:127.0.0.1:0,cert=${cert},key=${key},idle-timeout=300ms,idle-action=close`,
  );
  const dialled = await watched.opened(`tls:localhost:${local?.port ?? 0},ca=${ca},curves=X25519`);
  const child = await watched.child(id);
  const { options } = await watched.engine.command('socketOptions', { socket: dialled.id });
  expect(options.filter(({ constant }) => constant.includes('SSL'))).toMatchObject([
    { option: 'verify', settable: 'open', reason: 'before-open' },
    { option: 'curves', requested: 'X25519' },
    { option: 'sigalgs', requested: null },
    { constant: 'SSL_set_session()', option: 'resume', requested: null },
    { constant: 'SSL_renegotiate()', settable: 'no', reason: 'library-cannot' },
  ]);
  await watched.send(dialled.id, 'hello');
  await watched.closed(dialled.id);
  expect((await watched.closed(child.id)).error).toBeNull();
  const names = async (socket: number) =>
    (await watched.engine.command('calls', { socket })).calls.map(
      ({ call, result, error }) => `${call} ${error?.code ?? result ?? ''}`,
    );
  const accepted = await names(child.id);
  expect(accepted.indexOf('SSL_accept 1')).toBeGreaterThan(0);
  expect(accepted[0]).toMatch(/^accept fd, 127\.0\.0\.1:\d+$/);
  const calls = await names(dialled.id);
  expect(calls.indexOf('SSL_connect 1')).toBeGreaterThan(calls.indexOf('connect 0'));
  expect(calls).toContain('send 5');
});

test('TLS is dialled again, with a handshake each time', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  const port = await freePort('tcp', '127.0.0.1');
  const id = watched.open(`tls:localhost:${port},ca=${ca},reconnect=50ms,reconnect-max=50ms`);
  await watched.until(id, ({ reconnect }) => (reconnect?.attempt ?? 0) >= 1);
  const server = startPython(
    `
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
listening = socket.create_server(('127.0.0.1', int(sys.argv[1])))
for n in range(2):
    raw, _ = listening.accept()
    s = context.wrap_socket(raw, server_side=True)
    print('got', s.recv(100).decode(), flush=True)
    s.unwrap().close()
`,
    port,
    cert,
    key,
  );
  for (const [after, word] of [
    [0, 'one'],
    [1, 'two'],
  ] as const) {
    await watched.until(id, (info) => info.openChildren === 1 && info.closedChildren === after);
    expect(watched.engine.socketInfo(id).tls?.verified).toBe(true);
    await watched.send(id, word);
    await server.said(new RegExp(`got ${word}`));
  }
  await watched.until(id, ({ closedChildren }) => closedChildren === 2);
});

test('a reply never stands before what it replies to, however late the process looks', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  const port = await freePort('tcp', '127.0.0.1');
  const server = startPython(
    `
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
listening = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('listening', flush=True)
raw, _ = listening.accept()
s = context.wrap_socket(raw, server_side=True)
while True:
    got = s.recv(100)
    if not got:
        break
    s.sendall(got.upper())
`,
    port,
    cert,
    key,
  );
  await server.said(/listening/);
  const { id } = await watched.opened(`tls:localhost:${port},ca=${ca}`);
  for (let n = 0; n < 5; n++) {
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        void watched.send(id, 'ask;');
        // Busy elsewhere until the reply has come: both are then found at once.
        const until = performance.now() + 40;
        while (performance.now() < until);
        resolve();
      });
    });
    await watched.until(id, ({ ledger }) => ledger.receivedBytes >= 4 * (n + 1));
  }
  const order = watched.events.filter((event) => /^#\d+ (in|out) /.test(event));
  expect(order).toEqual(Array.from({ length: 5 }, () => [`#${id} out 4`, `#${id} in 4`]).flat());
});

test('a session is offered again where it is asked for, and openssl goes on with it', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  const port = await freePort('tcp', '127.0.0.1');
  const accept = ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', cert, '-key', key];
  const server = startProgram('openssl', accept);
  await server.said(/ACCEPT/);
  const talk = async (options: string) => {
    const { id, tls } = await watched.opened(`tls:localhost:${port},ca=${ca}${options}`);
    // The tickets come before the first words.
    server.write('words\n');
    await watched.until(id, ({ ledger }) => ledger.receivedBytes > 0);
    await watched.engine.command('close', { socket: id });
    await watched.until(id, ({ phase }) => phase === 'closed');
    return [tls?.sessionReused, tls?.trustedBy];
  };
  expect(await talk(',resume')).toEqual([false, 'chain']);
  expect(await talk(',resume')).toEqual([true, 'chain']);
  // Asked for in another way it is another address, and without `resume` it is never offered.
  expect(await talk(',resume,alpn=h2')).toEqual([false, 'chain']);
  expect(await talk('')).toEqual([false, 'chain']);
  const told = server
    .stdout()
    .toString()
    .match(/^(?:CIPHER is|Reused session-id)/gm);
  expect(told).toEqual(['CIPHER is', 'CIPHER is', 'Reused session-id', 'CIPHER is', 'CIPHER is']);
});

test('a listener gives sessions to go on with, and none with resume=off', async () => {
  const watched = new WatchedEngine();
  const { ca, cert, key } = await shopWithServer();
  for (const [option, reused] of [
    ['', [false, true]],
    [',resume=off', [false, false]],
  ] as const) {
    const { local } = await watched.opened(
      `tls-listen:127.0.0.1:0,cert=${cert},key=${key},greeting=hello${option}`,
    );
    for (const limit of ['1.3', '1.2']) {
      const told: (boolean | undefined)[] = [];
      while (told.length < reused.length) {
        const address = `tls:localhost:${local?.port ?? 0},ca=${ca},resume,max-version=${limit}`;
        const { id, tls } = await watched.opened(address);
        await watched.until(id, ({ ledger }) => ledger.receivedBytes === 5);
        told.push(tls?.sessionReused);
        const { peer } = await watched.engine.command('tlsDetails', { socket: id });
        expect([tls?.trustedBy, peer[0]?.subject]).toEqual(['chain', 'CN=server']);
      }
      expect([option, limit, told]).toEqual([option, limit, [...reused]]);
    }
  }
});
