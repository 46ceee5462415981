import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort, startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import type { Certified } from '../../../support/tls-certificates';
import { followTcp, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

let shop: CertificateShop;
let server: Certified;

beforeAll(() => {
  shop = new CertificateShop(mkdtempSync(join(tmpdir(), 'wirebench-tls-')));
  server = shop.signed('server', 'DNS:localhost');
});
afterAll(() => {
  rmSync(shop.folder, { recursive: true, force: true });
});

async function listening(watched: WatchedEngine, options = '', capture?: string) {
  const address = `tls-listen:127.0.0.1:0,cert=${server.cert},key=${server.key}${options}`;
  const info = await watched.opened(address, capture === undefined ? 'none' : { path: capture });
  return { id: info.id, port: info.local?.port ?? 0 };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Sends what it is told the size of and reads until the end, both at once; prints the two hashes. */
const BOTH_WAYS = `
import hashlib, os, socket, ssl, sys, threading
context = ssl.create_default_context(cafile=sys.argv[2])
s = context.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost')
out = os.urandom(int(sys.argv[3]))
got = hashlib.sha256()
size = 0
sent = 0
s.setblocking(False)
import select
while sent < len(out) or size < len(out):
    reads, writes, _ = select.select([s], [s] if sent < len(out) else [], [], 5)
    if reads or s.pending():
        try:
            while True:
                data = s.recv(65536)
                if not data: break
                got.update(data); size += len(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError): pass
    if writes:
        try: sent += s.send(out[sent:sent + 16384])
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError): pass
print('sent', hashlib.sha256(out).hexdigest(), flush=True)
print('got', size, got.hexdigest(), flush=True)
s.close()
`;

test('carries megabytes both ways at once, and records every byte of them', async () => {
  const size = 5_000_000;
  const capture = join(await tempFolder(), 'both.pcapng');
  const watched = new WatchedEngine();
  const { id, port } = await listening(watched, '', capture);
  const peer = startPython(BOTH_WAYS, port, shop.ca, size);
  const child = await watched.child(id);
  await watched.until(child.id, ({ phase }) => phase === 'open');
  const bytes = randomBytes(size);
  await watched.send(child.id, bytes);
  const [, sent] = await peer.said(/sent (\w+)/);
  const [, count, got] = await peer.said(/got (\d+) (\w+)/);
  expect([count, got]).toEqual([String(size), sha256(bytes)]);
  await watched.closed(child.id);
  expect(sha256(watched.bytes('in', child.id))).toBe(sent);
  await watched.engine.command('close', { socket: id });
  const { ledger } = await watched.closed(id);
  expect(ledger).toMatchObject({ receivedBytes: size, sentBytes: size, recordedBytes: 2 * size });
  const [theirs, ours] = followTcp(capture, 0);
  expect(sha256(Buffer.from(theirs, 'hex'))).toBe(sent);
  expect(sha256(Buffer.from(ours, 'hex'))).toBe(sha256(bytes));
  expect(tshark(capture, '-Y', 'tcp.analysis.flags').stdout).toBe('');
}, 60_000);

test('refuses a chain of a megabyte', async () => {
  // Both libraries take 100 kB at most.
  const leaf = readFileSync(server.cert, 'utf8');
  const chain = shop.path('chain.pem');
  writeFileSync(chain, leaf + readFileSync(shop.ca, 'utf8').repeat(2000));
  const port = await freePort('tcp', '127.0.0.1');
  const args = ['-cert', server.cert, '-key', server.key, '-cert_chain', chain];
  const program = startProgram('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...args]);
  await program.said(/ACCEPT/);
  const watched = new WatchedEngine();
  const info = await watched.opened(`tls:localhost:${port},ca=${shop.ca}`);
  expect(info.error?.code).toBe('ERR_TLS_MALFORMED');
});

test('what dials again tells of the peer it last met', async () => {
  const own = shop.selfSigned('own');
  const port = await freePort('tcp', '127.0.0.1');
  const args = ['-cert', own.cert, '-key', own.key, '-rev'];
  const program = startProgram('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...args]);
  await program.said(/ACCEPT/);
  const watched = new WatchedEngine();
  const address = `tls:localhost:${port},reconnect=10ms`;
  const refused = watched.open(`${address},reconnect-limit=2`);
  const closed = await watched.closed(refused);
  expect(closed).toMatchObject({
    error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    tls: { state: 'failed', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
  const { peer } = await watched.engine.command('tlsDetails', { socket: refused });
  const shown = peer[0]?.fingerprint256 ?? '';
  expect(shown).toBe(shop.fingerprint(own));
  const taken = await watched.opened(`${address},fingerprint=${shown}`);
  expect(taken.tls).toMatchObject({ state: 'secure', verified: true });
  await watched.send(taken.id, 'CLOSE\n');
  await watched.until(taken.id, ({ closedChildren }) => closedChildren === 1);
  // It is dialled again, and secured again.
  await watched.until(taken.id, ({ openChildren }) => openChildren === 1);
});

test('a reset in the middle of the handshake is told as one', async () => {
  const peer = createServer((socket) => {
    socket.once('data', () => socket.resetAndDestroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    peer.close();
  });
  await once(peer, 'listening');
  const watched = new WatchedEngine();
  const { port } = peer.address() as AddressInfo;
  const info = await watched.opened(`tls:127.0.0.1:${port}`);
  expect(info.error?.code).toBe('ECONNRESET');
  expect(info.tls?.state).toBe('failed');
});

test('a renegotiation that the peer asks for does no harm', async () => {
  const watched = new WatchedEngine();
  const { id, port } = await listening(watched, ',max-version=1.2');
  const client = startProgram('openssl', ['s_client', '-connect', `127.0.0.1:${port}`]);
  const child = await watched.child(id);
  await watched.until(child.id, ({ phase }) => phase === 'open');
  client.write('R\n');
  await client.said(/RENEGOTIATING/);
  // Whatever they agree on: the listener lives and serves others.
  const other = startProgram('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-quiet']);
  const next = await watched.child(id, child.id);
  await watched.until(next.id, ({ phase }) => phase === 'open');
  other.write('still\n');
  await watched.when(() => watched.bytes('in', next.id).toString() === 'still\n', 'the other');
});

test('clients that stall in the handshake keep nobody out', async () => {
  const watched = new WatchedEngine();
  const { id, port } = await listening(watched);
  const stalled = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of stalled) socket.destroy();
  });
  for (const socket of stalled) {
    socket.on('error', () => undefined);
    socket.write(Buffer.from('160301', 'hex'));
  }
  await watched.when(
    () =>
      [...watched.engine.registry.all()].filter(({ parent }) => parent?.id === id).length === 200,
    'all of them',
  );
  const last = Math.max(...[...watched.engine.registry.all()].map((socket) => socket.id));
  startProgram('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-quiet']);
  const good = await watched.child(id, last);
  await watched.until(good.id, ({ phase }) => phase === 'open');
  await watched.engine.command('close', { socket: id });
  expect((await watched.closed(id)).closedChildren).toBe(201);
});
