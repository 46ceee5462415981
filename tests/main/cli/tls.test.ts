import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CertificateShop } from '../../support/tls-certificates';
import { Cli, Program, cli, eventsOf, freePort, ownFolder, payloads } from './run-cli';

const folder = ownFolder();
const shop = new CertificateShop(folder);
const server = shop.signed('server', 'DNS:localhost,IP:127.0.0.1');

async function sServer(...args: string[]): Promise<number> {
  const port = await freePort();
  const program = new Program('openssl', [
    ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', server.cert, '-key', server.key],
    ...['-rev', ...args],
  ]);
  await program.until(() => (program.stdout.includes('ACCEPT') ? true : undefined));
  return port;
}

describe('connect', () => {
  test('prints what the handshake agreed on, and records the plaintext', async () => {
    const port = await sServer('-alpn', 'http/1.1');
    const record = join(folder, 'connect.pcapng');
    const { code, stdout, stderr } = await cli(
      ...['connect', `tls:localhost:${port},ca=${shop.ca},alpn=h2;http/1.1`, '--print', 'json'],
      ...['--send', 'abc\\n', '--expect', 'text:cba\\n', '--timeout', '10s', '--record', record],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(eventsOf(stdout).find(({ event }) => event === 'open')).toMatchObject({
      tls: { state: 'secure', protocol: 'TLSv1.3', alpn: 'http/1.1', verified: true, reason: null },
    });
    expect(payloads(record, 'tcp.len > 0')).toBe(Buffer.from('abc\ncba\n').toString('hex'));
  });

  test('refuses a stranger, shows its certificate, and takes it by its fingerprint', async () => {
    const port = await sServer();
    const refused = await cli('connect', `tls:localhost:${port}`, '--send', 'x');
    expect(refused.code).toBe(3);
    const fingerprint = shop.fingerprint(server);
    expect(refused.stderr.split('\n').slice(0, -1)).toEqual([
      "wirebench: The authority that signed the peer's certificate is not known here.",
      '  Name its authority with ca=FILE, or trust this very certificate with fingerprint=….',
      expect.stringMatching(
        /^ {2}Its certificate: CN=server, issued by CN=Test CA, valid until 20/,
      ),
      `  fingerprint=${fingerprint}`,
      `  UNABLE_TO_GET_ISSUER_CERT_LOCALLY verify localhost:${port}`,
    ]);
    const taken = await cli(
      ...['connect', `tls:localhost:${port},fingerprint=${fingerprint}`],
      ...['--send', 'ab\\n', '--count', '1', '--print', 'none'],
    );
    expect(taken.code).toBe(0);
    expect(taken.stderr).toMatch(
      /^connected to 127\.0\.0\.1:\d+ from .*, TLSv1\.3 TLS_\w+, trusted by its fingerprint alone\n/,
    );
    const careless = await cli(
      ...['connect', `tls:localhost:${port},verify=off`],
      ...['--send', 'ab\\n', '--count', '1', '--print', 'none'],
    );
    expect(careless.stderr).toContain('NOT VERIFIED (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)');
  });

  test('takes secrets by reference only', async () => {
    const locked = shop.encrypted(server, 'open sesame');
    const credentials = `cert=${server.cert},key=${locked}`;
    const literal = await cli('connect', `tls:localhost:1,${credentials},passphrase=sesame`);
    expect(literal.code).toBe(2);
    const phrase = join(folder, 'phrase');
    writeFileSync(phrase, 'wrong\n');
    const wrong = await cli('connect', `tls:localhost:1,${credentials},passphrase=file:${phrase}`);
    expect(wrong.code).toBe(5);
    expect(wrong.stderr).toContain(`The passphrase does not open the key ${locked}.`);
    expect(wrong.stderr).not.toContain('wrong\n');
  });
});

describe('probe', () => {
  test('tells of the connect and of the handshake, each with its time', async () => {
    const port = await sServer('-alpn', 'h2');
    const good = await cli('probe', `tls:localhost:${port},ca=${shop.ca},alpn=h2`);
    expect([good.code, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toMatch(
      /^connected 127\.0\.0\.1:\d+ [\d.]+ ms\nhandshake TLSv1\.3 TLS_\w+, ALPN h2, verified, [\d.]+ ms\n(?: {2}tried .*\n)*$/,
    );
    const told = await cli('probe', `tls:localhost:${port},verify=off`, '--print', 'json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      event: 'open',
      tls: {
        state: 'secure',
        verified: false,
        trustedBy: null,
        reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        peer: [{ fingerprint256: shop.fingerprint(server) }],
      },
    });
  });

  test('says what the server stapled, and whether to believe it', async () => {
    const list = shop.revoking('probed', []);
    const own = await sServer('-status_file', shop.stapled(server, list));
    const address = `,ca=${shop.ca},ocsp`;
    const told = await cli('probe', `tls:localhost:${own}${address}`);
    expect(told.stdout).toMatch(/^stapled \w+ from \d{4}-\S+Z, verified$/m);
    const stale = await sServer('-status_file', shop.stapled(shop.signed('other', 'DNS:x'), list));
    const other = await cli('probe', `tls:localhost:${stale}${address}`);
    expect([other.code, other.stdout]).toEqual([
      0,
      expect.stringMatching(/^stapled .*, NOT VERIFIED \(it is about another certificate\)$/m),
    ]);
  });

  test('fails when the handshake does, and says that it was connected', async () => {
    const port = await sServer();
    const stranger = await cli('probe', `tls:localhost:${port}`);
    expect(stranger.code).toBe(3);
    expect(stranger.stdout).toMatch(/^connected .*\nhandshake .*NOT VERIFIED \(UNABLE_TO_GET/);
    expect(stranger.stderr).toContain(`fingerprint=${shop.fingerprint(server)}`);
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const dead = typeof address === 'object' ? address?.port : 0;
    const late = await cli('probe', `tls:127.0.0.1:${dead}`, '--timeout', '300ms');
    silent.close();
    expect(late.code).toBe(4);
    expect(late.stdout).toMatch(/^connected .*\nhandshake failed: ERR_TLS_HANDSHAKE_TIMEOUT\n$/);
  });
});

describe('listen', () => {
  test('serves TLS, and tells a client that does not speak it', async () => {
    const listener = new Cli([
      ...['listen', `tls-listen:127.0.0.1:0,cert=${server.cert},key=${server.key}`],
      ...['--print', 'json'],
    ]);
    const port = await listener.port();
    const client = await cli(
      ...['connect', `tls:localhost:${port},ca=${shop.ca}`, '--send', 'hi', '--print', 'none'],
      ...['--duration', '300ms'],
    );
    expect(client.code).toBe(0);
    const open = await listener.event(({ event, parent }) => event === 'open' && parent === '1');
    expect(open).toMatchObject({ tls: { state: 'secure', verified: false, reason: null } });
    const data = await listener.event(({ event }) => event === 'data');
    expect(data.hex).toBe(Buffer.from('hi').toString('hex'));
    await cli('connect', `tcp:127.0.0.1:${port}`, '--send', 'GET / HTTP/1.0\\r\\n\\r\\n');
    const closed = await listener.event(
      ({ event, error }) => event === 'closed' && error !== undefined,
    );
    expect(closed).toMatchObject({
      error: { code: 'ERR_TLS_NOT_TLS' },
      tls: { state: 'failed', reason: 'ERR_TLS_NOT_TLS' },
    });
    listener.child.kill('SIGINT');
    expect((await listener.ended).code).toBe(130);
  });
});
