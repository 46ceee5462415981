import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SocketInfo } from '../../../../src-shared/contract/socket';
import { startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';

/** Connects, and sends numbered blocks until the kernel takes no more for a second; tells how much. */
const SENDER = `
import select, socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.setblocking(False)
sent, block = 0, 0
pending = b''
while True:
    if not pending:
        pending = (b'%08d' % block) * 1024
        block += 1
    if not select.select([], [s], [], 1)[1]:
        if sys.argv[2] == 'reset':
            break
        print('blocked after', sent, flush=True)
        sys.stdin.readline()
        s.setblocking(True)
        s.sendall(pending)
        sent += len(pending)
        break
    n = s.send(pending)
    sent += n
    pending = pending[n:]
print('sent', sent, flush=True)
if sys.argv[2] == 'reset':
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\\x01\\0\\0\\0\\0\\0\\0\\0')
s.close()
`;

function numbered(bytes: Buffer): boolean {
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const block = String(Math.floor(at / 8192)).padStart(8, '0');
    if (bytes.toString('latin1', at, at + 8) !== block) return false;
  }
  return true;
}

describe('reading paused', () => {
  test('the peer is held up by a zero window, and with resuming nothing is lost', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,paused');
    const peer = startPython(SENDER, local?.port ?? 0, 'wait');
    const child = await watched.child(id);
    expect(child.readingPaused).toBe(true);
    const [, blockedAfter = ''] = await peer.said(/blocked after (\d+)/);
    // Our buffers and the peer's are full; what we have seen of it is nothing.
    expect(Number(blockedAfter)).toBeGreaterThan(64 * 1024);
    expect(watched.engine.socketInfo(child.id).ledger.receivedBytes).toBe(0);
    const ss = startPython(
      `import subprocess, sys
print(subprocess.run(['ss', '-tn', 'sport', '=', sys.argv[1]], capture_output=True, text=True).stdout)`,
      local?.port ?? 0,
    );
    await ss.exited();
    const [, queued = ''] = /ESTAB\s+(\d+)/.exec(ss.stdout().toString()) ?? [];
    expect(Number(queued)).toBeGreaterThan(0);

    await watched.engine.command('pauseReading', { socket: child.id, paused: false });
    peer.write('\n');
    const [, sent = ''] = await peer.said(/sent (\d+)/);
    await watched.closed(child.id);
    const received = watched.bytes('in', child.id);
    expect(received.length).toBe(Number(sent));
    expect(numbered(received)).toBe(true);
    expect(watched.engine.socketInfo(child.id).readingPaused).toBe(false);
  });

  test('what had been read before a reset is recorded all the same', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    const peer = startPython(
      `import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
sys.stdin.readline()
s.sendall(b'last words')
print('sent', flush=True)
sys.stdin.readline()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\\x01\\0\\0\\0\\0\\0\\0\\0')
s.close()
print('gone')`,
      local?.port ?? 0,
    );
    const child = await watched.child(id);
    await watched.engine.command('pauseReading', { socket: child.id, paused: true });
    peer.write('\n');
    await peer.said(/sent/);
    // Node has taken them in by the end of this turn; a reset in the same read it takes for a FIN.
    await new Promise((done) => setImmediate(done));
    peer.write('\n');
    expect(watched.bytes('in', child.id).length).toBe(0);
    const { error } = await watched.closed(child.id);
    expect(error?.code).toBe('ECONNRESET');
    expect(watched.bytes('in', child.id).toString()).toBe('last words');
  });

  test('closing reads what waits, so that the peer gets no reset', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0,paused');
    const peer = startPython(
      `import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.sendall(b'x' * 100000)
print('sent', flush=True)
print('end', s.recv(10))`,
      local?.port ?? 0,
    );
    const child = await watched.child(id);
    await peer.said(/sent/);
    await watched.engine.command('close', { socket: child.id });
    await peer.said(/end b''/);
    expect((await watched.closed(child.id)).ledger.receivedBytes).toBe(100_000);
  });
});

const QUIET = `import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for line in sys.stdin:
    s.sendall(line.encode())
`;

describe('idle timeout', () => {
  test.each([
    ['close', null, []],
    ['reset', null, []],
    ['half-close', null, ['ended']],
  ])('%s', async (action, error, marks) => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened(
      `tcp-listen:127.0.0.1:0,half-open,idle-timeout=150ms,idle-action=${action}`,
    );
    startPython(QUIET, local?.port ?? 0);
    const child = await watched.child(id);
    expect(child.idle).toMatchObject({ timeoutMs: 150, action });
    if (marks.length > 0) {
      await watched.until(child.id, ({ ended }) => ended, 'FIN');
      expect(watched.engine.socketInfo(child.id).phase).toBe('open');
    } else expect((await watched.closed(child.id)).error).toBe(error);
    // Not from here: on a busy machine the silence may be half over by now.
    expect(Date.now() - (child.openedAt ?? 0)).toBeGreaterThan(100);
  });

  test('a warning is told once for a silence, and again after the next', async () => {
    const watched = new WatchedEngine();
    const seen: string[] = [];
    const { id, local, idle } = await watched.opened('tcp-listen:127.0.0.1:0,idle-timeout=120ms');
    // What its connections will have: the listener itself is never silent.
    const limit = { timeoutMs: 120, action: 'warn', direction: 'either' };
    expect(idle).toEqual({ ...limit, deadlineAt: null, silentSince: null });
    const peer = startPython(QUIET, local?.port ?? 0);
    const child = await watched.child(id);
    const socket = watched.engine.registry.get(child.id);
    const { recorder } = socket.recording;
    const note = recorder.note.bind(recorder);
    recorder.note = (of, what, at) => {
      seen.push(what.event);
      note(of, what, at);
    };
    const first = child.idle?.deadlineAt ?? 0;
    expect(first - Date.now()).toBeLessThanOrEqual(121);
    await watched.until(child.id, ({ idle }) => idle?.deadlineAt === null, 'warning');
    expect(seen).toEqual(['idle']);
    peer.write('hello\n');
    await watched.until(child.id, ({ idle }) => (idle?.deadlineAt ?? 0) > first, 'countdown');
    await watched.until(child.id, ({ idle }) => idle?.deadlineAt === null, 'second warning');
    expect(seen).toEqual(['idle', 'idle']);
    expect(watched.engine.socketInfo(child.id).phase).toBe('open');
  });

  test('while something passes it does not fire, and a paused reader is not silent', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened(
      'tcp-listen:127.0.0.1:0,idle-timeout=200ms,idle-action=close',
    );
    const peer = startPython(QUIET, local?.port ?? 0);
    const child = await watched.child(id);
    for (let n = 1; n <= 8; n += 1) {
      peer.write(`${n}\n`);
      await watched.until(child.id, ({ ledger }) => ledger.receivedBytes >= 2 * n, `line ${n}`);
      // Less than the limit, and in all far more than it.
      await new Promise((done) => setTimeout(done, 60));
    }
    expect(watched.engine.socketInfo(child.id).phase).toBe('open');
    await watched.engine.command('pauseReading', { socket: child.id, paused: true });
    expect(watched.engine.socketInfo(child.id).idle?.deadlineAt).toBeNull();
    await watched.engine.command('pauseReading', { socket: child.id, paused: false });
    await watched.closed(child.id);
  });

  test('a peer that answers no more is noticed while we go on asking', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened(
      'tcp-listen:127.0.0.1:0,idle-timeout=150ms,idle-direction=rx',
      { path: join(await tempFolder(), 'silent.pcapng') },
    );
    const peer = startPython(QUIET, local?.port ?? 0);
    const child = await watched.child(id);
    expect(child.idle).toMatchObject({ direction: 'rx', action: 'warn' });
    const asks = { socket: child.id, target: { to: 'peer' as const }, bytes: new Uint8Array([1]) };
    const poll = setInterval(() => void watched.engine.command('send', asks), 20);
    try {
      const isSilent = ({ idle }: SocketInfo) => (idle?.silentSince ?? null) !== null;
      const silent = await watched.until(child.id, isSilent, 'silence of the peer');
      expect(silent.ledger.sentBytes).toBeGreaterThan(2);
      peer.write('hello\n');
      await watched.until(child.id, (info) => !isSilent(info), 'an answer');
      const set = (option: string, value: string) =>
        watched.engine.command('setOption', { socket: child.id, option, value });
      // While we ask, neither our silence nor that of both comes; a pause of reading is none of ours.
      await set('idle-direction', 'tx');
      await watched.engine.command('pauseReading', { socket: child.id, paused: true });
      expect(watched.engine.socketInfo(child.id).idle?.deadlineAt).not.toBeNull();
      clearInterval(poll);
      await watched.until(child.id, isSilent, 'our own silence');
    } finally {
      clearInterval(poll);
    }
    const { length } = await watched.engine.command('openView', { view: 'v', socket: child.id });
    const { rows } = await watched.engine.command('rows', { view: 'v', from: 0, count: length });
    const told = rows.flatMap(({ note }) => (note?.event === 'idle' ? [note.text ?? ''] : []));
    expect(told[0]).toMatch(/^0\.\d s, nothing received: warn$/);
    expect(told.at(-1)).toMatch(/^0\.\d s, nothing sent: warn$/);
  });

  test('the limit can be set on an open connection', async () => {
    const watched = new WatchedEngine();
    const { id, local } = await watched.opened('tcp-listen:127.0.0.1:0');
    startPython(QUIET, local?.port ?? 0);
    const child = await watched.child(id);
    expect(child.idle).toBeNull();
    const set = (option: string, value: string | null) =>
      watched.engine.command('setOption', { socket: child.id, option, value });
    await set('idle-timeout', '80ms');
    const silent = await watched.until(
      child.id,
      ({ idle }) => (idle?.silentSince ?? null) !== null,
      'silence',
    );
    // Nothing has passed since it was opened.
    expect(Math.abs((silent.idle?.silentSince ?? 0) - (silent.openedAt ?? 0))).toBeLessThan(5000);
    await set('idle-timeout', 'off');
    expect(watched.engine.socketInfo(child.id).idle).toBeNull();
    await expect(set('idle-timeout', '0')).rejects.toThrow('idle-timeout');
    await set('idle-action', 'reset');
    await set('idle-timeout', '100ms');
    await watched.closed(child.id);
    await expect(set('idle-timeout', '1s')).rejects.toThrow('cannot set');
  });
});
