import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPython } from '../../support/peers';
import { tempFolder } from '../../support/temp-folder';
import { fields, tshark } from '../../support/tshark';
import { WatchedEngine } from '../../support/watched-engine';

/** A file system of 1 MiB; null where none can be mounted. */
async function smallDisk(): Promise<string | null> {
  const folder = await tempFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

test('a full disk: sockets live on, and each chunk is counted as recorded or dropped', async ({
  skip,
}) => {
  const disk = await smallDisk();
  if (disk === null) {
    console.log('SKIP full disk: no file system can be mounted here');
    skip('no file system can be mounted here');
    return;
  }
  const watched = new WatchedEngine();
  const path = join(disk, 'full.pcapng');
  const filler = join(disk, 'filler');
  writeFileSync(filler, new Uint8Array(700_000));
  const listener = await watched.opened('tcp-listen:127.0.0.1:0', { path });
  const client = startPython(
    `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
s.sendall(bytes(3000000))
sys.stdin.readline()
s.sendall(b'after')
s.close()
`,
    listener.local?.port ?? 0,
  );
  const { id } = await watched.child(listener.id);
  await watched.until(id, (i) => i.ledger.receivedBytes === 3_000_000, 'all of it');
  const { ledger, capture } = watched.engine.socketInfo(listener.id);
  expect(ledger.ownDroppedBytes).toBeGreaterThan(1_000_000);
  expect(ledger.recordedBytes + ledger.ownDroppedBytes).toBe(3_000_000);
  expect(ledger.recordedChunks + ledger.ownDroppedChunks).toBe(ledger.receivedChunks);
  expect(capture).toMatchObject({ state: 'blocked', error: { code: 'ENOSPC' } });
  rmSync(filler);
  await watched.until(listener.id, (i) => i.capture?.state === 'recording', 'room again');
  client.write('go\n');
  expect(await client.exited()).toBe(0);
  const child = await watched.closed(id);
  expect(child.ledger.ownDroppedBytes).toBe(ledger.ownDroppedBytes);
  watched.engine.registry.get(listener.id).close();
  expect((await watched.closed(listener.id)).ledger).toMatchObject({
    receivedBytes: 3_000_005,
    recordedBytes: 3_000_005 - ledger.ownDroppedBytes,
  });
  expect(tshark(path).code).toBe(0);
});

test('closed while the disk is full: what never reached the file does not count as recorded', async ({
  skip,
}) => {
  const disk = await smallDisk();
  if (disk === null) {
    console.log('SKIP full disk at the end: no file system can be mounted here');
    skip('no file system can be mounted here');
    return;
  }
  const watched = new WatchedEngine();
  const path = join(disk, 'full.pcapng');
  const listener = await watched.opened('tcp-listen:127.0.0.1:0', { path });
  const client = startPython(
    `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 8)
s.sendall(bytes(3000000))
s.close()
`,
    listener.local?.port ?? 0,
  );
  const { id } = await watched.child(listener.id);
  expect(await client.exited()).toBe(0);
  await watched.closed(id);
  watched.engine.registry.get(listener.id).close();
  await watched.closed(listener.id);
  const inFile = fields(path, 'tcp.len > 0', 'tcp.len').flat().map(Number);
  const bytesInFile = inFile.reduce((sum, bytes) => sum + bytes, 0);
  for (const socket of [id, listener.id]) {
    const { ledger } = watched.engine.socketInfo(socket);
    expect(ledger.recordedBytes).toBe(bytesInFile);
    expect(ledger.recordedBytes + ledger.ownDroppedBytes).toBe(3_000_000);
    expect(ledger.recordedChunks + ledger.ownDroppedChunks).toBe(ledger.receivedChunks);
  }
});
