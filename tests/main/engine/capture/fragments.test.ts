import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fields, followTcp } from '../../../support/tshark';
import { concat } from './bytes';
import { FRAMES, ipv4, ipv4Fragment, ipv4Fragments, ipv6Fragments, ipv6Udp, pcap } from './foreign';
import { payloads } from './payloads';
import { events, openWhole, pattern, useFolder } from './sample';

vi.setConfig({ testTimeout: 30_000 });

const folder = useFolder();
const A: [number[], number] = [[10, 0, 0, 1], 50_000];
const B: [number[], number] = [[10, 0, 0, 2], 4000];

function write(frames: readonly Uint8Array[], seconds = (at: number) => at, captured = Infinity) {
  const path = folder.path('a.pcap');
  const packets = frames.map((frame, at) => ({
    ...{ seconds: 1_700_000_000 + seconds(at), fraction: 0 },
    ...{ frame: frame.subarray(0, captured), originalBytes: frame.length },
  }));
  writeFileSync(path, pcap(true, 101, packets));
  return path;
}

async function opened(frames: readonly Uint8Array[], seconds?: (at: number) => number) {
  return await openWhole(write(frames, seconds));
}

/** So that what differs is not told in thousands of digits. */
function digest(hex: string): string {
  return `${String(hex.length / 2)} bytes, ${createHash('md5').update(hex).digest('hex')}`;
}

/** When, and what, every datagram was, as we tell it. */
async function ours(path: string): Promise<string[]> {
  const view = (await openWhole(path)).view(null);
  return view
    .rows(0, 5000)
    .filter(({ direction }) => direction === 'in' || direction === 'out')
    .map(
      ({ at, index }) =>
        `${String(at / 1000)} ${digest(Buffer.from(view.bytes(index)).toString('hex'))}`,
    );
}

function theirs(path: string): string[] {
  return fields(path, 'udp', 'frame.time_epoch', 'udp.payload').map(
    ([at = '', payload = '']) => `${String(Number(at))} ${digest(payload)}`,
  );
}

const datagram = (bytes: number, seed: number) => ipv4('udp', A, B, pattern(bytes, seed));
const [a1, a2, a3] = ipv4Fragments(datagram(4000, 1), 7, [1480, 2960]) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const [b1, b2, b3] = ipv4Fragments(datagram(3500, 2), 8, [1480, 2960]) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const lone = datagram(10, 3);

describe('datagrams in fragments are those that tshark puts together', () => {
  const back = ipv4Fragments(ipv4('udp', B, A, pattern(2000, 4)), 7, [1480]);
  const six = ipv6Fragments(ipv6Udp(50_000, 4000, pattern(3000, 5)), 70_000, [1232, 2464]);
  const tiny = ipv4Fragments(datagram(30, 6), 9, [8, 16, 24, 32]);
  const icmp = ipv4Fragments(datagram(2000, 7), 10, [1480]).map((frame) => {
    const [id, start] = [10, frame.length === 1500 ? 0 : 1480];
    const other = frame.slice();
    other[9] = 1;
    return ipv4Fragment(other, { id, start, more: start === 0, payload: frame.subarray(20) });
  });
  const cases: [string, Uint8Array[], number][] = [
    ['in order, beside whole ones', [a1, a2, a3, lone, b1, b2, b3], 3],
    ['the last first', [a3, a2, a1], 1],
    ['two mixed with each other', [a1, b3, a3, b1, lone, b2, a2], 3],
    ['the same number both ways', [a1, ...back, a2, a3], 2],
    ['of IPv6', [six[2] ?? lone, a1, six[0] ?? lone, a2, six[1] ?? lone, a3], 2],
    ['as small as they can be', tiny, 1],
    ['each captured twice at once', [a1, a1, a2, a2, a3, a3], 1],
    ['all captured twice', [a1, a2, a3, a1, a2, a3], 2],
    ['of another protocol', [...icmp, lone], 1],
    ['a fragment that is whole', ipv6Fragments(ipv6Udp(1, 2, pattern(20)), 3, []), 1],
  ];
  test.each(cases)('%s', async (_name, frames, count) => {
    const path = write(frames);
    const told = await ours(path);
    expect(told).toHaveLength(count);
    expect(told).toEqual(theirs(path));
  });

  test('overlapping: of bytes that came twice the fragment that begins first counts', async () => {
    const over = pattern(1480, 99);
    const frames = [
      a1,
      ipv4Fragment(a1, { id: 7, start: 1400, more: true, payload: over }),
      ipv4Fragment(a1, { id: 7, start: 2400, more: true, payload: over.subarray(0, 560) }),
      a3,
    ];
    const path = write(frames);
    expect(await ours(path)).toEqual(theirs(path));
    const [row] = (await openWhole(path)).view(null).rows(0, 1);
    expect(row?.note?.text).toMatch(/overlap/);
  });

  test('behind each link layer', async () => {
    for (const name of ['ethernet, VLAN', 'null', 'linux cooked 2']) {
      const { link, wrap } = FRAMES[name] ?? { link: 0, wrap: (ip: Uint8Array) => ip };
      const path = folder.path('l.pcap');
      const packets = [a1, a2, a3].map((ip, at) => ({
        ...{ seconds: at, fraction: 0, frame: wrap(ip) },
      }));
      writeFileSync(path, pcap(false, link, packets));
      expect(await ours(path)).toEqual(theirs(path));
    }
  });
});

test('segments of TCP in fragments go into their stream', async () => {
  const stream = pattern(9000, 11);
  const segment = (from: number, end: number, id: number, cuts: number[]) =>
    ipv4Fragments(
      ipv4('tcp', A, B, stream.subarray(from, end), { flags: 0x18, seq: 1 + from }),
      id,
      cuts,
    );
  const dial = [
    ipv4('tcp', A, B, pattern(0), { flags: 2, seq: 0 }),
    ipv4('tcp', B, A, pattern(0), { flags: 0x12, seq: 0, ack: 1 }),
  ];
  const first = segment(0, 3000, 1, [8, 1480]);
  const second = segment(3000, 6000, 2, [1480]);
  const third = segment(6000, 9000, 3, [1480]);
  // The second comes after the third, and the first again.
  const path = write([...dial, ...first, ...third, ...first, ...second]);
  const capture = await openWhole(path);
  const [flow] = capture.flows;
  if (!flow) throw new Error('No flow was found');
  expect(events(capture.view(null))).toEqual(['connected', 3000, 3000, 3000]);
  expect(flow.reassembly).toMatchObject({
    retransmittedSegments: 1,
    outOfOrderSegments: 1,
    gaps: 0,
  });
  expect(payloads(capture, flow).out).toBe(followTcp(path, 0)[0]);
});

describe('what cannot be put together is told once, with its peer, and nothing of it is silent', () => {
  const told = async (frames: Uint8Array[], seconds?: (at: number) => number) =>
    (await opened(frames, seconds)).view(null).rows(0, 50);
  const ends = 'IP packet 7 of UDP from 10.0.0.1 to 10.0.0.2';

  test('a hole, an end that never came, and both', async () => {
    for (const [frames, lacks] of [
      [[a1, a3], '2528 bytes in 2 fragments are in the capture, and 1480 bytes missing'],
      [[a1, a2], '2960 bytes in 2 fragments are in the capture, and its end missing'],
      [[a2], '1480 bytes in 1 fragment are in the capture, and 1480 bytes and its end missing'],
    ] as const) {
      const [first, row, ...others] = await told([lone, ...frames]);
      expect(others).toEqual([]);
      expect(first?.lengthBytes).toBe(10);
      expect(row).toMatchObject({ direction: 'fault', lengthBytes: 0 });
      expect(row?.note).toEqual({ event: 'gap', text: `${ends} is not whole: ${lacks}` });
      expect(row?.peer).toBe(frames[0] === a1 ? '10.0.0.2:4000' : '');
    }
    const capture = await opened([a1, a3]);
    expect(capture.flows[0]?.reassembly).toMatchObject({ gaps: 1, missingBytes: 1480 });
  });

  test('the rest after a minute, which is none of it', async () => {
    const rows = await told([a1, a2, a3], (at) => at * 61);
    expect(rows.map(({ note }) => note?.event)).toEqual(['gap', 'gap', 'gap']);
  });

  test('the number used again while the first with it waits for its rest', async () => {
    const [c1, c2] = ipv4Fragments(datagram(2500, 30), 7, [1480]) as [Uint8Array, Uint8Array];
    const path = write([a1, c1, c2]);
    const rows = (await openWhole(path)).view(null).rows(0, 9);
    expect(rows.map(({ note, lengthBytes }) => [note?.event, lengthBytes])).toEqual([
      ['gap', 0],
      [undefined, 2500],
    ]);
    // What is only a repetition does not become part of another packet.
    const again = await ours(write([a1, a2, a3, a3, c1, c2], () => 0));
    expect(again.map((one) => one.split(' ')[1])).toEqual(['4000', '2500']);
  });

  test('overlapping fragments of IPv6 are refused, and a repeated one is not one', async () => {
    const whole = ipv6Udp(50_000, 4000, pattern(3000, 5));
    const [s1, s2, s3] = ipv6Fragments(whole, 5, [1232, 2464]) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const [, over] = ipv6Fragments(whole, 5, [1224, 2464]) as [Uint8Array, Uint8Array];
    expect(events((await opened([s1, s1, s2, s3])).view(null))).toEqual([3000, 'comment']);
    const [row, ...others] = await told([s1, over, s2, s3]);
    expect(others).toEqual([]);
    expect(row?.note?.text).toMatch(
      /^IP packet 5 of UDP from 2001:db8::1 to 2001:db8::2 is not put together.*RFC 5722/,
    );
  });

  test('a packet longer than any, and one that goes on behind its end', async () => {
    const late = ipv4Fragment(a1, { id: 7, start: 65_000, more: false, payload: pattern(1000) });
    expect((await told([a1, a2, late])).map(({ note }) => note?.text)).toEqual([
      expect.stringContaining('reach to byte 66000'),
    ]);
    const early = ipv4Fragment(a1, { id: 7, start: 1480, more: false, payload: pattern(10) });
    expect((await told([a1, a3, early])).map(({ note }) => note?.event)).toEqual(['gap']);
  });

  test('more that are begun than are waited for', async () => {
    const begun = Array.from({ length: 4200 }, (_, id) =>
      ipv4Fragment(a1, { id, start: 0, more: true, payload: pattern(16) }),
    );
    const rows = (await opened(begun, () => 0)).view(null).rows(0, 5000);
    expect(rows).toHaveLength(4200);
    const early = rows.filter(({ note }) => note?.text?.includes('too many others had begun'));
    expect(early).toHaveLength(104);
  });

  test('fragments that the capture has cut', async () => {
    const capture = await openWhole(write([a1, a2, a3], undefined, 128));
    const [row] = capture.view(null).rows(0, 1);
    expect(row).toMatchObject({ lengthBytes: 100, note: { text: '100 of 4000 bytes captured' } });
    expect(capture.flows[0]?.reassembly?.cutBytes).toBe(3900);
  });
});

test('random cuts, orders, repetitions and losses of several datagrams', async () => {
  const one = fc.record({
    bytes: fc.integer({ min: 1, max: 300 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 36 }), { maxLength: 8 }),
    six: fc.boolean(),
    lost: fc.option(fc.nat(8), { freq: 3 }),
  });
  const plan = fc.record({
    datagrams: fc.array(one, { minLength: 1, maxLength: 6 }),
    order: fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }),
    twice: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ datagrams, order, twice }) => {
      const whole: string[] = [];
      const fragments = datagrams.flatMap(({ bytes, cuts, six, lost }, id) => {
        const payload = pattern(bytes, id * 7);
        const at = cuts
          .map((cut) => cut * 8)
          .sort((x, y) => x - y)
          .filter((cut) => cut < bytes + 8);
        const made = six
          ? ipv6Fragments(ipv6Udp(A[1], B[1], payload), id, at)
          : ipv4Fragments(ipv4('udp', A, B, payload), id, at);
        const kept = made.filter((_, place) => place !== lost);
        if (kept.length === made.length) whole.push(digest(Buffer.from(payload).toString('hex')));
        return kept;
      });
      const sent = fragments
        .map((frame, at) => ({ frame, key: order[at] ?? 0, copies: twice[at] === true ? 2 : 1 }))
        .sort((x, y) => x.key - y.key)
        .flatMap(({ frame, copies }) => Array.from({ length: copies }, () => frame));
      const told = (await ours(write(sent, () => 0))).map((row) => row.replace(/^\S+ /, ''));
      // A datagram of one fragment that is no fragment comes as often as it was captured.
      expect([...new Set(told)].sort()).toEqual([...new Set(whole)].sort());
    }),
    { numRuns: 100, seed: 5 },
  );
});

test('search, display filter, and export take all of its packets', async () => {
  const path = write([a1, lone, a2, a3]);
  const capture = await openWhole(path);
  const { packets } = capture.view(null);
  const places: [number, boolean][] = [];
  packets?.during(() => {
    packets.each(1, (offset, _length, own) => places.push([offset, own]));
  });
  const size = (frame: Uint8Array) => 16 + frame.length;
  const second = 24 + size(a1) + size(lone);
  expect(places).toEqual([
    [24, false],
    [second, false],
    [second + size(a2), true],
  ]);
});

test('cut anywhere, and bits flipped anywhere: rows that can be read', async () => {
  const small = ipv4Fragments(datagram(60, 1), 7, [24, 48]);
  const six = ipv6Fragments(ipv6Udp(1, 2, pattern(50, 5)), 9, [16, 32]);
  const frames = [...small, ...six].map((ip, at) => ({ seconds: at, fraction: 0, frame: ip }));
  const bytes = Buffer.from(pcap(true, 101, frames));
  const path = folder.path('m.pcap');
  const read = async (mutated: Uint8Array) => {
    writeFileSync(path, mutated);
    const capture = await openWhole(path);
    const view = capture.view(null);
    for (const row of view.rows(0, 50))
      if (row.direction === 'in' || row.direction === 'out')
        expect(view.bytes(row.index).length).toBe(row.lengthBytes);
    return view.length;
  };
  for (let bit = 24 * 8; bit < bytes.length * 8; bit += 13) {
    const mutated = Buffer.from(bytes);
    mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await read(mutated);
  }
  for (let length = 24; length < bytes.length; length += 7) await read(bytes.subarray(0, length));
  expect(await read(bytes)).toBe(2);
  expect(readFileSync(path).equals(concat(bytes))).toBe(true);
});
