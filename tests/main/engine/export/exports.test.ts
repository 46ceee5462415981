import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Exports } from '../../../../src-main/engine/export/exports';
import { now } from '../../../../src-main/engine/clock';
import { startPython } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { WatchedEngine } from '../../../support/watched-engine';
import { pattern, PEER, startSession, US } from '../capture/sample';

test('of one connection among others, by the command that main gives', async () => {
  const folder = await tempFolder();
  const watched = new WatchedEngine();
  const listener = await watched.opened('tcp-listen:127.0.0.1:0', {
    path: join(folder, 'live.pcapng'),
  });
  const client = startPython(
    `
import socket, sys
a = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
b = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
a.sendall(b'of a'); b.sendall(b'of b')
sys.stdin.readline()
`,
    listener.local?.port ?? 0,
  );
  const second = await watched.child(listener.id, 1);
  await watched.until(listener.id, (i) => i.ledger.receivedBytes === 8, 'both');
  const path = join(folder, 'rows.bin');
  writeFileSync(path, 'what was there');
  const request = { job: 'one', format: 'raw-rx', path } as const;
  const one = await watched.engine.hostCommand('exportRows', { ...request, socket: second.id });
  expect(one).toEqual({ cancelled: false, rows: 1, bytes: 4 });
  expect(readFileSync(path, 'utf8')).toMatch(/^of [ab]$/);
  const all = await watched.engine.hostCommand('exportRows', { ...request, socket: listener.id });
  expect(all).toMatchObject({ rows: 2, bytes: 8 });
  const none = { ...request, socket: listener.id, shape: { filter: 'len>' } };
  await expect(watched.engine.hostCommand('exportRows', none)).rejects.toMatchObject({
    code: 'ERR_BAD_FILTER',
  });
  // Paths are the host's alone to name.
  await expect(
    watched.engine.command('exportRows', { ...request, socket: listener.id }),
  ).rejects.toMatchObject({ code: 'ERR_BAD_COMMAND' });
  client.write('go\n');
  await client.exited();
});

test('a job tells how far it is, is stopped by its name, and closing stops all', async () => {
  const folder = await tempFolder();
  const session = startSession(join(folder, 'many.pcapng'));
  const flow = session.udp(2, US, PEER);
  for (let n = 0; n < 20_000; n++) flow.data('in', pattern(1000, n), now());
  session.close(now());
  const exports = new Exports();
  const run = (name: string) =>
    exports.run(name, session, {
      ...{ socket: null, shape: null, rows: null, format: 'csv', decoder: null },
      ...{ path: join(folder, `${name}.csv`), overwrite: true },
    });
  const first = run('first');
  const second = run('second');
  await expect(run('second')).rejects.toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
  let rows = 0;
  while (rows === 0) {
    await new Promise(setImmediate);
    rows = exports.progress('first')?.rows ?? -1;
  }
  expect(rows).toBeGreaterThan(0);
  exports.cancel('first');
  expect(await first).toEqual({ cancelled: true, rows: 0, bytes: 0 });
  expect(exports.progress('first')).toBeNull();
  await exports.close();
  expect((await second).cancelled).toBe(true);
  expect(existsSync(join(folder, 'first.csv'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['many.pcapng']);
});
