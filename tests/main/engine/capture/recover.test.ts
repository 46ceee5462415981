import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import {
  recoverCapture,
  recoverCaptureTo,
} from '../../../../src-main/engine/capture/store/recover';
import { now } from '../../../../src-main/engine/clock';
import { capinfos, tshark } from '../../../support/tshark';
import { concat } from './bytes';
import { ipv4, pcap } from './foreign';
import { openWhole, pattern, recordSample, startSession, told, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();

/** A capture that was not closed, and where its blocks end. */
function abandoned(path: string): number[] {
  const session = startSession(folder.path('live.pcapng'));
  recordSample(session);
  session.flush();
  const bytes = readFileSync(folder.path('live.pcapng')).subarray(0, session.flushedBytes);
  writeFileSync(path, bytes);
  session.close(now());
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    ends.push(at + bytes.readUInt32LE(at + 4));
  }
  return ends;
}

function packetsIn(path: string): { code: number | null; packets: string[] } {
  const { code, stdout } = tshark(
    path,
    '-T',
    'fields',
    '-e',
    'frame.time_epoch',
    '-e',
    'frame.len',
  );
  return { code, packets: stdout.split('\n') };
}

describe('in place', () => {
  test('an incomplete tail is cut, as editcap would cut it; a second time nothing is done', async () => {
    const path = folder.path('a.pcapng');
    const ends = abandoned(path);
    const last = ends.at(-1) ?? 0;
    const before = ends.at(-2) ?? 0;
    truncateSync(path, before + 9);
    const rows = told((await openWhole(path)).view(null));
    const edited = folder.path('edited.pcapng');
    spawnSync('editcap', [path, edited]);
    expect(last).toBeGreaterThan(before + 9);
    expect(await recoverCapture(path)).toEqual({ cutBytes: 9 });
    expect(packetsIn(path)).toEqual({ code: 0, packets: packetsIn(edited).packets });
    expect(capinfos(path).code).toBe(0);
    const opened = await openWhole(path);
    expect(opened.state.damage).toBeNull();
    const recovered = told(opened.view(null));
    expect(recovered.slice(0, -1)).toEqual(rows);
    expect(recovered.at(-1)?.note).toEqual({
      event: 'recovered',
      text: 'the recording ended without being closed; 9 bytes of an incomplete block cut off',
    });
    const once = readFileSync(path);
    expect(await recoverCapture(path)).toEqual({ cutBytes: 0 });
    expect(readFileSync(path)).toEqual(once);
  });

  test('cut at any byte, a clean file is made', async () => {
    const path = folder.path('a.pcapng');
    const session = startSession(folder.path('small.pcapng'));
    session
      .udp(2, { host: '::1', port: 1 }, { host: '::1', port: 2 })
      .data('in', pattern(5), now());
    session.close(now());
    const bytes = readFileSync(folder.path('small.pcapng'));
    for (let length = 24; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      try {
        await recoverCapture(path);
      } catch (error) {
        // Cut within its first block it does not say whose it is.
        expect(error).toMatchObject({ code: 'ERR_FOREIGN_CAPTURE' });
        expect(length).toBeLessThan(48);
        continue;
      }
      const opened = await openWhole(path);
      expect([length, opened.state.damage]).toEqual([length, null]);
    }
  });

  test('a file of another program is not changed', async () => {
    const path = folder.path('a.pcap');
    const frame = ipv4('udp', [[1, 1, 1, 1], 1], [[2, 2, 2, 2], 2], pattern(4));
    const bytes = pcap(true, 101, [{ seconds: 1, fraction: 2, frame }]).subarray(0, 60);
    writeFileSync(path, bytes);
    await expect(recoverCapture(path)).rejects.toMatchObject({ code: 'ERR_FOREIGN_CAPTURE' });
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });

  test('damage in the middle is not cut off with what follows it', async () => {
    const path = folder.path('a.pcapng');
    abandoned(path);
    const bytes = concat(readFileSync(path), pattern(64), readFileSync(path));
    writeFileSync(path, bytes);
    await expect(recoverCapture(path)).rejects.toMatchObject({ code: 'ERR_CAPTURE_DAMAGED' });
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
  });
});

describe('to another file', () => {
  test('ours gets its closing block, the source stays as it was', async () => {
    const path = folder.path('a.pcapng');
    const ends = abandoned(path);
    truncateSync(path, (ends.at(-1) ?? 0) - 1);
    const bytes = readFileSync(path);
    const target = folder.path('b.pcapng');
    const { cutBytes } = await recoverCaptureTo(path, target);
    expect(cutBytes).toBe(bytes.length - (ends.at(-2) ?? 0));
    expect(readFileSync(path)).toEqual(bytes);
    expect(capinfos(target).code).toBe(0);
    expect((await openWhole(target)).state.damage).toBeNull();
    await expect(recoverCaptureTo(path, target)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('a cut pcap gets all its complete records', async () => {
    const path = folder.path('a.pcap');
    const frame = ipv4('udp', [[1, 1, 1, 1], 1], [[2, 2, 2, 2], 2], pattern(4));
    const packet = { seconds: 1, fraction: 2, frame };
    writeFileSync(path, pcap(false, 101, [packet, packet, packet]).subarray(0, -3));
    const target = folder.path('b.pcap');
    expect(await recoverCaptureTo(path, target)).toEqual({ cutBytes: 16 + 32 - 3 });
    expect(packetsIn(target)).toMatchObject({ code: 0, packets: { length: 3 } });
  });

  test('no capture: no target', async () => {
    writeFileSync(folder.path('x'), 'hello');
    await expect(recoverCaptureTo(folder.path('x'), folder.path('y'))).rejects.toMatchObject({
      code: 'ERR_NOT_A_CAPTURE',
    });
    expect(existsSync(folder.path('y'))).toBe(false);
  });
});
