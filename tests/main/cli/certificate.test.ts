import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, eventsOf, ownFolder } from './run-cli';

const folder = ownFolder();

test('makes all kinds for this computer, and tells where they are', async () => {
  const out = join(folder, 'new', 'certs');
  const { code, stdout, stderr } = await cli('certificate', '--out', out);
  expect([code, stderr]).toEqual([0, '']);
  const kinds = ['ca', 'server', 'client', 'expired', 'wrong-name'];
  expect(
    stdout
      .split('\n')
      .slice(0, 5)
      .map((line) => line.split(' ').slice(0, 3)),
  ).toEqual(
    kinds.map((kind) => [`${kind}:`, join(out, `${kind}.pem`), join(out, `${kind}-key.pem`)]),
  );
  const server = join(out, 'server.pem');
  for (const how of [
    ['-verify_hostname', 'localhost'],
    ['-verify_ip', '127.0.0.1'],
  ])
    expect(
      execFileSync('openssl', [
        'verify',
        '-CAfile',
        join(out, 'ca.pem'),
        ...how,
        server,
      ]).toString(),
    ).toBe(`${server}: OK\n`);
});

test('makes one kind with the authority that is there, as JSON', async () => {
  const out = join(folder, 'one');
  await cli('certificate', '--out', out, '--kind', 'ca', '--print', 'none');
  const { code, stdout, stderr } = await cli(
    ...['certificate', '--out', out, '--kind', 'server', '--name', 'device.local'],
    ...['--ip', '192.168.1.50', '--days', '7', '--key', 'rsa', '--print', 'json'],
  );
  expect(code).toBe(0);
  expect(stderr).toContain(`signed by the authority that was there: ${join(out, 'ca.pem')}`);
  expect(eventsOf(stdout)).toMatchObject([
    { event: 'certificate', kind: 'ca', reused: true },
    { event: 'certificate', kind: 'server', certificate: join(out, 'server.pem'), reused: false },
  ]);
  const text = execFileSync('openssl', ['x509', '-noout', '-text', '-in', join(out, 'server.pem')]);
  expect(text.toString()).toMatch(/DNS:device\.local, IP Address:192\.168\.1\.50\n/);
});

test('overwrites nothing without --force', async () => {
  const out = join(folder, 'twice');
  await cli('certificate', '--out', out);
  const again = await cli('certificate', '--out', out);
  expect(again.code).toBe(5);
  expect(again.stderr).toMatch(/exists already; nothing was written\.[\s\S]*--force/);
  expect((await cli('certificate', '--out', out, '--force')).code).toBe(0);
  expect(readdirSync(out)).toHaveLength(10);
});

test.each([
  [['--name', 'a b'], 2, /"a b" is not a DNS name/],
  [['--days', '0'], 2, /whole number from 1 to 3650/],
  [['--kind', 'root'], 2, /choices/],
])('%j is refused', async (args, exit, words) => {
  const out = join(folder, 'refused');
  const { code, stderr } = await cli('certificate', '--out', out, ...args);
  expect(code).toBe(exit);
  expect(stderr).toMatch(words);
});

test('needs a folder', async () => {
  const { code, stderr } = await cli('certificate');
  expect(code).toBe(2);
  expect(stderr).toMatch(/--out/);
});
