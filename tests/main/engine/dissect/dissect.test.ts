import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { partsOf } from '../../../../src-main/engine/capture/reading/part-names';
import {
  partsBeside,
  UNSPLIT,
} from '../../../../src-main/engine/capture/recording/recording-parts';
import { splitFile } from '../../../../src-main/engine/capture/store/split-file';
import { now } from '../../../../src-main/engine/clock';
import { WiresharkEngine } from '../../../../src-main/engine/dissect/dissector';
import { findPrograms, thisMachine } from '../../../../src-main/engine/dissect/find';
import { pdmlTree } from '../../../../src-main/engine/dissect/pdml';
import { sharkdTree } from '../../../../src-main/engine/dissect/sharkd-tree';
import { exportRows } from '../../../../src-main/engine/export/export-rows';
import { saveCapture } from '../../../../src-main/engine/save-capture';
import type { Session } from '../../../../src-main/engine/types';
import {
  MAX_DISSECTED_DEPTH,
  MAX_DISSECTED_NODES,
} from '../../../../src-shared/contract/dissection';
import type { Dissection } from '../../../../src-shared/contract/dissection';
import type { ViewShape } from '../../../../src-shared/contract/view-shape';
import { thread } from '../../../support/view-thread';
import { within } from '../../../support/deadline';
import { fields, tshark } from '../../../support/tshark';
import { openWhole, PEER, startSession, US, useFolder } from '../capture/sample';

const folder = useFolder();
const DNS = { host: '192.168.1.1', port: 53 };
/** The engine with only one of the programs on the computer. */
function engineWith(program: 'sharkd' | 'tshark', dissectMs?: number): WiresharkEngine {
  const machine = thisMachine();
  const isProgram = (path: string) => path.endsWith(`/${program}`) && machine.isProgram(path);
  const made = new WiresharkEngine({
    machine: { ...machine, isProgram },
    ...(dissectMs === undefined ? {} : { dissectMs }),
  });
  onTestFinished(() => {
    made.close();
  });
  return made;
}

function missing(program: 'sharkd' | 'tshark'): string | null {
  return findPrograms(thisMachine(), null)[program] === null ? `${program} is not installed` : null;
}

function derived(session: Session, engine: WiresharkEngine, shape: ViewShape) {
  const matches = engine.matches(session, shape.displayFilter ?? '');
  let look: () => void = () => undefined;
  const onChange = () => {
    look();
  };
  const view = session.view(null, { shape, matches, thread, onChange });
  onTestFinished(() => {
    view.close?.();
  });
  const settled = (rows: number) =>
    within(
      new Promise<void>((resolve) => {
        look = () => {
          view.refresh?.();
          const { scannedRows = 0, problem = null, wireshark } = view.scanning ?? {};
          if (problem || (wireshark?.done === true && scannedRows >= rows)) resolve();
        };
        look();
      }),
      `${rows} rows judged`,
      30_000,
    );
  const numbers = () => view.rows(0, view.length).map(({ number }) => number);
  return { view, settled, numbers };
}

/** A query for `device.local`, and two registers read over Modbus in two pieces. */
function record(path: string) {
  const session = startSession(path);
  const query = Buffer.from('12340100000100000000000006646576696365056c6f63616c0000010001', 'hex');
  // A length that was not meant: the label is 5 long.
  query[19] = 5;
  session.udp(2, US, DNS).data('out', query, now());
  const master = session.tcp(3, US, PEER);
  master.opened('peer', now());
  const request = Buffer.from('000700000006110300100002', 'hex');
  master.data('in', request.subarray(0, 9), now());
  master.data('in', request.subarray(9), now());
  return { session, query, request, master };
}

function lines({ nodes }: Dissection): string[] {
  return nodes.map(({ depth, text }) => `${' '.repeat(depth)}${text}`);
}

describe.each(['sharkd', 'tshark'] as const)('%s', (program) => {
  test('tells of a row all that Wireshark does, with its bytes', async ({ skip }) => {
    const why = missing(program);
    skip(why !== null, why ?? '');
    const { session, query, master } = record(folder.path('rows.pcapng'));
    const engine = engineWith(program);
    const view = session.view(null);
    const dns = await engine.dissect(session, view, 0);
    expect(dns).toMatchObject({
      frame: 1,
      packets: 1,
      whole: true,
      leftOut: 0,
      dissector: { program },
    });
    expect(dns.dissector.version).toMatch(/^\d+\.\d+/);
    expect(lines(dns)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Domain Name System \(query\)/),
        expect.stringMatching(/^ Transaction ID: 0x1234/),
      ]),
    );
    const name = dns.nodes.find(({ text }) => text.startsWith('Name: device.local'));
    const { start = 0, end = 0 } = name?.range ?? {};
    expect(query.subarray(start, end).toString()).toBe('\x06device\x05local\0');
    // What stands in the headers of IP and UDP is not of the payload.
    const port = dns.nodes.find(({ text }) => text.startsWith('Source Port'));
    expect(port?.range).toBeNull();
    // The last row of the request: put together of two.
    const modbus = await engine.dissect(session, view, 3);
    expect(lines(modbus).some((line) => line.startsWith('Modbus/TCP'))).toBe(true);
    if (program === 'sharkd') {
      const rest = modbus.nodes.find(({ text }) => text.startsWith('Word Count'));
      expect(rest).toMatchObject({ range: { start: 1, end: 3 }, filter: 'modbus.word_cnt == 2' });
      const unit = modbus.nodes.find(({ text }) => text.startsWith('Unit Identifier'));
      expect(unit).toMatchObject({ range: null, filter: 'mbtcp.unit_id == 17' });
    }
    // The session goes on meanwhile.
    const large = Buffer.alloc(150_000, 'x');
    master.data('out', large, now());
    const chunk = await engine.dissect(session, view, 4);
    expect(chunk.packets).toBeGreaterThan(2);
    const note = await engine
      .dissect(
        session,
        session.view(null, { shape: { filter: 'x' }, thread, onChange: () => undefined }),
        9,
      )
      .catch((error: unknown) => error);
    expect(note).toMatchObject({ code: 'ERR_NOT_POSSIBLE' });
    session.close(now());
  });

  test('finds the rows of a display filter, in chunks and in frames', async ({ skip }) => {
    const why = missing(program);
    skip(why !== null, why ?? '');
    const { session, master } = record(folder.path('filtered.pcapng'));
    for (let n = 0; n < 300; n++)
      master.data(n % 3 === 0 ? 'out' : 'in', Buffer.from(`row ${n}\n`), now());
    master.data('out', Buffer.alloc(200_000, 'y'), now());
    const engine = engineWith(program);
    const total = session.view(null).length;
    const long = derived(session, engine, { displayFilter: 'tcp.len > 60000' });
    const sent = derived(session, engine, {
      displayFilter: 'tcp.srcport == 502 && tcp.len > 0',
      filter: '5',
    });
    const framed = derived(session, engine, {
      displayFilter: 'frame contains "row 299"',
      framing: 'line',
    });
    const all = Promise.all([long, sent, framed].map(({ settled }) => settled(total)));
    await all;
    expect(long.numbers()).toEqual([total]);
    const wanted = fields(
      session.path,
      'tcp.srcport == 502 && tcp.len > 0 && tcp.payload contains "5"',
      'frame.number',
    );
    expect(sent.view.length).toBe(wanted.length);
    expect(framed.view.length).toBe(1);
    expect(Buffer.from(framed.view.bytes(0)).toString()).toBe('row 299\n');
    expect(long.view.scanning?.wireshark?.behind).toBe(false);
    // What comes later was not asked about, and that is said.
    master.data('in', Buffer.from('later'), now());
    long.view.refresh?.();
    const { wireshark, done, scannedRows } = long.view.scanning ?? {};
    expect([wireshark?.done, wireshark?.behind, done, scannedRows]).toEqual([
      ...[true, true, false, total],
    ]);
    expect(wireshark?.readBytes).toBe(wireshark?.ofBytes);
    session.close(now());
  });

  test('repeats what Wireshark says of a filter that it does not understand', async ({ skip }) => {
    const why = missing(program);
    skip(why !== null, why ?? '');
    const { session } = record(folder.path('bad.pcapng'));
    const bad = derived(session, engineWith(program), { displayFilter: 'tcp.prt == 1' });
    await bad.settled(1e9);
    const { code, message } = bad.view.scanning?.problem ?? {};
    expect([code, message?.includes('tcp.prt')]).toEqual(['ERR_BAD_DISPLAY_FILTER', true]);
    session.close(now());
  });
});

test('captures of others and exports are filtered alike, and as tshark counts', async ({
  skip,
}) => {
  const why = missing('tshark');
  skip(why !== null, why ?? '');
  const { session, master } = record(folder.path('own.pcapng'));
  for (let n = 0; n < 50; n++) master.data('in', Buffer.from(`value=${n}`), now());
  session.close(now());
  const pcap = folder.path('foreign.pcap');
  expect(tshark(session.path, '-F', 'pcap', '-w', pcap).code).toBe(0);
  const capture = await openWhole(pcap);
  const engine = engineWith('tshark');
  const displayFilter = 'tcp.payload contains "value=1" || dns';
  const { view, settled } = derived(capture, engine, { displayFilter });
  await settled(capture.state.rows);
  expect(view.length).toBe(fields(pcap, displayFilter, 'frame.number').length);
  const path = folder.path('rows.csv');
  const shape = { displayFilter };
  const matches = engine.matches(capture, displayFilter);
  const written = await exportRows(
    capture,
    {
      socket: null,
      shape,
      matches,
      rows: null,
      format: 'csv',
      decoder: null,
      path,
      overwrite: false,
      thread,
    },
    new AbortController().signal,
  );
  expect(written.rows).toBe(view.length);
  const dissected = await engineWith('tshark').dissect(capture, capture.view(null), 0);
  expect(lines(dissected).some((line) => line.startsWith('Domain Name System'))).toBe(true);
  capture.close();
});

test('a display filter looks through all files of a recording as one, live and opened', async ({
  skip,
}) => {
  const why = missing('tshark');
  skip(why !== null, why ?? '');
  const path = folder.path('parts.pcapng');
  const split = { plan: { ...UNSPLIT, sizeBytes: 65_536 }, files: partsBeside(path) };
  const session = startSession(path, { split });
  const master = session.tcp(3, US, PEER);
  master.opened('peer', now());
  for (let n = 0; n < 300; n++) master.data('in', Buffer.from(`v=${n} ${'x'.repeat(900)}`), now());
  const engine = engineWith('tshark');
  // It knows of bytes that were not there before only if it sees all files as one connection.
  const shape = { displayFilter: 'tcp.payload contains "v=1" && !tcp.analysis.flags' };
  const live = derived(session, engine, shape);
  await live.settled(session.state.rows);
  session.close(now());
  const paths = session.files.map((file) => file.path);
  expect(paths.length).toBeGreaterThan(3);
  const opened = await openWhole(paths);
  const again = derived(opened, engine, shape);
  await again.settled(opened.state.rows);
  const asText = (view: typeof live.view) =>
    view.rows(0, view.length).map(({ preview }) => Buffer.from(preview).toString().split(' ')[0]);
  const expected = Array.from({ length: 300 }, (_, n) => `v=${n}`).filter((one) =>
    one.startsWith('v=1'),
  );
  expect(asText(live.view)).toEqual(expected);
  expect(asText(again.view)).toEqual(expected);
  expect(() => engineWith('sharkd').matches(opened, 'tcp')).toThrow(/several files|Install/);
  // The same of captures by others in the older format.
  const foreign = folder.path('whole.pcap');
  const joined = folder.path('joined.pcapng');
  await saveCapture(opened, joined);
  expect(tshark(joined, '-F', 'pcap', '-w', foreign).code).toBe(0);
  const options = { sizeBytes: 65_536, everyMs: null };
  await splitFile(foreign, foreign, options, new AbortController().signal);
  const parts = await openWhole(partsOf(folder.path('whole.00001.pcap')));
  expect(parts.files.length).toBeGreaterThan(3);
  const pcap = derived(parts, engine, shape);
  await pcap.settled(parts.state.rows);
  expect(asText(pcap.view)).toEqual(expected);
});

test('of a large capture the packets before the row are enough', async ({ skip }) => {
  const why = missing('sharkd');
  skip(why !== null, why ?? '');
  const session = startSession(folder.path('large.pcapng'));
  const peer = session.udp(2, US, { host: '10.0.0.9', port: 7000 });
  for (let n = 0; n < 320; n++) peer.data('in', Buffer.alloc(60_000, n), now());
  const query = Buffer.from('beef0100000100000000000001780000010001', 'hex');
  session.udp(3, US, DNS).data('out', query, now());
  const engine = engineWith('sharkd');
  const told = await engine.dissect(session, session.view(null), 320);
  expect(told.whole).toBe(false);
  expect(told.frame).toBeLessThan(321);
  expect(lines(told)).toEqual(expect.arrayContaining([expect.stringContaining('ID: 0xbeef')]));
  session.close(now());
});

/** A program that writes down its id and is then silent for ever. */
function silent(name: string): { path: string; pid: () => Promise<number> } {
  const path = folder.path(name);
  const told = `${path}.pid`;
  rmSync(told, { force: true });
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && exit 1\necho $$ > '${told}'\nexec sleep 600\n`,
  );
  chmodSync(path, 0o755);
  const pid = async () => {
    for (let left = 400; !existsSync(told) || readFileSync(told, 'utf8') === ''; left--) {
      if (left === 0) throw new Error(`${name} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return Number(readFileSync(told, 'utf8'));
  };
  return { path, pid };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  for (let left = 300; alive(pid); left--) {
    if (left === 0) throw new Error(`${pid} still runs`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a program that hangs', () => {
  const only = (path: string) => ({ ...thisMachine(), isProgram: (one: string) => one === path });

  test('is ended and told, and so is the next', async () => {
    const { session } = record(folder.path('hang.pcapng'));
    const { path, pid } = silent('sharkd');
    const engine = new WiresharkEngine({ machine: only(path), dissectMs: 300 });
    engine.choose(folder.path('wireshark'));
    for (let time = 0; time < 2; time++) {
      const failed: unknown = await engine
        .dissect(session, session.view(null), 0)
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'ERR_DISSECTOR_TIMEOUT' });
      await gone(await pid());
    }
    engine.close();
    session.close(now());
  });

  test('ends with the view that waits for it, and with the engine', async () => {
    const { session } = record(folder.path('hang2.pcapng'));
    for (const end of ['view', 'engine']) {
      const { path, pid } = silent('tshark');
      const engine = new WiresharkEngine({ machine: only(path) });
      engine.choose(folder.path('wireshark'));
      const { view } = derived(session, engine, { displayFilter: 'tcp' });
      const started = await pid();
      expect(alive(started)).toBe(true);
      if (end === 'view') view.close?.();
      else engine.close();
      await gone(started);
    }
    session.close(now());
  });

  test('and none at all is told with what to do', () => {
    const { session } = record(folder.path('none.pcapng'));
    const engine = new WiresharkEngine({ machine: only('/nowhere') });
    expect(() => engine.matches(session, 'tcp')).toThrow(/Install Wireshark/);
    session.close(now());
  });
});

describe('what a dissector writes is bounded', () => {
  test('a tree without end, in depth and in number', () => {
    let deep: object = { l: 'leaf' };
    for (let n = 0; n < 5000; n++) deep = { l: 'x'.repeat(2000), n: [deep], h: [n, 1] };
    const { tree } = sharkdTree({ tree: [deep] });
    expect(tree.lines).toHaveLength(MAX_DISSECTED_DEPTH + 1);
    expect(tree.lines[0]?.text).toHaveLength(500);
    expect(tree.leftOut).toBeGreaterThan(0);
    const wide = sharkdTree({ tree: Array.from({ length: 30_000 }, () => ({ l: 'y' })) });
    expect([wide.tree.lines.length, wide.tree.leftOut]).toEqual([MAX_DISSECTED_NODES, 10_000]);
    for (const odd of [null, 4, [], { tree: 5 }, { tree: [null, { l: 1, h: ['a'], n: 'b' }] }])
      expect(sharkdTree(odd).tree.lines.every(({ at }) => at === null)).toBe(true);
  });

  test('PDML with hidden fields, entities and tags that do not fit', () => {
    const { lines } = pdmlTree(
      `<pdml><packet><proto name="geninfo"><field name="num" show="1"/></proto>
       <proto name="dns" showname="Domain &lt;Name&gt; &quot;System&#x22;" size="29" pos="28">
       <field name="dns.id" showname="ID: 0x1234" size="2" pos="28"/>
       <field name="h" showname="no" hide="yes"><field name="below" show="no"/></field>
       <field name="dns.qry" show="yes" size="0" pos="0"></field></proto></field></proto>
       <proto name="data" showname="after" size="1" pos="57"/>`,
    );
    expect(lines.map(({ depth, text }) => `${depth} ${text}`)).toEqual([
      '0 Domain <Name> "System"',
      '1 ID: 0x1234',
      '1 yes',
      '0 after',
    ]);
    expect(lines.map(({ at }) => at?.length)).toEqual([29, 2, undefined, 1]);
  });
});

test.each([
  ['win32', null, 'C:\\Program Files\\Wireshark\\tshark.exe'],
  ['win32', 'D:\\Tools\\Wireshark.exe', 'D:\\Tools\\tshark.exe'],
  ['darwin', null, '/Applications/Wireshark.app/Contents/MacOS/tshark'],
  ['darwin', null, '/opt/homebrew/bin/tshark'],
  ['linux', null, '/home/me/bin/tshark'],
  ['linux', '/opt/wireshark/bin/wireshark', '/opt/wireshark/bin/tshark'],
] as const)('on %s, with %s chosen, %s is found', (platform, chosen, there) => {
  const env = { ProgramFiles: 'C:\\Program Files', PATH: '.:/home/me/bin', Path: '.;C:\\Windows' };
  const isProgram = (path: string) => path === there;
  const found = findPrograms({ platform, env, home: '/home/me', isProgram }, chosen);
  expect(found).toEqual({ sharkd: null, tshark: there });
});
