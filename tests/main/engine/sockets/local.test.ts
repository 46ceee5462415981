import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { paddedName } from '../../../../src-main/engine/sockets/local-path';
import { startProgram, startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields, followTcp, tshark } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';

/**
 * Listens on argv[1], tells so, and does what argv[2] says: `hold` accepts nobody. An abstract name
 * is filled up to argv[3] bytes.
 */
const PYTHON_SERVER = `
import os, socket, sys
path = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if sys.argv[2] == 'datagrams' else socket.SOCK_STREAM)
s.bind(('\\0' + path[1:]).ljust(int(sys.argv[3]), '\\0') if path[0] == '@' else path)
if sys.argv[2] != 'datagrams': s.listen(5)
print('ready', flush=True)
if sys.argv[2] == 'answer':
    c, _ = s.accept()
    c.sendall(c.recv(100).upper())
    assert c.recv(100) == b''
    c.close()
    print('served', flush=True)
sys.stdin.read()
`;

/** Connects to argv[1], sends argv[2], prints what comes until the end. */
const PYTHON_CLIENT = `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(8)
path = sys.argv[1]
s.connect('\\0' + path[1:] if path[0] == '@' else path)
s.sendall(sys.argv[2].encode())
s.shutdown(socket.SHUT_WR)
got = b''
while True:
    some = s.recv(100)
    if not some: break
    got += some
print(got.decode(), flush=True)
`;

let folder: string;
let path: string;
let watched: WatchedEngine;

beforeEach(async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no Unix sockets in Node');
  folder = await tempFolder();
  path = join(folder, 'device.sock');
  watched = new WatchedEngine();
});

/** A program that listens there, until it is told to go (or killed). */
async function otherListener(
  at: string,
  how: 'hold' | 'answer' | 'datagrams' = 'hold',
  nameBytes = 0,
) {
  const program = startPython(PYTHON_SERVER, at, how, nameBytes);
  await program.said(/ready/);
  return program;
}

/** A file left behind: its maker was killed. */
async function leaveStale(at: string): Promise<void> {
  const program = await otherListener(at);
  program.kill('SIGKILL');
  await program.exited();
  expect(lstatSync(at).isSocket()).toBe(true);
}

/** Opens what cannot be opened; why not. */
async function refused(address: string) {
  const id = watched.open(address);
  const { error } = await watched.closed(id);
  return error;
}

function close(id: number): void {
  watched.engine.registry.get(id).close();
}

describe('a listener', () => {
  test('talks with socat, ncat and Python, each by its number', async () => {
    const listener = await watched.opened(`unix-listen:${path},half-open`);
    expect(listener).toMatchObject({ kind: 'local-listener', path, local: null, remote: null });
    const socat = startProgram('socat', ['-', `UNIX-CONNECT:${path}`]);
    const first = await watched.child(listener.id);
    socat.write('from socat');
    await watched.until(first.id, (i) => i.ledger.receivedBytes === 10, 'bytes of socat');
    const ncat = startProgram('ncat', ['-U', path]);
    const second = await watched.child(listener.id, first.id);
    const python = startPython(PYTHON_CLIENT, path, 'from python');
    const third = await watched.child(listener.id, second.id);
    expect([first, second, third]).toMatchObject(
      ['#1', '#2', '#3'].map((address) => ({
        ...{ kind: 'local-connection', parent: listener.id, address, path },
        ...{ local: null, remote: null },
      })),
    );
    const target = { to: 'all' as const };
    const bytes = new Uint8Array(Buffer.from('to all'));
    await watched.engine.command('send', { socket: second.id, target: { to: 'peer' }, bytes });
    await ncat.said(/to all/);
    await watched.engine.command('send', { socket: listener.id, target, bytes });
    await socat.said(/to all/);
    watched.engine.registry.get(third.id).end();
    await python.said(/to all/);
    expect(await python.exited()).toBe(0);
    await watched.until(third.id, (i) => i.phase === 'closed' && i.peerEnded && i.ended);
    close(listener.id);
    const closed = await watched.closed(listener.id);
    expect(closed.ledger).toMatchObject({ receivedBytes: 21, receivedChunks: 2 });
    expect(await socat.exited()).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test('is recorded so that tshark follows it, and read back with its path', async () => {
    const file = join(folder, 'local.pcapng');
    const listener = await watched.opened(`unix-listen:${path}`, { path: file });
    for (const text of ['first one', 'second']) {
      const client = startPython(PYTHON_CLIENT, path, text);
      const before = watched.engine.socketInfo(listener.id).closedChildren;
      await watched.until(listener.id, (i) => i.closedChildren > before, `end of ${text}`);
      expect(await client.exited()).toBe(0);
    }
    close(listener.id);
    await watched.closed(listener.id);

    expect(followTcp(file, 0)).toEqual([Buffer.from('first one').toString('hex'), '']);
    expect(followTcp(file, 1)).toEqual([Buffer.from('second').toString('hex'), '']);
    expect(fields(file, 'tcp.analysis.flags || _ws.malformed', 'frame.number')).toEqual([]);
    const opened = ['127.1.0.1', '127.1.0.2'].map((source, index) => [
      ...[source, '127.0.0.1'],
      `accepted -- #${index + 1} of unix-listen:${path}`,
    ]);
    const syn = 'tcp.flags.syn == 1 && tcp.flags.ack == 0';
    expect(fields(file, syn, 'ip.src', 'ip.dst', 'frame.comment')).toEqual(opened);
    expect(tshark(file, '-q', '-z', 'expert').stdout).not.toMatch(/Warn|Error/);

    const capture = watched.engine.openCapture([file]);
    await watched.until(capture, ({ phase }) => phase === 'open', 'capture that is read');
    const flows = [...watched.engine.registry.all()].filter((s) => s.parent?.id === capture);
    expect(flows.map((flow) => flow.info())).toMatchObject(
      ['#1', '#2'].map((address) => ({
        ...{ kind: 'local-connection', address, path, local: null, remote: null },
        phase: 'closed',
      })),
    );
    const rows = async (socket: number) => {
      await watched.engine.command('openView', { view: `v${socket}`, socket });
      const found = await watched.engine.command('rows', {
        view: `v${socket}`,
        from: 0,
        count: 50,
      });
      return found.rows.map(({ peer, direction, note }) => [peer, direction, note?.event ?? null]);
    };
    const ofFirst = [
      ['#1', 'state', 'accepted'],
      ['#1', 'in', null],
      ['#1', 'state', 'peer-ended'],
      ['#1', 'state', 'ended'],
      ['#1', 'state', 'closed'],
    ];
    expect(await rows(flows[0]?.id ?? 0)).toEqual(ofFirst);
    const all = await rows(capture);
    // The live session told the same.
    expect(await rows(listener.id)).toEqual(all);
    expect(all.filter(([peer]) => peer === '#1')).toEqual(ofFirst);
    expect(all.filter(([peer]) => peer === '')).toEqual([
      ['', 'state', 'open'],
      ['', 'state', 'closed'],
    ]);
  });

  test('has the rights that were asked for, before anybody can come', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'takes root to become another user');
    // The folder of the test is closed to others.
    chmodSync(folder, 0o755);
    const another = () =>
      startProgram('setpriv', [
        ...['--reuid=65534', '--regid=65534', '--clear-groups'],
        ...['socat', '-u', 'OPEN:/dev/null', `UNIX-CONNECT:${path}`],
      ]);
    const closedToOthers = await watched.opened(`unix-listen:${path},mode=600`);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    const denied = another();
    expect(await denied.exited()).toBe(1);
    expect(denied.stderr()).toMatch(/Permission denied/);
    close(closedToOthers.id);
    await watched.closed(closedToOthers.id);
    const openToAll = await watched.opened(`unix-listen:${path},mode=666`);
    expect(lstatSync(path).mode & 0o777).toBe(0o666);
    const allowed = another();
    const { id } = await watched.child(openToAll.id);
    await watched.closed(id);
    expect(await allowed.exited()).toBe(0);
  });

  test('stops and starts: the file goes and comes back, and clients stay', async () => {
    const { id } = await watched.opened(`unix-listen:${path},max-clients=1`);
    const socat = startProgram('socat', ['-', `UNIX-CONNECT:${path}`]);
    const child = await watched.child(id);
    watched.engine.registry.get(id).setAccepting(false);
    expect(existsSync(path)).toBe(false);
    socat.write('still here');
    await watched.until(
      child.id,
      (i) => i.ledger.receivedBytes === 10,
      'bytes of a client that stays',
    );
    watched.engine.registry.get(id).setAccepting(true);
    await watched.until(id, ({ accepting }) => accepting === true, 'accepting again');
    const turnedAway = startProgram('socat', ['-u', `UNIX-CONNECT:${path}`, '-']);
    expect(await turnedAway.exited()).toBe(0);
    expect(watched.engine.socketInfo(id).refusedClients).toBe(1);
    expect(watched.engine.socketInfo(child.id).phase).toBe('open');
  });
});

describe('a connection', () => {
  test('talks with socat and Python listening, and is recorded', async () => {
    const file = join(folder, 'dial.pcapng');
    const server = await otherListener(path, 'answer');
    const opened = await watched.opened(`unix:${path}`, { path: file });
    expect(opened).toMatchObject({ kind: 'local-connection', path, local: null, remote: null });
    expect(opened.connectMs).toBeGreaterThan(0);
    await watched.send(opened.id, 'shout');
    await watched.until(opened.id, (i) => i.ledger.receivedBytes === 5, 'answer');
    expect(watched.bytes('in', opened.id).toString()).toBe('SHOUT');
    watched.engine.registry.get(opened.id).end();
    await server.said(/served/);
    const closed = await watched.closed(opened.id);
    expect(closed).toMatchObject({ error: null, ended: true, peerEnded: true });
    expect(followTcp(file, 0)).toEqual(['73686f7574', '53484f5554']);
    const syn = 'tcp.flags.syn == 1 && tcp.flags.ack == 0';
    expect(fields(file, syn, 'ip.src', 'ip.dst', 'frame.comment')).toEqual([
      ['127.0.0.1', '127.1.0.1', `connected -- unix:${path}`],
    ]);

    const other = join(folder, 'socat.sock');
    const socat = startProgram('socat', ['-d', '-d', '-', `UNIX-LISTEN:${other}`]);
    await socat.said(/listening on/);
    const { id } = await watched.opened(`unix:${other}`);
    socat.write('hello');
    await watched.until(id, (i) => i.ledger.receivedBytes === 5, 'bytes of socat');
    await watched.send(id, 'there');
    await socat.said(/there/);
    close(id);
    await watched.closed(id);
    expect(await socat.exited()).toBe(0);
  });

  test('that is cut off ends at once, and one that the peer cuts off says so', async () => {
    const listener = await watched.opened(`unix-listen:${path}`);
    const ours = await watched.opened(`unix:${path}`);
    const theirs = await watched.child(listener.id);
    await watched.send(theirs.id, 'unread');
    watched.engine.setReading(ours.id, false);
    watched.engine.registry.get(ours.id).reset();
    expect(await watched.closed(ours.id)).toMatchObject({ error: null });
    const end = await watched.closed(theirs.id);
    // Linux tells of bytes that were left unread; where they were read it is a plain end.
    expect([null, 'ECONNRESET']).toContain(end.error?.code ?? null);
  });

  test('carries much both ways without loss', async () => {
    const listener = await watched.opened(`unix-listen:${path},half-open`);
    const bytes = new Uint8Array(4 * 1024 * 1024).map((_, index) => index % 251);
    const input = join(folder, 'input');
    const output = join(folder, 'output');
    await writeFile(input, bytes);
    const socat = startProgram('socat', [
      '-t8',
      `UNIX-CONNECT:${path}`,
      `SYSTEM:"cat ${input}; cat > ${output}"`,
    ]);
    const { id } = await watched.child(listener.id);
    await watched.until(id, (i) => i.ledger.receivedBytes === bytes.length, 'all of it');
    expect(watched.bytes('in', id).equals(bytes)).toBe(true);
    for (let at = 0; at < bytes.length; at += 1024 * 1024)
      await watched.send(id, bytes.subarray(at, at + 1024 * 1024));
    watched.engine.registry.get(id).end();
    expect(await socat.exited()).toBe(0);
    expect(readFileSync(output).equals(bytes)).toBe(true);
  });
});

describe('an abstract name of Linux', () => {
  test('is listened on and dialled, and leaves no file', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux has abstract names');
    const name = `wirebench-${process.pid}-${String(performance.now())}`;
    // Then only programs that fill names up with zeros as well are met.
    const padded = paddedName(name, 'bind') !== null;
    const listener = await watched.opened(`unix-listen:@${name}`);
    expect(listener.path).toBe(`@${name}`);
    const how = padded ? ',unix-tightsocklen=0' : '';
    const socat = startProgram('socat', ['-', `ABSTRACT-CONNECT:${name}${how}`]);
    const { id } = await watched.child(listener.id);
    await watched.send(id, 'abstract');
    await socat.said(/abstract/);
    expect(await refused(`unix-listen:@${name}`)).toMatchObject({ code: 'EADDRINUSE' });
    close(listener.id);
    await watched.closed(listener.id);
    expect(watched.faults.map(({ error }) => error.code)).toEqual(
      padded ? ['ERR_ABSTRACT_PADDED'] : [],
    );
    const code = padded ? 'ERR_ABSTRACT_PADDED' : 'ECONNREFUSED';
    expect(await refused(`unix:@${name}`)).toMatchObject({ code });
    await otherListener(`@${name}`, 'answer', padded ? 108 : 0);
    const dialled = await watched.opened(`unix:@${name}`);
    await watched.send(dialled.id, 'shout');
    await watched.until(dialled.id, (i) => i.ledger.receivedBytes === 5, 'answer');
    expect(existsSync(`@${name}`)).toBe(false);
  });
});

describe('a path that is taken', () => {
  test('by a file left behind: said so, and removed only when asked', async () => {
    await leaveStale(path);
    const error = await refused(`unix-listen:${path}`);
    expect(error).toMatchObject({ code: 'ERR_STALE_SOCKET', syscall: 'bind' });
    expect(lstatSync(path).isSocket()).toBe(true);
    const { phase, id } = await watched.opened(`unix-listen:${path},unlink`);
    expect(phase).toBe('open');
    const client = startPython(PYTHON_CLIENT, path, 'x');
    await watched.closed((await watched.child(id)).id);
    expect(await client.exited()).toBe(0);
  });

  test('by one who answers: never removed', async () => {
    await otherListener(path);
    const before = lstatSync(path).ino;
    for (const option of ['', ',unlink']) {
      const error = await refused(`unix-listen:${path}${option}`);
      expect(error).toMatchObject({ code: 'EADDRINUSE' });
      expect(error?.message).toContain('another program listens');
    }
    expect(lstatSync(path).ino).toBe(before);
  });

  test('by one of ours, or a socket for datagrams: never removed', async () => {
    await watched.opened(`unix-listen:${path}`);
    expect(await refused(`unix-listen:${path},unlink`)).toMatchObject({ code: 'EADDRINUSE' });
    const other = join(folder, 'datagrams.sock');
    await otherListener(other, 'datagrams');
    expect(await refused(`unix-listen:${other},unlink`)).toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(other)).toBe(true);
  });

  test('by another kind of file: never touched', async () => {
    await writeFile(path, 'precious');
    const folderThere = join(folder, 'folder');
    mkdirSync(folderThere);
    const link = join(folder, 'link');
    await leaveStale(join(folder, 'stale.sock'));
    symlinkSync(join(folder, 'stale.sock'), link);
    for (const taken of [path, folderThere, link])
      for (const option of ['', ',unlink'])
        expect(await refused(`unix-listen:${taken}${option}`)).toMatchObject({ code: 'ENOTSOCK' });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(join(folder, 'stale.sock'))).toBe(true);
  });

  test('with unlink and nothing there it opens', async () => {
    expect(await watched.opened(`unix-listen:${path},unlink`)).toMatchObject({ phase: 'open' });
  });

  test("another's file in the place of ours stays when we close", async () => {
    const { id } = await watched.opened(`unix-listen:${path}`);
    renameSync(path, join(folder, 'ours'));
    const other = createServer((socket) => socket.end()).listen(path);
    await new Promise((done) => other.once('listening', done));
    onTestFinished(() => void other.close());
    close(id);
    await watched.closed(id);
    expect(lstatSync(path).isSocket()).toBe(true);
    const still = await watched.opened(`unix:${path}`);
    expect(still.phase).toBe('open');
    close(still.id);
    await watched.closed(still.id);
  });
});

describe('what cannot be opened says why', () => {
  test.each([
    ['nothing there', '', 'ENOENT'],
    ['a file left behind', 'stale', 'ECONNREFUSED'],
    ['another kind of file', 'file', 'ENOTSOCK'],
    ['a socket for datagrams', 'datagrams', 'EPROTOTYPE'],
  ])('dialling: %s', async (_what, there, code) => {
    if (there === 'stale') await leaveStale(path);
    if (there === 'file') await writeFile(path, '');
    if (there === 'datagrams') await otherListener(path, 'datagrams');
    expect(await refused(`unix:${path}`)).toMatchObject({ code, syscall: 'connect' });
  });

  test('listening: a folder that is not there, or that nobody may write to', async () => {
    expect(await refused(`unix-listen:${folder}/none/x`)).toMatchObject({
      code: expect.stringMatching(/^(ENOENT|EACCES)$/) as unknown,
    });
    if (process.platform === 'linux')
      expect(await refused('unix-listen:/proc/x.sock')).toMatchObject({
        code: expect.stringMatching(/^(EACCES|ENOENT|EPERM)$/) as unknown,
      });
  });

  test('a path is as long as the system takes, in bytes, or nothing is made', async () => {
    const max = process.platform === 'linux' ? 107 : 103;
    const name = (bytes: number) => {
      const room = bytes - Buffer.byteLength(folder) - 1;
      return join(folder, 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2));
    };
    expect(Buffer.byteLength(name(max))).toBe(max);
    const { id } = await watched.opened(`unix-listen:${name(max)}`);
    expect(lstatSync(name(max)).isSocket()).toBe(true);
    expect((await watched.opened(`unix:${name(max)}`)).phase).toBe('open');
    close(id);
    expect(() => watched.open(`unix-listen:${name(108)}`)).toThrow(/108 bytes/);
    expect(() => watched.open(`unix:${name(108)}`)).toThrow(/108 bytes/);
    expect(existsSync(name(108).slice(0, -1))).toBe(false);
  });

  test('pipes are for Windows', async ({ skip }) => {
    skip(process.platform === 'win32', 'it is Windows');
    for (const kind of ['pipe', 'pipe-listen']) {
      const error = await refused(`${kind}:device`);
      expect(error?.code).toBe('ERR_WINDOWS_ONLY');
      expect(error?.message).toContain(`${kind.replace('pipe', 'unix')}:/tmp/device`);
    }
  });

  test('closing one that is still being opened is no failure', async () => {
    await leaveStale(path);
    const id = watched.open(`unix-listen:${path},unlink`);
    close(id);
    expect(await watched.closed(id)).toMatchObject({ error: null, openedAt: null });
    const dial = watched.open(`unix:${path}`);
    close(dial);
    expect(await watched.closed(dial)).toMatchObject({ error: null });
  });
});
