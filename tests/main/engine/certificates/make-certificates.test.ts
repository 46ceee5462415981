import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../../../src-main/engine/certificates/make-certificates';
import { CERTIFICATE_KINDS } from '../../../../src-shared/contract/certificate';
import type {
  CertificateKind,
  CertificateRequest,
} from '../../../../src-shared/contract/certificate';
import { freePort, startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';

const DAY_MS = 86_400_000;

function openssl(...args: string[]): { code: number | null; out: string } {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (error) throw error;
  return { code: status, out: stdout + stderr };
}

const textOf = (path: string) => openssl('x509', '-in', path, '-noout', '-text').out;

/** An authority of openssl's own making in the folder. */
function opensslAuthority(...how: string[]): void {
  const files = ['-keyout', at('ca-key.pem'), '-out', at('ca.pem')];
  const { code, out } = openssl('req', '-x509', '-nodes', ...files, ...how);
  if (code !== 0) throw new Error(out);
}

let folder: string;
const at = (name: string) => join(folder, name);

function make(kinds: readonly CertificateKind[], more: Partial<CertificateRequest> = {}) {
  return makeCertificates({
    folder,
    kinds: [...kinds],
    names: ['localhost', 'device.local'],
    addresses: ['127.0.0.1', '::1'],
    days: 30,
    key: 'ec',
    overwrite: false,
    ...more,
  });
}

/** What a client says to a server that shows this certificate. */
async function handshake(server: CertificateKind, ...client: string[]): Promise<string> {
  const port = await freePort('tcp', '127.0.0.1');
  const program = startProgram('openssl', [
    ...['s_server', '-accept', `127.0.0.1:${port}`, '-CAfile', at('ca.pem'), '-Verify', '1'],
    ...['-verify_return_error', '-cert', at(`${server}.pem`), '-key', at(`${server}-key.pem`)],
  ]);
  await program.said(/ACCEPT/);
  const said = openssl(
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', at('ca.pem')],
    ...['-verify_return_error', '-cert', at('client.pem'), '-key', at('client-key.pem')],
    ...client,
  );
  return said.out;
}

beforeEach(async () => {
  folder = await tempFolder();
});

describe.each(['ec', 'rsa'] as const)('with keys of the kind %s', (key) => {
  test('openssl accepts what it shall, and says why not of the rest', async () => {
    const files = await make(CERTIFICATE_KINDS, { key });
    expect(files.map(({ kind }) => kind)).toEqual([...CERTIFICATE_KINDS]);
    const check = (name: string, ...how: string[]) =>
      openssl('verify', '-x509_strict', '-CAfile', at('ca.pem'), ...how, at(`${name}.pem`)).out;
    expect(check('server', '-purpose', 'sslserver', '-verify_hostname', 'device.local')).toMatch(
      /: OK/,
    );
    expect(check('server', '-verify_ip', '127.0.0.1')).toMatch(/: OK/);
    expect(check('server', '-verify_ip', '::1')).toMatch(/: OK/);
    expect(check('server', '-verify_hostname', 'other.local')).toMatch(/hostname mismatch/);
    expect(check('server', '-purpose', 'sslclient')).toMatch(/unsuitable certificate purpose/);
    expect(check('client', '-purpose', 'sslclient')).toMatch(/: OK/);
    expect(check('client', '-purpose', 'sslserver')).toMatch(/unsuitable certificate purpose/);
    expect(check('expired')).toMatch(/certificate has expired/);
    expect(check('wrong-name')).toMatch(/: OK/);
    expect(check('wrong-name', '-verify_hostname', 'localhost')).toMatch(/hostname mismatch/);
  });

  test('a handshake with both sides verified comes about, and fails for the others', async () => {
    await make(CERTIFICATE_KINDS, { key });
    const name = ['-verify_hostname', 'localhost'];
    expect(await handshake('server', ...name)).toMatch(
      /Verification: OK[\s\S]*Verify return code: 0/,
    );
    expect(await handshake('expired', ...name)).toMatch(/certificate has expired/);
    expect(await handshake('wrong-name', ...name)).toMatch(/hostname mismatch/i);
  });

  test('the key is of that kind, belongs to its certificate, and is PKCS #8', async () => {
    await make(['server'], { key });
    const algorithm = key === 'ec' ? /Public-Key: \(256 bit\)[\s\S]*prime256v1/ : /\(2048 bit\)/;
    expect(textOf(at('server.pem'))).toMatch(algorithm);
    const ofKey = openssl('pkey', '-in', at('server-key.pem'), '-pubout').out;
    const ofCertificate = openssl('x509', '-in', at('server.pem'), '-noout', '-pubkey').out;
    expect(ofKey).toBe(ofCertificate);
    expect(await readFile(at('server-key.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });
});

test('says what it made: names, dates, usages and fingerprint as openssl reads them', async () => {
  const before = Date.now();
  const [ca, server] = await make(['server']);
  const text = textOf(at('server.pem'));
  expect(text).toMatch(/Subject: CN ?= ?localhost/);
  expect(text).toMatch(
    /DNS:localhost, DNS:device\.local, IP Address:127\.0\.0\.1, IP Address:0:0:/,
  );
  expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
  expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
  expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication/);
  expect(textOf(at('ca.pem'))).toMatch(/CA:TRUE, pathlen:0[\s\S]*Certificate Sign, CRL Sign/);
  const print = openssl('x509', '-in', at('server.pem'), '-noout', '-sha256', '-fingerprint').out;
  expect(print.trim()).toMatch(new RegExp(`=${server?.fingerprint256}$`));
  expect(server).toMatchObject({ kind: 'server', certificate: at('server.pem'), reused: false });
  expect(ca).toMatchObject({ kind: 'ca', key: at('ca-key.pem'), reused: false });
  const days = ((server?.validTo ?? 0) - before) / DAY_MS;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThan(30.1);
  expect(server?.validFrom).toBeLessThan(before);
});

test('keys can be read by their owner only, whatever the mask', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no such modes');
  await make(CERTIFICATE_KINDS);
  for (const name of await readdir(folder)) {
    const mode = (await stat(at(name))).mode & 0o777;
    expect([name, mode & 0o077 & (name.endsWith('-key.pem') ? 0o077 : 0o022)]).toEqual([name, 0]);
  }
});

describe('what is there', () => {
  test('an authority signs the others, also with keys of another kind', async () => {
    const [first] = await make(['ca']);
    const [again, server] = await make(['server'], { key: 'rsa' });
    expect(again).toEqual({ ...first, reused: true });
    expect(server?.reused).toBe(false);
    expect(openssl('verify', '-CAfile', at('ca.pem'), at('server.pem')).out).toMatch(/: OK/);
  });

  test('is never overwritten, and then nothing is written at all', async () => {
    await make(['server']);
    const before = await everything();
    await expect(make(['client', 'server'])).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(['ca'])).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await everything()).toEqual(before);
  });

  test('half a pair is in the way too, and a dangling link', async () => {
    await writeFile(at('ca-key.pem'), 'mine');
    await expect(make(['server'])).rejects.toMatchObject({
      code: 'EEXIST',
      message: expect.stringContaining('ca-key.pem') as unknown,
    });
    expect(await everything()).toEqual([['ca-key.pem', 'mine']]);
    folder = await tempFolder();
    if (process.platform === 'win32') return;
    await symlink(at('nowhere'), at('client.pem'));
    await expect(make(['client'])).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(folder)).toEqual(['client.pem']);
  });

  test('is replaced when asked, the authority only when it is meant', async () => {
    const [ca] = await make(['ca', 'server']);
    const [kept, server] = await make(['server'], { overwrite: true });
    expect(kept).toEqual({ ...ca, reused: true });
    expect(openssl('verify', '-CAfile', at('ca.pem'), at('server.pem')).out).toMatch(/: OK/);
    const [fresh, last] = await make(['ca', 'server'], { overwrite: true });
    expect(fresh?.fingerprint256).not.toBe(ca?.fingerprint256);
    expect(last?.fingerprint256).not.toBe(server?.fingerprint256);
    expect(openssl('verify', '-CAfile', at('ca.pem'), at('server.pem')).out).toMatch(/: OK/);
    expect((await readdir(folder)).toSorted()).toEqual(
      ['ca', 'server'].flatMap((kind) => [`${kind}-key.pem`, `${kind}.pem`]).toSorted(),
    );
  });

  test('an authority that openssl made is as good', async () => {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    opensslAuthority(...curve, '-subj', '/CN=Of openssl/O=a, b\\+c');
    await make(['server']);
    expect(openssl('verify', '-CAfile', at('ca.pem'), at('server.pem')).out).toMatch(/: OK/);
  });

  test('no certificate outlives the authority', async () => {
    opensslAuthority('-newkey', 'rsa:2048', '-days', '3', '-subj', '/CN=Short');
    const [ca, server] = await make(['server']);
    expect(server?.validTo).toBe(ca?.validTo);
  });

  test.each([
    [
      'a key of another',
      /differ/,
      async () => {
        const other = await tempFolder();
        await makeCertificates({ ...request(['ca']), folder: other });
        await writeFile(at('ca-key.pem'), await readFile(join(other, 'ca-key.pem')));
      },
    ],
    [
      'no authority',
      /not that of an authority/,
      async () => {
        await make(['server'], { overwrite: true });
        await writeFile(at('ca.pem'), await readFile(at('server.pem')));
        await writeFile(at('ca-key.pem'), await readFile(at('server-key.pem')));
      },
    ],
    [
      'another curve',
      /secp384r1/,
      () => {
        const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'];
        opensslAuthority(...curve, '-subj', '/CN=384');
        return Promise.resolve();
      },
    ],
    ['nonsense', /cannot sign/, () => writeFile(at('ca.pem'), 'nonsense')],
  ])('an authority that cannot sign (%s) is refused', async (_what, words, spoil) => {
    await make(['ca']);
    await spoil();
    const before = await everything();
    await expect(make(['client'])).rejects.toMatchObject({
      code: 'ERR_BAD_AUTHORITY',
      message: expect.stringMatching(words) as unknown,
    });
    expect(await everything()).toEqual(before);
  });
});

test('a file in place of the folder gives the error of the system', async () => {
  await writeFile(at('file'), '');
  await expect(makeCertificates({ ...request(['ca']), folder: at('file') })).rejects.toMatchObject({
    code: expect.stringMatching(/^(ENOTDIR|EEXIST)$/) as unknown,
  });
});

describe('names', () => {
  test('in other scripts, with a wildcard, too long for a common name', async () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    const names = ['bücher.example', '*.device.local', long, 'localhost.', 'localhost'];
    await make(['server'], { names, addresses: ['[fe80::1]', '::ffff:10.0.0.1'] });
    const { subjectAltName = '' } = new X509Certificate(await readFile(at('server.pem')));
    expect(subjectAltName.split(', ').slice(0, 4)).toEqual([
      'DNS:xn--bcher-kva.example',
      'DNS:*.device.local',
      `DNS:${long}`,
      'DNS:localhost',
    ]);
    expect(
      openssl('verify', '-CAfile', at('ca.pem'), '-verify_ip', 'fe80::1', at('server.pem')).out,
    ).toMatch(/: OK/);
    folder = await tempFolder();
    await make(['server'], { names: [long] });
    expect(textOf(at('server.pem'))).toMatch(/CN ?= ?Wirebench test server/);
  });

  test.each([
    [{ names: ['a b'] }, /"a b" is not a DNS name/],
    [{ names: [''] }, /"" is not a DNS name/],
    [{ names: ['a/../../b'] }, /is not a DNS name/],
    [{ names: ['a,DNS:b'] }, /is not a DNS name/],
    [{ names: ['10.0.0.1'] }, /10\.0\.0\.1 is an address/],
    [{ addresses: ['localhost'] }, /"localhost" is not an IP address/],
    [{ addresses: ['fe80::1%eth0'] }, /no place for a scope/],
    [{ names: [], addresses: [] }, /give one/],
  ])('%j is refused with its reason', async (wrong, words) => {
    await expect(make(['server'], wrong)).rejects.toMatchObject({
      code: 'ERR_BAD_CERTIFICATE',
      message: expect.stringMatching(words) as unknown,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

function request(kinds: CertificateKind[]): CertificateRequest {
  return { kinds, names: ['localhost'], addresses: [], days: 1, key: 'ec', overwrite: false };
}

async function everything(): Promise<[string, string][]> {
  const names = (await readdir(folder)).toSorted();
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => [name, await readFile(at(name), 'utf8')]),
  );
}
