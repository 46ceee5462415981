import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { CertificateShop } from '../../../support/tls-certificates';
import type { Certified } from '../../../support/tls-certificates';
import { followTcp, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

let shop: CertificateShop;
let server: Certified;

beforeAll(() => {
  shop = new CertificateShop(mkdtempSync(join(tmpdir(), 'wirebench-tls-')));
  server = shop.signed('server', 'DNS:localhost,IP:127.0.0.1');
});
afterAll(() => {
  rmSync(shop.folder, { recursive: true, force: true });
});

/** `openssl s_server` serves one client after another. */
async function close(watched: WatchedEngine, id: number): Promise<void> {
  await watched.engine.command('close', { socket: id });
  await watched.closed(id);
}

/** `openssl s_server` on a port of 127.0.0.1 that answers what it gets by reversing each line. */
async function sServer(...args: string[]) {
  const port = await freePort('tcp', '127.0.0.1');
  const program = startProgram('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...args]);
  await program.said(/ACCEPT/);
  return { port, program };
}

function certified({ cert, key }: Certified): string[] {
  return ['-cert', cert, '-key', key];
}

describe('client', () => {
  test('verifies by chain and address, passes bytes both ways, records the plaintext', async () => {
    const { port } = await sServer(...certified(server), '-rev', '-alpn', 'http/1.1');
    const folder = await tempFolder();
    const capture = join(folder, 'tls.pcapng');
    const watched = new WatchedEngine();
    const info = await watched.opened(`tls:127.0.0.1:${port},ca=${shop.ca},alpn=h2;http/1.1`, {
      path: capture,
    });
    expect(info.error).toBeNull();
    expect(info.tls).toEqual({
      state: 'secure',
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: 'http/1.1',
      verified: true,
      trustedBy: 'chain',
      reason: null,
      sessionReused: false,
    });
    await watched.send(info.id, 'abc\n');
    await watched.when(() => watched.bytes('in', info.id).length >= 4, 'the answer');
    expect(watched.bytes('in', info.id).toString()).toBe('cba\n');
    const details = await watched.engine.command('tlsDetails', { socket: info.id });
    expect(details.peer[0]?.fingerprint256).toBe(shop.fingerprint(server));
    expect(details.peer.map(({ subject }) => subject)).toEqual(['CN=server', 'CN=Test CA']);
    expect(details.peer[0]?.altNames).toEqual(['DNS:localhost', 'IP Address:127.0.0.1']);
    expect(details.servername).toBeNull();
    await watched.engine.command('close', { socket: info.id });
    await watched.closed(info.id);
    const story = watched.story(info.id);
    expect(story.slice(0, 4)).toEqual([
      'opening',
      'opening connecting',
      'opening securing',
      'open',
    ]);
    expect(story.at(-1)).toBe('closed peer-ended ended');
    expect(followTcp(capture, 0)).toEqual([
      Buffer.from('abc\n').toString('hex'),
      Buffer.from('cba\n').toString('hex'),
    ]);
    expect(tshark(capture, '-Y', 'tcp.analysis.flags').stdout).toBe('');
  });

  test('trusts a fingerprint alone, and tells that of a certificate it refuses', async () => {
    const own = shop.selfSigned('own');
    const { port } = await sServer(...certified(own));
    const watched = new WatchedEngine();
    const refused = await watched.opened(`tls:localhost:${port}`);
    expect(refused.error?.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(refused.tls).toMatchObject({ state: 'failed', verified: false });
    const { peer, reason } = await watched.engine.command('tlsDetails', { socket: refused.id });
    expect(reason).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(peer[0]).toMatchObject({ fingerprint256: shop.fingerprint(own), selfSigned: true });
    const shown = peer[0]?.fingerprint256 ?? '';
    const trusted = await watched.opened(`tls:localhost:${port},fingerprint=${shown}`);
    expect(trusted.tls).toMatchObject({ state: 'secure', verified: true, reason: null });
    await close(watched, trusted.id);
    const other = await watched.opened(`tls:localhost:${port},fingerprint=${'ab'.repeat(32)}`);
    expect(other.error).toMatchObject({ code: 'ERR_TLS_FINGERPRINT' });
    expect(other.error?.message).toContain(shown);
  });

  test('goes on unverified only when asked to, and says why it is not verified', async () => {
    const { port } = await sServer(...certified(server));
    const watched = new WatchedEngine();
    const info = await watched.opened(`tls:127.0.0.1:${port},verify=off`);
    expect(info.phase).toBe('open');
    expect(info.tls).toMatchObject({
      verified: false,
      reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    });
  });

  test('shows its certificate to a server that wants one', async () => {
    const client = shop.signed('client', 'DNS:client', 30, 'extendedKeyUsage=clientAuth\n');
    const { port } = await sServer(
      ...[...certified(server), '-rev', '-Verify', '1', '-CAfile', shop.ca],
      '-verify_return_error',
    );
    const watched = new WatchedEngine();
    const known = `tls:localhost:${port},ca=${shop.ca}`;
    const shown = await watched.opened(`${known},cert=${client.cert},key=${client.key}`);
    await watched.send(shown.id, 'mine\n');
    await watched.when(() => watched.bytes('in', shown.id).length >= 5, 'the answer');
    const details = await watched.engine.command('tlsDetails', { socket: shown.id });
    expect(details.own[0]?.fingerprint256).toBe(shop.fingerprint(client));
    await close(watched, shown.id);
    // With TLS 1.3 the client is through before the server has judged it.
    const missing = await watched.opened(`${known}`);
    const closed = await watched.closed(missing.id);
    expect(closed.error?.code).toBe('ERR_TLS_ALERT_CERTIFICATE_REQUIRED');
    const old = await watched.opened(`${known},max-version=1.2`);
    expect(old.error?.code).toBe('ERR_TLS_ALERT_HANDSHAKE_FAILURE');
  });

  test('opens an encrypted key and a PKCS #12 file with a secret', async () => {
    const client = shop.signed('locked', 'DNS:locked');
    const { port } = await sServer(
      ...[...certified(server), '-Verify', '1', '-CAfile', shop.ca, '-verify_return_error'],
    );
    const secret = shop.path('passphrase');
    writeFileSync(secret, 'open sesame\n');
    const watched = new WatchedEngine();
    const known = `tls:localhost:${port},ca=${shop.ca},passphrase=file:${secret}`;
    for (const credentials of [
      `cert=${client.cert},key=${shop.encrypted(client, 'open sesame')}`,
      `pfx=${shop.pfx(client, 'open sesame')}`,
    ]) {
      const info = await watched.opened(`${known},${credentials}`);
      expect(info.error).toBeNull();
      const { own } = await watched.engine.command('tlsDetails', { socket: info.id });
      expect(own[0]?.fingerprint256).toBe(shop.fingerprint(client));
      await close(watched, info.id);
    }
  });

  test('writes a key log that opens the recorded session, and never truncates one', async () => {
    const { port } = await sServer(...certified(server));
    const folder = await tempFolder();
    const keyLog = join(folder, 'keys.log');
    writeFileSync(keyLog, '# kept\n', { mode: 0o644 });
    const watched = new WatchedEngine();
    const first = await watched.opened(`tls:localhost:${port},ca=${shop.ca},keylog=${keyLog}`);
    await close(watched, first.id);
    const lines = readFileSync(keyLog, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('# kept');
    expect(lines.slice(1).map((line) => line.split(' ')[0])).toContain('CLIENT_TRAFFIC_SECRET_0');
    const fresh = join(folder, 'fresh.log');
    await watched.opened(`tls:localhost:${port},ca=${shop.ca},keylog=${fresh}`);
    expect(statSync(fresh).mode & 0o777).toBe(0o600);
    const nowhere = await watched.opened(`tls:localhost:${port},keylog=${folder}`);
    expect(nowhere.error?.code).toBe('ERR_TLS_KEYLOG');
  });

  test('agrees on a pre-shared key', async () => {
    const key = '00112233445566778899aabbccddeeff';
    const { port } = await sServer(
      ...['-nocert', '-psk', key, '-psk_identity', 'sensor', '-rev', '-tls1_2'],
      ...['-cipher', 'PSK'],
    );
    const secret = shop.path('psk');
    writeFileSync(secret, key);
    const watched = new WatchedEngine();
    const address = `tls:127.0.0.1:${port},psk=file:${secret},psk-identity=sensor`;
    const info = await watched.opened(address);
    expect(info.error).toBeNull();
    expect(info.tls).toMatchObject({ verified: true, reason: null });
    await watched.send(info.id, 'key\n');
    await watched.when(() => watched.bytes('in', info.id).length >= 4, 'the answer');
    await close(watched, info.id);
    const other = shop.path('other-psk');
    writeFileSync(other, 'ff'.repeat(16));
    const wrong = await watched.opened(
      `tls:127.0.0.1:${port},psk=file:${other},psk-identity=sensor`,
    );
    expect(wrong.error?.code).toMatch(/^ERR_TLS_(?:ALERT_)?/);
    expect(wrong.phase).toBe('closed');
  });

  test('tells a stream that was cut from one that ended', async () => {
    const { port, program } = await sServer(...certified(server));
    const watched = new WatchedEngine();
    const info = await watched.opened(`tls:localhost:${port},ca=${shop.ca}`);
    program.write('last words\n');
    await watched.when(() => watched.bytes('in', info.id).length >= 11, 'the words');
    program.kill();
    await watched.closed(info.id);
    expect(watched.faults.map(({ error }) => error.code)).toEqual(['ERR_TLS_TRUNCATED']);
    const good = await sServer(...certified(server), '-rev');
    const second = await watched.opened(`tls:localhost:${good.port},ca=${shop.ca}`);
    await watched.send(second.id, 'CLOSE\n');
    await watched.closed(second.id);
    expect(watched.faults).toHaveLength(1);
  });
});
