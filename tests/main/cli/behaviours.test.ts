import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cli, Program, cli, ownFolder, payloads } from './run-cli';

const folder = ownFolder();

async function listening(...args: string[]) {
  const listen = new Cli(['listen', ...args, '--print', 'none']).end();
  const port = await listen.until(
    () => /(?:listening on|bound to) .*:(\d+)/.exec(listen.stderr)?.[1],
  );
  return { listen, port };
}

const ask = async (port: string, said: string, ...options: string[]) =>
  (await new Program('ncat', [...options, '127.0.0.1', port]).end(said).ended).stdout;

describe('each behaviour answers', () => {
  test.each([
    ['--echo', 'ping\n', /^ping\n$/],
    ['--discard', 'ping\n', /^$/],
    ['--daytime', '', /GMT\r\n$/],
    ['--time', '', /^[^]{4}$/],
    ['--http', 'HEAD /status.json HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n/],
    ['--smtp', 'QUIT\r\n', /^220 [^]*221 /],
    ['--pop3', 'QUIT\r\n', /^\+OK [^]*\+OK /],
    ['--imap4', 'a LOGOUT\r\n', /^\* OK [^]*a OK /],
    ['--nntp', 'QUIT\r\n', /^200 [^]*205 /],
    ['--ftp', 'QUIT\r\n', /^220 [^]*221 /],
    ['--telnet', 'quit\r\n', /Good bye\.\r\n$/],
    ['--gopher', '\r\n', /^iWirebench\t/],
  ])('%s', async (flag, said, answer) => {
    const { listen, port } = await listening('tcp-listen:127.0.0.1:0', flag);
    expect(await ask(port, said)).toMatch(answer);
    listen.child.kill('SIGINT');
    expect((await listen.ended).code).toBe(130);
  });

  test('--reply, over TCP and UDP, and what it says is recorded as sent', async () => {
    const record = join(folder, 'reply.pcapng');
    const { listen, port } = await listening(
      ...['tcp-listen:127.0.0.1:0', '--reply', String.raw`OK\x21\r\n`, '--record', record],
    );
    expect(await ask(port, 'x')).toBe('OK!\r\n');
    listen.child.kill('SIGINT');
    await listen.ended;
    expect(payloads(record, `tcp.srcport == ${port}`)).toBe(Buffer.from('OK!\r\n').toString('hex'));
    const udp = await listening('udp-listen:127.0.0.1:0', '--reply', 'yes');
    const client = new Program('ncat', ['-u', '127.0.0.1', udp.port]);
    client.child.stdin?.write('x');
    expect(await client.until(() => /yes/.exec(client.stdout)?.[0])).toBe('yes');
  });

  test('--chargen and --hub', async () => {
    const chargen = await listening('tcp-listen:127.0.0.1:0', '--chargen');
    const lines = `ncat 127.0.0.1 ${chargen.port} </dev/null | head -n 3`;
    const { stdout } = await new Program('bash', ['-c', lines]).ended;
    expect(stdout.split('\r\n').map((line) => [line.length, line.charAt(0)])).toEqual([
      [72, ' '],
      [72, '!'],
      [72, '"'],
      [0, ''],
    ]);
    const hub = await listening('tcp-listen:127.0.0.1:0', '--hub');
    const one = new Program('ncat', ['127.0.0.1', hub.port]);
    await hub.listen.until(() => /127\.0\.0\.1:\d+ connected/i.exec(hub.listen.stderr)?.[0]);
    const other = new Program('ncat', ['127.0.0.1', hub.port]).end('to all\n');
    expect(await one.until(() => /to all/.exec(one.stdout)?.[0])).toBe('to all');
    await other.ended;
  });
});

test.each([
  [['tcp-listen:0', '--echo', '--http'], /cannot be used with/],
  [['tcp-listen:0', '--reply', 'x', '--discard'], /cannot be used with/],
  [['tcp-listen:0,behave=echo', '--http'], /--http and behave=echo in the address exclude/],
  [['udp-listen:0', '--http'], /--http needs connections/],
  [['tcp-listen:0', '--reply', String.raw`\q`], /The reply is wrong/],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await cli('listen', ...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
