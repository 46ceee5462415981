import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stapledStatus } from '../../../../src-main/engine/sockets/tls-ocsp';

/* Responses made by openssl, and its own verdict on each of them beside ours. */

const DAY_MS = 86_400_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-ocsp-'));
  writeFileSync(at('delegate.ext'), 'extendedKeyUsage=OCSPSigning\n');
  for (const name of ['ec', 'rsa', 'ed', 'stranger']) authority(name);
  issue('ec', 'delegate', '-extfile', at('delegate.ext'));
  issue('ec', 'usurper');
  issue('stranger', 'foreign', '-extfile', at('delegate.ext'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function at(name: string): string {
  return join(folder, name);
}

function openssl(...args: string[]): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8', cwd: folder });
  return { ok: status === 0, said: stdout + stderr };
}

function done(...args: string[]): void {
  const { ok, said } = openssl(...args);
  if (!ok) throw new Error(`openssl ${args.join(' ')}: ${said}`);
}

/** With a leaf of its own, whose number is 77. */
function authority(name: string): void {
  const kinds: Readonly<Record<string, string[]>> = {
    rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ed: ['-algorithm', 'ed25519'],
  };
  const p256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  done('genpkey', ...(kinds[name] ?? p256), '-out', `${name}.key`);
  done(...`req -x509 -new -key ${name}.key -subj /CN=${name} -days 30 -out ${name}.pem`.split(' '));
  issue(name, `${name}-leaf`);
}

function issue(by: string, name: string, ...more: string[]): void {
  done(
    ...'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'.split(' '),
    '-out',
    `${name}.key`,
  );
  done('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  const from = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-set_serial', '77', '-days', '20'];
  done('x509', '-req', '-in', `${name}.csr`, ...from, ...more, '-out', `${name}.pem`);
}

interface Asked {
  ca?: string;
  signer?: string;
  /** Whether the number 77 is on the list as good or revoked. */
  state?: 'V' | 'R';
  more?: string[];
}

function respond({ ca = 'ec', signer = ca, state = 'V', more = [] }: Asked): Buffer {
  const revokedAt = state === 'R' ? '260101000000Z' : '';
  writeFileSync(at('index'), `${state}\t490101000000Z\t${revokedAt}\t4D\tunknown\t/CN=leaf\n`);
  const asked = ['-issuer', `${ca}.pem`, '-cert', `${ca}-leaf.pem`, '-no_nonce'];
  done('ocsp', ...asked, '-reqout', 'request');
  const from = ['-index', 'index', '-CA', `${ca}.pem`, '-ndays', '7', '-reqin', 'request'];
  const by = ['-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`, '-respout', 'response'];
  done('ocsp', ...from, ...by, ...more);
  return readFileSync(at('response'));
}

function chain(ca = 'ec', leaf = `${ca}-leaf`): Buffer[] {
  return [leaf, ca].map((name) => new X509Certificate(readFileSync(at(`${name}.pem`))).raw);
}

/** What openssl says of the response that was made last. */
function judged(ca = 'ec'): boolean {
  const of = ['-issuer', `${ca}.pem`, '-cert', `${ca}-leaf.pem`, '-CAfile', `${ca}.pem`];
  return openssl('ocsp', '-respin', 'response', '-no_nonce', ...of).said.includes('verify OK');
}

describe('a response that is to be believed', () => {
  test.each<[string, Asked]>([
    ['of an issuer with an ECDSA key', {}],
    ['of one with an RSA key', { ca: 'rsa' }],
    ['with RSA-PSS', { ca: 'rsa', more: ['-rsigopt', 'rsa_padding_mode:pss'] }],
    ['with SHA-512', { ca: 'rsa', more: ['-rmd', 'sha512'] }],
    ['of one with an Ed25519 key', { ca: 'ed' }],
    ['of one the issuer lets answer', { signer: 'delegate' }],
    ['named by its key', { signer: 'delegate', more: ['-resp_key_id'] }],
    ['without certificates in it', { more: ['-resp_no_certs'] }],
  ])('%s', (_, asked) => {
    const bytes = respond(asked);
    const { thisUpdate, nextUpdate, ...told } = stapledStatus(bytes, chain(asked.ca), Date.now());
    expect(told).toEqual({ status: 'good', problem: null, bytes: bytes.byteLength });
    expect((nextUpdate ?? 0) - (thisUpdate ?? 0)).toBe(7 * DAY_MS);
    expect(judged(asked.ca)).toBe(true);
  });

  test('says revoked, too', () => {
    const bytes = respond({ state: 'R' });
    const { status, problem } = stapledStatus(bytes, chain(), Date.now());
    expect([status, problem, judged()]).toEqual(['revoked', null, true]);
  });
});

describe('one that is not, and why', () => {
  const problem = (bytes: Uint8Array, of = chain(), now = Date.now()) =>
    stapledStatus(bytes, of, now).problem;

  test.each<[string, Asked]>([
    ['signed by another authority', { signer: 'stranger' }],
    ['signed by one that another authority lets answer', { signer: 'foreign' }],
    ['signed by one of the issuer that may not answer', { signer: 'usurper' }],
  ])('%s', (_, asked) => {
    expect([problem(respond(asked)), judged()]).toEqual(['stranger', false]);
  });

  test('with SHA-1, which proves nothing', () => {
    expect(problem(respond({ ca: 'rsa', more: ['-rmd', 'sha1'] }), chain('rsa'))).toBe('algorithm');
  });

  test('about another certificate of the same issuer, or of another issuer', () => {
    const bytes = respond({});
    expect(problem(bytes, chain('rsa'))).toBe('other-certificate');
    done(
      ...'x509 -req -in ec-leaf.csr -CA ec.pem -CAkey ec.key -set_serial 78'.split(' '),
      '-out',
      'o.pem',
    );
    expect(problem(bytes, chain('ec', 'o'))).toBe('other-certificate');
    expect(problem(bytes, chain().slice(0, 1))).toBe('no-issuer');
    expect(problem(bytes, [])).toBe('no-issuer');
  });

  test('of another time; five minutes are the clock’s', () => {
    const bytes = respond({});
    const { thisUpdate, nextUpdate } = stapledStatus(bytes, chain(), Date.now());
    const [from, until] = [thisUpdate ?? 0, nextUpdate ?? 0];
    const minutes = (count: number) => count * 60_000;
    expect(problem(bytes, chain(), until + minutes(4))).toBeNull();
    expect(problem(bytes, chain(), until + minutes(6))).toBe('expired');
    expect(problem(bytes, chain(), from - minutes(4))).toBeNull();
    expect(problem(bytes, chain(), from - minutes(6))).toBe('early');
  });

  test('with any byte changed, or cut anywhere, it is never believed', () => {
    const bytes = respond({ signer: 'delegate' });
    const [of, now] = [chain(), Date.now()];
    // Some bytes say nothing, such as the parameters of an algorithm that has none.
    for (let at = 0; at < bytes.byteLength; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      const told = stapledStatus(changed, of, now);
      if (told.problem === null) expect(told.status).toBe('good');
      expect(problem(bytes.subarray(0, at), of, now)).not.toBeNull();
    }
    const told = bytes.indexOf(Buffer.from([0x80, 0x00]));
    const revoked = Buffer.from(bytes);
    revoked[told] = 0x82;
    expect(stapledStatus(revoked, chain(), Date.now())).toMatchObject({ problem: 'signature' });
  });
});
