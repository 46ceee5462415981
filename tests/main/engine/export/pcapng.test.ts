import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import { capinfos, fields, tshark } from '../../../support/tshark';
import { concat } from '../capture/bytes';
import { capturedInterface, enhancedPacket, FRAMES, ipv4, pcap, section } from '../capture/foreign';
import {
  expectSample,
  openWhole,
  PEER,
  recordSample,
  startSession,
  told,
  US,
  useFolder,
} from '../capture/sample';
import { useExports } from './exporting';

const folder = useFolder();
const exported = useExports();

/** What must stay of a packet, however its file is made. */
const FACTS = ['frame.time_epoch', 'frame.len', 'frame.encap_type', 'frame.comment'];
const PAYLOADS = [...FACTS, 'tcp.payload', 'udp.payload', 'frame.packet_flags_direction'];

function packetCount(path: string): number {
  return Number(/^Number of packets:\s+(\d+)/m.exec(capinfos(path, '-cM').stdout)?.[1]);
}

test('all rows: the same packets, and opened again the same rows', async () => {
  const path = folder.path('all.pcapng');
  const session = startSession(path);
  recordSample(session);
  session.close(now());
  const out = folder.path('out.pcapng');
  const { rows } = await exported(session, { format: 'pcapng', path: out });
  expect(rows).toBe(session.state.rows);
  // Acknowledgements, the answers to SYN and the RST of a refused dial are no rows.
  const rowed =
    '!(tcp.len == 0 && tcp.flags == 0x10) && tcp.flags != 0x12 && !(tcp.flags.reset == 1 && tcp.seq_raw == 0) || udp';
  const wanted = fields(path, rowed, ...PAYLOADS);
  expect(wanted).toHaveLength(17);
  expect(fields(out, 'frame', ...PAYLOADS)).toEqual(wanted);
  expect(packetCount(out)).toBe(17);
  expect(tshark(out).code).toBe(0);
  const again = await openWhole(out);
  expect(again.state.damage).toBeNull();
  expectSample(again.view(null));
  expect(told(again.view(null))).toEqual(told((await openWhole(path)).view(null)));
});

test('of a session that goes on, what passes a filter so far, all segments of each chunk', async () => {
  const path = folder.path('live.pcapng');
  const session = startSession(path);
  const flow = session.tcp(2, US, PEER);
  flow.opened('peer', now());
  flow.data('in', Buffer.alloc(200_000, 0x61), now());
  flow.data('out', Buffer.from('no'), now());
  flow.data('in', Buffer.from('yes'), now());
  const out = folder.path('out.pcapng');
  const shape = { filter: 'dir:rx' };
  const { rows } = await exported(session, { format: 'pcapng', path: out, shape });
  expect(rows).toBe(2);
  session.flush();
  const facts = [...FACTS, 'tcp.len'];
  const wanted = fields(path, 'tcp.dstport == 502 && tcp.len > 0', ...facts);
  expect(wanted).toHaveLength(5);
  expect(fields(out, 'frame', ...facts)).toEqual(wanted);
  const again = await openWhole(out);
  expect(
    again
      .view(null)
      .rows(0, 9)
      .map(({ lengthBytes }) => lengthBytes),
  ).toEqual([200_000, 3]);
  session.close(now());
});

test('only the rows selected', async () => {
  const path = folder.path('many.pcapng');
  const session = startSession(path);
  const flow = session.udp(2, US, PEER);
  for (let n = 0; n < 500; n++) flow.data('in', Buffer.from(`row ${n}`), now());
  session.close(now());
  const out = folder.path('out.pcapng');
  const spans = [
    { from: 3, end: 4 },
    { from: 100, end: 300 },
  ];
  await exported(session, { format: 'pcapng', path: out, rows: spans });
  const wanted = fields(
    path,
    'frame.number == 4 || (frame.number > 100 && frame.number <= 300)',
    ...['frame.time_epoch', 'udp.payload'],
  );
  expect(wanted).toHaveLength(201);
  expect(fields(out, 'frame', 'frame.time_epoch', 'udp.payload')).toEqual(wanted);
});

const SOURCE: [number[], number] = [[10, 0, 0, 1], 4000];
const TARGET: [number[], number] = [[10, 0, 0, 2], 502];
const datagram = (text: string) => ipv4('udp', SOURCE, TARGET, Buffer.from(text));

test.each([true, false])(
  'of pcap, times and link type stay (little-endian: %s)',
  async (little) => {
    for (const nanoseconds of [true, false]) {
      const path = folder.path(`${nanoseconds}.pcap`);
      const { link, wrap } = FRAMES['ethernet'] ?? { link: 0, wrap: (ip) => ip };
      const packets = [1, 2, 3].map((n) => ({
        ...{ seconds: 1_700_000_000 + n, fraction: 999_900 + n, frame: wrap(datagram(`n ${n}`)) },
        originalBytes: wrap(datagram(`n ${n}`)).length + 7,
      }));
      writeFileSync(path, pcap(little, link, packets, nanoseconds));
      const capture = await openWhole(path);
      const out = folder.path(`${nanoseconds}.pcapng`);
      await exported(capture, { format: 'pcapng', path: out });
      const facts = ['frame.time_epoch', 'frame.len', 'frame.cap_len', 'eth.type', 'udp.payload'];
      const wanted = fields(path, 'frame', ...facts);
      expect(wanted).toHaveLength(3);
      expect(fields(out, 'frame', ...facts).map(sameTime)).toEqual(wanted.map(sameTime));
      expect(capinfos(out).stdout).toContain('pcapng');
    }
  },
);

/** A file of microseconds is told with six digits of nine. */
function sameTime([time = '', ...rest]: string[]): string[] {
  return [time.padEnd(20, '0'), ...rest];
}

test('of many sections and interfaces, each packet stays behind its own', async () => {
  const parts: Uint8Array[] = [];
  let second = 1_700_000_000;
  const packet = (text: string, wrap: (ip: Uint8Array) => Uint8Array) => ({
    ...{ seconds: second++, fraction: 5, frame: wrap(datagram(text)), comment: `about ${text}` },
  });
  const ethernet = FRAMES['ethernet'];
  const cooked = FRAMES['linux cooked'];
  if (!ethernet || !cooked) throw new Error('no such frames');
  for (const little of [true, false, true]) {
    parts.push(section(little), capturedInterface(little, 101, 9));
    parts.push(capturedInterface(little, ethernet.link, null));
    parts.push(
      enhancedPacket(
        little,
        0,
        1e9,
        packet('first', (ip) => ip),
      ),
    );
    parts.push(enhancedPacket(little, 1, 1e6, packet('second', ethernet.wrap)));
    // One that is told of late.
    parts.push(capturedInterface(little, cooked.link, 0x80 | 20));
    parts.push(enhancedPacket(little, 2, 2 ** 20, packet('third', cooked.wrap)));
  }
  const path = folder.path('sections.pcapng');
  writeFileSync(path, concat(...parts));
  const capture = await openWhole(path);
  for (const [filter, only] of [
    ['second', 'frame contains "second"'],
    ['third', 'frame contains "third"'],
    [null, 'frame'],
  ] as const) {
    const out = folder.path(`${filter ?? 'all'}.pcapng`);
    const shape = filter === null ? null : { filter };
    await exported(capture, { format: 'pcapng', path: out, shape });
    const wanted = fields(path, only, ...PAYLOADS);
    expect(wanted).toHaveLength(filter === null ? 9 : 3);
    expect(fields(out, 'frame', ...PAYLOADS)).toEqual(wanted);
  }
});

test('frames are refused with the reason, and no file is made', async () => {
  const session = startSession(folder.path('frames.pcapng'));
  const path = folder.path('out.pcapng');
  const done = exported(session, { format: 'pcapng', path, shape: { framing: 'line' } });
  await expect(done).rejects.toThrow(/Switch framing off/);
  expect(existsSync(path)).toBe(false);
  session.close(now());
});

test('when no row passes, the file is an empty capture', async () => {
  const session = startSession(folder.path('none.pcapng'));
  session.udp(2, US, PEER).data('in', Buffer.from('one'), now());
  const path = folder.path('out.pcapng');
  const { rows } = await exported(session, { format: 'pcapng', path, shape: { filter: 'len>9' } });
  expect([rows, packetCount(path)]).toEqual([0, 0]);
  session.close(now());
});
