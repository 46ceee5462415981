import { Decoders } from '../../../../src-shared/decode/decoders';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CANARIES } from '../../../support/canaries';
import { z } from 'zod';
import { now } from '../../../../src-main/engine/clock';
import { WiresharkEngine } from '../../../../src-main/engine/dissect/dissector';
import { within } from '../../../support/deadline';
import { fields } from '../../../support/tshark';
import { pattern, PEER, recordSample, startSession, US, useFolder } from '../capture/sample';
import { useExports } from './exporting';

const folder = useFolder();
const exported = useExports();

/** Made to be taken for something else: offsets, bytes, directions, formulas, cells, line ends. */
const TRICKY = [
  ...['ab cd ef 12 34 56 78 9', 'I 2026-01-01', '000000 41', '#TEXT2PCAP', '\n00000000  41\n'],
  ...['=cmd|x', '+1', '-2', '@a', '\t=1', '\r\n=1', 'a"b,c', '"', '\u202Eabc', '＝1', '中文'],
].map((text) => Buffer.from(text));
const PAYLOADS = [...TRICKY, pattern(256), pattern(65_400), Buffer.alloc(39_999, '中')];

function recordTricky(path: string) {
  const session = startSession(path);
  const flow = session.udp(2, US, PEER);
  PAYLOADS.forEach((bytes, n) => flow.data(n % 2 ? 'out' : 'in', bytes, now()));
  session.note(1, { event: 'comment', text: 'x\n00000000  41 42\nI 2026' }, now());
  session.close(now());
  return session;
}

test('text2pcap makes the same payloads, directions and times of a hexdump', async () => {
  const source = folder.path('tricky.pcapng');
  const session = recordTricky(source);
  const path = folder.path('out.txt');
  await exported(session, { format: 'hexdump', path });
  const made = folder.path('made.pcapng');
  execFileSync('text2pcap', ['-q', '-D', '-t', 'ISO', '-u', '1,2', path, made], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const got = fields(
    made,
    'udp',
    'udp.payload',
    'frame.packet_flags_direction',
    'frame.time_epoch',
  );
  expect(got.map(([hex]) => hex)).toEqual(PAYLOADS.map((bytes) => bytes.toString('hex')));
  const wanted = fields(source, 'udp', 'frame.packet_flags_direction', 'frame.time_epoch');
  expect(got.map(([, direction]) => direction)).toEqual(wanted.map(([direction]) => direction));
  for (const [n, [, , time]] of got.entries())
    expect(Math.abs(Number(time) - Number(wanted[n]?.[1]))).toBeLessThan(2e-6);
});

test('a chunk too long for one packet is told as several, and no byte is missing', async () => {
  const session = startSession(folder.path('long.pcapng'));
  const flow = session.tcp(2, US, PEER);
  const chunk = pattern(300_001);
  flow.data('in', chunk, now());
  session.close(now());
  const path = folder.path('out.txt');
  await exported(session, { format: 'hexdump', path });
  const made = folder.path('made.pcapng');
  execFileSync('text2pcap', ['-q', '-D', '-t', 'ISO', '-T', '1,2', path, made], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const got = fields(made, 'tcp', 'tcp.payload').join('');
  expect(got).toBe(chunk.toString('hex'));
});

const READ_CSV = `
import csv, json, sys
csv.field_size_limit(1 << 30)
print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))))
`;

test('python reads the CSV: bytes as they are, and no cell that is a formula', async () => {
  const session = recordTricky(folder.path('tricky.pcapng'));
  const path = folder.path('out.csv');
  const { rows } = await exported(session, { format: 'csv', path });
  const printed = execFileSync('python3', ['-c', READ_CSV, path], {
    maxBuffer: 1 << 28,
  }).toString();
  const read = z.array(z.record(z.string(), z.string())).parse(JSON.parse(printed));
  expect(read).toHaveLength(rows);
  const data = read.filter(({ direction }) => direction === 'in' || direction === 'out');
  expect(data.map((row) => row['hex'])).toEqual(PAYLOADS.map((bytes) => bytes.toString('hex')));
  expect(data.map((row) => row['bytes'])).toEqual(PAYLOADS.map(({ length }) => String(length)));
  const starts = read.flatMap((row) => [row['peer'], row['note'], row['text']].map((c) => c?.[0]));
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝'])
    expect(starts).not.toContain(start);
  expect(data[5]?.['text']).toBe("'=cmd|x");
  expect(data[11]?.['text']).toBe('a"b,c');
  expect(data.at(-1)?.['text']).toBe(PAYLOADS.at(-1)?.toString());
});

test("what passes Wireshark's filter, of a session that goes on meanwhile", async () => {
  const session = startSession(folder.path('asked.pcapng'));
  const flow = session.udp(2, US, PEER);
  for (const text of ['one', 'three', 'two']) flow.data('in', Buffer.from(text), now());
  const wireshark = new WiresharkEngine();
  const shape = { displayFilter: 'udp.length == 11' };
  const asked = { matches: wireshark.matches(session, shape.displayFilter), shape };
  const path = folder.path('asked.bin');
  const done = exported(session, { format: 'raw-rx', path, ...asked });
  // Before a file is open: Wireshark was not asked about it, and nobody waits for that.
  flow.data('in', Buffer.from('new'), now());
  expect((await within(done, 'the export', 20_000)).rows).toBe(2);
  wireshark.close();
  session.close(now());
  expect(readFileSync(path, 'utf8')).toBe('onetwo');
});

test('marks go along: as a column, an object, a comment of the dump', async () => {
  const session = startSession(folder.path('marked.pcapng'));
  const flow = session.udp(2, US, PEER);
  for (const text of ['one', 'two', 'three']) flow.data('in', Buffer.from(text), now());
  session.marks.set([
    { row: 1, mark: { note: '=late, "so"' } },
    { row: 2, mark: { note: null } },
  ]);
  session.close(now());
  const csv = folder.path('marked.csv');
  await exported(session, { format: 'csv', path: csv });
  const printed = execFileSync('python3', ['-c', READ_CSV, csv]).toString();
  const read = z.array(z.record(z.string(), z.string())).parse(JSON.parse(printed));
  const marks = read.filter(({ bytes }) => bytes !== '0').map((row) => row['mark']);
  expect(marks).toEqual(['', '★ =late, "so"', '★']);
  const jsonl = folder.path('marked.jsonl');
  await exported(session, { format: 'jsonl', path: jsonl });
  const objects = readObjects(jsonl).filter(({ event }) => event === 'data');
  expect(objects.map((row) => row['mark'])).toEqual([
    undefined,
    { note: '=late, "so"' },
    { note: null },
  ]);
  const dump = folder.path('marked.txt');
  await exported(session, { format: 'hexdump', path: dump });
  const heads = readFileSync(dump, 'utf8').match(/^# row .*$/gm) ?? [];
  expect(heads.filter((head) => head.includes('★'))).toHaveLength(2);
  expect(heads.find((head) => head.includes('late'))).toMatch(/3 bytes ★ =late, "so"$/);
});

test('notes made to deceive steer no terminal that shows the file, and JSON has them as they are', async () => {
  const session = startSession(folder.path('deceiving.pcapng'));
  const flow = session.udp(2, US, PEER);
  for (const text of CANARIES) flow.data('in', Buffer.from(text), now());
  session.marks.set(CANARIES.map((note, row) => ({ row, mark: { note } })));
  session.close(now());
  for (const format of ['csv', 'hexdump', 'jsonl'] as const) {
    const path = folder.path(`deceiving.${format}`);
    await exported(session, { format, path });
    const text = readFileSync(path, 'utf8').replace(/\r?\n/g, '');
    expect(text, format).not.toMatch(/\p{C}/u);
    if (format !== 'jsonl') continue;
    const notes = readObjects(path).flatMap(({ mark }) =>
      mark ? [z.object({ note: z.string() }).parse(mark).note] : [],
    );
    expect(notes).toEqual([...CANARIES]);
  }
});

function readObjects(path: string) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

test('JSON lines hold what every row is', async () => {
  const source = folder.path('sample.pcapng');
  const session = startSession(source);
  recordSample(session);
  session.close(now());
  const path = folder.path('out.jsonl');
  await exported(session, { format: 'jsonl', path });
  const objects = readObjects(path);
  expect(objects.map(({ number }) => number)).toEqual(objects.map((_one, n) => n + 1));
  const data = objects.filter(({ event }) => event === 'data');
  expect(data.map(({ bytes }) => bytes)).toEqual([12, 200_000, 5, 0, 65_507, 70_000, 3]);
  const tcp = fields(source, 'tcp.len > 0 && ipv6', 'tcp.payload').flat().join('');
  expect(
    data
      .filter(({ socket }) => socket === '3')
      .map(({ hex }) => hex)
      .join(''),
  ).toBe(tcp);
  expect(objects.find(({ state }) => state === 'fault')).toMatchObject({
    error: { code: 'EMSGSIZE' },
  });
});

test('frames, with what they mean', async () => {
  const session = startSession(folder.path('http.pcapng'));
  const flow = session.tcp(2, US, PEER);
  flow.opened('peer', now());
  const request = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
  flow.data('in', Buffer.from(request.slice(0, 9)), now());
  flow.data('in', Buffer.from(request.slice(9)), now());
  flow.ended('peer', now());
  session.close(now());
  const path = folder.path('out.jsonl');
  const shape = { framing: 'proto:http' };
  const decoder = (await Decoders.of([])).find('http');
  if ('problem' in decoder) throw new Error(decoder.problem);
  await exported(session, { format: 'jsonl', path, shape, decoder });
  const [frame] = readObjects(path).filter(({ event }) => event === 'data');
  expect(frame).toMatchObject({ hex: Buffer.from(request).toString('hex'), cuts: [9] });
  expect(frame?.['label']).toContain('GET /a');
});

test('raw is the payloads of one direction and nothing else', async () => {
  const session = recordTricky(folder.path('tricky.pcapng'));
  const received = folder.path('in.bin');
  const sent = folder.path('out.bin');
  await exported(session, { format: 'raw-rx', path: received });
  await exported(session, { format: 'raw-tx', path: sent });
  const of = (odd: number) => Buffer.concat(PAYLOADS.filter((_bytes, n) => n % 2 === odd));
  expect(readFileSync(received).equals(of(0))).toBe(true);
  expect(readFileSync(sent).equals(of(1))).toBe(true);
});
