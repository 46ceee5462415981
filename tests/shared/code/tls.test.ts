import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../support/peers';
import { bench, codeOf, send } from './run-code';

const { folder, start } = bench();
const cert = join(folder, 'cert.pem');
const key = join(folder, 'key.pem');
let fingerprint = '';

beforeAll(() => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', cert];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files],
    { stdio: 'ignore' },
  );
  fingerprint = new X509Certificate(readFileSync(cert)).fingerprint256.replaceAll(':', '');
});

async function server() {
  const got: string[] = [];
  const made = createServer(
    { cert: readFileSync(cert), key: readFileSync(key), ALPNProtocols: ['test/1'] },
    (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        got.push(`${bytes.toString()} ${socket.alpnProtocol || 'none'}`);
        socket.end('pong\n');
      });
    },
  );
  made.on('tlsClientError', () => undefined);
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  onTestFinished(() => void made.close());
  const address = made.address();
  return { got, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

describe.each(['python', 'node', 'ncat', 'socat'] as const)('%s', (language) => {
  const end = 'idle-timeout=2s';

  test('trusts a certificate authority, and nobody else', async () => {
    const { got, port } = await server();
    const good = `tls:localhost:${port},ca=${cert},servername=localhost,${end}`.replace(
      'tls:',
      'tls4:',
    );
    const program = start(language, codeOf(good, [send('hello')], language));
    await program.said(/pong/);
    expect(got).toHaveLength(1);
    const bad = start(
      language,
      codeOf(`tls4:localhost:${port},${end}`, [send('secret')], language),
    );
    expect(await bad.exited()).not.toBe(0);
    expect(got).toHaveLength(1);
  });

  test('trusts anybody when told to', async () => {
    const { got, port } = await server();
    const address = `tls:127.0.0.1:${port},verify=off,${end}`;
    const program = start(language, codeOf(address, [send('hello')], language));
    await program.said(/pong/);
    expect(got[0]).toContain('hello');
  });
});

describe.each(['python', 'node'] as const)('%s', (language) => {
  test('trusts one fingerprint, and asks for a protocol', async () => {
    const { got, port } = await server();
    const options = `alpn=test/1,min-version=1.2,idle-timeout=2s`;
    const good = `tls:127.0.0.1:${port},fingerprint=${fingerprint},${options}`;
    const program = start(language, codeOf(good, [send('hello')], language));
    await program.said(/pong/);
    expect(got).toEqual(['hello test/1']);
    const other = fingerprint.replace(/^../, fingerprint.startsWith('00') ? '01' : '00');
    const bad = `tls:127.0.0.1:${port},fingerprint=${other},${options}`;
    const wrong = start(language, codeOf(bad, [send('secret')], language));
    expect(await wrong.exited()).toBe(1);
    expect(wrong.stderr()).toContain('fingerprint');
    expect(got).toHaveLength(1);
  });

  test('serves', async () => {
    const port = await freePort('tcp', '127.0.0.1');
    const address = `tls-listen:127.0.0.1:${port},cert=${cert},key=${key}`;
    const program = start(language, codeOf(address, [send('welcome\n')], language));
    await program.said(/listening/);
    const client = connect({
      host: '127.0.0.1',
      port,
      ca: readFileSync(cert),
      servername: 'localhost',
    });
    onTestFinished(() => void client.destroy());
    const [bytes] = (await once(client, 'data')) as [Buffer];
    expect(bytes.toString()).toBe('welcome\n');
    client.end('bye\n');
    await program.said(/bye/);
  });
});

test('node takes the key exchanges and signature algorithms along, python the list of the revoked', async () => {
  const { got, port } = await server();
  const chosen = `tls4:localhost:${port},ca=${cert},servername=localhost,curves=P-384,sigalgs=RSA-PSS+SHA256`;
  const program = start('node', codeOf(`${chosen},idle-timeout=2s`, [send('hello')], 'node'));
  await program.said(/pong/);
  expect(got).toHaveLength(1);
  const wrong = start('node', codeOf(chosen.replace('RSA-PSS', 'ECDSA'), [send('x')], 'node'));
  expect(await wrong.exited()).toBe(1);
  const python = codeOf(`tls:localhost:1,ca=${cert},crl=/a/b.crl`, [send('x')], 'python');
  expect(python).toContain('load_verify_locations("/a/b.crl")'.replaceAll('"', "'"));
});
