import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Note } from '../../../../src-shared/contract/row';
import type { SocketId } from '../../../../src-shared/contract/socket';
import { startProgram, startPython } from '../../../support/peers';
import { WatchedEngine } from '../../../support/watched-engine';

/** Connects, says what it hears and how it ends. */
const CLIENT = `
import socket, sys
try:
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 3)
except OSError as e:
    print('refused', e.errno, flush=True)
    sys.exit()
print('connected', flush=True)
while True:
    try:
        b = s.recv(1000)
    except OSError as e:
        print('error', e.errno, flush=True)
        break
    if not b:
        print('end', flush=True)
        break
    print('heard', b, flush=True)
`;

/** Finds exactly that text. */
function literal(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

/** The rows without payload that a socket writes down. */
function notes(watched: WatchedEngine, id: SocketId): Note[] {
  const seen: Note[] = [];
  const { recorder } = watched.engine.registry.get(id).recording;
  const note = recorder.note.bind(recorder);
  recorder.note = (of, what, at) => {
    seen.push(what);
    note(of, what, at);
  };
  return seen;
}

describe('accepting', () => {
  test('stopped: the port is closed and clients stay; begun again: on the same port', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    const port = local?.port ?? 0;
    const seen = notes(watched, id);
    const stayer = startPython(CLIENT, port);
    const child = await watched.child(id);
    const setAccepting = (accepting: boolean) =>
      watched.engine.command('setAccepting', { socket: id, accepting });

    await setAccepting(false);
    expect(watched.engine.socketInfo(id)).toMatchObject({ phase: 'open', accepting: false });
    const late = startPython(CLIENT, port);
    await late.said(/refused 111/);
    await watched.send(child.id, 'still here');
    await stayer.said(/heard b'still here'/);

    await setAccepting(true);
    await watched.until(id, ({ accepting }) => accepting === true);
    await watched.when(() => seen.some(({ event }) => event === 'accepting'), 'listening again');
    expect(watched.engine.socketInfo(id).local?.port).toBe(port);
    const third = startPython(CLIENT, port);
    await third.said(/connected/);
    await watched.child(id, child.id);
    expect(seen.map(({ event }) => event)).toEqual(['stopped-accepting', 'accepting']);

    await watched.engine.command('close', { socket: id });
    await watched.closed(id);
    await Promise.all([stayer.said(/end/), third.said(/end/)]);
  });

  test('when somebody took the port meanwhile, that is told and the clients stay', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    const client = startPython(CLIENT, local?.port ?? 0);
    await watched.child(id);
    await watched.engine.command('setAccepting', { socket: id, accepting: false });
    const thief = startPython(
      `import socket, sys
s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('mine', flush=True)
sys.stdin.readline()`,
      local?.port ?? 0,
    );
    await thief.said(/mine/);
    await watched.engine.command('setAccepting', { socket: id, accepting: true });
    await watched.when(() => watched.faults.length > 0, 'fault');
    expect(watched.faults[0]?.error.code).toBe('EADDRINUSE');
    const info = watched.engine.socketInfo(id);
    expect(info).toMatchObject({ phase: 'open', accepting: false, openChildren: 1 });
    await watched.engine.command('send', {
      socket: id,
      target: { to: 'all' },
      bytes: new Uint8Array(Buffer.from('hello')),
    });
    await client.said(/heard b'hello'/);
  });
});

describe('who may connect', () => {
  test('more than the limit are turned away with RST, counted and told', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,max-clients=1');
    const port = local?.port ?? 0;
    const seen = notes(watched, id);
    const first = startPython(CLIENT, port);
    await first.said(/connected/);
    const child = await watched.child(id);
    const second = startPython(CLIENT, port);
    await second.said(/(error|refused) 104/);
    expect(watched.engine.socketInfo(id)).toMatchObject({ refusedClients: 1, openChildren: 1 });
    expect(seen[0]).toMatchObject({ event: 'rejected', error: { code: 'ERR_MAX_CLIENTS' } });
    expect(seen[0]?.text).toMatch(/^127\.0\.0\.1:\d+$/);

    await watched.engine.command('setLimits', { socket: id, maxClients: 2, block: [] });
    const third = startPython(CLIENT, port);
    await third.said(/connected/);
    await watched.child(id, child.id);
    expect(watched.engine.socketInfo(id)).toMatchObject({ maxClients: 2, refusedClients: 1 });
  });

  test.each([
    ['127.0.0.1', '127.0.0.0/8'],
    ['::', '127.0.0.1'],
    ['::1', '::1/128'],
  ])('on %s: %s is blocked', async (bind, range) => {
    const watched = new WatchedEngine();
    const at = bind.includes(':') ? `[${bind}]` : bind;
    const { id, local } = await watched.opened(`tcp-listen:${at}:0,block=10.0.0.1;${range}`);
    const host = bind === '::1' ? '::1' : '127.0.0.1';
    const ncat = startProgram('ncat', [host, String(local?.port ?? 0)]);
    await ncat.exited();
    await watched.until(id, ({ refusedClients }) => refusedClients === 1);
    expect(watched.engine.socketInfo(id)).toMatchObject({ openChildren: 0, closedChildren: 0 });
    await watched.engine.command('setLimits', {
      socket: id,
      maxClients: null,
      block: ['10.0.0.1'],
    });
    const socket = connect(local?.port ?? 0, host);
    onTestFinished(() => {
      socket.destroy();
    });
    expect((await watched.child(id)).phase).toBe('open');
    const wrong = { socket: id, maxClients: null, block: ['nonsense'] };
    await expect(watched.engine.command('setLimits', wrong)).rejects.toThrow('nonsense');
    expect(watched.engine.socketInfo(id).block).toEqual(['10.0.0.1']);
  });
});

describe('on accept', () => {
  test.each([
    ['greeting="220 hi, you\\r\\n"', ["heard b'220 hi, you\\r\\n'"]],
    ['on-accept=close', ['end']],
    ['on-accept=close,greeting=bye', ["heard b'bye'", 'end']],
    ['on-accept=silent,greeting=no', []],
  ])('%s', async (options, heard) => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened(`tcp-listen:127.0.0.1:0,${options}`);
    const client = startPython(CLIENT, local?.port ?? 0);
    const child = await watched.child(id);
    for (const line of heard) await client.said(literal(line));
    if (heard.length === 0) {
      await watched.send(child.id, 'asked');
      await client.said(/heard b'asked'/);
      heard.push("heard b'asked'");
    }
    const said = client.stdout().toString().trim().split('\n');
    expect(said).toEqual(['connected', ...heard]);
  });

  test('on-accept=reset', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,on-accept=reset');
    // The RST may come before the client has noticed that it is connected.
    await startPython(CLIENT, local?.port ?? 0).said(/(error|refused) 104/);
    await watched.until(id, ({ closedChildren }) => closedChildren === 1);
  });

  test('can be changed while it listens', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    const set = (option: string, value: string) =>
      watched.engine.command('setOption', { socket: id, option, value });
    await set('greeting', '"hello, world"');
    const first = startPython(CLIENT, local?.port ?? 0);
    await first.said(/heard b'.*hello, world/);
    await set('on-accept', 'reset');
    const second = startPython(CLIENT, local?.port ?? 0);
    await second.said(/(error|refused) 104/);
    await expect(set('backlog', '3')).rejects.toThrow('cannot set "backlog"');
    await expect(set('on-accept', 'dance')).rejects.toThrow('dance');
  });
});
