import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, ownFolder, Program } from './run-cli';

const folder = ownFolder();

test('writes a script that runs', async () => {
  const got: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => got.push(bytes));
    socket.on('end', () => socket.end());
    socket.write('welcome');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sends = ['--send', "quote ' and \\x00", '--send', '\\r\\n'];
  const place = `tcp:127.0.0.1:${port},idle-timeout=500ms`;
  const { code, stdout, stderr } = await cli('code', place, ...sends);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const path = join(folder, 'client.py');
  writeFileSync(path, stdout);
  const ended = await new Program('python3', [path]).ended;
  expect(ended).toMatchObject({ code: 0, stdout: 'welcome', stderr: '' });
  expect(Buffer.concat(got).toString()).toBe("quote ' and \0\r\n");
});

test('payloads are in the encoding that is said', async () => {
  const made = await cli(
    'code',
    'tcp:h:1',
    '--language',
    'ncat',
    '--encoding',
    'gbk',
    '--send',
    '错',
  );
  expect([made.code, made.stdout.includes('\\264\\355')]).toEqual([0, true]);
});

test('says what cannot be had in a language, and where an address is wrong', async () => {
  const refused = await cli('code', 'tls:10.0.0.1:443', '--language', 'c');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('C has no TLS of its own');
  const wrong = await cli('code', 'tpc:10.0.0.1:443');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('did you mean "tcp"?');
});
