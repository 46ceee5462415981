import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSession } from '../../../../src-main/engine/capture/session';
import type { LiveSession, SessionOptions } from '../../../../src-main/engine/capture/session';
import { now } from '../../../../src-main/engine/clock';
import { capinfos, fields, followTcp, tshark } from '../../../support/tshark';

const V4 = {
  local: { host: '192.168.1.20', port: 502 },
  remote: { host: '192.168.1.50', port: 40_000 },
};
const V6 = {
  local: { host: 'fe80::1%eth0', port: 502 },
  remote: { host: '2001:db8::17', port: 40_001 },
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wb-session-'));
  path = join(folder, 'a.pcapng');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(more: Partial<SessionOptions> = {}): LiveSession {
  return createSession({ path, address: 'tcp-listen:502', rootSocket: 1, ...more });
}

function pattern(length: number, seed = 7): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + seed + (i >>> 8)) & 0xff));
}

function expectClean(file: string): void {
  const flags = tshark(file, '-Y', 'tcp.analysis.flags');
  expect(flags).toEqual({ code: 0, stdout: '', stderr: expect.any(String) as string });
  expect(
    fields(file, '_ws.expert.severity >= 0x00600000', 'frame.number', '_ws.expert.message'),
  ).toEqual([]);
  expect(
    fields(
      file,
      'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0',
      'frame.number',
    ),
  ).toEqual([]);
  expect(capinfos(file).code).toBe(0);
}

describe('TCP as Wireshark sees it', () => {
  const sizes = [1, 2, 3, 4, 5, 64, 1460, 65_494, 65_495, 65_496, 130_990, 200_000, 3_000_000];

  test.each([
    ['IPv4', V4],
    ['IPv6', V6],
  ])('%s: bytes both ways, no analysis flags, good checksums', (_family, ends) => {
    const session = open();
    const flow = session.tcp(2, ends.local, ends.remote);
    flow.opened('peer', now());
    const incoming: Buffer[] = [];
    const outgoing: Buffer[] = [];
    sizes.forEach((size, i) => {
      incoming.push(pattern(size, i));
      expect(flow.data('in', pattern(size, i), now())).toBe(true);
      outgoing.push(pattern(size, i + 100));
      expect(flow.data('out', pattern(size, i + 100), now())).toBe(true);
    });
    expect(flow.data('in', new Uint8Array(0), now())).toBe(true);
    flow.ended('peer', now());
    flow.data('out', pattern(10), now());
    outgoing.push(pattern(10));
    flow.ended('us', now());
    session.close(now());
    expectClean(path);
    const [dialler, accepter] = followTcp(path, 0);
    expect(dialler === Buffer.concat(incoming).toString('hex')).toBe(true);
    expect(accepter === Buffer.concat(outgoing).toString('hex')).toBe(true);
    expect(fields(path, 'tcp.flags.push == 1', 'frame.number')).toHaveLength(sizes.length * 2 + 1);
    const view = session.view(null);
    expect(view.length).toBe(sizes.length * 2 + 1 + 3);
    const rows = view.rows(0, 100);
    expect(rows.map((row) => row.lengthBytes)).toEqual([
      0,
      ...sizes.flatMap((s) => [s, s]),
      0,
      10,
      0,
    ]);
    expect(rows[0]?.note).toEqual({ event: 'accepted' });
    sizes.forEach((_, i) => {
      expect(incoming[i]?.equals(view.bytes(1 + 2 * i))).toBe(true);
      expect(outgoing[i]?.equals(view.bytes(2 + 2 * i))).toBe(true);
    });
    expect(session.state.bytes).toBe(statSync(path).size);
  });
});
