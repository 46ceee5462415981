import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { OpenedCapture } from '../../../../src-main/engine/capture/reading/capture-file';
import { followTcp } from '../../../support/tshark';
import { FRAMES, ipv4, pcap } from './foreign';
import type { ForeignPacket } from './foreign';
import { payloads } from './payloads';
import { events, openWhole, pattern, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const CLIENT: [number[], number] = [[10, 0, 0, 1], 50_000];
const SERVER: [number[], number] = [[10, 0, 0, 2], 8080];

/** What a segment carries: bytes `from` up to `end` of its stream, and more. */
interface Segment {
  by: 'client' | 'server';
  from?: number;
  end?: number;
  flags?: number;
  /** Bytes of the other side's stream that it acknowledges. */
  ack?: number;
  /** First sequence numbers, where they are not the usual ones. */
  isn?: number;
  /** Of the payload, captured. */
  captured?: number;
}

const ISN = 1_000_000;
/** Where the payload begins: behind IP and TCP. */
const HEADERS = 40;
const stream = { client: pattern(200_000, 3), server: pattern(200_000, 9) };
const SYN = 2;
const FIN = 0x11;
const RST = 4;

function packets(segments: readonly Segment[]): ForeignPacket[] {
  return segments.map(
    ({ by, from = 0, end = from, flags = 0x10, ack = 0, isn = ISN, captured }, at) => {
      const [source, target] = by === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
      const seq = (flags & SYN) === 0 ? isn + 1 + from : isn;
      const numbers = { flags, seq: seq % 2 ** 32, ack: (isn + 1 + ack) % 2 ** 32 };
      const frame = ipv4('tcp', source, target, stream[by].subarray(from, end), numbers);
      const kept = captured === undefined ? frame : frame.subarray(0, HEADERS + captured);
      return { seconds: 1_700_000_000 + at, fraction: 0, frame: kept, originalBytes: frame.length };
    },
  );
}

const handshake: Segment[] = [
  { by: 'client', flags: SYN },
  { by: 'server', flags: SYN | 0x10 },
  { by: 'client' },
];

async function opened(segments: readonly Segment[]): Promise<OpenedCapture> {
  const path = folder.path('a.pcap');
  writeFileSync(path, pcap(true, 101, packets(segments)));
  return await openWhole(path);
}

/** What follow writes in the place of what is missing. */
function told(missing: number): string {
  return Buffer.from(`[${String(missing)} bytes missing in capture file]\0`).toString('hex');
}

describe('what a network does to a connection is put right, as tshark puts it right', () => {
  const a = { by: 'client', from: 0, end: 100 } as const;
  const b = { by: 'client', from: 100, end: 250 } as const;
  const c = { by: 'client', from: 250, end: 300 } as const;
  const answer = { by: 'server', from: 0, end: 70, ack: 300 } as const;
  const none = {
    ...{ retransmittedSegments: 0, retransmittedBytes: 0, outOfOrderSegments: 0, gaps: 0 },
    ...{ missingBytes: 0, cutBytes: 0, keepAlives: 0, lateBytes: 0 },
  };
  const cases: [string, Segment[], (string | number)[], object | null][] = [
    ['in order', [a, b, c, answer], [100, 150, 50, 70], null],
    [
      'repeated',
      [a, b, b, a, c, answer, answer],
      [100, 150, 50, 70],
      { retransmittedSegments: 3, retransmittedBytes: 320 },
    ],
    ['in another order', [a, c, b, answer], [100, 150, 50, 70], { outOfOrderSegments: 1 }],
    [
      'repeated before what is missing comes',
      [a, c, c, { ...c, end: 280 }, b, b, answer],
      [100, 150, 50, 70],
      { outOfOrderSegments: 1, retransmittedSegments: 3, retransmittedBytes: 230 },
    ],
    [
      'overlapping from before and from behind',
      [a, { ...b, from: 40 }, { ...c, end: 400 }, { ...c, from: 200, end: 420 }, answer],
      [100, 150, 150, 20, 70],
      { retransmittedSegments: 2, retransmittedBytes: 260 },
    ],
    [
      'a hole filled by a segment that reaches beyond it',
      [a, c, { ...b, end: 270 }, answer],
      [100, 170, 30, 70],
      { outOfOrderSegments: 1, retransmittedSegments: 1, retransmittedBytes: 20 },
    ],
    [
      'numbers that wrap',
      [a, c, b, answer].map((one) => ({ ...one, isn: 2 ** 32 - 130 })),
      [100, 150, 50, 70],
      { outOfOrderSegments: 1 },
    ],
    [
      'lost, as the acknowledgement tells',
      [a, c, { by: 'server', ack: 300 }, { ...c, from: 300, end: 310 }, answer],
      [100, 'gap', 50, 10, 70],
      { gaps: 1, missingBytes: 150 },
    ],
    [
      'lost, with nothing that tells',
      [a, c, { by: 'client', from: 300, flags: FIN }],
      [100, 'gap', 50, 'ended'],
      { gaps: 1, missingBytes: 150 },
    ],
    [
      'keep-alive probes with one byte and without, and a window probe',
      [
        ...[
          a,
          { by: 'client', from: 99, end: 100 },
          { by: 'client', from: 99 },
          { by: 'server', ack: 100 },
        ],
        ...[{ by: 'client', from: 100, end: 101 }, b, c, answer],
      ] as Segment[],
      [100, 1, 149, 50, 70],
      { keepAlives: 2, retransmittedSegments: 1, retransmittedBytes: 1 },
    ],
    [
      'FIN before the last bytes, and again',
      [a, { ...c, flags: FIN }, b, { ...c, flags: FIN }, answer],
      [100, 150, 50, 70],
      { outOfOrderSegments: 1, retransmittedSegments: 1, retransmittedBytes: 50 },
    ],
    [
      'bytes with SYN',
      [{ ...a, end: 20 }, { ...a, from: 20 }, b, c, answer],
      [20, 80, 150, 50, 70],
      null,
    ],
  ];

  test.each(cases)('%s', async (_name, segments, rows, figures) => {
    const capture = await opened([
      ...handshake.map((one) => ({ ...one, isn: segments[0]?.isn ?? ISN })),
      ...segments,
    ]);
    expect(events(capture.view(null))).toEqual(['connected', ...rows]);
    const [flow] = capture.flows;
    if (!flow) throw new Error('No flow was found');
    expect(flow.reassembly).toEqual(figures === null ? null : { ...none, ...figures });
    const ours = payloads(capture, flow);
    const [client, server] = followTcp(folder.path('a.pcap'), 0);
    // What it says of a gap is text among the bytes; without acknowledgement it says nothing.
    const missing = flow.reassembly?.missingBytes ?? 0;
    if (!rows.includes('ended'))
      expect([ours.out, ours.in]).toEqual([client.replace(told(missing), ''), server]);
  });

  test('the text and the place of what is missing', async () => {
    const capture = await opened([...handshake, a, c, { by: 'server', ack: 300 }]);
    expect(capture.view(null).rows(0, 9)[2]).toMatchObject({
      ...{ direction: 'fault', peer: '10.0.0.2:8080', lengthBytes: 0 },
      note: { event: 'gap', text: '150 bytes that were sent are not in the capture' },
    });
  });

  test('the middle of a connection, with bytes from before it and from a gap that was told', async () => {
    const capture = await opened([
      ...[b, a, { ...c, from: 400, end: 500 }, { by: 'server', ack: 500 }],
      ...([{ by: 'client', from: 250, end: 300 }, { ...b }] as Segment[]),
    ] as Segment[]);
    expect(events(capture.view(null))).toEqual([150, 100, 'gap', 100, 50]);
    expect(capture.flows[0]?.reassembly).toMatchObject({
      ...{ gaps: 1, missingBytes: 150, lateBytes: 150, retransmittedSegments: 1 },
    });
  });

  test('the same ports again, with what waited of the connection before', async () => {
    const again = 77_000_000;
    const second = [...handshake, a].map((one) => ({ ...one, isn: again }));
    const capture = await opened([
      ...handshake,
      a,
      c,
      ...second,
      { by: 'client', flags: RST, isn: again },
    ]);
    expect(events(capture.view(null))).toEqual([
      'connected',
      100,
      'gap',
      50,
      'connected',
      100,
      'reset',
    ]);
    expect(capture.flows.map(({ sentBytes }) => sentBytes)).toEqual([150, 100]);
  });

  test('another connection whose beginning was not captured', async () => {
    const capture = await opened([...handshake, a, { ...a, isn: ISN + 2 ** 31 - 5 }]);
    expect(events(capture.view(null))).toEqual(['connected', 100, 'gap', 100]);
    expect(capture.view(null).rows(2, 1)[0]?.note?.text).toMatch(/jump/);
  });

  test('segments that the capture has cut', async () => {
    const capture = await opened([...handshake, { ...a, captured: 30 }, b]);
    const rows = capture.view(null).rows(1, 9);
    expect(rows.map(({ lengthBytes, note }) => [lengthBytes, note?.text])).toEqual([
      [30, '30 of 100 bytes captured'],
      [150, undefined],
    ]);
    expect(capture.flows[0]?.reassembly).toMatchObject({ cutBytes: 70, gaps: 0 });
  });

  test('a dial that nobody answers is told once', async () => {
    const dial = handshake.slice(0, 1);
    const capture = await opened([...dial, ...dial, ...dial]);
    expect(events(capture.view(null))).toEqual(['connected']);
    expect(capture.flows[0]?.reassembly?.retransmittedSegments).toBe(2);
  });
});

test('any order, any repetition: every byte once and in its place, or told as missing', async () => {
  const size = 3000;
  const piece = fc.record({ from: fc.nat(size - 1), length: fc.integer({ min: 1, max: 400 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      async (pieces, whole) => {
        const sent = pieces.map(({ from, length }): Segment => ({
          by: 'client',
          from,
          end: Math.min(size, from + length),
        }));
        const all: Segment[] = [
          ...sent,
          ...(whole ? [{ by: 'client', from: 0, end: size } as const] : []),
        ];
        const capture = await opened([...handshake, ...all]);
        const view = capture.view(null);
        let next = 0;
        for (const row of view.rows(1, 500)) {
          const bytes = Buffer.from(view.bytes(row.index));
          if (row.note?.event === 'gap') next += Number(/^\d+/.exec(row.note.text ?? '')?.[0]);
          expect(bytes.equals(stream.client.subarray(next, next + bytes.length))).toBe(true);
          next += bytes.length;
        }
        const reached = Math.max(...all.map(({ end = 0 }) => end));
        const covered = new Set(
          all.flatMap(({ from = 0, end = 0 }) =>
            Array.from({ length: end - from }, (_, at) => from + at),
          ),
        );
        expect(next).toBe(reached);
        expect(capture.flows[0]?.reassembly?.missingBytes ?? 0).toBe(reached - covered.size);
      },
    ),
    { numRuns: 80, seed: 4 },
  );
});

test('a list of what came too early has an end, and what exceeds it is told', async () => {
  const early = Array.from({ length: 16_400 }, (_, at): Segment => ({
    by: 'client',
    from: 10 + at * 2,
    end: 11 + at * 2,
  }));
  const capture = await opened([...handshake, ...early]);
  const { length } = capture.view(null);
  expect(length).toBe(1 + 16_400 * 2);
  expect(capture.flows[0]).toMatchObject({ sentBytes: 16_400, reassembly: { gaps: 16_400 } });
});

test('bits flipped anywhere: rows that can be read, and no end without one', async () => {
  const lost: Segment[] = [
    ...handshake,
    { by: 'client', end: 90 },
    { by: 'client', from: 200, end: 300 },
  ];
  const bytes = Buffer.from(
    pcap(
      true,
      1,
      packets(lost).map((one) => ({
        ...one,
        frame: FRAMES['ethernet, VLAN']?.wrap(one.frame) ?? one.frame,
      })),
    ),
  );
  const path = folder.path('m.pcap');
  for (let bit = 24 * 8; bit < bytes.length * 8; bit += 7) {
    const mutated = Buffer.from(bytes);
    mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(path, mutated);
    const capture = await openWhole(path);
    const view = capture.view(null);
    for (const row of view.rows(0, 50))
      if (row.direction === 'in' || row.direction === 'out')
        expect(view.bytes(row.index).length).toBe(row.lengthBytes);
  }
  expect(readFileSync(path).length).toBe(bytes.length);
});
