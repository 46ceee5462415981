import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLE, Cli, Program, cli, ownFolder } from './run-cli';

const folder = ownFolder();

describe('usage errors are 2, with what is wrong and what works', () => {
  test.each<[string[], string]>([
    [['replay', 'x.pcapng', 'tcp:h:1'], "unknown command 'replay'"],
    [['server', '9000'], "unknown command 'server'\nDid you mean `wirebench listen`?"],
    [['run', 'x.yaml'], "unknown command 'run'"],
    [['listen'], "missing required argument 'address'"],
    [['listen', 'tcp-listen:1', '--framing', 'words'], 'There are none, line, delim'],
    [['listen', 'tcp-listen:1', '--encoding', 'klingon'], 'There are utf-8, ascii, latin1'],
    [['listen', 'tcp-listen:1', '--finger'], "unknown option '--finger'\nDid you mean --filter?"],
    [['listen', '9000', '--port', '80'], "'--port'\nThat is part of the address"],
    [['listen', '9000', '--backlog=9'], 'after a comma: ADDRESS,backlog=128'],
    [['connect', 'tcp:h:1', '--tiemout', '1s'], 'Did you mean --timeout?'],
    [['listen', 'tcp-listen:1', '--send', 'x'], "unknown option '--send'"],
    [['listen', 'tcp-listen:1', '--echo', '--discard'], 'cannot be used with'],
    [['listen', 'tcp-listen:1', 'extra'], 'too many arguments'],
    [['listen', 'tcp-listen:1', '--print', 'xml'], 'Allowed choices are json, hex, text, none'],
    [['listen', 'tcp-listen:1', '--duration', '10'], '500ms, 10s, 2m or 1h'],
    [['listen', 'tcp-listen:1', '--count', '0'], 'whole number from 1 up'],
    [['listen', 'tls-listen:443,psk=hunter'], 'takes where the secret is, never the secret'],
    [['listen', 'unix-listen:'], 'unix-listen needs a path'],
    [['listen', 'tcp-listen:1,nodelai'], 'did you mean "nodelay"? (at character 14)'],
    [['listen', 'tcp:host:1'], 'wirebench connect tcp:host:1'],
    [['connect', 'tcp-listen:9000'], 'wirebench listen tcp-listen:9000'],
    [['probe', 'udp:h:1'], 'takes tcp, tls, unix and pipe addresses, not udp'],
    [['probe', 'tcp:h:9-1'], 'did you mean "1-9"? (at character 7)'],
    [['probe', 'tcp:h:1-65535', 'tcp:i:1-2'], 'These are 65537 attempts'],
    [['connect', 'tcp:h:1', '--send', 'a\\q'], 'is no escape'],
    [['connect', 'tcp:h:1', '--hex', '--send', 'AA B'], 'has no partner'],
    [['connect', 'tcp:h:1', '--send', 'a{{countr}}'], 'There is no placeholder "countr"'],
    [['connect', 'tcp:h:1', '--send', '{{var user}}'], 'Add --var user=VALUE'],
    [['connect', 'tcp:h:1', '--var', '=x'], 'Write NAME=VALUE'],
    [['connect', 'unix:/s', '--send', 'Host: {{host}}'], 'Here no host is dialled'],
    [['connect', 'tcp:h:1', '--hex', '--text'], 'cannot be used with'],
    [['connect', 'tcp:h:1', '--expect', 'OK'], 'A pattern begins with hex:, text: or /'],
    [['connect', 'tcp:h:1', '--expect', '/a(/'], 'Unterminated group'],
    [['capture'], 'wirebench capture'],
    [['capture', 'export', 'x'], 'Did you mean `wirebench capture convert`?'],
    [['capture', 'split', 'x', 'y', '--size', '100'], 'at least 64KiB'],
    [['capture', 'split', 'x', 'y', '--size', '1MB', '--split-size', '1MB'], 'cannot be used with'],
    [['listen', 'tcp-listen:1', '--size', '1MB'], 'Did you mean --split-size?'],
    [['connect', 'tcp:h:1', '--send', 'caf\ufffd'], 'Write bytes as \\xHH'],
    [['listen', 'tcp-listen:1', '--filter', '('.repeat(5000)], `'${'('.repeat(60)}…' is invalid`],
    [['capture', 'rows', 'x', '--print', 'none'], 'Allowed choices are json, hex, text'],
    [[], 'Usage: wirebench'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('a mark stands under the wrong character', async () => {
    const { stderr } = await cli('connect', 'tcp:h:1', '--hex', '--send', 'AA B');
    expect(stderr).toMatch(/\n {2}AA B\n {5}\^\n$/);
  });
});

test('help is 0, with examples first', async () => {
  for (const args of [
    ['--help'],
    ['listen', '--help'],
    ['connect', '--help'],
    ['probe', '--help'],
    ['capture', '--help'],
  ]) {
    const { code, stdout, stderr } = await cli(...args);
    expect([code, stderr, stdout.startsWith('Examples:\n  wirebench ')]).toEqual([0, '', true]);
  }
  expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('files that cannot be used are 5, before anything is opened', () => {
  test.each<[string, string[], string]>([
    [
      'an existing record',
      ['listen', 'tcp-listen:127.0.0.1:0', '--record', 'there.pcapng'],
      'exists already; nothing is overwritten',
    ],
    [
      'a folder that is not there',
      ['listen', 'tcp-listen:127.0.0.1:0', '--record', 'none/x.pcapng'],
      'There is no file or folder',
    ],
    [
      'a file to send that is not there',
      ['connect', 'tcp:127.0.0.1:1', '--file', 'none.bin'],
      'There is no file or folder',
    ],
    ['a folder to send', ['connect', 'tcp:127.0.0.1:1', '--file', 'folder'], 'is a folder'],
    ['no capture', ['capture', 'info', 'none.pcapng'], 'There is no file or folder'],
    ['not a capture', ['capture', 'rows', 'there.pcapng'], ': there.pcapng is not a capture file'],
    ['a folder as a capture', ['capture', 'rows', 'folder'], 'folder'],
  ])('%s', async (_name, args, message) => {
    writeFileSync(join(folder, 'there.pcapng'), 'something else entirely, and long enough');
    mkdirSync(join(folder, 'folder'), { recursive: true });
    const { code, stdout, stderr } = await new Cli(args, folder).end().ended;
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain(message);
  });
});

describe('network errors are 3', () => {
  test('a port that is taken', async () => {
    const first = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
    const port = await first.port();
    const { code, stderr } = await cli('listen', `tcp-listen:127.0.0.1:${port}`);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(`Port ${port} is already taken by`),
    ]);
    expect(stderr).toMatch(/EADDRINUSE \S+ 127\.0\.0\.1:\d+ \(errno -98\)/);
  });

  test('an address that is not ours', async () => {
    const { code, stderr } = await cli('listen', 'tcp-listen:192.0.2.1:0');
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('192.0.2.1 is not an address of this computer'),
    ]);
  });

  test('a datagram that is too large', async () => {
    const { code, stderr } = await cli(
      'connect',
      'udp:127.0.0.1:9',
      '--send',
      'x'.repeat(65_508),
      '--idle',
      '100ms',
    );
    expect([code, stderr]).toEqual([3, expect.stringContaining('65507')]);
  });
});

describe('probe', () => {
  test('says connected with the time, or the error with its number', async () => {
    const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
    const port = await listen.port();
    const open = await cli('probe', `tcp:127.0.0.1:${port}`);
    expect([open.code, open.stdout, open.stderr]).toEqual([
      0,
      expect.stringMatching(/^connected 127\.0\.0\.1:\d+ \d+\.\d{3} ms\n$/),
      '',
    ]);
    const json = await cli('probe', `tcp:127.0.0.1:${port}`, '--print', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      event: 'open',
      remote: `127.0.0.1:${port}`,
      attempts: [{ host: '127.0.0.1', port, error: null }],
    });
    listen.child.kill('SIGINT');
    await listen.ended;
    const closed = await cli('probe', `tcp:127.0.0.1:${port}`);
    expect([closed.code, closed.stdout]).toEqual([
      3,
      expect.stringMatching(/^ECONNREFUSED \(errno -111\) 127\.0\.0\.1:\d+ \d+\.\d{3} ms\n$/),
    ]);
  });
});

describe('probe of a list', () => {
  test('a line for each, how many there were, and 0 only when all are connected', async () => {
    const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
    const port = await listen.port();
    const address = `tcp:127.0.0.1:${port}`;
    const all = await cli('probe', address, `${address},${port}`);
    expect([all.code, all.stdout.match(/^connected /gm)?.length]).toEqual([0, 3]);
    expect(all.stderr).toMatch(/^wirebench: 3 of 3 tried, 3 connected, \d+\.\d{3} s\n$/);
    const some = await cli('probe', `tcp:127.0.0.1:1-3,${port}`, '--open', '--print', 'json');
    const lines = some.stdout.trim().split('\n');
    expect([some.code, ...lines.map((line): unknown => JSON.parse(line))]).toMatchObject([
      3,
      { event: 'open', socket: '4', address, remote: `127.0.0.1:${port}` },
      { event: 'summary', total: 4, done: 4, open: 1, cancelled: false },
    ]);
  });

  test('Ctrl+C ends it with what was done so far', async () => {
    const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
    const port = await listen.port();
    // Nobody answers their handshakes, so that they last.
    const ports = Array.from({ length: 100 }, () => port).join(',');
    const list = [`tcp:127.0.0.1:${port}`, `tls:127.0.0.1:${ports}`];
    const sweep = new Cli(['probe', ...list, '--print', 'json']);
    await sweep.until(() => /"event":"open"/.exec(sweep.stdout)?.[0]);
    sweep.child.kill('SIGINT');
    const { code, stdout, stderr } = await sweep.ended;
    const last: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect([code, last]).toMatchObject([
      130,
      { event: 'summary', total: 101, done: 1, open: 1, cancelled: true },
    ]);
    expect(stderr).toContain('stopped with 100 left');
  });
});

test('a second SIGINT kills a process that waits for its reader', async () => {
  const run =
    'node "$0" listen tcp-listen:127.0.0.1:0 --print hex & echo "pid $!" >&2; wait $!; echo "code $?" >&2';
  const shell = new Program('bash', ['-c', `{ ${run}; } | sleep 50`, BUNDLE]);
  const pid = Number(await shell.until(() => /pid (\d+)/.exec(shell.stderr)?.[1]));
  const port = await shell.until(() => /listening on .*:(\d+)/.exec(shell.stderr)?.[1]);
  const send = `
import socket
s = socket.create_connection(('127.0.0.1', ${port})); s.settimeout(1)
try:
    while True: s.send(bytes(65536))
except TimeoutError: print('stalled', flush=True)
s.recv(1)`;
  const sender = new Program('python3', ['-c', send]);
  await sender.until(() => /stalled/.exec(sender.stdout)?.[0]);
  process.kill(pid, 'SIGINT');
  await shell.until(() => /received \d+ bytes/.exec(shell.stderr)?.[0]);
  expect(shell.stderr).not.toContain('code');
  // Long before `sleep` would let it go.
  process.kill(pid, 'SIGINT');
  expect(await shell.until(() => /code (\d+)/.exec(shell.stderr)?.[1])).toBe('130');
});
