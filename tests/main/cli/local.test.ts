import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cli, Program, cli, eventsOf, ownFolder, payloads, tshark } from './run-cli';

const folder = ownFolder();
const at = (name: string) => join(folder, name);

const PYTHON_DIES = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
os.kill(os.getpid(), 9)
`;

describe.skipIf(process.platform === 'win32')('Unix sockets', () => {
  test('listen records and prints what socat and ncat send, by number', async () => {
    const path = at('listen.sock');
    const record = at('listen.pcapng');
    const listen = new Cli([
      'listen',
      `unix-listen:${path}`,
      '--print',
      'json',
      '--record',
      record,
    ]);
    const open = await listen.event(({ event }) => event === 'open');
    expect(open).toMatchObject({ kind: 'local-listener', path, local: null, remote: null });
    const first = await new Program('socat', ['-', `UNIX-CONNECT:${path}`]).end('one').ended;
    const second = await new Program('ncat', ['-U', path]).end('two').ended;
    expect([first.code, second.code]).toEqual([0, 0]);
    await listen.event(({ event, socket }) => event === 'closed' && socket === '3');
    listen.child.kill('SIGINT');
    const { code, stdout, stderr } = await listen.ended;
    expect([code, stderr]).toEqual([130, '']);
    const events = eventsOf(stdout);
    expect(events.filter(({ event, parent }) => event === 'open' && parent === '1')).toMatchObject(
      ['#1', '#2'].map((peer) => ({ kind: 'local-connection', peer, path })),
    );
    const data = events.filter(({ event }) => event === 'data');
    expect(data.map(({ socket, hex }) => [socket, hex])).toEqual([
      ['2', '6f6e65'],
      ['3', '74776f'],
    ]);
    expect(existsSync(path)).toBe(false);
    expect(payloads(record, 'ip.src == 127.1.0.1')).toBe('6f6e65');
    expect(payloads(record, 'ip.src == 127.1.0.2')).toBe('74776f');
    expect(tshark(record, ['frame.number'], 'tcp.analysis.flags')).toEqual([]);
    const rows = await cli('capture', 'rows', record);
    expect(rows.stdout).toContain(`#2 accepted #2 of unix-listen:${path}`);
    const info = await cli('capture', 'info', record, '--print', 'json');
    expect(JSON.parse(info.stdout)).toMatchObject({
      flows: [1, 2].map((peer) => ({ place: `unix-listen:${path}`, peer, receivedBytes: 3 })),
    });
  });

  test('connect sends to what listens there, and hears it; both ends in words', async () => {
    const path = at('both.sock');
    const listen = new Cli(['listen', `unix-listen:${path}`, '--echo']);
    await listen.until(() => (listen.stderr.includes(`listening on ${path}`) ? true : undefined));
    const connect = await cli('connect', `unix:${path}`, '--send', 'echo\\r\\n', '--count', '1');
    expect(connect.code).toBe(0);
    expect(connect.stdout).toContain(` < ${path} echo\\r\\n`);
    expect(connect.stderr).toMatch(new RegExp(`connected to ${path} in \\d`));
    listen.child.kill('SIGINT');
    const { stdout, stderr } = await listen.ended;
    expect(stdout).toMatch(/< #1 echo/);
    expect(stderr).toContain('#1 connected');
  });

  test('probe tells whether somebody listens, and why not', async () => {
    const path = at('probe.sock');
    const listen = new Cli(['listen', `unix-listen:${path}`, '--print', 'json']);
    await listen.event(({ event }) => event === 'open');
    const alive = await cli('probe', `unix:${path}`, '--print', 'json');
    expect([alive.code, alive.stderr]).toEqual([0, '']);
    expect(eventsOf(alive.stdout)).toMatchObject([
      { event: 'open', kind: 'local-connection', path },
    ]);
    listen.child.kill('SIGKILL');
    await listen.ended;
    const stale = await cli('probe', `unix:${path}`);
    expect(stale.code).toBe(3);
    expect(stale.stdout).toMatch(/^ECONNREFUSED \(errno -111\) \S+probe\.sock \d/);
    expect(stale.stderr).toMatch(/Nobody listens on \S+probe\.sock[\s\S]*left behind/);
    const none = await cli('probe', `unix:${at('none.sock')}`);
    expect([none.code, none.stderr]).toEqual([3, expect.stringMatching(/There is no socket/)]);
  });

  test('a file left behind stops a listener, unless it may remove it', async () => {
    const path = at('stale.sock');
    await new Program('python3', ['-c', PYTHON_DIES, path]).ended;
    const refused = await cli('listen', `unix-listen:${path}`);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/was left behind[\s\S]*option unlink/);
    const done = await cli('listen', `unix-listen:${path},unlink`, '--duration', '100ms');
    expect(done.code).toBe(0);
    writeFileSync(path, 'a file');
    const other = await cli('listen', `unix-listen:${path},unlink`);
    expect([other.code, other.stderr]).toEqual([3, expect.stringMatching(/another kind of file/)]);
    expect(existsSync(path)).toBe(true);
  });
});

test.skipIf(process.platform === 'win32')('pipes are for Windows, and it is said', async () => {
  const { code, stderr } = await cli('connect', 'pipe:device', '--send', 'x');
  expect(code).toBe(3);
  expect(stderr).toMatch(/Windows' own; here unix:\/tmp\/device does the same/);
});
