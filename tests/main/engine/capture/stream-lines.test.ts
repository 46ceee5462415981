import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { now } from '../../../../src-main/engine/clock';
import type { RowQuestions, RowView, Session } from '../../../../src-main/engine/types';
import { joined } from '../../../../src-shared/encoding/carry';
import type { Charset } from '../../../../src-shared/encoding/charset';
import { cutAt, decodeText, encodeText } from '../../../../src-shared/encoding/charset';
import { LineWalker } from '../../../../src-main/engine/capture/rows/line-walker';
import { RowKind } from '../../../../src-main/engine/capture/rows/capture-index';
import { parseEncoding } from '../../../../src-shared/encoding/names';
import { loadCharset } from '../../../../src-shared/encoding/load';
import { UTF8 } from '../../../../src-shared/encoding/unicode';
import type { LinesShape, ViewShape } from '../../../../src-shared/contract/view-shape';
import { thread } from '../../../support/view-thread';
import { within } from '../../../support/deadline';
import { followTcp } from '../../../support/tshark';
import { openWhole, startSession, US, useFolder } from './sample';

vi.setConfig({ testTimeout: 60_000 });

const folder = useFolder();
const A = { host: '10.0.0.1', port: 4001 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
/** A view, and a promise of as much as `settled` wants of it. */
function opened(
  session: Session,
  shape: ViewShape,
  socket: number | null = null,
  charset: Charset = UTF8,
) {
  let look: () => void = () => undefined;
  const onChange = () => {
    look();
  };
  const view = session.view(socket, { shape, charset, thread, onChange });
  const until = (settled: () => boolean) =>
    within(
      new Promise<void>((resolve) => {
        look = () => {
          view.refresh?.();
          if (settled() || view.scanning?.problem) resolve();
        };
        look();
      }),
      'the view to be as wanted',
      20_000,
    );
  return {
    view,
    until,
    onChange,
    scanned: (rows: number) => until(() => view.scanning?.scannedRows === rows),
  };
}

const lines = (session: Session, of: LinesShape, socket: number | null = null) =>
  opened(session, { lines: of }, socket);

function shown(view: RowView): string[] {
  const all: string[] = [];
  for (let from = 0; from < view.length; from += 512)
    for (const { direction, preview, note, offset } of view.rows(from, 512)) {
      const sign = direction === 'in' ? '<' : direction === 'out' ? '>' : '*';
      const text = Buffer.from(preview).toString('latin1');
      all.push(`${sign}${offset ?? ''} ${note?.event ?? text}`);
    }
  return all;
}

test('a connection is lines of so many bytes or of text; a turn, a state and a line end end one', async () => {
  const session = startSession(folder.path('lines.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  flow.data('in', bytes('GET / HT'), now());
  flow.data('in', bytes('TP/1.1\r\nHost: x\r\n'), now());
  flow.data('out', bytes('200 OK\r\n'), now());
  flow.data('in', bytes('z'), now());
  flow.ended('peer', now());
  const text = lines(session, { as: 'text' });
  await text.scanned(6);
  expect(shown(text.view)).toEqual([
    '* accepted',
    '<0 GET / HTTP/1.1\r\n',
    '<16 Host: x\r\n',
    '>0 200 OK\r\n',
    '<25 z',
    '* peer-ended',
  ]);
  const [, request] = text.view.rows(0, 2);
  expect(request?.frame?.cuts).toEqual([8]);
  expect(request?.frame?.cutTimes).toHaveLength(1);
  expect(Buffer.from(text.view.bytes(2)).toString()).toBe('Host: x\r\n');
  // Row 3 is the second chunk, which ends the first line; row 5 is the last byte.
  expect([1, 2, 3, 4, 5, 6, 7].map((row) => text.view.placeFrom(row))).toEqual([
    ...[0, 1, 1, 3, 4, 5, null],
  ]);
  text.view.close?.();
  const hex = lines(session, { as: 'hex16' });
  await hex.scanned(6);
  expect(shown(hex.view)).toEqual([
    '* accepted',
    '<0 GET / HTTP/1.1\r\n',
    '<16 Host: x\r\n',
    '>0 200 OK\r\n',
    '<25 z',
    '* peer-ended',
  ]);
  hex.view.close?.();
  const sent = lines(session, { as: 'hex32', way: 'in' });
  await sent.scanned(6);
  expect(shown(sent.view)).toEqual([
    '* accepted',
    '<0 GET / HTTP/1.1\r\nHost: x\r\nz',
    '* peer-ended',
  ]);
  sent.view.close?.();
  session.close(now());
});

test('the line that is open grows, and a long line is cut between characters', async () => {
  const session = startSession(folder.path('open.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  flow.data('in', bytes('login: '), now());
  const { view, scanned, until, onChange } = lines(session, { as: 'text' });
  await scanned(2);
  expect(shown(view)).toEqual(['* accepted', '<0 login: ']);
  const search = view.search({ search: '"login"', onChange, thread });
  flow.data('in', bytes('root\n'), now());
  await scanned(3);
  expect(shown(view)).toEqual(['* accepted', '<0 login: root\n']);
  await until(() => {
    search.refresh();
    return search.length === 1 && search.whole;
  });
  expect(search.at(0)).toBe(1);
  search.close();
  const long = Buffer.from('é'.repeat(100));
  flow.data('in', Buffer.concat([bytes('x'), long]), now());
  await scanned(4);
  const cut = view.rows(2, 2).map(({ preview }) => Buffer.from(preview).toString());
  expect(cut[0]).toBe(`x${'é'.repeat(64)}`);
  expect(cut.join('')).toBe(`x${'é'.repeat(100)}`);
  view.close?.();
  session.close(now());
});

test('lines of another encoding show its characters whole, and are searched in it', async () => {
  const session = startSession(folder.path('gbk.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  const gbk = await loadCharset('gbk');
  const text = '温度正常'.repeat(70);
  const sent = encodeText(gbk, `A${text}\n错误\n`).bytes;
  for (let at = 0; at < sent.length; at += 37) flow.data('in', sent.subarray(at, at + 37), now());
  const shape: ViewShape = { lines: { as: 'text' }, encoding: 'gbk' };
  const { view, until } = opened(session, shape, 2, gbk);
  await until(
    () => view.rows(0, 99).reduce((sum, row) => sum + row.lengthBytes, 0) === sent.length,
  );
  const read = view.rows(0, 99).map(({ lead, preview }) => {
    const whole = lead ? joined(lead, preview) : preview;
    return decodeText(gbk, whole.subarray(0, cutAt(gbk, whole)));
  });
  expect(read.length).toBeGreaterThan(4);
  expect(read.join('')).toBe(`A${text}\n错误\n`);
  // No line begins within a character, wherever chunks do.
  expect(view.rows(0, 99).filter(({ lead }) => lead)).toEqual([]);
  let look: () => void = () => undefined;
  const search = view.search({ search: '/错.\\n/', thread, onChange: () => look() });
  const found = new Promise<void>((resolve) => {
    look = () => {
      search.refresh();
      if (search.length > 0 || search.scanning.problem) resolve();
    };
    look();
  });
  await within(found, 'a hit', 20_000);
  expect(search.scanning.problem).toBeNull();
  expect(search.at(0)).toBe(read.findIndex((line) => line.includes('错误')));
  search.close();
  view.close?.();
  session.close(now());
});

test('every place of some bytes is found in the line that it begins in, however chunks and lines cut it', async () => {
  const session = startSession(folder.path('places.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  // Few letters, so that there is much that nearly is it; rows short and long, with it and without.
  let seed = 11;
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  const rows = Array.from({ length: 60 }, (_, row) => {
    const letters = row % 3 === 0 ? 'ab\n' : 'ac\n';
    const length = row % 5 === 0 ? 1 + next(4) : 200 + next(row % 8 === 0 ? 5000 : 900);
    return Buffer.from(Array.from({ length }, () => letters.charCodeAt(next(3))));
  });
  for (const row of rows) flow.data('in', row, now());
  const all = Buffer.concat(rows);
  for (const as of ['text', 'hex16'] as const) {
    const { view, scanned, until, onChange } = lines(session, { as }, 2);
    await scanned(session.state.rows);
    const begins = view.rows(1, view.length).map(({ offset }) => offset ?? 0);
    const expected = new Set<number>();
    let line = 0;
    for (let at = all.indexOf('abaab'); at !== -1; at = all.indexOf('abaab', at + 1)) {
      while ((begins[line] ?? Infinity) <= at) line++;
      expected.add(line);
    }
    expect(expected.size).toBeGreaterThan(5);
    // Found in a whole payload, or in all that came without a break; or in both.
    const ways = [
      '"abaab"',
      '/abaab/',
      '/ABA[a]B/i',
      '/ab[^bc\\n]{2}b+/',
      'hex:61 62 ?1 61 62',
      '/(?=ab)abaab/',
      '/(?:^|(?<=[^]))abaab(?:$|)/',
      '"abaab" or /ABAAB/i',
    ];
    for (const text of ways) {
      const search = view.search({ search: text, onChange, thread });
      await until(() => {
        search.refresh();
        return search.scanning.scannedRows === session.state.rows;
      });
      const found = Array.from({ length: search.length }, (_, at) => search.at(at));
      expect(found).toEqual([...expected].sort((a, b) => a - b));
      search.close();
    }
    view.close?.();
  }
  session.close(now());
});

/** The lines of one direction that came in chunks of so many bytes. */
function walked(charset: Charset, all: Uint8Array, chunk: number): Uint8Array[] {
  const found: Buffer[] = [];
  const walker = new LineWalker(
    { as: 'text', charset },
    {
      begin: () => found.push(Buffer.alloc(0)),
      add: (some, from, end) => {
        const line = found.pop() ?? Buffer.alloc(0);
        found.push(Buffer.concat([line, some?.subarray(from, end) ?? Buffer.alloc(0)]));
      },
      end: () => undefined,
    },
  );
  for (let at = 0, row = 0; at < all.length; at += chunk, row++) {
    const piece = all.subarray(at, at + chunk);
    const of = { row, flow: 1, kind: RowKind.in, lengthBytes: piece.length, datagram: false };
    walker.push(of, piece);
  }
  return found;
}

test.each(['gbk', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr', 'utf-16le', 'utf-16be'])(
  'no line of %s is cut within a character, whatever chunks it came in',
  async (name) => {
    const parsed = parseEncoding(name);
    if (!parsed.ok) throw new Error(parsed.message);
    const charset = await loadCharset(parsed.name);
    // Two bytes each, and in UTF-16 with the byte of a line end in some; four in GB18030.
    const long = `${'中一文三'.repeat(45)}${name.startsWith('utf') ? 'Ċऊ😀'.repeat(30) : ''}`;
    const wide = name === 'gb18030' ? 'ĀÿĊ'.repeat(40) : '';
    const text = `${long}\r\n${wide}x\n${'a'.repeat(128)}\r\n${'a'.repeat(127)}${long}\n`;
    const { bytes: all, bad } = encodeText(charset, text);
    expect(bad).toEqual([]);
    for (const chunk of [1, 2, 3, 37, 128, 129, 1000]) {
      const found = walked(charset, all, chunk);
      expect(Buffer.concat(found)).toEqual(Buffer.from(all));
      const cuts = found.map((line) => line.length - cutAt(charset, line));
      expect([Math.max(...cuts), Math.max(...found.map(({ length }) => length)) <= 131]).toEqual([
        ...[0, true],
      ]);
      const read = found.map((line) => decodeText(charset, line));
      expect(read.join('')).toBe(text);
      // A line end is nowhere but at the end of a line.
      expect(read.filter((line) => /\n./s.test(line))).toEqual([]);
    }
  },
);

test('every byte of a long connection stands in the lines, as tshark follows it, wherever one looks', async () => {
  const path = folder.path('long.pcapng');
  const session = startSession(path);
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  let seed = 7;
  for (let chunk = 0; chunk < 900; chunk++) {
    const length = 1 + (seed % 700);
    const data = Buffer.from({ length });
    for (let at = 0; at < length; at++)
      data[at] = (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 16;
    flow.data(chunk % 7 < 4 ? 'in' : 'out', data, now());
  }
  flow.ended('peer', now());
  flow.ended('us', now());
  session.close(now());
  const [received, sent] = followTcp(path, 0);
  const capture = await openWhole(path);
  const hexOf = (view: RowView, way: string) =>
    Array.from({ length: Math.ceil(view.length / 300) }, (_, n) => view.rows(n * 300, 300))
      .flat()
      .filter(({ direction }) => direction === way)
      .map(({ preview }) => Buffer.from(preview).toString('hex'))
      .join('');
  for (const as of ['hex16', 'hex32', 'text'] as const) {
    const { view, until } = lines(capture, { as });
    await until(() => view.scanning?.done === true);
    expect(hexOf(view, 'in'), as).toBe(received);
    expect(hexOf(view, 'out'), as).toBe(sent);
    // Each line is the same however it is come to, and tells where its bytes stand.
    for (let at = 0; at < view.length; at += 97) {
      const [row] = view.rows(at, 1);
      const place = (row?.offset ?? 0) * 2;
      const side = row?.direction === 'in' ? received : sent;
      const hex = Buffer.from(view.bytes(at)).toString('hex');
      if (hex !== '') expect(side.slice(place, place + hex.length), `${as} ${at}`).toBe(hex);
      const first = view.placeFrom(row?.number ?? 0);
      expect(first).not.toBeNull();
      expect(first).toBeLessThanOrEqual(at);
    }
    view.close?.();
  }
  capture.close();
});

/** What rules say of rows, once it is known. */
async function marked(questions: RowQuestions, view: RowView, from: number, end: number) {
  const asked = view.asked(from, end);
  if (!asked) throw new Error('this view has no rows');
  const rows = asked;
  async function answer(): Promise<number[][]> {
    for (;;) {
      const marks = await questions.marks(rows);
      if (marks) return marks;
      // While it is late nobody waits: the answer needs a turn to arrive.
      await setImmediate();
    }
  }
  return within(answer(), 'an answer', 20_000);
}

test('rules mark rows and frames, also across chunks, and only those that are asked about', async () => {
  const session = startSession(folder.path('marks.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  flow.data('in', bytes('ERR one\nO'), now());
  flow.data('in', bytes('K two\n'), now());
  flow.data('out', bytes('OK\n'), now());
  const rules = ['dir:tx', '/ERR|K t/', 'event:accepted'];
  const whole = session.view(null);
  const rows = whole.questions({ rules, thread, onChange: () => undefined });
  expect(await marked(rows, whole, 0, 99)).toEqual([[2], [1], [1], [0]]);
  flow.data('out', bytes('later'), now());
  expect(await marked(rows, whole, 3, 5)).toEqual([[0], [0]]);
  rows.close();
  const framed = opened(session, { framing: 'line' });
  await framed.scanned(5);
  const frames = framed.view.questions({ rules: ['"OK two"'], thread, onChange: () => undefined });
  expect(await marked(frames, framed.view, 0, 9)).toEqual([[], [], [0], []]);
  expect(framed.view.placeFrom(3)).toBe(2);
  frames.close();
  framed.view.close?.();
  session.close(now());
});

test('a rule that takes for ever is given up, rows do not wait for it, and the others go on', async () => {
  const session = startSession(folder.path('slow.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  flow.data('in', bytes(`${'a'.repeat(60)}!`), now());
  const view = session.view(null);
  let changed: () => void = () => undefined;
  const rules = ['dir:rx', '/(a+)+$/', 'len>5'];
  const questions = view.questions({ rules, thread, onChange: () => changed() });
  const asked = view.asked(0, 2);
  if (!asked) throw new Error('this view has no rows');
  expect(await questions.marks(asked)).toBeNull();
  // While the answer is late nobody waits at all.
  expect(await Promise.race([questions.marks(asked), setImmediate('waits')])).toBeNull();
  await within(
    new Promise<void>((resolve) => {
      changed = () => {
        if (questions.ended.length > 0) resolve();
      };
      changed();
    }),
    'the rule to be given up',
    20_000,
  );
  expect(questions.ended).toMatchObject([{ rule: 1, problem: { code: 'ERR_FILTER_TOO_SLOW' } }]);
  expect(await marked(questions, view, 0, 2)).toEqual([[], [0, 2]]);
  questions.close();
  session.close(now());
});

test('a framing is tried on what came, and the bytes themselves suggest one', async () => {
  const session = startSession(folder.path('try.pcapng'));
  const flow = session.tcp(2, US, A);
  flow.opened('peer', now());
  for (let n = 0; n < 40; n++) flow.data('in', bytes(`line ${n}\r\nhalf`), now());
  const questions = session.view(null).questions({ rules: [], thread, onChange: () => undefined });
  const tried = await questions.tryFraming('line');
  expect(tried).toMatchObject({ frames: 42, rows: 41, whole: true });
  expect(tried.first).toHaveLength(12);
  expect(Buffer.from(tried.first[2]?.preview ?? []).toString()).toBe('halfline 1\r\n');
  expect(tried.first[2]?.frame?.cuts).toEqual([4]);
  expect(tried.last.at(-1)?.frame?.incomplete).toBe(true);
  expect(Buffer.from(tried.last.at(-1)?.preview ?? []).toString()).toBe('half');
  expect(await questions.suggestFraming(null)).toEqual([
    { framing: 'delim:0d0a', evidence: { kind: 'text-crlf', held: 40, of: 40 } },
  ]);
  questions.close();
  session.close(now());
});
