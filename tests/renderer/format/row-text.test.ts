import { describe, expect, test } from 'vitest';
import { overwriteGetLocale } from '../../../src-renderer/i18n/generated/runtime';
import { rowText, type RowTextOptions } from '../../../src-renderer/format/row-text';
import { partNote } from '../../../src-main/engine/capture/format/part-note';
import type { Row } from '../../../src-shared/contract/row';
import { dataRow } from '../state/fakes';

const options: RowTextOptions = {
  showAs: 'both',
  timeMode: 'utc',
  microseconds: false,
  startedAt: null,
  dataChars: 60,
  locale: 'en',
};
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('data', () => {
  const row = dataRow(0, { preview: utf8('AT\r\n') });
  test.each([
    ['hex', '41 54 0D 0A'],
    ['text', 'AT\\r\\n'],
    ['both', `${'41 54 0D 0A'.padEnd(41)} │ AT··`],
  ] as const)('as %s', (showAs, data) => {
    expect(rowText(row, { ...options, showAs }).data).toBe(data);
  });

  test('the text column begins at the same place in short, full and cut rows', () => {
    const at = [1, 5, 14, 15, 200].map((length) =>
      rowText(dataRow(0, { preview: new Uint8Array(length) }), options).data.indexOf('│'),
    );
    expect(new Set(at.slice(0, 3)).size).toBe(1);
  });

  test('what is not shown is told in figures', () => {
    const long = dataRow(0, { preview: new Uint8Array(256).fill(0x41), lengthBytes: 4096 });
    expect(rowText(long, { ...options, showAs: 'hex' }).data).toBe(
      `${Array.from({ length: 16 }, () => '41').join(' ')} … +4.0 KiB`,
    );
  });

  test.each([0x41, 0xff, 0x0d])('never longer than the column, of bytes %s', (byte) => {
    for (const showAs of ['hex', 'text', 'both'] as const)
      for (let length = 0; length < 300; length++) {
        const preview = new Uint8Array(Math.min(length, 256)).fill(byte);
        const row = dataRow(0, { preview, lengthBytes: length });
        expect(rowText(row, { ...options, showAs }).data.length).toBeLessThanOrEqual(60);
      }
  });

  test('of text that needs escapes the figure counts the bytes that are really not shown', () => {
    const row = dataRow(0, { preview: new Uint8Array(20).fill(0xff) });
    const { data } = rowText(row, { ...options, showAs: 'text' });
    expect(data).toBe(`${'\\xFF'.repeat(11)} … +9 B`);
  });

  test('an empty datagram has no data and says its length', () => {
    const empty = rowText(dataRow(0, { preview: new Uint8Array() }), { ...options, showAs: 'hex' });
    expect(empty).toMatchObject({ data: '', length: '0' });
  });
});

describe('states', () => {
  test('are a sentence with the figures of the system', () => {
    const row = dataRow(4, {
      direction: 'fault',
      lengthBytes: 0,
      preview: new Uint8Array(),
      note: {
        event: 'peer-reset',
        error: { code: 'ECONNRESET', errno: -104, syscall: 'read', message: 'read ECONNRESET' },
      },
    });
    expect(rowText(row, options)).toMatchObject({
      length: '—',
      data: 'The peer cut the connection (RST) · ECONNRESET read (-104)',
    });
  });
});

test.each([
  ['utc', '2026-11-20T13:02:11.005Z'],
  ['delta', '+0.001'],
  ['start', '+0.003'],
] as const)('time as %s', (timeMode, time) => {
  const startedAt = dataRow(2).at;
  expect(rowText(dataRow(5), { ...options, timeMode, startedAt }).time).toBe(time);
});

test('the first row has no delta', () => {
  expect(rowText(dataRow(0), options).delta).toBe('');
});

describe('frames', () => {
  const smtp = new TextEncoder().encode('RCPT TO:<a@example.com>\r\n');
  const frame: NonNullable<Row['frame']> = {
    role: 'command',
    part: 'whole',
    side: 'client',
    incomplete: false,
    cuts: [],
  };

  test('that are not whole say so', () => {
    const cut = dataRow(0, { preview: smtp, frame: { ...frame, role: 'frame', incomplete: true } });
    const { data } = rowText(cut, { ...options, dataChars: 100, showAs: 'text' });
    expect(data).toMatch(/^\[ended before the frame did\] {2}RCPT TO/);
  });
});

test('what the engine writes down as comments is told in words', () => {
  const told = (text: string) =>
    rowText(dataRow(0, { direction: 'state', note: { event: 'comment', text } }), options).data;
  expect(told('behaviour relay')).toBe('Answers by itself · Relay: pass everything on to a target');
  expect(told('relay for 127.0.0.1:5')).toBe('Relayed for · 127.0.0.1:5');
  const dialled = { event: 'connected', text: 'relay for 127.0.0.1:5 to unix:/run/x' } as const;
  const row = dataRow(0, { direction: 'state', note: dialled });
  expect(rowText(row, options).data).toBe('Connected · Relayed for · 127.0.0.1:5 to unix:/run/x');
  expect(told('behaviour of the pump')).toBe('Comment · behaviour of the pump');
});

test('a failure is told in words, with its figures, and a wait in the language of the window', () => {
  const told = (note: Row['note'], peer = '') =>
    rowText(dataRow(0, { direction: 'fault', note, peer }), options).data;
  const refused = { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', message: '' };
  expect(told({ event: 'failed', error: refused }, '10.0.0.5:502')).toMatch(
    /^Failed · Nothing is listening on 10\.0\.0\.5:502\..* · ECONNREFUSED connect \(-111\)$/,
  );
  // Of a datagram it would mean something else.
  expect(told({ event: 'fault', error: refused }, '10.0.0.5:502')).not.toContain('listening');
  // A listener's row has no peer that would say which port.
  const taken = { code: 'EADDRINUSE', errno: -98, syscall: 'listen', message: '' };
  expect(told({ event: 'failed', error: taken })).toMatch(/^Failed · The port is already used/);
  const low = { code: 'EACCES', errno: -13, syscall: 'bind', message: '' };
  expect(told({ event: 'failed', error: low })).toMatch(/does not let Wirebench use this port/);
  const odd = { code: 'EWHATEVER', message: '' };
  expect(told({ event: 'failed', error: odd })).toBe('Failed · EWHATEVER');
  const wait = { event: 'reconnecting', text: 'attempt 2 of 5 in 4 s' } as const;
  expect(told(wait)).toBe('Waiting to connect again · attempt 2 of 5 in 4 s');
  const before = { rows: 1200, bytes: 102_296 };
  const facts = { number: 3, path: '/captures/day, one.00003.pcapng', before };
  const gone = { letGoParts: 1, letGoRows: 7, letGoBytes: 70 };
  const part = partNote({ ...facts, ...gone });
  expect(told(part)).toMatch(`· ${part.text}`);
  const missing = { event: 'missing-part', text: 'part 3: 1200 rows, 102296 bytes' } as const;
  expect(told(missing)).toMatch(missing.text);
  const without = {
    event: 'comment',
    text: '1 packet is not whole TCP or UDP over IP and without rows: 1 ARP',
  } as const;
  expect(told(without)).toMatch('· Not whole TCP or UDP over IP, and without rows: 1 ARP');
  expect(told({ event: 'comment', text: 'Counters provided by dumpcap' })).toMatch('by dumpcap');
  overwriteGetLocale(() => 'zh-CN');
  expect(told(without)).toMatch('因此没有行：1 ARP');
  expect(told(wait)).toBe('等待重新连接 · 4 秒后第 2/5 次尝试');
  expect(told(part)).toMatch(
    '· 第 3 部分，day, one.00003.pcapng; 此前：1200 行，102296 字节; 至今有意放弃：1 个部分，7 行，70 字节',
  );
  expect(told(missing)).toMatch('· 第 3 部分：1200 行，102296 字节');
  expect(told({ event: 'let-go', text: 'parts 1 to 2' })).toMatch('· 第 1 至 2 部分');
  const unknown = {
    event: 'missing-part',
    text: 'parts 1 to 2: how much was in them is not known',
  };
  expect(told({ ...unknown, event: 'missing-part' })).toMatch('· 第 1 至 2 部分：其中有多少未知');
  overwriteGetLocale(() => 'en');
});
