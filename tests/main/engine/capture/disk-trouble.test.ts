import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { realDisk } from '../../../../src-main/engine/capture/recording/disk';
import type { Disk } from '../../../../src-main/engine/capture/recording/disk';
import type { LiveSession } from '../../../../src-main/engine/capture/recording/session';
import type { SessionOptions } from '../../../../src-main/engine/capture/recording/session-options';
import { now } from '../../../../src-main/engine/clock';
import { ReadMemory } from '../../../../src-main/engine/read-memory';
import { capinfos, fields, tshark } from '../../../support/tshark';
import { events, openWhole, pattern, PEER, startSession, told, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();

function failure(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, errno: -28, syscall });
}

/** A disk with so much room, which can be changed. Writes what fits and then fails, as ENOSPC does. */
class SmallDisk implements Disk {
  room: number;
  code = 'ENOSPC';
  failTruncate = false;
  failSync = false;

  constructor(room: number) {
    this.room = room;
  }

  write(file: number, bytes: Uint8Array, length: number, position: number): number {
    const fits = Math.min(length, this.room - position);
    if (fits <= 0) throw failure(this.code, 'write');
    return realDisk.write(file, bytes, fits, position);
  }

  writeAll(file: number, pieces: readonly Uint8Array[], position: number): number {
    const bytes = Buffer.concat(pieces);
    return this.write(file, bytes, bytes.length, position);
  }

  truncate(file: number, bytes: number): void {
    if (this.failTruncate) throw failure('EIO', 'ftruncate');
    realDisk.truncate(file, bytes);
  }

  syncNow(file: number): void {
    if (this.failSync) throw failure('EIO', 'fdatasync');
    realDisk.syncNow(file);
  }

  sync(file: number, done: (error: Error | null) => void): void {
    if (this.failSync) setImmediate(() => done(failure('EIO', 'fdatasync')));
    else realDisk.sync(file, done);
  }
}

/** Waits for the session to say that something changed and to be as told. */
function watched(path: string, more: Partial<SessionOptions> = {}) {
  const states: string[] = [];
  let wake = (): void => undefined;
  const onChange = (): void => {
    states.push(session.state.state);
    wake();
  };
  const session = startSession(path, { ...more, onChange });
  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { session, states, until };
}

function complete(path: string): void {
  expect(tshark(path)).toMatchObject({ code: 0 });
  expect(capinfos(path).code).toBe(0);
}

/** Sends until the disk is full. Returns what was taken. */
function fill(session: LiveSession, limit = 2000): { taken: number; bytes: number } {
  const flow = session.udp(2, US, PEER);
  let taken = 0;
  while (taken < limit && flow.data('in', pattern(1000, taken), now())) taken++;
  return { taken, bytes: taken * 1000 };
}

describe('a disk that is full', () => {
  test.each(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'])(
    '%s: nothing half-written, told at once, resumed with a gap',
    async (code) => {
      const path = folder.path('a.pcapng');
      const disk = new SmallDisk(700_001);
      disk.code = code;
      const { session, states, until } = watched(path, { disk });
      const { taken } = fill(session);
      // The chunk refused is the first that was lost; it was told within the call.
      expect(states).toEqual(['blocked']);
      expect(session.state).toMatchObject({ state: 'blocked', error: { code } });
      expect(statSync(path).size).toBe(session.flushedBytes);
      expect(tshark(path).code).toBe(0);
      const flow = session.udp(3, US, PEER);
      for (let i = 0; i < 4; i++) expect(flow.data('out', pattern(50), now())).toBe(false);
      // What was accepted is shown, on disk or not.
      expect(events(session.view(null))).toHaveLength(taken);
      disk.room = 1e9;
      await until(() => session.state.state === 'recording');
      expect(flow.data('out', pattern(60), now())).toBe(true);
      session.close(now());
      complete(path);
      const payloads = fields(path, 'udp', 'udp.length', 'udp.payload').map(([, hex]) => hex);
      expect(payloads).toEqual([
        ...Array.from({ length: taken }, (_, i) => pattern(1000, i).toString('hex')),
        pattern(60).toString('hex'),
      ]);
      const rows = told((await openWhole(path)).view(null));
      expect(rows.at(-2)?.note?.event).toBe('gap');
      expect(rows.at(-2)?.note?.text).toMatch(/^5 chunks, 1200 bytes not recorded since 20\d\d-/);
      expect(rows).toEqual(told(session.view(null)));
      expect(states).toEqual(['blocked', 'recording', 'complete']);
    },
  );

  test('even when nothing can be cut off, the next write overwrites what was half-written', async () => {
    const path = folder.path('a.pcapng');
    const disk = new SmallDisk(300_003);
    disk.failTruncate = true;
    const { session, until } = watched(path, { disk });
    const { taken } = fill(session);
    expect([0, 2]).toContain(tshark(path).code);
    disk.failTruncate = false;
    disk.room = 1e9;
    await until(() => session.state.state === 'recording');
    session.close(now());
    complete(path);
    expect(fields(path, 'udp', 'frame.number')).toHaveLength(taken);
  });

  test('a chunk of several segments is recorded whole or not at all', async () => {
    const path = folder.path('a.pcapng');
    const disk = new SmallDisk(1_500_000);
    const { session, until } = watched(path, { disk });
    const flow = session.tcp(2, US, PEER);
    flow.opened('peer', now());
    expect(flow.data('in', pattern(100_000, 1), now())).toBe(true);
    expect(flow.data('in', pattern(3_000_000, 2), now())).toBe(false);
    flow.ended('peer', now());
    disk.room = 1e9;
    await until(() => session.state.state === 'recording');
    expect(flow.data('out', pattern(70_000, 3), now())).toBe(true);
    session.close(now());
    complete(path);
    expect(fields(path, 'tcp.len > 0', 'tcp.len').map(([length]) => Number(length))).toEqual([
      65_495, 34_505, 65_495, 4505,
    ]);
    // The numbers run on over what is missing, so Wireshark says how much.
    expect(fields(path, 'tcp.flags.fin == 1', 'tcp.seq')).toEqual([['3100001']]);
    const opened = await openWhole(path);
    expect(events(opened.view(null))).toEqual(['accepted', 100_000, 'peer-ended', 'gap', 70_000]);
    expect(told(opened.view(null))).toEqual(told(session.view(null)));
  });

  test.each([0, 1, 70_000, 150_000, 261_000])(
    'payload that was not copied: %i bytes of it still fit',
    async (fits) => {
      const path = folder.path('a.pcapng');
      const memory = new ReadMemory();
      const disk = new SmallDisk(1e9);
      const { session, states, until } = watched(path, { disk, memory });
      const flow = session.tcp(2, US, PEER);
      const received = (seed: number, length: number) => {
        memory.bytes.set(pattern(length, seed));
        const recorded = flow.data('in', memory.bytes.subarray(0, length), now());
        memory.bytes.fill(0xee);
        return recorded;
      };
      flow.opened('peer', now());
      expect(received(1, 100_000)).toBe(true);
      disk.room = session.flushedBytes + fits;
      // It is kept in memory as any other; what comes after it is lost.
      expect(received(2, 261_980)).toBe(true);
      expect(states).toEqual(['blocked']);
      expect(tshark(path).code).toBe(0);
      expect(received(3, 50_000)).toBe(false);
      disk.room = 1e9;
      await until(() => session.state.state === 'recording');
      expect(received(4, 20_000)).toBe(true);
      session.close(now());
      complete(path);
      const payloads = fields(path, 'tcp.len > 0', 'tcp.payload').map(([hex = '']) => hex);
      const kept = [pattern(100_000, 1), pattern(261_980, 2), pattern(20_000, 4)];
      expect(payloads.join('')).toBe(Buffer.concat(kept).toString('hex'));
      expect(told((await openWhole(path)).view(null))).toEqual(told(session.view(null)));
    },
  );

  test('closed while it is full: whole blocks, and what is missing is told', () => {
    const path = folder.path('a.pcapng');
    const disk = new SmallDisk(100_001);
    const { session } = watched(path, { disk });
    const { taken } = fill(session, 200);
    session.flush();
    expect(session.state.state).toBe('blocked');
    const unwritten = session.close(now());
    const inFile = fields(path, 'udp', 'frame.number').length;
    expect(unwritten).toHaveLength(taken - inFile);
    expect(tshark(path).code).toBe(0);
    expect(inFile).toBeLessThan(taken);
    expect(session.state).toMatchObject({ state: 'complete', error: { code: 'ENOSPC' } });
    expect(session.state.error?.message).toContain(`${String(taken - inFile)} rows`);
    expect(events(session.view(null))).toHaveLength(taken);
  });

  test('no room for the first blocks: no capture, no file', () => {
    for (const room of [0, 10]) {
      const path = folder.path('a.pcapng');
      expect(() => startSession(path, { disk: new SmallDisk(room) })).toThrow(
        expect.objectContaining({ code: 'ENOSPC' }) as Error,
      );
      expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    }
  });
});

describe('a disk that does not confirm, a file that goes away', () => {
  test('a failed fdatasync is told once and not retried as if it were good', async () => {
    const path = folder.path('a.pcapng');
    const disk = new SmallDisk(1e9);
    const { session, until } = watched(path, { disk });
    disk.failSync = true;
    session.udp(2, US, PEER).data('in', pattern(10), now());
    await until(() => session.state.error !== null);
    expect(session.state).toMatchObject({ state: 'recording', error: { code: 'EIO' } });
    disk.failSync = false;
    session.close(now());
    expect(session.state.error?.code).toBe('EIO');
    expect(events((await openWhole(path)).view(null))).toEqual([10, 'fault']);
  });

  test('the file deleted while it is recorded', async () => {
    const path = folder.path('a.pcapng');
    const { session, until } = watched(path);
    unlinkSync(path);
    session.udp(2, US, PEER).data('in', pattern(10), now());
    await until(() => session.state.error !== null);
    expect(session.state.error).toMatchObject({ code: 'ENOENT' });
    session.close(now());
  });
});

describe('a real file system of 2 MiB', () => {
  let mounted: string | null = null;
  afterEach(() => {
    if (mounted !== null) spawnSync('umount', ['-l', mounted]);
    mounted = null;
  });

  test('fills up, lives on, and goes on when there is room', async (context) => {
    const mount = folder.path('small');
    mkdirSync(mount);
    const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount]);
    if (done.status !== 0) {
      console.log('skipped: no file system can be mounted here (needs root)');
      context.skip();
    }
    mounted = mount;
    writeFileSync(join(mount, 'ballast'), new Uint8Array(1024 * 1024));
    const path = join(mount, 'a.pcapng');
    const { session, until } = watched(path);
    const { taken } = fill(session, 5000);
    expect(session.state).toMatchObject({
      state: 'blocked',
      error: { code: 'ENOSPC', syscall: 'write' },
    });
    expect(tshark(path).code).toBe(0);
    rmSync(join(mount, 'ballast'));
    await until(() => session.state.state === 'recording');
    expect(session.udp(3, US, PEER).data('in', pattern(5), now())).toBe(true);
    session.close(now());
    complete(path);
    expect(fields(path, 'udp', 'frame.number')).toHaveLength(taken + 1);
    expect(readFileSync(path).length).toBe(session.state.bytes);
  });
});
