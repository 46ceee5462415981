import { expect, test } from 'vitest';
import { now } from '../../../../../src-main/engine/clock';
import type { RowView, Session } from '../../../../../src-main/engine/types';
import type { Definition } from '../../../../../src-shared/contract/definition';
import type { Statistics, StatisticsOptions } from '../../../../../src-shared/contract/statistics';
import type { ViewShape } from '../../../../../src-shared/contract/view-shape';
import { parsePairing } from '../../../../../src-shared/statistics/pairing-rule';
import { thread } from '../../../../support/view-thread';
import { within } from '../../../../support/deadline';
import { fields, tshark } from '../../../../support/tshark';
import { openWhole, pattern, startSession, US, useFolder } from '../sample';

const folder = useFolder();
const A = { host: '10.0.0.1', port: 4001 };
const B = { host: '10.0.0.2', port: 4002 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
const PLAIN: StatisticsOptions = { pairing: null, timeoutMs: 1000, bucketMs: null };
function paired(rule: string, asks: 'client' | 'in' | 'out' | 'either', timeoutMs = 1000) {
  const parsed = parsePairing(rule, asks);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { pairing: parsed.rule, timeoutMs, bucketMs: null };
}

/** Adds up a view, and promises the sums as soon as they are as wanted. */
function counting(
  view: RowView,
  options: StatisticsOptions = PLAIN,
  definitions: readonly Definition[] = [],
) {
  let look: () => void = () => undefined;
  const running = view.statistics({
    options,
    definitions,
    thread,
    onChange: () => {
      look();
    },
  });
  const until = (isIt: (sums: Statistics) => boolean) =>
    within(
      new Promise<Statistics>((resolve, reject) => {
        look = () => {
          running.refresh();
          const { latest, scanning } = running;
          if (scanning.problem) reject(new Error(scanning.problem.message));
          if (latest && isIt(latest)) resolve(latest);
        };
        look();
      }),
      'the sums',
      20_000,
    );
  return { running, until };
}

const messages = (sums: Statistics) => sums.in.messages + sums.out.messages;

/** Of a capture on disk, all of it. */
async function sumsOf(session: Session, options = PLAIN, shape?: ViewShape): Promise<Statistics> {
  const view = session.view(null, shape && { shape, thread, onChange: () => undefined });
  const { running, until } = counting(view, options);
  const sums = await until(() => running.scanning.done);
  running.close();
  view.close?.();
  return sums;
}

test('counts and bytes of every way and stretch of time are those of tshark', async () => {
  const path = folder.path('judged.pcapng');
  const session = startSession(path);
  const one = session.udp(2, US, A);
  const two = session.tcp(3, US, B);
  const start = now();
  two.opened('peer', start);
  for (let i = 0; i < 3000; i++) {
    const at = start + i * 1_700_000;
    one.data(i % 3 ? 'in' : 'out', pattern(i % 400), at);
    if (i % 10 === 0) two.data(i % 20 ? 'in' : 'out', pattern(1 + (i % 70)), at + 100);
  }
  two.ended('peer', start + 6e9);
  session.close(start + 6e9);
  const opened = await openWhole(path);
  const sums = await sumsOf(opened);
  // 5.1 s in steps of 1.7 ms, with both ends.
  expect([sums.timeline.widthMs, sums.untimed, sums.latency]).toEqual([10, 0, null]);

  const payload = ['frame.time_epoch', 'udp.length', 'tcp.len', 'ip.dst'];
  const judged = fields(path, 'udp or tcp.len > 0', ...payload).map(
    ([time = '', udp = '', tcp = '', to = '']) => ({
      at: Number(time) * 1000,
      bytes: udp === '' ? Number(tcp) : Number(udp) - 8,
      way: to === US.host ? 'in' : 'out',
    }),
  );
  const sum = (of: readonly { bytes: number }[]) => of.reduce((all, one) => all + one.bytes, 0);
  for (const way of ['in', 'out'] as const) {
    const theirs = judged.filter((packet) => packet.way === way);
    expect(sums[way]).toMatchObject({ messages: theirs.length, bytes: sum(theirs) });
    const sizes = theirs.map((packet) => packet.bytes);
    expect(sums[way].sizes).toMatchObject({ min: Math.min(...sizes), max: Math.max(...sizes) });
    const { widthMs, startAt, ...columns } = sums.timeline;
    const each = columns[`${way}Bytes`];
    each.forEach((found, slot) => {
      const from = startAt + slot * widthMs;
      expect(found).toBe(sum(theirs.filter(({ at }) => at >= from && at < from + widthMs)));
    });
  }
  // Their own sums, of whole packets: 20 bytes of IP, 8 of UDP.
  const [, frames, total] =
    /0\.000 <> [\d.]+ +\| +(\d+) \| +(\d+) \|/.exec(
      tshark(path, '-q', '-z', 'io,stat,0,udp').stdout,
    ) ?? [];
  const datagrams = await sumsOf(opened, PLAIN, { filter: 'peer:10.0.0.1' });
  expect([messages(datagrams), datagrams.in.bytes + datagrams.out.bytes]).toEqual([
    Number(frames),
    Number(total) - 28 * Number(frames),
  ]);
  const talk = /<-> \S+ +(\d+) [\d.]+ \w+ +(\d+) /.exec(
    tshark(path, '-q', '-z', 'conv,udp').stdout,
  );
  const { in: received, out: sent } = datagrams;
  expect((talk ?? []).slice(1).map(Number).sort()).toEqual(
    [received.messages, sent.messages].sort(),
  );
  const judgedTimes = judged.map(({ at }) => at);
  expect(sums.firstAt).toBeCloseTo(Math.min(...judgedTimes), 2);
  expect(sums.lastAt).toBeCloseTo(Math.max(...judgedTimes), 2);
});

test('of one socket, of what passes a filter and of frames', async () => {
  const path = folder.path('shapes.pcapng');
  const session = startSession(path);
  const one = session.tcp(2, US, A);
  const two = session.udp(3, US, B);
  const start = now();
  one.opened('peer', start);
  one.data('in', bytes('one\ntw'), start + 1e6);
  one.data('in', bytes('o\nthree\n'), start + 3e6);
  two.data('in', bytes(''), start + 4e6);
  two.data('out', bytes('x'.repeat(300)), start + 9e6);
  session.note(1, { event: 'idle', text: '1 s: warn' }, start + 10e6);
  const only = counting(session.view(3));
  const ofPeer = await only.until((sums) => messages(sums) === 2);
  only.running.close();
  expect([ofPeer.in.bytes, ofPeer.in.messages, ofPeer.out.bytes]).toEqual([0, 1, 300]);
  expect(ofPeer.in.sizes).toMatchObject({ count: 1, min: 0, max: 0, p50: 0 });
  session.close(start + 11e6);

  const long = await sumsOf(session, PLAIN, { filter: 'len>6' });
  expect([long.in.messages, long.in.bytes, long.out.messages]).toEqual([1, 8, 1]);
  const lines = await sumsOf(session, PLAIN, { framing: 'line' });
  expect([lines.in.messages, lines.in.bytes, lines.out.messages]).toEqual([4, 14, 1]);
  // The second and third line came at the same time, 2 ms after the first.
  expect(lines.in.gapsMs).toMatchObject({ count: 3, min: 0, max: 2, sum: 3 });
  const wide = await sumsOf(session, { ...PLAIN, bucketMs: 250 });
  expect(wide.timeline.widthMs).toBe(250);
  expect([...wide.timeline.inBytes].reduce((all, one) => all + one, 0)).toBe(14);
});

/** One exchange over UDP: ns after the start, which way, what. */
type Said = readonly [ms: number, way: 'in' | 'out', text: string];

async function latency(said: readonly Said[], options: StatisticsOptions, shape?: ViewShape) {
  const session = startSession(folder.path(`talk-${Math.random()}.pcapng`));
  const flow = session.udp(2, US, A);
  const start = now();
  for (const [ms, way, text] of said) flow.data(way, bytes(text), start + Math.round(ms * 1e6));
  session.close(now());
  const { latency: found, timeline } = await sumsOf(await openWhole(session.path), options, shape);
  if (!found) throw new Error('no answers were looked for');
  const { ms, ...counts } = found;
  return { counts, ms, timeline };
}

const NONE = {
  ...{ requests: 0, answered: 0, timedOut: 0, waiting: 0, forgotten: 0, orphans: 0, skipped: 0 },
};

test('the next message the other way answers the oldest request', async () => {
  const said: Said[] = [
    ...([
      [0, 'out', 'a'],
      [2.5, 'in', 'A'],
      [10, 'out', 'b'],
      [11, 'out', 'c'],
    ] as const),
    ...([
      [14, 'in', 'B'],
      [16.000001, 'in', 'C'],
      [17, 'in', 'unasked'],
    ] as const),
    ...([
      [20, 'out', 'lost'],
      [2000, 'in', 'too late'],
      [2001, 'out', 'last'],
    ] as const),
  ];
  const { counts, ms, timeline } = await latency(said, paired('next', 'client'));
  expect(counts).toEqual({
    ...{ ...NONE, requests: 5, answered: 3, timedOut: 1, waiting: 1, orphans: 2 },
  });
  expect([ms.count, ms.min, ms.max]).toEqual([3, 2.5, 5.000001]);
  expect(ms.sum).toBeCloseTo(2.5 + 4 + 5.000001, 9);
  expect(ms.p50 ?? 0).toBeGreaterThan(4 * 0.99);
  expect(ms.p50 ?? 0).toBeLessThan(4 * 1.01);
  expect([...timeline.answers].reduce((all, one) => all + one, 0)).toBe(3);
  expect(Math.max(...timeline.latencyMaxMs)).toBe(5.000001);
  // The same talk, as if the peer asked, and by whoever speaks while nothing waits.
  const asked = await latency(said, paired('next', 'in'));
  expect(asked.counts).toMatchObject({ requests: 5, answered: 3, orphans: 2, timedOut: 2 });
  const either = await latency(said, paired('next', 'either'));
  expect(either.counts).toEqual({ ...NONE, requests: 5, answered: 5 });
});

test('the same bytes belong together, in whatever order answers come', async () => {
  const said: Said[] = [
    ...([
      [0, 'in', 'aaQ1'],
      [1, 'in', 'bbQ2'],
      [3, 'out', 'XXbb'],
      [7, 'out', 'XXaa'],
    ] as const),
    ...([
      [8, 'out', 'XXcc'],
      [9, 'in', 'd'],
      [10, 'in', 'aaQ3'],
      [10.5, 'out', 'XXaa'],
    ] as const),
  ];
  const { counts, ms } = await latency(said, paired('bytes:0..2=2..4', 'client'));
  expect(counts).toEqual({
    ...{ ...NONE, requests: 3, answered: 3, orphans: 1, skipped: 1 },
  });
  expect([ms.min, ms.max, ms.sum]).toEqual([0.5, 7, 9.5]);
});

test('two filters say what asks and what answers, on frames as well', async () => {
  const said: Said[] = [
    ...([
      [0, 'out', 'READ 1'],
      [1, 'in', 'busy'],
      [4, 'in', 'OK 1'],
      [5, 'in', 'OK 2'],
    ] as const),
    ...([
      [6, 'out', 'READ 2'],
      [6.25, 'in', 'OK 3'],
    ] as const),
  ];
  const { counts, ms } = await latency(said, paired('READ => /^OK/', 'client'));
  expect(counts).toEqual({ ...NONE, requests: 2, answered: 2, orphans: 1 });
  expect([ms.min, ms.max]).toEqual([0.25, 4]);
  const lines: Said[] = [
    [0, 'out', 'READ 1\nREAD 2\n'],
    [8, 'in', 'OK 1\nOK 2\n'],
  ];
  const framed = await latency(lines, paired('READ => OK', 'client'), { framing: 'line' });
  expect(framed.counts).toMatchObject({ requests: 2, answered: 2, orphans: 0 });
  const values: Said[] = [
    [0, 'out', '{"ask": 1}'],
    [3, 'in', '{"got": 1}'],
  ];
  const decoded = await latency(values, paired('decode.json.ask>0 => decode.json.got>0', 'client'));
  expect(decoded.counts).toEqual({ ...NONE, requests: 1, answered: 1 });
});

test('marks tell requests and answers, of a session that goes on and of frames', async () => {
  const session = startSession(folder.path('marked.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('us', now());
  for (const text of ['a\nb\n', 'c\n', 'd\n', 'e\n'])
    flow.data(text === 'c\n' || text === 'e\n' ? 'in' : 'out', bytes(text), now());
  session.flush();
  const view = session.view(null);
  const first = view.rows(0, view.length).find(({ lengthBytes }) => lengthBytes > 0)?.index ?? -1;
  session.marks.set([{ row: first, mark: { note: null } }]);
  const options = paired('mark => dir:rx', 'client');
  const live = counting(view, options);
  const sums = await live.until(({ latency: found }) => found?.requests === 1);
  expect(sums.latency).toMatchObject({ answered: 1, orphans: 1 });
  live.running.close();
  session.close(now());
  // Both lines begin in the row that is marked.
  const framed = await sumsOf(session, options, { framing: 'line' });
  expect(framed.latency).toMatchObject({ requests: 2, answered: 2, orphans: 0 });
});

test('a rule names a decoder that the user described', async () => {
  const session = startSession(folder.path('described.pcapng'));
  const flow = session.udp(2, US, A);
  for (const [way, text] of [
    ['out', '\x01?'],
    ['in', '\x02!'],
  ] as const)
    flow.data(way, bytes(text), now());
  session.close(now());
  const definition: Definition = {
    ...{ version: 1, kind: 'layout', name: 'device' },
    fields: [{ type: 'u8', name: 'code' }],
  };
  const options = paired('decode.device.code==1 => decode.device.code==2', 'client');
  const { running, until } = counting(session.view(null), options, [definition]);
  const sums = await until(() => running.scanning.done);
  running.close();
  expect(sums.latency).toMatchObject({ requests: 1, answered: 1 });
});

test('a request of a live session times out while nothing comes', async () => {
  const session = startSession(folder.path('silent.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  flow.data('in', bytes('is anybody there?'), now());
  const { running, until } = counting(session.view(null), paired('next', 'client', 300));
  const silent = await until((sums) => sums.latency?.timedOut === 1);
  expect(silent.latency).toMatchObject({ requests: 1, answered: 0, waiting: 0 });
  const { version } = running;
  flow.data('out', bytes('too late'), now());
  const late = await until((sums) => sums.latency?.orphans === 1);
  expect(late.out.messages).toBe(1);
  expect(running.version).toBeGreaterThan(version);
  running.close();
  session.close(now());
});

test('an expression that takes for ever ends the thread, not the engine', async () => {
  const session = startSession(folder.path('slow.pcapng'));
  const flow = session.udp(2, US, A);
  flow.data('out', bytes('x'), now());
  flow.data('in', bytes(`${'a'.repeat(40)}!`), now());
  const { running, until } = counting(session.view(null), paired('dir:tx => /^(a+)+$/', 'client'));
  await expect(until(() => false)).rejects.toThrow('takes too long');
  expect(running.scanning.problem?.code).toBe('ERR_FILTER_TOO_SLOW');
  running.close();
  session.close(now());
});
