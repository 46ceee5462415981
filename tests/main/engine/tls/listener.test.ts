import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SocketInfo } from '../../../../src-shared/contract/socket';
import { startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import type { Certified } from '../../../support/tls-certificates';
import { followTcp, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

let shop: CertificateShop;
let server: Certified;
let client: Certified;

beforeAll(() => {
  shop = new CertificateShop(mkdtempSync(join(tmpdir(), 'wirebench-tls-')));
  server = shop.signed('server', 'DNS:localhost,IP:127.0.0.1');
  client = shop.signed('client', 'DNS:client', 30, 'extendedKeyUsage=clientAuth\n');
});
afterAll(() => {
  rmSync(shop.folder, { recursive: true, force: true });
});

/** A listener on 127.0.0.1 with the server's certificate. */
async function listening(watched: WatchedEngine, options = '', capture?: string) {
  const address = `tls-listen:127.0.0.1:0,cert=${server.cert},key=${server.key}${options}`;
  const info = await watched.opened(address, capture === undefined ? 'none' : { path: capture });
  expect(info.error).toBeNull();
  return { id: info.id, port: info.local?.port ?? 0 };
}

function opened(watched: WatchedEngine, info: SocketInfo): Promise<SocketInfo> {
  return watched.until(info.id, ({ phase }) => phase === 'open', `open #${info.id}`);
}

/** Plain bytes to a port that expects TLS; resolves with what came back. */
async function plain(port: number, bytes: string | Buffer, end = true): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  const got: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => got.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (end) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(got);
}

describe('listener', () => {
  test('talks with openssl, ncat, socat and curl, and records each as plaintext', async () => {
    const capture = join(await tempFolder(), 'tls.pcapng');
    const watched = new WatchedEngine();
    const { id, port } = await listening(watched, ',alpn=h2;http/1.1', capture);
    const clients = [
      ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, '-quiet', '-alpn', 'http/1.1'],
      ['ncat', '--ssl', '127.0.0.1', String(port)],
      ['socat', '-', `OPENSSL:127.0.0.1:${port},cafile=${shop.ca}`],
    ];
    let last = 0;
    for (const [program = '', ...args] of clients) {
      const running = startProgram(program, args);
      const child = await watched.child(id, last);
      last = child.id;
      const { tls } = await opened(watched, child);
      expect(tls).toMatchObject({ state: 'secure', verified: false, reason: null });
      running.write(`hello from ${program}\n`);
      await watched.when(
        () => watched.bytes('in', child.id).toString() === `hello from ${program}\n`,
        'its words',
      );
      await watched.send(child.id, `hello ${program}\n`);
      await running.said(new RegExp(`hello ${program}`));
      await watched.engine.command('close', { socket: child.id });
      await watched.closed(child.id);
      running.kill();
    }
    const curl = startProgram('curl', [
      ...['-sS', '--cacert', shop.ca, '--http1.1', `https://localhost:${port}/it`],
      ...['--resolve', `localhost:${port}:127.0.0.1`],
    ]);
    const child = await watched.child(id, last);
    await watched.when(() => watched.bytes('in', child.id).includes('\r\n\r\n'), 'the request');
    await watched.send(child.id, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
    await curl.said(/fine/);
    const details = await watched.engine.command('tlsDetails', { socket: child.id });
    expect(details).toMatchObject({ role: 'server', servername: 'localhost', alpn: 'http/1.1' });
    expect(details.own[0]?.fingerprint256).toBe(shop.fingerprint(server));
    await watched.engine.command('close', { socket: id });
    await watched.closed(id);
    expect(watched.faults).toEqual([]);
    expect(followTcp(capture, 0)).toEqual(
      ['hello from openssl\n', 'hello openssl\n'].map((text) => Buffer.from(text).toString('hex')),
    );
    expect(Buffer.from(followTcp(capture, 3)[0], 'hex').toString()).toMatch(/^GET \/it HTTP/);
    expect(tshark(capture, '-Y', 'tcp.analysis.flags').stdout).toBe('');
    expect(readFileSync(capture).includes('recorded as plaintext')).toBe(true);
  });

  test('takes only clients whose certificate it can verify', async () => {
    const watched = new WatchedEngine();
    const { id, port } = await listening(watched, `,request-cert,ca=${shop.ca}`);
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-quiet'];
    startProgram('openssl', [...args, '-cert', client.cert, '-key', client.key]);
    const known = await opened(watched, await watched.child(id));
    expect(known.tls).toMatchObject({ verified: true, reason: null });
    const details = await watched.engine.command('tlsDetails', { socket: known.id });
    expect(details.peer[0]?.fingerprint256).toBe(shop.fingerprint(client));
    startProgram('openssl', args);
    const none = await watched.child(id, known.id);
    const { error } = await watched.closed(none.id);
    expect(error?.code).toBe('ERR_TLS_NO_PEER_CERTIFICATE');
    const stranger = shop.selfSigned('stranger');
    startProgram('openssl', [...args, '-cert', stranger.cert, '-key', stranger.key]);
    const strange = await watched.child(id, none.id);
    expect((await watched.closed(strange.id)).error?.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    const expired = shop.signed('expired', 'DNS:expired', -1);
    startProgram('openssl', [...args, '-cert', expired.cert, '-key', expired.key]);
    const old = await watched.child(id, strange.id);
    expect((await watched.closed(old.id)).error?.code).toBe('CERT_HAS_EXPIRED');
    expect(watched.engine.socketInfo(id).phase).toBe('open');
  });

  test('knows clients by a pre-shared key', async () => {
    const secret = shop.path('psk');
    const key = '00112233445566778899aabbccddeeff';
    writeFileSync(secret, key);
    const watched = new WatchedEngine();
    const address = `tls-listen:127.0.0.1:0,psk=file:${secret},psk-identity=sensor`;
    const { id, local } = await watched.opened(address);
    const args = (identity: string, psk: string) => [
      ...['s_client', '-connect', `127.0.0.1:${local?.port ?? 0}`, '-quiet', '-tls1_2'],
      ...['-psk', psk, '-psk_identity', identity],
    ];
    startProgram('openssl', args('sensor', key));
    const good = await opened(watched, await watched.child(id));
    expect(good.tls).toMatchObject({ verified: true, reason: null });
    const details = await watched.engine.command('tlsDetails', { socket: good.id });
    expect(details.pskIdentity).toBe('sensor');
    startProgram('openssl', args('stranger', key));
    const stranger = await watched.closed((await watched.child(id, good.id)).id);
    expect(stranger.error?.code).toBe('ERR_TLS_PSK');
    startProgram('openssl', args('sensor', 'ff'.repeat(16)));
    const wrong = await watched.closed((await watched.child(id, stranger.id)).id);
    expect(wrong.error?.code).toBe('ERR_TLS_BAD_RECORD');
    // Who comes without the key where a certificate would do has proved nothing.
    const both = await listening(watched, `,psk=file:${secret},ciphers=ALL`);
    const keyless = ['s_client', '-connect', `127.0.0.1:${both.port}`, '-quiet'];
    let last = both.id;
    for (const version of ['-tls1_2', '-tls1_3']) {
      startProgram('openssl', [...keyless, version]);
      const stranger = await opened(watched, await watched.child(both.id, last));
      expect(stranger.tls).toMatchObject({ verified: false, reason: null });
      await watched.engine.command('close', { socket: stranger.id });
      await watched.closed(stranger.id);
      last = stranger.id;
    }
  });

  test('outlives every kind of nonsense, and keeps its bytes', async () => {
    const capture = join(await tempFolder(), 'tls.pcapng');
    const watched = new WatchedEngine();
    const { id, port } = await listening(watched, '', capture);
    const hello = Buffer.from('16030100050100000103', 'hex');
    const nonsense: [bytes: Buffer, code: string][] = [
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'ERR_TLS_NOT_TLS'],
      [Buffer.from('hi'), 'ERR_TLS_NOT_TLS'],
      [hello, 'ERR_TLS_MALFORMED'],
      [hello.subarray(0, 7), 'ERR_TLS_CLOSED'],
      [
        Buffer.concat([Buffer.from('1603014001', 'hex'), Buffer.alloc(16_385)]),
        'ERR_TLS_MALFORMED',
      ],
      [Buffer.from('150301000202 28'.replace(' ', ''), 'hex'), 'ERR_TLS_ALERT_HANDSHAKE_FAILURE'],
      [Buffer.from('17030300020101', 'hex'), 'ERR_TLS_MALFORMED'],
      [Buffer.alloc(0), 'ERR_TLS_CLOSED'],
    ];
    let last = 0;
    const sent: string[] = [];
    for (const [bytes, code] of nonsense) {
      const answer = plain(port, bytes);
      const child = await watched.child(id, last);
      last = child.id;
      const closed = await watched.closed(child.id);
      expect([bytes.toString('latin1').slice(0, 20), closed.error?.code]).toEqual([
        bytes.toString('latin1').slice(0, 20),
        code,
      ]);
      expect(closed.tls).toMatchObject({ state: 'failed' });
      expect(closed.ledger.receivedBytes).toBe(bytes.length);
      await answer;
      sent.push(bytes.toString('hex'));
    }
    // Others are not concerned.
    startProgram('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-quiet']);
    await opened(watched, await watched.child(id, last));
    await watched.engine.command('close', { socket: id });
    await watched.closed(id);
    for (const [index, bytes] of sent.entries()) expect(followTcp(capture, index)[0]).toBe(bytes);
  });

  test('gives a client that stalls in the handshake its time, not for ever', async () => {
    const watched = new WatchedEngine();
    const { id, port } = await listening(watched);
    const stalled = connect(port, '127.0.0.1');
    onTestFinished(() => {
      stalled.destroy();
    });
    stalled.on('error', () => undefined);
    const child = await watched.child(id);
    expect(child).toMatchObject({ phase: 'opening', step: 'securing' });
    await watched.engine.command('close', { socket: child.id });
    expect((await watched.closed(child.id)).error).toBeNull();
  });

  test('half-closes, resets and pauses as a plain connection does', async () => {
    const watched = new WatchedEngine();
    const { id, port } = await listening(watched, ',half-open');
    const talk = startPython(
      `
import select, socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
s = context.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))), server_hostname='localhost')
print('got', s.recv(100), flush=True)
s.sendall(b'still here')
print('end', s.recv(100), flush=True)
sys.stdin.readline()
sent = 0
s.settimeout(1)
try:
    while sent < 64 << 20: sent += s.send(b'x' * 65536)
except TimeoutError: print('stuck', flush=True)
poll = select.poll()
poll.register(s, 0)
poll.poll()
print('error', s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), flush=True)
`,
      port,
      shop.ca,
    );
    const child = await opened(watched, await watched.child(id));
    await watched.send(child.id, 'last words');
    await watched.engine.command('end', { socket: child.id });
    await talk.said(/got b'last words'/);
    await talk.said(/end b''/);
    await watched.when(() => watched.bytes('in', child.id).toString() === 'still here', 'more');
    expect(watched.engine.socketInfo(child.id)).toMatchObject({ phase: 'open', ended: true });
    await watched.engine.command('pauseReading', { socket: child.id, paused: true });
    talk.write('\n');
    await talk.said(/stuck/);
    const held = watched.engine.socketInfo(child.id).ledger.receivedBytes;
    expect(held).toBeLessThan(1024 * 1024);
    await watched.engine.command('pauseReading', { socket: child.id, paused: false });
    await watched.when(
      () => watched.engine.socketInfo(child.id).ledger.receivedBytes > held + 65_536,
      'more after the pause',
    );
    await watched.engine.command('reset', { socket: child.id });
    // EPIPE: what Linux makes of an RST that comes after a FIN (tcp_reset() in tcp_input.c).
    await talk.said(/error 32/);
    expect((await watched.closed(child.id)).error).toBeNull();
  });

  test('says what is wrong with its files', async () => {
    const watched = new WatchedEngine();
    const garbage = shop.path('garbage.pem');
    writeFileSync(garbage, 'no certificate');
    const huge = shop.path('huge.pem');
    writeFileSync(huge, Buffer.alloc(1024 * 1024 + 1));
    const phrase = shop.path('wrong');
    writeFileSync(phrase, 'wrong');
    const locked = shop.encrypted(server, 'right');
    const pfx = shop.pfx(server, 'right');
    const { cert, key } = server;
    const wrong: [options: string, code: string, named: string][] = [
      ['', 'ERR_TLS_NO_CERTIFICATE', 'certificate'],
      [`cert=${cert},key=/nowhere.key`, 'ERR_TLS_FILE', '/nowhere.key'],
      [`cert=${shop.folder},key=${key}`, 'ERR_TLS_FILE', shop.folder],
      [`cert=${huge},key=${key}`, 'ERR_TLS_FILE_TOO_LARGE', huge],
      [`cert=${garbage},key=${key}`, 'ERR_TLS_BAD_CERTIFICATE', garbage],
      [`cert=${cert},key=${garbage}`, 'ERR_TLS_BAD_KEY', garbage],
      [`cert=${cert},key=${client.key}`, 'ERR_TLS_KEY_MISMATCH', client.key],
      [`cert=${cert},key=${locked}`, 'ERR_TLS_PASSPHRASE_MISSING', locked],
      [`cert=${cert},key=${locked},passphrase=file:${phrase}`, 'ERR_TLS_PASSPHRASE', locked],
      [`pfx=${pfx}`, 'ERR_TLS_PASSPHRASE_MISSING', pfx],
      [`pfx=${pfx},passphrase=file:${phrase}`, 'ERR_TLS_PASSPHRASE', pfx],
      [`pfx=${garbage}`, 'ERR_TLS_BAD_PFX', garbage],
      [`cert=${cert},key=${key},ca=${garbage}`, 'ERR_TLS_BAD_CERTIFICATE', garbage],
      [`cert=${cert},key=${key},ciphers=NOPE`, 'ERR_TLS_BAD_CIPHERS', 'NOPE'],
      [`cert=${cert},key=${key},min-version=1.3,max-version=1.2`, 'ERR_TLS_VERSION_RANGE', '1.3'],
      [`cert=${cert},key=${locked},passphrase=env:WB_NONE`, 'ERR_SECRET_NOT_FOUND', 'WB_NONE'],
      [`psk=file:${garbage}`, 'ERR_TLS_PSK_KEY', 'hex'],
    ];
    for (const [options, code, named] of wrong) {
      const info = await watched.opened(`tls-listen:127.0.0.1:0${options && `,${options}`}`);
      expect([options, info.error?.code]).toEqual([options, code]);
      expect(info.error?.message).toContain(named);
    }
  });
});
