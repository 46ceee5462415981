import { describe, expect, test } from 'vitest';
import { Cli, Program, cli, freePort } from './run-cli';

/** Serves so many connections one after another, saying what each has sent first. */
function server(port: number, connections: number): Program {
  return new Program('python3', [
    '-u',
    '-c',
    `import socket, sys
s = socket.create_server(('127.0.0.1', ${port}))
print('ready')
for n in range(${connections}):
    c, _ = s.accept()
    print(c.recv(100))
    c.close()`,
  ]);
}

describe('reconnect', () => {
  test('what is typed waits for the next connection; after the limit it ends with 3', async () => {
    const port = await freePort();
    const peer = server(port, 2);
    await peer.until(() => (peer.stdout.includes('ready') ? true : undefined));
    const address = `tcp:127.0.0.1:${port},reconnect=50ms,reconnect-limit=2`;
    const connect = new Cli(['connect', address, '--print', 'json']);
    connect.write('one\n');
    await peer.until(() => (peer.stdout.includes('one') ? true : undefined));
    await connect.event(({ event, state }) => event === 'stats' && state === 'reconnecting');
    connect.write('two\n');
    await peer.until(() => (peer.stdout.includes('two') ? true : undefined));
    const { code } = await connect.ended;
    expect(code).toBe(3);
    const stats = connect.events.at(-1);
    expect(stats).toMatchObject({ event: 'stats', sentBytes: 8, unsentBytes: 0 });
    const opened = connect.events.filter(({ event, parent }) => event === 'open' && parent);
    expect(opened).toHaveLength(2);
    expect(connect.events.filter(({ kind }) => kind === 'dialer').length).toBeGreaterThan(0);
  });

  test('a listener says that it waits for its port, and listens when it is free', async () => {
    const holder = new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json']);
    const port = await holder.port();
    const listen = new Cli(['listen', `tcp-listen:127.0.0.1:${port},reconnect=50ms`]);
    await listen.until(() => (/trying again: attempt 2/.test(listen.stderr) ? true : undefined));
    expect(listen.stderr).toContain(`Port ${port} is already taken`);
    holder.child.kill('SIGINT');
    await listen.until(() =>
      listen.stderr.includes(`listening on 127.0.0.1:${port}`) ? true : undefined,
    );
  });
});

test('a client too many is told, and so is a silence', async () => {
  const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0,max-clients=1', '--print', 'json']);
  const port = await listen.port();
  const first = new Program('ncat', ['127.0.0.1', String(port)]);
  const { socket } = await listen.event(
    ({ event, parent }) => event === 'open' && parent !== undefined,
  );
  new Program('ncat', ['127.0.0.1', String(port)]);
  const rejected = await listen.event(({ state }) => state === 'rejected');
  expect(rejected).toMatchObject({ event: 'fault', error: { code: 'ERR_MAX_CLIENTS' } });
  first.child.kill();
  await listen.event(({ event, socket: of }) => event === 'closed' && of === socket);
  const address = `tcp:127.0.0.1:${port},idle-timeout=100ms,idle-action=close`;
  const silent = new Cli(['connect', address, '--print', 'json']);
  const idle = await silent.event(({ state }) => state === 'idle');
  expect(idle['event']).toBe('stats');
  // How long it really was: on a busy machine more.
  expect(idle['text']).toMatch(/^\d+(\.\d+)? s: close$/);
  expect((await silent.ended).code).toBe(0);
});

describe('--trace', () => {
  test('tells the calls on standard error', async () => {
    const port = await freePort();
    const { code, stderr } = await cli('connect', `tcp:127.0.0.1:${port}`, '--trace');
    expect(code).toBe(3);
    expect(stderr).toContain(`calls of tcp:127.0.0.1:${port}`);
    expect(stderr).toMatch(/socket\(AF_INET, SOCK_STREAM, IPPROTO_TCP\) = fd\n/);
    expect(stderr).toMatch(
      /connect\(fd, 127\.0\.0\.1 port \d+\) = -1 ECONNREFUSED, \d+\.\d\d ms\n/,
    );
  });

  test('as JSON: in a stats line for each socket', async () => {
    const listen = new Cli([
      ...['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json', '--trace', '--count', '1'],
    ]);
    const port = await listen.port();
    new Program('ncat', ['127.0.0.1', String(port)]).write('hello');
    expect((await listen.ended).code).toBe(0);
    const traced = listen.events.filter(({ calls }) => Array.isArray(calls));
    const names = traced.map(({ calls }) =>
      (calls as { call: string }[]).map(({ call }) => call).join(' '),
    );
    expect(names).toEqual([
      'socket setsockopt bind listen close',
      'accept setsockopt setsockopt recv shutdown close',
    ]);
  });
});
