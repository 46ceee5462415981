import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EngineMessage, EngineUpdate } from '../../../src-shared/contract/engine';
import {
  engineCommands,
  MAX_UNSEEN_UPDATES,
  engineMessage,
  engineUpdate,
  hostCommands,
} from '../../../src-shared/contract/engine';
import { socketError } from '../../../src-shared/contract/socket';
import { within } from '../../support/deadline';
import { startPython } from '../../support/peers';
import { tempFolder } from '../../support/temp-folder';
import { capinfos, fields } from '../../support/tshark';
import { turnClock } from '../../support/turn-clock';
import { WatchedEngine } from '../../support/watched-engine';

const LIMIT = 1024 ** 3;

async function withStore(): Promise<{ watched: WatchedEngine; folder: string }> {
  const folder = join(await tempFolder(), 'captures');
  return {
    watched: new WatchedEngine({ captureFolder: folder, captureLimitBytes: LIMIT }),
    folder,
  };
}

async function talk(watched: WatchedEngine, listener: number, port: number): Promise<number> {
  const client = startPython(
    `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
s.sendall(b'question')
assert s.recv(100) == b'answer'
s.close()
`,
    port,
  );
  const { id } = await watched.child(listener);
  await watched.until(id, (i) => i.ledger.receivedBytes === 8, 'question');
  await watched.send(id, 'answer');
  expect(await client.exited()).toBe(0);
  await watched.closed(id);
  return id;
}

describe('commands', () => {
  test('unknown names and wrong parameters are rejected with a message', async () => {
    const { watched } = await withStore();
    const { engine } = watched;
    for (const [name, params, code] of [
      ['nonsense', {}, 'ERR_BAD_COMMAND'],
      ['__proto__', {}, 'ERR_BAD_COMMAND'],
      ['constructor', {}, 'ERR_BAD_COMMAND'],
      ['shutdown', {}, 'ERR_BAD_COMMAND'],
      ['open', { address: '' }, 'ERR_BAD_COMMAND'],
      ['open', { address: 'tcp:1.2.3.4:99999' }, 'ERR_BAD_ADDRESS'],
      ['close', { socket: 99 }, 'ERR_NO_SUCH_SOCKET'],
      ['rows', { view: 'v', from: 0, count: 1 }, 'ERR_NO_SUCH_VIEW'],
      ['openCapture', { name: 'missing.pcapng' }, 'ERR_NO_SUCH_CAPTURE'],
      ['openCapture', { name: '../../etc/x.pcapng' }, 'ERR_BAD_COMMAND'],
      ['probe', { address: 'udp:127.0.0.1:1' }, 'ERR_BAD_ADDRESS'],
    ] as const) {
      const rejected: unknown = await engine.command(name, params).catch((error: unknown) => error);
      expect(rejected).toMatchObject({ code });
      expect(socketError.safeParse(rejected).success).toBe(true);
    }
    await expect(engine.hostCommand('openCaptureFile', { paths: ['/none'] })).rejects.toMatchObject(
      {
        code: 'ENOENT',
      },
    );
  });

  test('garbage on every command: rejected or done, never thrown, and the engine still works', async () => {
    const { watched } = await withStore();
    const { engine } = watched;
    const listener = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const names = [
      ...Object.keys(engineCommands),
      ...Object.keys(hostCommands).filter((name) => name !== 'shutdown'),
    ];
    const likely = fc.record(
      {
        // Of the listener itself a command may be no garbage at all, such as to close it.
        socket: fc
          .oneof(fc.integer(), fc.constant(listener.id + 1), fc.anything())
          .filter((socket) => socket !== listener.id),
        view: fc.oneof(fc.string(), fc.anything()),
        address: fc.oneof(fc.constantFrom('tcp:', 'udp:::', 'x'), fc.anything()),
        bytes: fc.oneof(fc.uint8Array(), fc.anything()),
        target: fc.oneof(fc.constant({ to: 'all' }), fc.anything()),
        name: fc.oneof(fc.constant('a.pcapng'), fc.anything()),
        from: fc.anything(),
        count: fc.anything(),
        indexes: fc.anything(),
        path: fc.constant('/nowhere/at/all'),
        kept: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const messages: EngineMessage[] = [];
    const attachment = engine.attach((message) => messages.push(message));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...names), fc.string()),
        fc.oneof(likely, fc.anything()),
        async (name, params) => {
          attachment.receive(params);
          attachment.receive({ id: 7, command: name, params });
          const outcome: unknown = await engine.hostCommand(name, params).catch((e: unknown) => {
            expect(socketError.parse(e)).toMatchObject({ code: expect.any(String) as string });
            return e;
          });
          expect(outcome).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
    for (const message of messages) expect(engineMessage.safeParse(message).success).toBe(true);
    attachment.detach();
    await talk(watched, listener.id, listener.local?.port ?? 0);
  });

  test('interfaces lists the loopback', async () => {
    const { engine } = new WatchedEngine();
    const { interfaces } = await engine.command('interfaces', {});
    expect(interfaces).toContainEqual(
      expect.objectContaining({ address: '127.0.0.1', family: 'IPv4', internal: true }),
    );
  });
});

describe('captures', () => {
  test('one part of a recording tells of the others, and all are opened as one log', async () => {
    const { watched } = await withStore();
    const { engine } = watched;
    const address = 'tcp-listen:127.0.0.1:0,split-size=64KiB';
    const { socket } = await engine.command('open', { address });
    const { local } = await watched.until(socket, ({ phase }) => phase === 'open');
    const peer = connect(local?.port ?? 0, '127.0.0.1');
    peer.end(Buffer.alloc(300_000));
    await watched.until(socket, ({ ledger }) => ledger.receivedBytes === 300_000, 'all bytes');
    await engine.command('close', { socket });
    await watched.closed(socket);
    const { captures } = await engine.command('captures', {});
    expect(captures.length).toBeGreaterThan(1);
    const name = captures.map((one) => one.name).sort()[1] ?? '';
    const part = await engine.command('openCapture', { name });
    const count = captures.length;
    expect(engine.socketInfo(part.socket).capture).toMatchObject({ partOf: { number: 2, count } });
    const whole = await engine.command('openWhole', part);
    const of = await watched.until(whole.socket, ({ phase }) => phase === 'open', 'all parts');
    expect(of.capture).toMatchObject({ damage: null, parts: { kept: count, missingParts: 0 } });
    expect(of.ledger.receivedBytes).toBe(300_000);
    // As long as it is shown, none of them is deleted.
    for (const one of captures)
      await expect(engine.command('deleteCapture', { name: one.name })).rejects.toMatchObject({
        code: 'ERR_CAPTURE_IN_USE',
      });
    await watched.engine.close();
  });

  test('open records to the store; it is listed, kept, opened, and deleted', async () => {
    const { watched, folder } = await withStore();
    const { engine } = watched;
    const { socket } = await engine.command('open', { address: 'tcp-listen:127.0.0.1:0' });
    const { local } = await watched.until(socket, ({ phase }) => phase === 'open');
    await talk(watched, socket, local?.port ?? 0);
    const { path } = await engine.hostCommand('capturePath', { socket });
    expect(fields(path, 'tcp.len > 0', 'tcp.payload').flat()).toEqual([
      Buffer.from('question').toString('hex'),
      Buffer.from('answer').toString('hex'),
    ]);
    const [listed] = (await engine.command('captures', {})).captures;
    const name = listed?.name ?? '';
    expect(listed).toMatchObject({ inUse: true, kept: false, complete: false });
    expect(engine.socketInfo(socket).capture).toMatchObject({ file: name, state: 'recording' });
    for (const command of ['deleteCapture', 'recoverCapture'] as const)
      await expect(engine.command(command, { name })).rejects.toMatchObject({
        code: 'ERR_CAPTURE_IN_USE',
      });
    await engine.command('keepCapture', { name, kept: true });
    await engine.command('close', { socket });
    await watched.closed(socket);
    expect(engine.socketInfo(socket).capture).toMatchObject({ state: 'complete', error: null });
    await engine.command('openView', { view: 'live', socket });
    const live = await engine.command('rows', { view: 'live', from: 0, count: 512 });
    const opened = await engine.command('openCapture', { name });
    await watched.until(opened.socket, ({ phase }) => phase === 'open', 'all of the file');
    // Opened again it is the one that is open, unless the file has changed.
    expect(await engine.command('openCapture', { name })).toEqual(opened);
    const { path: there } = await engine.hostCommand('capturePath', opened);
    expect(await engine.hostCommand('openCaptureFile', { paths: [there] })).toEqual(opened);
    const elsewhere = await tempFolder();
    const link = join(elsewhere, 'link.pcapng');
    symlinkSync(there, link);
    expect(await engine.hostCommand('openCaptureFile', { paths: [link] })).toEqual(opened);
    const copy = join(elsewhere, 'copy.pcapng');
    copyFileSync(there, copy);
    const first = await engine.hostCommand('openCaptureFile', { paths: [copy] });
    expect(first).not.toEqual(opened);
    expect(await engine.hostCommand('openCaptureFile', { paths: [copy] })).toEqual(first);
    appendFileSync(copy, 'more');
    const changed = await engine.hostCommand('openCaptureFile', { paths: [copy] });
    expect(changed).not.toEqual(first);
    await engine.command('close', changed);
    expect(await engine.hostCommand('openCaptureFile', { paths: [copy] })).not.toEqual(changed);
    await engine.command('openView', { view: 'file', socket: opened.socket });
    const again = await engine.command('rows', { view: 'file', from: 0, count: 512 });
    const seen = ({ rows }: typeof live) =>
      rows.map(({ direction, lengthBytes, peer, note, at }) => ({
        direction,
        lengthBytes,
        peer,
        note,
        at,
      }));
    expect(seen(again)).toEqual(seen(live));
    expect(live.rows.map(({ note, direction }) => note?.event ?? direction)).toEqual([
      'open',
      'accepted',
      'in',
      'out',
      'peer-ended',
      'ended',
      'closed',
      'closed',
    ]);
    const flow = await watched.child(opened.socket);
    expect(flow).toMatchObject({
      kind: 'tcp-connection',
      phase: 'closed',
      ledger: { receivedBytes: 8, sentBytes: 6 },
    });
    await engine.command('remove', { socket });
    await expect(engine.command('rows', { view: 'live', from: 0, count: 1 })).rejects.toMatchObject(
      { code: 'ERR_NO_SUCH_VIEW' },
    );
    await expect(engine.command('deleteCapture', { name })).rejects.toMatchObject({
      code: 'ERR_CAPTURE_IN_USE',
    });
    await engine.command('close', { socket: opened.socket });
    await engine.command('remove', { socket: opened.socket });
    await engine.command('deleteCapture', { name });
    expect(await engine.command('captures', {})).toEqual({ captures: [] });
    expect(readdirSync(folder, { recursive: true }).filter((f) => String(f).endsWith('g'))).toEqual(
      [],
    );
  });

  test('rows and whole payloads, with their bounds', async () => {
    const { watched } = await withStore();
    const { engine } = watched;
    const there = await watched.opened('udp-listen:127.0.0.1:0', 'store');
    const here = await watched.opened(`udp:127.0.0.1:${there.local?.port ?? 0}`, 'store');
    const { length: before } = await engine.command('openView', { view: 'v', socket: here.id });
    for (const size of [0, 5, 300, 65_507])
      await watched.send(here.id, new Uint8Array(size).fill(size & 255));
    await watched.until(here.id, (i) => i.ledger.sentChunks === 4, 'four datagrams');
    const { rows, length } = await engine.command('rows', { view: 'v', from: before, count: 512 });
    expect(length).toBe(before + 4);
    expect(rows.map((row) => [row.direction, row.lengthBytes, row.preview.byteLength])).toEqual([
      ['out', 0, 0],
      ['out', 5, 5],
      ['out', 300, 256],
      ['out', 65_507, 256],
    ]);
    for (const { preview } of rows) expect(preview.buffer.byteLength).toBe(preview.byteLength);
    const indexes = [before + 1, before + 3];
    const { chunks, truncated } = await engine.command('rowBytes', { view: 'v', indexes });
    expect(chunks.map((c) => [c.byteLength, c[0]])).toEqual([
      [5, 5],
      [65_507, 65_507 & 255],
    ]);
    expect(truncated).toBe(false);
    const many = Array<number>(1100).fill(before + 3);
    const bounded = await engine.command('rowBytes', { view: 'v', indexes: many });
    expect(bounded.truncated).toBe(true);
    expect(bounded.chunks).toHaveLength(Math.floor((64 * 1024 * 1024) / 65_507));
    await expect(
      engine.command('rowBytes', { view: 'v', indexes: [length] }),
    ).rejects.toMatchObject({ code: 'ERR_BAD_COMMAND' });
  });

  test('saving copies what is recorded so far, whole, or nothing', async () => {
    const { watched, folder } = await withStore();
    const { engine } = watched;
    const listener = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const socket = listener.id;
    await talk(watched, socket, listener.local?.port ?? 0);
    const path = join(folder, '..', 'saved.pcapng');
    writeFileSync(path, 'was here before');
    await engine.hostCommand('saveCapture', { socket, path });
    expect(capinfos(path, '-c').code).toBe(0);
    expect(fields(path, 'tcp.len > 0', 'frame.number')).toHaveLength(2);
    await expect(
      engine.hostCommand('saveCapture', { socket, path: join(folder, 'no', 'such', 'x.pcapng') }),
    ).rejects.toMatchObject({ code: 'ENOENT' });
    const own = (await engine.hostCommand('capturePath', { socket })).path;
    await expect(engine.hostCommand('saveCapture', { socket, path: own })).rejects.toMatchObject({
      code: 'ERR_NOT_POSSIBLE',
    });
    if (existsSync('/dev/full')) {
      await expect(
        engine.hostCommand('saveCapture', { socket, path: '/dev/no/x.pcapng' }),
      ).rejects.toMatchObject({ code: 'ENOENT' });
    }
    expect(readdirSync(join(folder, '..'))).toEqual(['captures', 'saved.pcapng']);
    const unrecorded = await watched.opened('tcp-listen:127.0.0.1:0');
    await expect(
      engine.command('openView', { view: 'v', socket: unrecorded.id }),
    ).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
  });

  test('without a folder nothing is opened unrecorded', async () => {
    const { engine } = new WatchedEngine();
    await expect(
      engine.command('open', { address: 'tcp-listen:127.0.0.1:0' }),
    ).rejects.toMatchObject({ code: 'ERR_NOT_CONFIGURED' });
    const captureFolder = join(await tempFolder(), 'later');
    await engine.hostCommand('configure', { captureFolder, captureLimitBytes: LIMIT });
    await expect(engine.command('open', { address: 'tcp-listen:127.0.0.1:0' })).resolves.toEqual({
      socket: expect.any(Number) as number,
    });
  });
});

describe('closing', () => {
  test('ends everything in good order, and the captures with it', async () => {
    const { watched, folder } = await withStore();
    const { engine } = watched;
    const listener = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const port = listener.local?.port ?? 0;
    const dialled = await watched.opened(`tcp:127.0.0.1:${port}`, 'store');
    const udp = await watched.opened('udp-listen:127.0.0.1:0', 'store');
    watched.open('tcp:192.0.2.1:9', 'store');
    await watched.send(dialled.id, 'last words');
    const { id } = await watched.child(listener.id);
    await engine.close();
    await engine.close();
    expect([...engine.registry.all()].map(({ phase }) => phase)).toEqual(
      [...engine.registry.all()].map(() => 'closed'),
    );
    expect(watched.bytes('in', id).toString()).toBe('last words');
    expect(engine.socketInfo(udp.id).error).toBeNull();
    const files = readdirSync(folder).filter((name) => name.endsWith('.pcapng'));
    expect(files).toHaveLength(4);
    for (const name of files) expect(capinfos(join(folder, name)).code).toBe(0);
    expect(() => engine.open('tcp-listen:0', { record: 'none' })).toThrow('ending');
  });

  test('takes no longer than 2 s when a peer reads nothing', async () => {
    const { watched } = await withStore();
    const listener = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const deaf = startPython(
      `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
sys.stdin.read()
`,
      listener.local?.port ?? 0,
    );
    const { id } = await watched.child(listener.id);
    await watched.send(id, new Uint8Array(16 * 1024 * 1024));
    const took = turnClock();
    await watched.engine.close();
    expect(took()).toBeLessThan(2000);
    expect(watched.engine.socketInfo(id)).toMatchObject({ phase: 'closed', ended: false });
    const path = watched.engine.registry.get(listener.id).recording.session?.path ?? '';
    expect(fields(path, 'tcp.flags.reset == 1', 'frame.number')).toHaveLength(1);
    expect(readFileSync(path).includes('bytes not sent')).toBe(true);
    deaf.end();
    await deaf.exited();
  });
});

describe('updates', () => {
  async function attached(watched: WatchedEngine, { receipts = true } = {}) {
    const updates: { at: number; update: EngineUpdate }[] = [];
    let look = () => undefined as void;
    let seen: (count: number) => void = () => undefined;
    const attachment = watched.engine.attach((message) => {
      if (message.type === 'update') {
        updates.push({ at: performance.now(), update: engineUpdate.parse(message.update) });
        if (receipts) seen(updates.length);
      }
      look();
    });
    seen = (count) => {
      attachment.receive({ id: 1, command: 'updatesSeen', params: { count } });
    };
    onTestFinished(() => attachment.detach());
    const when = (is: () => boolean) =>
      within(
        new Promise<void>((resolve) => {
          look = () => {
            if (is()) resolve();
          };
          look();
        }),
        'update',
      );
    await when(() => updates.length > 0);
    return { updates, when, seen };
  }

  test('the first tells all, the rest what changed, and in silence nothing is sent', async () => {
    const { watched } = await withStore();
    const old = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const quiet = await watched.opened('tcp-listen:127.0.0.1:0', 'store');
    const { updates, when } = await attached(watched);
    expect(updates[0]?.update).toMatchObject({ first: true });
    expect(updates[0]?.update.sockets.map(({ id }) => id)).toEqual([old.id, quiet.id]);
    await watched.engine.command('openView', { view: 'not of this window', socket: old.id });
    const child = await talk(watched, old.id, old.local?.port ?? 0);
    const last = (id: number) =>
      updates
        .flatMap(({ update }) => update.sockets)
        .filter((info) => info.id === id)
        .at(-1);
    await when(() => last(child)?.phase === 'closed' && last(old.id)?.closedChildren === 1);
    expect(last(child)).toEqual(watched.engine.socketInfo(child));
    const rest = updates.slice(1).map(({ update }) => update);
    expect(rest.some(({ sockets }) => sockets.some(({ id }) => id === quiet.id))).toBe(false);
    expect(rest.every(({ first, views }) => !first && views.length === 0)).toBe(true);
    // The file's size is told once it has been written, and then nothing more.
    const size = () => watched.engine.socketInfo(old.id).capture?.bytes;
    await when(() => last(old.id)?.capture?.bytes === size() && (size() ?? 0) > 1000);
    watched.engine.registry.get(old.id).close();
    await when(() => last(old.id)?.phase === 'closed');
    expect(last(old.id)).toEqual(watched.engine.socketInfo(old.id));
    await watched.engine.command('remove', { socket: old.id });
    await when(() => updates.at(-1)?.update.removed.includes(old.id) === true);
    expect(updates.at(-1)?.update.removed).toEqual([old.id, child]);
    const gaps = updates.slice(2).map(({ at }, n) => at - (updates[n + 1]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(14);
  });

  test('a window that does not say what it has seen is sent no more, and all once it does', async () => {
    const watched = new WatchedEngine();
    const socket = await watched.opened('udp-listen:127.0.0.1:0');
    const { updates, when, seen } = await attached(watched, { receipts: false });
    startPython(
      `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(1000):
    s.sendto(b'x', ('127.0.0.1', int(sys.argv[1])))
    time.sleep(0.002)
`,
      socket.local?.port ?? 0,
    );
    await watched.until(socket.id, (i) => i.ledger.receivedChunks === 1000, '1000 datagrams');
    expect(updates).toHaveLength(MAX_UNSEEN_UPDATES);
    const told = () =>
      updates
        .flatMap(({ update }) => update.sockets)
        .filter(({ id }) => id === socket.id)
        .at(-1)?.ledger.receivedChunks;
    expect(told()).toBeLessThan(1000);
    seen(updates.length);
    await when(() => told() === 1000);
  });

  test('views of a window grow in its updates, and its requests are answered', async () => {
    const { watched } = await withStore();
    const there = await watched.opened('udp-listen:127.0.0.1:0', 'store');
    const here = await watched.opened(`udp:127.0.0.1:${there.local?.port ?? 0}`);
    const answers: EngineMessage[] = [];
    let look = () => undefined as void;
    const attachment = watched.engine.attach((message) => {
      answers.push(message);
      look();
    });
    onTestFinished(() => attachment.detach());
    const until = (is: (message: EngineMessage) => boolean) =>
      within(
        new Promise<EngineMessage>((resolve) => {
          look = () => {
            const found = answers.find(is);
            if (found) resolve(found);
          };
          look();
        }),
        'message',
      );
    attachment.receive({ id: 1, command: 'openView', params: { view: 'a', socket: there.id } });
    const opened = await until((m) => m.type === 'result' && m.id === 1);
    const { length } = engineCommands.openView.result.parse(
      opened.type === 'result' ? opened.result : null,
    );
    await watched.send(here.id, 'one more');
    await until(
      (m) =>
        m.type === 'update' &&
        m.update.views.some(({ view, length: now }) => view === 'a' && now === length + 1),
    );
    attachment.receive({ id: 2, command: 'configure', params: {} });
    const refused = await until((m) => m.type === 'rejected' && m.id === 2);
    expect(refused).toMatchObject({ error: { code: 'ERR_BAD_COMMAND' } });
    attachment.receive(null);
    attachment.receive({ id: 3 });
    await until((m) => m.type === 'rejected' && m.id === 3);
  });

  test('many changed sockets come in parts of 256, each of them in the end', async () => {
    const watched = new WatchedEngine();
    const { updates, when } = await attached(watched);
    const socket = await watched.opened('udp-listen:127.0.0.1:0');
    startPython(
      `
import socket, sys
for n in range(600):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b'x', ('127.0.0.1', int(sys.argv[1])))
    s.close()
`,
      socket.local?.port ?? 0,
    );
    const told = () => new Set(updates.flatMap(({ update }) => update.sockets.map((s) => s.id)));
    await watched.until(socket.id, (i) => i.ledger.receivedChunks === 600, '600 datagrams');
    const { openChildren } = watched.engine.socketInfo(socket.id);
    await when(() => told().size === openChildren + 1);
    expect(Math.max(...updates.map(({ update }) => update.sockets.length))).toBeLessThanOrEqual(
      256,
    );
  });
});
