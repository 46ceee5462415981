import { writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { openCaptureFile } from '../../../../src-main/engine/capture/reading/capture-file';
import { FrameList, packFrame } from '../../../../src-main/engine/capture/rows/frame-list';
import type { FrameEntry } from '../../../../src-main/engine/capture/rows/frame-list';
import { FoundWords } from '../../../../src-main/engine/capture/scan/found-words';
import { now } from '../../../../src-main/engine/clock';
import type { RowView, Session } from '../../../../src-main/engine/types';
import { Views } from '../../../../src-main/engine/views';
import type { Definition } from '../../../../src-shared/contract/definition';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import { FRAME_ROLES } from '../../../../src-shared/framing/frame';
import { Framer } from '../../../../src-shared/framing/framer';
import { parseFraming } from '../../../../src-shared/framing/framing';
import { thread } from '../../../support/view-thread';
import { within } from '../../../support/deadline';
import { fields } from '../../../support/tshark';
import { ipv4, ipv4Fragments, pcap } from './foreign';
import { openWhole, startSession, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const A = { host: '10.0.0.1', port: 4001 };
const B = { host: '10.0.0.2', port: 4002 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
/** A derived view, and a promise of `rows` rows looked at. */
function derived(session: Session, shape: ViewShape, socket: number | null = null) {
  let look: () => void = () => undefined;
  const view = session.view(socket, {
    shape,
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
          const { scannedRows = 0, problem = null } = view.scanning ?? {};
          if (scannedRows >= rows || problem) resolve();
        };
        look();
      }),
      `${rows} rows looked at`,
      20_000,
    );
  return { view, scanned };
}

/** A Modbus request: transaction, function, register. */
function modbus(transaction: number, func: number, register: number): Buffer {
  const request = Buffer.from('000000000006010000000001', 'hex');
  request.writeUInt16BE(transaction, 0);
  request.writeUInt8(func, 7);
  request.writeUInt16BE(register, 8);
  return request;
}

function filtered(session: Session, filter: string, socket: number | null = null) {
  return derived(session, { filter }, socket);
}

const numbers = (view: RowView) => view.rows(0, view.length).map(({ number }) => number);

test('rows of a live session pass as they come, with their own bytes', async () => {
  const session = startSession(folder.path('live.pcapng'));
  const one = session.udp(2, US, A);
  const two = session.udp(3, US, B);
  one.data('in', bytes('OK 1'), now());
  two.data('in', bytes('NO 1'), now());
  one.data('out', bytes('OK 2'), now());
  const { view, scanned } = filtered(session, 'OK or peer:10.0.0.2');
  await scanned(3);
  expect(numbers(view)).toEqual([1, 2, 3]);
  two.data('in', bytes('more'), now());
  one.data('in', bytes('else'), now());
  one.data('in', bytes('x OK'), now());
  await scanned(6);
  expect(numbers(view)).toEqual([1, 2, 3, 4, 6]);
  expect(Buffer.from(view.bytes(4)).toString()).toBe('x OK');
  expect(view.rows(4, 9)).toHaveLength(1);
  view.close?.();
  const outgoing = filtered(session, 'dir:tx');
  await outgoing.scanned(6);
  expect(numbers(outgoing.view)).toEqual([3]);
  outgoing.view.close?.();
  session.close(now());
});

test('of one socket only its rows, and delta counts from its own row before', async () => {
  const session = startSession(folder.path('socket.pcapng'));
  const one = session.udp(2, US, A);
  const two = session.udp(3, US, B);
  const start = now();
  const at = (ms: number) => start + ms * 1e6;
  one.data('in', bytes('a'), at(0));
  two.data('in', bytes('b'), at(10));
  one.data('in', bytes('c'), at(2000));
  two.data('in', bytes('d'), at(2010));
  const { view, scanned } = filtered(session, 'delta>1s', 3);
  await scanned(4);
  expect(numbers(view)).toEqual([4]);
  view.close?.();
  const all = filtered(session, 'delta>1s');
  await all.scanned(4);
  expect(numbers(all.view)).toEqual([3]);
  all.view.close?.();
  session.close(now());
});

test('a chunk of many segments is looked at whole, also across their seam', async () => {
  const session = startSession(folder.path('seam.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  const chunk = Buffer.alloc(200_000, 0x61);
  chunk.write('needle', 65_492);
  flow.data('in', chunk, now());
  flow.data('in', bytes('short'), now());
  flow.ended('peer', now());
  for (const [filter, rows] of [
    ['needle', [2]],
    ['/needlea+$/', [2]],
    ['len=200000', [2]],
    ['len<10', [3]],
    ['dir:sys', [1, 4]],
    ['event:peer-ended', [4]],
    ['not dir:rx', [1, 4]],
  ] as const) {
    const { view, scanned } = filtered(session, filter);
    await scanned(4);
    expect({ filter, rows: numbers(view) }).toEqual({ filter, rows });
    view.close?.();
  }
  session.close(now());
});

test('an opened file gives the rows that tshark finds', async () => {
  const path = folder.path('file.pcapng');
  const session = startSession(path);
  const flow = session.udp(2, US, A);
  for (let i = 0; i < 5000; i++) flow.data(i % 3 ? 'in' : 'out', bytes(`row ${i} ok`), now());
  session.close(now());
  let socket = 100;
  const opened = openCaptureFile(path, { rootSocket: 1, allocateSocket: () => ++socket });
  const { view, scanned } = filtered(opened, 'dir:rx and text:"77 ok"');
  await opened.done;
  await scanned(opened.state.rows);
  const judged = fields(path, 'udp.dstport == 502 && frame contains "77 ok"', 'frame.number');
  expect(judged.length).toBeGreaterThan(20);
  expect(numbers(view)).toEqual(judged.map(([number]) => Number(number)));
  view.close?.();
});

test('an expression made to explode is stopped, and told with its row', async () => {
  const session = startSession(folder.path('explode.pcapng'));
  const flow = session.udp(2, US, A);
  flow.data('in', bytes('aab'), now());
  flow.data('in', bytes(`${'a'.repeat(64)}!`), now());
  const { view, scanned } = filtered(session, '/^(a+)+b$/');
  await scanned(2);
  expect(view.scanning?.problem).toMatchObject({ code: 'ERR_FILTER_TOO_SLOW' });
  expect(view.scanning?.problem?.message).toContain('row');
  session.close(now());
});

/** Direction, bytes and role of each frame. */
function frames(view: RowView) {
  return view
    .rows(0, view.length)
    .filter(({ frame }) => frame !== undefined)
    .map(({ index, direction, frame, lengthBytes }) => {
      const whole = view.bytes(index);
      expect(whole.length).toBe(lengthBytes);
      return [direction, Buffer.from(whole).toString('latin1'), frame?.role];
    });
}

test('lines of two directions and two connections are put together from their chunks', async () => {
  const session = startSession(folder.path('lines.pcapng'));
  const one = session.tcp(2, US, A);
  const two = session.tcp(3, US, B);
  one.opened('peer', now());
  two.opened('us', now());
  one.data('in', bytes('hel'), now());
  two.data('in', bytes('wor'), now());
  one.data('in', bytes('lo\nag'), now());
  one.data('out', bytes('yes\n'), now());
  two.data('in', bytes('ld\n'), now());
  one.data('in', bytes('ain\nrest'), now());
  const { view, scanned } = derived(session, { framing: 'line' });
  await scanned(8);
  expect(frames(view)).toEqual([
    ['in', 'hello\n', 'frame'],
    ['out', 'yes\n', 'frame'],
    ['in', 'world\n', 'frame'],
    ['in', 'again\n', 'frame'],
  ]);
  expect(view.rows(0, 9).map(({ note }) => note?.event)).toEqual([
    ...['accepted', 'connected'],
    ...[undefined, undefined, undefined, undefined],
  ]);
  expect(view.rows(2, 1)[0]?.frame).toMatchObject({ cuts: [3], side: 'client' });
  expect(view.rows(4, 1)[0]).toMatchObject({ socket: 3, frame: { side: 'server' } });
  const views = new Views();
  views.open('v', 1, view);
  // A row that a frame begins in, one that only ends in it, and one in neither.
  expect([5, 7, 8].map((number) => views.placeOf('v', number))).toEqual([
    { at: 2, holds: 5 },
    { at: 4, holds: 4 },
    { at: 5, holds: 5 },
  ]);
  expect(view.scanning).toMatchObject({ pendingBytes: 4, done: false });
  one.ended('peer', now());
  await scanned(9);
  expect(frames(view).at(-1)).toEqual(['in', 'rest', 'frame']);
  expect(view.rows(6, 1)[0]?.frame?.incomplete).toBe(true);
  expect(view.scanning?.pendingBytes).toBe(0);
  view.close?.();
  const narrowed = derived(session, { framing: 'line', filter: 'dir:rx and len>5 and ai' }, 2);
  await narrowed.scanned(9);
  expect(frames(narrowed.view)).toEqual([['in', 'again\n', 'frame']]);
  narrowed.view.close?.();
  session.close(now());
});

test('messages of a protocol are told apart, and each datagram is framed for itself', async () => {
  const session = startSession(folder.path('proto.pcapng'));
  const flow = session.tcp(2, US, A);
  const peer = session.udp(3, US, B);
  flow.opened('peer', now());
  flow.data('out', bytes('220 hi\r\n'), now());
  flow.data('in', bytes('DATA\r\n'), now());
  flow.data('out', bytes('354 go\r\n'), now());
  flow.data('in', bytes('one\r\ntwo\r\n.\r\n'), now());
  peer.data('in', bytes('a\r\nb'), now());
  peer.data('in', bytes(''), now());
  peer.data('in', bytes('c'), now());
  session.close(now());
  const { view, scanned } = derived(session, { framing: 'proto:smtp' }, 2);
  await scanned(8);
  expect(frames(view)).toEqual([
    ['out', '220 hi\r\n', 'reply'],
    ['in', 'DATA\r\n', 'command'],
    ['out', '354 go\r\n', 'reply'],
    ['in', 'one\r\ntwo\r\n.\r\n', 'data'],
  ]);
  view.close?.();
  const lines = derived(session, { framing: 'line' }, 3);
  await lines.scanned(8);
  expect(frames(lines.view).map(([, text]) => text)).toEqual(['a\r\n', 'b', '', 'c']);
  lines.view.close?.();
});

test('frames of any framing are those that the framer gives, however the chunks fall', async () => {
  const data = Buffer.from(
    Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 251) ^ (i % 13 === 0 ? 0x0a : 0)),
  );
  const sizes = Array.from({ length: 400 }, (_, i) => 1 + ((i * 31) % 97));
  for (const spec of ['line', 'delim:07', 'fixed:37', 'len:u8@0+1', 'slip', 'startend:02..03']) {
    const session = startSession(folder.path(`${spec.replace(/\W/g, '-')}.pcapng`));
    const flow = session.tcp(2, US, A);
    flow.opened('peer', now());
    const parsed = parseFraming(spec);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const framer = new Framer(parsed.framing, { client: 'in' });
    const expected: string[] = [];
    const take = (found: { bytes: Uint8Array }[]) => {
      for (const { bytes: frame } of found) expected.push(Buffer.from(frame).toString('hex'));
    };
    let at = 0;
    for (const size of sizes) {
      const chunk = data.subarray(at, at + size);
      at += size;
      flow.data('in', chunk, now());
      take(framer.push('in', chunk, 0));
    }
    flow.ended('peer', now());
    take(framer.end('in'));
    session.close(now());
    const { view, scanned } = derived(session, { framing: spec });
    await scanned(sizes.length + 2);
    const found = frames(view).map(([, text]) => Buffer.from(text ?? '', 'latin1').toString('hex'));
    expect(found, spec).toEqual(expected);
    expect(expected.length).toBeGreaterThan(5);
    view.close?.();
  }
});

test('rows pass by decoded fields: each frame, each datagram, each row in which a message ends', async () => {
  const session = startSession(folder.path('decoded.pcapng'));
  const tcp = session.tcp(2, US, A);
  tcp.opened('peer', now());
  const stream = Buffer.concat([modbus(1, 3, 5), modbus(2, 6, 5), modbus(3, 3, 9)]);
  // Cut so that the second request ends in the third row, with the third.
  for (const [from, to] of [
    [0, 12],
    [12, 20],
    [20, 36],
  ] as const)
    tcp.data('in', stream.subarray(from, to), now());
  const udp = session.udp(3, US, B);
  udp.data('in', Buffer.from([7, 0, 200]), now());
  udp.data('in', Buffer.from([8, 0, 100]), now());

  const rows = derived(session, { filter: 'decode.modbus.function_code==6' });
  const frames = derived(session, {
    filter: 'decode.modbus.function_code==6',
    framing: 'proto:modbus',
  });
  const definition: Definition = {
    ...{ version: 1, kind: 'layout', name: 'level' },
    fields: [
      { type: 'u8', name: 'tank' },
      { type: 'u16', name: 'value' },
    ],
  };
  const layout = derived(
    session,
    { filter: 'decode.level.value>=150', definitions: [definition] },
    3,
  );
  for (const { scanned } of [rows, frames, layout]) await scanned(6);
  expect(rows.view.rows(0, 10).map(({ lengthBytes }) => lengthBytes)).toEqual([16]);
  expect(frames.view.rows(0, 10).map(({ preview }) => preview[1])).toEqual([2]);
  expect(layout.view.rows(0, 10).map(({ preview }) => preview[0])).toEqual([7]);
  expect(layout.view.scanning?.problem).toBeNull();
  for (const { view } of [rows, frames, layout]) view.close?.();
  const unknown = derived(session, { filter: 'decode.level.value=1' });
  await unknown.scanned(6);
  expect(unknown.view.scanning?.problem?.message).toContain('There is no decoder “level”');
  unknown.view.close?.();
  session.close(now());
});

test('frames told in batches of any length stand in the list as they were packed', () => {
  const frames = new FrameList();
  const entry = (row: number): FrameEntry => ({
    ...{ row, offset: row % 777, endRow: row + (row % 3), lengthBytes: (row * 31) % (2 ** 20 + 1) },
    role: FRAME_ROLES[row % FRAME_ROLES.length] ?? 'frame',
    part: (['whole', 'first', 'middle', 'last'] as const)[row % 4] ?? 'whole',
    ...{ incomplete: row % 5 === 0, side: row % 2 === 0 ? 'client' : 'server' },
    asItIs: row % 7 === 0,
  });
  const total = 50_000;
  const found = new FoundWords();
  for (let row = 0; row < total; row++) {
    found.add(packFrame(entry(row)));
    if (row % 9001 === 0) frames.append(found.take());
  }
  frames.append(found.take());
  frames.append(found.take());
  expect(frames.length).toBe(total);
  for (let row = 0; row < total; row += 13) expect(frames.at(row)).toEqual(entry(row));
});

test('rows that a filter by payload passes over are those in which a plain look finds nothing', async () => {
  const word = 'needle';
  // Rows with the word, without, with a part of it, across segments, in fragments, and of headers like it.
  const texts = Array.from({ length: 3000 }, (_, at) =>
    at % 97 === 0
      ? `a ${word} ${String(at)}`
      : at % 5 === 0
        ? `needl ${String(at)}`
        : `x${String(at)}`,
  );
  const ours = startSession(folder.path('payloads.pcapng'));
  const stream = ours.tcp(2, US, { host: '10.0.0.1', port: 1 });
  const datagrams = ours.udp(3, US, { host: '10.0.0.2', port: 2 });
  texts.forEach((text, at) => {
    if (at % 700 === 3)
      stream.data('in', Buffer.from(`${'y'.repeat(65_492)}${text}${word}`), now());
    (at % 2 === 0 ? stream : datagrams).data(at % 3 === 0 ? 'in' : 'out', Buffer.from(text), now());
  });
  ours.close(now());
  const [client, server]: [[number[], number], [number[], number]] = [
    [[10, 0, 0, 1], 50_000],
    [[10, 0, 0, 2], 4000],
  ];
  const frames = texts.flatMap((text, at) => {
    const tcp = { flags: 0x18, seq: at * 100 };
    if (at % 2 === 0) return [ipv4('tcp', client, server, Buffer.from(text), tcp)];
    const datagram = ipv4('udp', client, server, Buffer.from(text));
    return at % 97 === 0 ? ipv4Fragments(datagram, at, [16]) : [datagram];
  });
  const path = folder.path('payloads.pcap');
  writeFileSync(
    path,
    pcap(
      true,
      101,
      frames.map((frame) => ({ seconds: 1, fraction: 0, frame })),
    ),
  );
  for (const session of [ours, await openWhole(path)]) {
    const { length } = session.view(null);
    const all = session.view(null).rows(0, length);
    const holds = ({ index }: { index: number }) =>
      Buffer.from(session.view(null).bytes(index)).includes(word);
    const expected = all.filter(holds);
    expect(expected.length).toBeGreaterThan(25);
    for (const [filter, rows] of [
      [`"${word}"`, expected],
      [`hex:${Buffer.from(word).toString('hex')} or "${word}"`, expected],
      [`dir:tx and "${word}"`, expected.filter(({ direction }) => direction === 'out')],
      [`len>100 and "${word}"`, expected.filter(({ lengthBytes }) => lengthBytes > 100)],
    ] as const) {
      const { view, scanned } = filtered(session, filter);
      await scanned(length);
      expect({ filter, rows: numbers(view) }).toEqual({
        filter,
        rows: rows.map(({ index }) => index + 1),
      });
      view.close?.();
    }
  }
});

test('a frame that silence ends is there when the silence is over, and the same from the file', async () => {
  const path = folder.path('gap.pcapng');
  const session = startSession(path);
  const flow = session.tcp(2, US, A);
  const at = now();
  flow.opened('peer', at);
  flow.data('in', bytes('ab'), at);
  flow.data('in', bytes('cd'), at);
  let look: () => void = () => undefined;
  const shape = { framing: 'gap:20ms', filter: 'dir:rx' };
  const onChange = () => {
    look();
  };
  const view = session.view(null, { shape, thread, onChange });
  const texts = (of: RowView) =>
    of.rows(0, of.length).map(({ index }) => Buffer.from(of.bytes(index)).toString());
  // Nothing more comes, and nobody asks again.
  const ended = new Promise<void>((resolve) => {
    look = () => {
      if (texts(view).join('') === 'abcd') resolve();
    };
  });
  await within(ended, 'the frame', 20_000);
  view.close?.();
  flow.data('in', bytes('e'), now());
  session.close(now());
  const capture = await openWhole(path);
  const again = derived(capture, shape);
  await again.scanned(4);
  expect(texts(again.view).join('|')).toBe('abcd|e');
  again.view.close?.();
  capture.close();
});
