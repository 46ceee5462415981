import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openCaptureFile } from '../../../../src-main/engine/capture/reading/capture-file';
import { HitList } from '../../../../src-main/engine/capture/rows/hit-list';
import { finderOf } from '../../../../src-main/engine/capture/scan/literal-finder';
import { StreamSearch } from '../../../../src-main/engine/capture/scan/stream-search';
import { now } from '../../../../src-main/engine/clock';
import type { RowView, Session } from '../../../../src-main/engine/types';
import { parseFilter } from '../../../../src-shared/filter/parse';
import { thread } from '../../../support/view-thread';
import { within } from '../../../support/deadline';
import { fields } from '../../../support/tshark';
import { ipv4, ipv4Fragments, pcap } from './foreign';
import type { ForeignPacket } from './foreign';
import { openWhole, startSession, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const A = { host: '10.0.0.1', port: 4001 };
const B = { host: '10.0.0.2', port: 4002 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
/** A search of a view, and a promise of `rows` rows looked at. */
function searched(view: RowView, search: string) {
  let look: () => void = () => undefined;
  const found = view.search({
    search,
    thread,
    onChange: () => {
      look();
    },
  });
  const scanned = (rows: number) =>
    within(
      new Promise<void>((resolve) => {
        look = () => {
          view.refresh?.();
          found.refresh();
          const { scannedRows, problem } = found.scanning;
          if (scannedRows >= rows || problem) resolve();
        };
        look();
      }),
      `${rows} rows searched`,
      20_000,
    );
  return { found, scanned, all: () => found.between(0, Infinity) };
}

async function hitsOf(session: Session, search: string, rows: number): Promise<number[]> {
  const { found, scanned, all } = searched(session.view(null), search);
  await scanned(rows);
  const hits = all();
  found.close();
  return hits;
}

test('a live session goes on being searched, also across the chunks of each way of each connection', async () => {
  const session = startSession(folder.path('live.pcapng'));
  const one = session.tcp(2, US, A);
  const two = session.tcp(3, US, B);
  one.opened('peer', now());
  two.opened('peer', now());
  one.data('in', bytes('a nee'), now());
  two.data('in', bytes('dle and n'), now());
  one.data('out', bytes('dle'), now());
  const { found, scanned, all } = searched(session.view(null), 'needle');
  await scanned(5);
  expect(all()).toEqual([]);
  two.data('in', bytes('e'), now());
  two.data('in', bytes('edle needle'), now());
  one.data('in', bytes('dle'), now());
  await scanned(8);
  // Rows 0 and 1 are the openings.
  expect(all()).toEqual([2, 3, 6]);
  expect(found.length).toBe(3);
  expect(found.find(3, false)).toEqual({ at: 3, ordinal: 1, wrapped: false });
  expect(found.find(4, false)).toEqual({ at: 6, ordinal: 2, wrapped: false });
  expect(found.find(7, false)).toEqual({ at: 2, ordinal: 0, wrapped: true });
  expect(found.find(5, true)).toEqual({ at: 3, ordinal: 1, wrapped: false });
  expect(found.find(1, true)).toEqual({ at: 6, ordinal: 2, wrapped: true });
  found.close();
  const either = searched(session.view(null), 'needle or nothing');
  await either.scanned(8);
  expect(either.all()).toEqual([2, 3, 6]);
  either.found.close();
  const ofTwo = searched(session.view(3), '/ne+dle/');
  await ofTwo.scanned(8);
  expect(ofTwo.all()).toEqual([1, 3]);
  ofTwo.found.close();
  session.close(now());
});

test('what stands in several fragments of a datagram is found, between datagrams that are passed over', async () => {
  const path = folder.path('fragments.pcap');
  const [client, server]: [[number[], number], [number[], number]] = [
    [[10, 0, 0, 1], 50_000],
    [[10, 0, 0, 2], 4000],
  ];
  const datagram = (text: string) => ipv4('udp', client, server, bytes(text));
  const others = Array.from({ length: 400 }, (_, at) => datagram(`other ${String(at)}`));
  // Behind the 8 bytes of UDP, the cut is between "nee" and "dle".
  const cut = ipv4Fragments(datagram(`${'x'.repeat(5)}needle${'x'.repeat(9)}`), 7, [16]);
  const frames = [...others, ...cut.slice(0, 1), ...others, ...cut.slice(1), ...others];
  const packets = frames.map((frame) => ({ seconds: 1, fraction: 0, frame }));
  writeFileSync(path, pcap(true, 101, packets));
  const capture = await openWhole(path);
  expect(await hitsOf(capture, 'needle', 1201)).toEqual([800]);
  expect(await hitsOf(capture, 'hex:6e 65 ?? 64', 1201)).toEqual([800]);
});

test('places are those of the filtered and of the framed view', async () => {
  const session = startSession(folder.path('shaped.pcapng'));
  const flow = session.tcp(2, US, A);
  const peer = session.udp(3, US, B);
  flow.opened('peer', now());
  flow.data('in', bytes('one nee'), now());
  flow.data('out', bytes('needle\n'), now());
  flow.data('in', bytes('dle\ntwo\nnee'), now());
  peer.data('in', bytes('nee'), now());
  peer.data('in', bytes('dle'), now());
  flow.data('in', bytes('dle three\n'), now());
  flow.ended('peer', now());
  session.close(now());
  const filtered = session.view(null, {
    shape: { filter: 'dir:rx' },
    thread,
    onChange: () => undefined,
  });
  const inRows = searched(filtered, 'needle');
  await inRows.scanned(8);
  expect(inRows.all()).toEqual([0, 1]);
  inRows.found.close();
  filtered.close?.();
  const framed = session.view(null, {
    shape: { framing: 'line' },
    thread,
    onChange: () => undefined,
  });
  const inFrames = searched(framed, 'needle');
  await inFrames.scanned(8);
  await within(
    vi.waitUntil(() => framed.length === 8),
    'all frames',
    20_000,
  );
  const texts = inFrames.all().map((at) => Buffer.from(framed.bytes(at)).toString());
  expect(texts).toEqual(['needle\n', 'one needle\n', 'needle three\n']);
  inFrames.found.close();
  const way = searched(framed, 'dir:rx and len<5');
  await way.scanned(8);
  expect(way.all().map((at) => Buffer.from(framed.bytes(at)).toString())).toEqual([
    ...['two\n', 'nee', 'dle'],
  ]);
  way.found.close();
  framed.close?.();
});

test('datagrams and chunks of an opened file are those tshark finds', async () => {
  const path = folder.path('file.pcapng');
  const session = startSession(path);
  const flow = session.udp(2, US, A);
  const tcp = session.tcp(3, US, B);
  tcp.opened('us', now());
  for (let i = 0; i < 20_000; i++) {
    flow.data(i % 3 ? 'in' : 'out', bytes(`row ${i} ok`), now());
    if (i % 7 === 0) tcp.data('in', bytes(`chunk ${i} ok\n`), now());
  }
  session.close(now());
  let socket = 100;
  const opened = openCaptureFile(path, { rootSocket: 1, allocateSocket: () => ++socket });
  await opened.done;
  const judged = fields(path, 'frame contains "77 ok"', 'frame.number');
  // In front of every data row of this capture stand three packets and one row for the opening.
  const expected = judged.map(([number]) => Number(number) - 3);
  expect(expected.length).toBeGreaterThan(200);
  expect(await hitsOf(opened, '"77 ok"', opened.state.rows)).toEqual(expected);
  expect(await hitsOf(opened, '/77 ok/', opened.state.rows)).toEqual(expected);
  expect(await hitsOf(opened, 'hex:"37 37 2? 6f 6b"', opened.state.rows)).toEqual(expected);
});

test('of datagrams alone those with it are found, whatever lies between', async () => {
  const path = folder.path('datagrams.pcapng');
  const session = startSession(path);
  const flow = session.udp(2, US, A);
  const expected: number[] = [];
  // Some 6 MB: several stretches of what is looked through at once.
  for (let i = 0; i < 30_000; i++) {
    const hit = i === 0 || i === 29_999 || (i * 7919) % 611 < 2;
    if (hit) expected.push(i);
    flow.data('in', bytes(`${'x'.repeat((i * 31) % 150)}${hit ? 'needle' : 'needl'}`), now());
  }
  expect(await hitsOf(session, 'needle', 30_000)).toEqual(expected);
  session.close(now());
  let socket = 100;
  const opened = openCaptureFile(path, { rootSocket: 1, allocateSocket: () => ++socket });
  await opened.done;
  expect(await hitsOf(opened, 'needle', opened.state.rows)).toEqual(expected);
  for (const search of ['needle or nothing', '/needle/', '/ne{2}DLE/i', 'hex:6e65??646c65'])
    expect(await hitsOf(opened, search, opened.state.rows)).toEqual(expected);
  const judged = fields(path, 'udp contains "needle"', 'frame.number');
  expect(judged.map(([number]) => Number(number) - 1)).toEqual(expected);
});

test('a needle in a chunk of many segments is found at their seam', async () => {
  const session = startSession(folder.path('seam.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  const chunk = Buffer.alloc(200_000, 0x61);
  chunk.write('needle', 65_492);
  flow.data('in', chunk, now());
  chunk.fill(0x61);
  chunk.write('need', 199_996);
  flow.data('in', chunk, now());
  flow.data('in', bytes('le'), now());
  session.close(now());
  expect(await hitsOf(session, 'needle', 4)).toEqual([1, 2]);
});

test('in long chunks of ours, each row is found in which a plain look finds a beginning', async () => {
  // 26 bytes that lines nearly are, cut anywhere by segments of 60,000 bytes and by chunks.
  const line = 'T=01;status=ok;temperature=21.5;x|';
  const needle = 'x|T=01;status=okay';
  const text = line.repeat(12_000);
  const session = startSession(folder.path('long.pcapng'));
  const flow = session.tcp(2, US, A);
  const rows: { from: number; end: number }[] = [];
  let whole = '';
  fc.sample(fc.tuple(fc.integer({ min: 1, max: 130_000 }), fc.nat(400_000), fc.nat(6)), {
    numRuns: 40,
    seed: 6,
  }).forEach(([length, from, hits], at) => {
    let chunk = text.slice(from % 5000, (from % 5000) + length);
    // Some with the needle anywhere, and some with its beginning at the end.
    if (hits === 0 && length > 100)
      chunk = chunk.slice(0, length / 2) + needle + chunk.slice(length / 2);
    if (at % 3 === 0) chunk += needle.slice(0, 1 + (from % 17));
    else if (at % 3 === 1 && at > 1) chunk = needle.slice(1 + ((rows.length * 5) % 17)) + chunk;
    rows.push({ from: whole.length, end: whole.length + chunk.length });
    whole += chunk;
    flow.data('in', bytes(chunk), now());
  });
  const atSeam = `${'y'.repeat(59_995)}${needle}${'y'.repeat(60_000)}`;
  rows.push({ from: whole.length, end: whole.length + atSeam.length });
  whole += atSeam;
  flow.data('in', bytes(atSeam), now());
  session.close(now());
  const expected = new Set<number>();
  for (let at = whole.indexOf(needle); at !== -1; at = whole.indexOf(needle, at + 1))
    expected.add(rows.findIndex(({ end }) => at < end));
  expect(expected.size).toBeGreaterThan(3);
  const expressions = [
    '/x\\|T=01;status=okay/',
    '/X\\|t=01;STATUS=o[jkl]ay/i',
    '/x.T=01;(?:nothing|status=okay)/s',
  ];
  for (const search of [
    `"${needle}"`,
    `hex:${Buffer.from(needle).toString('hex')}`,
    ...expressions,
  ])
    expect(await hitsOf(session, search, rows.length)).toEqual([...expected]);
});

test('an expression made to explode stops the search, and it is told where', async () => {
  const session = startSession(folder.path('explode.pcapng'));
  const flow = session.udp(2, US, A);
  flow.data('in', bytes('aab'), now());
  flow.data('in', bytes(`${'a'.repeat(64)}!`), now());
  const { found, scanned } = searched(session.view(null), '/^(a+)+b$/');
  await scanned(2);
  expect(found.scanning.problem).toMatchObject({ code: 'ERR_FILTER_TOO_SLOW' });
  session.close(now());
});

describe('across pieces', () => {
  const patternsOf = (text: string) => {
    const parsed = parseFilter(text);
    if (!parsed.ok || parsed.filter.kind !== 'payload') throw new Error(text);
    return parsed.filter.patterns;
  };

  /** What is found in pieces of several streams; each piece is `[stream, text]`. */
  function found(search: string, pieces: readonly (readonly [number, string])[]): number[] {
    const hits: number[] = [];
    const streams = new StreamSearch(patternsOf(search), (position) => hits.push(position));
    pieces.forEach(([stream, text], position) => {
      streams.push(stream, bytes(text), position);
    });
    return hits.sort((a, b) => a - b);
  }

  test('hits are those of a plain look through each stream as a whole', () => {
    const piece = fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 }).map((chars) => chars.join('')),
    );
    const needle = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 })
      .map((chars) => chars.join(''));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), needle, (pieces, text) => {
        const expected = new Set<number>();
        for (const stream of [0, 1, 2]) {
          // Which piece each byte of the stream came in.
          const owners = pieces.flatMap(([of, part], place) =>
            of === stream ? Array.from(part, () => place) : [],
          );
          const whole = pieces.map(([of, part]) => (of === stream ? part : '')).join('');
          for (let at = whole.indexOf(text); at !== -1; at = whole.indexOf(text, at + 1))
            expected.add(owners[at] ?? -1);
        }
        const sorted = [...expected].sort((a, b) => a - b);
        const hex = Buffer.from(text, 'latin1').toString('hex');
        for (const search of [`"${text}"`, `hex:${hex}`, `/${text}/`])
          expect({ search, hits: found(search, pieces) }).toEqual({ search, hits: sorted });
      }),
      { numRuns: 200 },
    );
  });

  test('an expression is found wherever it begins, whatever its matches must hold', () => {
    const piece = fc.tuple(
      fc.integer({ min: 0, max: 1 }),
      fc
        .array(fc.constantFrom('a', 'b', 'c', 'B'), { maxLength: 9 })
        .map((chars) => chars.join('')),
    );
    const expressions = ['a+b', 'ab|cab', '[ab]c{2}', 'a.cb', '(?:ab)+c', 'ca(?:bb)?a', 'bca*b'];
    const flags = fc.constantFrom('', 'i', 's', 'u', 'iu');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom(...expressions),
        flags,
        (pieces, source, flag) => {
          const regex = new RegExp(source, `g${flag}`);
          const expected: number[] = [];
          const wholes = [0, 1].map((stream) =>
            pieces.map(([of, text]) => (of === stream ? text : '')).join(''),
          );
          const reached = [0, 0];
          pieces.forEach(([stream, { length }], position) => {
            const from = reached[stream] ?? 0;
            reached[stream] = regex.lastIndex = from;
            const begin = regex.exec(wholes[stream] ?? '')?.index ?? -1;
            if (begin >= from && begin < from + length) expected.push(position);
            reached[stream] = from + length;
          });
          const search = `/${source}/${flag}`;
          expect({ search, hits: found(search, pieces) }).toEqual({ search, hits: expected });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('wildcards, runs and expressions go across too, and each piece has its own beginning', () => {
    expect(
      found('hex:61??63', [
        [0, 'xa'],
        [0, 'b'],
        [0, 'c'],
      ]),
    ).toEqual([0]);
    expect(
      found('hex:61*63', [
        [0, 'xa'],
        [0, 'bbb'],
        [0, 'c'],
      ]),
    ).toEqual([0]);
    expect(
      found('/^GET .* HTTP/', [
        [0, 'x'],
        [0, 'GET /a'],
        [0, ' HTTP/1.1'],
      ]),
    ).toEqual([1]);
    expect(
      found('/^ET/', [
        [0, 'G'],
        [0, 'E'],
        [0, 'T'],
      ]),
    ).toEqual([1]);
    expect(
      found('/^b/', [
        [0, `${'a'.repeat(2000)}b`],
        [0, 'x'],
      ]),
    ).toEqual([]);
    expect(
      found('/é+b/u', [
        [0, 'x\xc3'],
        [0, '\xa9b'],
      ]),
    ).toEqual([0]);
    expect(
      found('/é+b/u', [
        [0, 'x\xc3\xa9'],
        [0, 'b'],
      ]),
    ).toEqual([0]);
    expect(
      found('/€b/u', [
        [0, '\xff\xff\xff\xff'],
        [0, '\xe2\x82\xac'],
        [0, 'b'],
      ]),
    ).toEqual([1]);
    expect(
      found('cafe', [
        [0, '\xca'],
        [0, '\xfe'],
        [1, 'ca'],
        [1, 'fe'],
      ]),
    ).toEqual([0, 2]);
  });
});

test('a finder of literal bytes finds what a plain search does, whatever is rare in a stretch', () => {
  const part = fc.oneof(
    fc.array(fc.constantFrom(1, 2, 0x41, 0x61), { maxLength: 60 }),
    fc.nat(8).chain((byte) => fc.nat(2000).map((times) => new Array<number>(times).fill(byte))),
    fc.array(fc.nat(255), { maxLength: 300 }),
  );
  const stretch = fc.array(part, { maxLength: 6 }).map((parts) => Uint8Array.from(parts.flat()));
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 6 }),
      // Beside the letter in both cases what a bit makes of others that are no letters.
      fc.array(fc.constantFrom(1, 2, 9, 0x21, 0x41, 0x61), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (stretches, needle, anyCase) => {
        const finder = finderOf({ bytes: Uint8Array.from(needle), anyCase });
        const seen = (bytes: Uint8Array | number[]) => {
          const text = Buffer.from(bytes).toString('latin1');
          return anyCase ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
        };
        for (const data of stretches) {
          finder.take(data);
          const found: number[] = [];
          for (let at = 0; (at = finder.next(at)) !== Infinity; at++) found.push(at);
          // Asked again, and for what is before.
          expect(finder.next(0)).toBe(found[0] ?? Infinity);
          const plain: number[] = [];
          const whole = seen(data);
          for (let at = 0; (at = whole.indexOf(seen(needle), at)) !== -1; at++) plain.push(at);
          expect(found).toEqual(plain);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('hits that come late stand in their place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(5000), { maxLength: 300 }), fc.nat(50), (all, cut) => {
      const list = new HitList();
      for (let at = 0; at < all.length; at += cut + 1)
        list.merge(Uint32Array.from(all.slice(at, at + cut + 1)));
      const sorted = [...all].sort((a, b) => a - b);
      expect(Array.from({ length: list.length }, (_, ordinal) => list.at(ordinal))).toEqual(sorted);
      expect(list.before(2500)).toBe(sorted.filter((position) => position < 2500).length);
    }),
  );
});

test('in segments that others captured: cut anywhere, late and repeated', async () => {
  // Park and Miller's generator: the same in every run.
  let state = 5;
  const chance = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  const ends = [1, 2, 3, 4].map((last): [number[], number] => [[10, 0, 0, last], 4000 + last]);
  const server: [number[], number] = [[10, 0, 1, 1], 80];
  // Few letters, so that much of it nearly is the word, and some is.
  const streams = ends.map(() => Array.from({ length: 3000 }, () => 'nedl '[chance(5)]).join(''));
  const sent = ends.map(() => 0);
  const packets: ForeignPacket[] = [];
  for (let at = 0; sent.some((one, which) => one < (streams[which]?.length ?? 0)); at++) {
    const which = chance(ends.length);
    const from = sent[which] ?? 0;
    const end = Math.min(from + 1 + chance(40), streams[which]?.length ?? 0);
    if (from >= end) continue;
    const payload = bytes(streams[which]?.slice(from, end) ?? '');
    const segment = (seconds: number, seq = from + 1) => ({
      ...{ seconds, fraction: 0 },
      frame: ipv4('tcp', ends[which] ?? server, server, payload, { flags: 0x10, seq }),
    });
    packets.push(segment(at));
    if (chance(9) === 0) packets.push(segment(at));
    sent[which] = end;
    // The one before comes after this one.
    if (chance(12) === 0 && packets.length > 40) packets.push(...packets.splice(-2, 1));
  }
  const path = folder.path('segments.pcap');
  writeFileSync(path, pcap(true, 101, packets));
  const capture = await openWhole(path);
  const view = capture.view(null);
  for (const word of ['needle', 'ee', 'nnn', 'd', 'eeddle']) {
    const expected: number[] = [];
    const next = new Map<number, { text: string; row: number; end: number }>();
    for (let from = 0; from < view.length; from += 512)
      for (const { index, socket, note } of view.rows(from, 512)) {
        if (note?.event === 'gap') throw new Error('nothing is missing');
        const of = next.get(socket) ?? { text: '', row: 0, end: 0 };
        of.text += Buffer.from(view.bytes(index)).toString('latin1');
        next.set(socket, of);
      }
    const starts = new Map<number, number>();
    for (let from = 0; from < view.length; from += 512)
      for (const { index, socket, lengthBytes } of view.rows(from, 512)) {
        const start = starts.get(socket) ?? 0;
        starts.set(socket, start + lengthBytes);
        const found = next.get(socket)?.text.indexOf(word, start) ?? -1;
        if (lengthBytes > 0 && found !== -1 && found < start + lengthBytes) expected.push(index);
      }
    for (const search of [word, `/${word}/`, `/${word.toUpperCase()}/i`])
      expect(await hitsOf(capture, search, view.length)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(word.length > 5 ? -1 : 20);
  }
});
