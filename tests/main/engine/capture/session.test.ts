import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { nullRecorder } from '../../../../src-main/engine/capture/recording/null-recorder';
import { now } from '../../../../src-main/engine/clock';
import { capinfos, fields, followTcp, tshark } from '../../../support/tshark';
import {
  expectSample,
  pattern,
  PEER,
  PEER6,
  recordSample,
  startSession,
  US,
  US6,
  useFolder,
} from './sample';

// tshark takes its time when other tests run beside.
vi.setConfig({ testTimeout: 30_000 });

const folder = useFolder();

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
  const sizes = [1, 2, 3, 4, 5, 64, 1460, 65_494, 65_495, 65_496, 130_990, 200_000, 1_200_000];

  test.each([
    ['IPv4', US, PEER],
    ['IPv6', US6, PEER6],
  ])('%s: bytes both ways, no analysis flags, good checksums', (_family, us, peer) => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    const flow = session.tcp(2, us, peer);
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

  test('numbers run past 2^32', () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path, { initialSequence: () => 2 ** 32 - 40_000 });
    const flow = session.tcp(2, US, PEER);
    flow.opened('us', now());
    for (let i = 0; i < 5; i++) {
      flow.data('in', pattern(30_000, i), now());
      flow.data('out', pattern(150_000, i), now());
    }
    flow.ended('us', now());
    flow.ended('peer', now());
    session.close(now());
    expectClean(path);
    expect(followTcp(path, 0).map((side) => side.length / 2)).toEqual([750_000, 150_000]);
  });

  test('a stream one way is acknowledged on the way', () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    const flow = session.tcp(2, US, PEER);
    flow.opened('peer', now());
    for (let i = 0; i < 200; i++) flow.data('in', pattern(65_536, i), now());
    session.close(now());
    expectClean(path);
    expect(
      fields(path, 'ip.src == 192.168.1.20 && tcp.len == 0', 'frame.number').length,
    ).toBeGreaterThan(10);
  });

  test('ports used again are another connection', () => {
    const path = folder.path('a.pcapng');
    const session = startSession(path);
    for (const socket of [2, 3]) {
      const flow = session.tcp(socket, US, PEER);
      flow.opened('peer', now());
      flow.data('in', pattern(socket), now());
      flow.ended('peer', now());
      flow.ended('us', now());
    }
    session.close(now());
    expect(fields(path, 'tcp.len > 0', 'tcp.stream', 'tcp.len')).toEqual([
      ['0', '2'],
      ['1', '3'],
    ]);
  });
});

test('the whole sample: states, comments and counters where Wireshark finds them', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path, { userAppl: 'Wirebench 0.1.0' });
  recordSample(session);
  expectSample(session.view(null));
  session.close(now());
  expectSample(session.view(null));
  const comments = fields(path, 'frame.comment', 'frame.comment').flat();
  expect(comments).toEqual([
    'failed ECONNREFUSED(): connect ECONNREFUSED',
    'peer-reset -- cable pulled',
  ]);
  const info = capinfos(path);
  expect(info.code).toBe(0);
  expect(info.stdout).toContain('Capture application: Wirebench 0.1.0');
  expect(info.stdout).toContain('Name = tcp-listen:502');
  expect(info.stdout).toMatch(/Encapsulation = Raw IP/);
  expect(info.stdout).toMatch(/Number of stat entries = 5/);
  expect(
    fields(
      path,
      'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0',
      'frame.number',
    ),
  ).toEqual([]);
  expect(fields(path, 'udp', 'frame.p2p_dir', 'udp.length')).toEqual([
    ['1', '8'],
    ['0', '65515'],
  ]);
});

test('UDP over both families: every length, every checksum good and present', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path);
  const v4 = session.udp(2, US, PEER);
  const v6 = session.udp(3, US6, PEER6);
  const lengths = [...Array.from({ length: 70 }, (_, i) => i), 1472, 65_506, 65_507];
  for (const length of lengths) {
    expect(v4.data('in', pattern(length, length), now())).toBe(true);
    expect(v6.data('out', pattern(length, length), now())).toBe(true);
  }
  session.close(now());
  expectClean(path);
  expect(fields(path, 'udp.checksum == 0', 'frame.number')).toEqual([]);
  const seen = fields(
    path,
    'ip.version == 4 || ipv6.dst == 2001:db8::17',
    'udp.length',
    'udp.payload',
  );
  expect(seen.map(([, hex]) => hex)).toEqual(
    lengths.flatMap((length) => {
      const hex = pattern(length, length).toString('hex');
      return [hex, hex];
    }),
  );
});

test('a UDP checksum that comes out as 0 is written as 0xffff, for 0 says there is none', () => {
  const checksumOf = (name: string, payload: number): string[][] => {
    const path = folder.path(name);
    const session = startSession(path);
    session.udp(2, US6, PEER6).data('in', Uint8Array.of(payload >>> 8, payload & 0xff), now());
    session.close(now());
    return fields(path, 'udp', 'udp.checksum', 'udp.checksum.status');
  };
  // What is missing to all ones with a payload of zeros is the payload that leaves nothing missing.
  const [[missing = ''] = []] = checksumOf('a.pcapng', 0);
  expect(checksumOf('b.pcapng', Number(missing))).toEqual([['0xffff', '1']]);
});

test('views: all rows, and those of one socket, while it grows', () => {
  const session = startSession(folder.path('a.pcapng'));
  const flows = [2, 3, 4].map((socket) => session.udp(socket, US, { ...PEER, port: socket }));
  const all = session.view(1);
  const third = session.view(3);
  for (let i = 0; i < 70_000; i++)
    flows[i % 3]?.data('in', Uint8Array.of(i >>> 16, i >>> 8, i), now());
  expect([all.length, third.length]).toEqual([70_000, 23_333]);
  for (let i = 0; i < 30; i++) flows[i % 3]?.data('out', Uint8Array.of(i), now());
  expect([all.length, third.length]).toEqual([70_030, 23_343]);
  const row = third.rows(20_000, 1)[0];
  expect(row).toMatchObject({ index: 20_000, number: 60_002, socket: 3, peer: '192.168.1.50:3' });
  expect(row?.preview).toEqual(Uint8Array.of(0, 60_001 >>> 8, 60_001 & 0xff));
  expect(third.rows(23_340, 100)).toHaveLength(3);
  expect(third.rows(99_999, 10)).toEqual([]);
  const two = third.rows(100, 2);
  expect(two[1]?.deltaMs).toBeCloseTo((two[1]?.at ?? 0) - (two[0]?.at ?? 0), 2);
  expect(third.rows(0, 1)[0]?.deltaMs).toBeNull();
  session.close(now());
});

test('times are epoch nanoseconds of the stamp', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path);
  const flow = session.udp(2, US, PEER);
  const stamps = [5, 1_000_000_007, 4_294_967_296, 4_294_967_297_123];
  for (const stamp of stamps) flow.data('in', pattern(1), stamp);
  session.close(now());
  const zero = BigInt(Math.round(performance.timeOrigin * 1e3)) * 1000n;
  const seen = fields(path, 'udp', 'frame.time_epoch').map(([text = '']) =>
    BigInt(text.replace('.', '')),
  );
  expect(seen).toEqual(stamps.map((stamp) => zero + BigInt(stamp)));
  expect(
    session
      .view(null)
      .rows(0, 4)
      .map((row) => row.deltaMs),
  ).toEqual([null, 1000.000002, 3294.967289, 4290672.329827]);
});

test('kernel drops are a row at once; other counters wait and come with the end', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path);
  session.counts({ received: 10, kernelDropped: 0, ownDropped: 0 }, 0);
  session.counts({ received: 20, kernelDropped: 3, ownDropped: 1 }, 1e9);
  session.counts({ received: 30, kernelDropped: 3, ownDropped: 2 }, 2e9);
  session.counts({ received: 40, kernelDropped: 8, ownDropped: 2 }, 3e9);
  session.counts({ received: 50, kernelDropped: 8, ownDropped: 2 }, 14e9);
  session.close(15e9);
  const rows = session.view(null).rows(0, 10);
  expect(rows.map((row) => row.note)).toEqual([
    { event: 'kernel-dropped', text: '3 datagrams' },
    { event: 'kernel-dropped', text: '5 datagrams' },
  ]);
  expect(capinfos(path).stdout).toMatch(/Number of stat entries = 4/);
});

test('the file is there with its header before anything is recorded, for its owner only', () => {
  const path = folder.path('a.pcapng');
  const session = startSession(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(tshark(path).code).toBe(0);
  const before = readFileSync(path);
  expect(() => startSession(path)).toThrow(expect.objectContaining({ code: 'EEXIST' }) as Error);
  expect(readFileSync(path)).toEqual(before);
  session.close(now());
  writeFileSync(folder.path('file'), '');
  expect(() => startSession(folder.path('file/a.pcapng'))).toThrow(
    expect.objectContaining({ code: 'ENOTDIR' }) as Error,
  );
});

test('no recording takes everything and has no rows', () => {
  const recorder = nullRecorder();
  recordSample(recorder);
  expect(recorder.view(null).length).toBe(0);
  expect(recorder.udp(2, US, PEER).data('in', pattern(1), now())).toBe(true);
  recorder.close(now());
  expect(recorder.state.state).toBe('complete');
});
