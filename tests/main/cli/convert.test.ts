import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSession } from '../engine/capture/sample';
import { now } from '../../../src-main/engine/clock';
import { BUNDLE, Cli, cli, eventsOf, ownFolder, Program, tshark } from './run-cli';

const folder = ownFolder();
const US = { host: '192.168.1.20', port: 502 };
const PEER = { host: '192.168.1.50', port: 40_000 };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A capture of that many datagrams; resolves when it is closed. */
async function recorded(path: string, rows: number): Promise<void> {
  const session = startSession(path);
  const flow = session.udp(2, US, PEER);
  for (let n = 0; n < rows; n++) {
    flow.data(n % 3 ? 'in' : 'out', Buffer.from(`row ${n} of a long recording`), now());
    if (n % 10_000 === 0) await new Promise(setImmediate);
  }
  session.close(now());
}

test('what ncat sent comes out as raw bytes, and rows as the JSON lines of `rows`', async () => {
  const record = join(folder, 'ncat.pcapng');
  const listen = new Cli([
    'listen',
    'tcp-listen:127.0.0.1:0',
    '--record',
    record,
    '--print',
    'json',
  ]);
  const port = await listen.port();
  const sent = Buffer.from(
    Uint8Array.from({ length: 1_000_003 }, (_, n) => (n * 31 + (n >> 9)) & 255),
  );
  const ncat = new Program('ncat', ['--send-only', '127.0.0.1', String(port)]).end(sent);
  expect((await ncat.ended).code).toBe(0);
  await listen.event(({ event, parent }) => event === 'closed' && parent !== undefined);
  listen.child.kill('SIGINT');
  await listen.ended;

  const raw = join(folder, 'ncat.bin');
  const done = await cli('capture', 'convert', record, raw, '--to', 'raw-rx', '--print', 'json');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ format: 'raw-rx', bytes: sent.length });
  expect(sha256(readFileSync(raw))).toBe(sha256(sent));

  const lines = join(folder, 'ncat.jsonl');
  expect((await cli('capture', 'convert', record, lines, '--to', 'jsonl')).code).toBe(0);
  const printed = await cli('capture', 'rows', record, '--print', 'json');
  expect(eventsOf(readFileSync(lines, 'utf8'))).toEqual(eventsOf(printed.stdout));
});

test('filter, framing and decoder shape what is written', async () => {
  const record = join(folder, 'shaped.pcapng');
  await recorded(record, 300);
  const out = join(folder, 'shaped-out.pcapng');
  const filter = 'dir:rx and text:"row 1"';
  expect(
    (await cli('capture', 'convert', record, out, '--to', 'pcapng', '--filter', filter)).code,
  ).toBe(0);
  const wanted = tshark(
    record,
    ['frame.time_epoch', 'udp.payload'],
    'udp.dstport == 502 && frame contains "row 1"',
  );
  expect(wanted.length).toBeGreaterThan(50);
  expect(tshark(out, ['frame.time_epoch', 'udp.payload'])).toEqual(wanted);

  const framed = join(folder, 'framed.pcapng');
  const refused = await cli(
    'capture',
    'convert',
    record,
    framed,
    '--to',
    'pcapng',
    '--framing',
    'line',
  );
  expect([refused.code, existsSync(framed)]).toEqual([2, false]);
  expect(refused.stderr).toContain('Switch framing off');
  const csv = join(folder, 'framed.csv');
  expect(
    (await cli('capture', 'convert', record, csv, '--to', 'csv', '--framing', 'fixed:5')).code,
  ).toBe(0);
  expect(readFileSync(csv, 'utf8').split('\r\n').length).toBeGreaterThan(1200);
});

test('what exists is not overwritten, and a wrong format is told', async () => {
  const record = join(folder, 'few.pcapng');
  await recorded(record, 3);
  const out = join(folder, 'there.csv');
  writeFileSync(out, 'mine');
  const refused = await cli('capture', 'convert', record, out, '--to', 'csv');
  expect([refused.code, readFileSync(out, 'utf8')]).toEqual([5, 'mine']);
  expect(refused.stderr).toContain('EEXIST');
  expect((await cli('capture', 'convert', record, out, '--to', 'xlsx')).code).toBe(2);
  expect((await cli('capture', 'convert', record, out)).code).toBe(2);
});

test(
  'many rows in the memory of few; interrupted, nothing is left',
  { timeout: 120_000 },
  async () => {
    const few = join(folder, 'few-rows.pcapng');
    const many = join(folder, 'many-rows.pcapng');
    await recorded(few, 10_000);
    await recorded(many, 300_000);
    const peak = (record: string, format: string): number => {
      const out = join(folder, `peak.${format}`);
      const script = `
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
      const args = ['capture', 'convert', record, out, '--to', format];
      const said = execFileSync('python3', ['-c', script, process.execPath, BUNDLE, ...args]);
      expect(statSync(out).size).toBeGreaterThan(100_000);
      execFileSync('rm', [out]);
      return Number(said.toString()) / 1024;
    };
    for (const format of ['csv', 'pcapng']) {
      const small = peak(few, format);
      const large = peak(many, format);
      console.log(
        `peak of ${format}: ${small.toFixed()} MB for 10,000 rows, ${large.toFixed()} MB for 300,000`,
      );
      // 16 bytes a row for the index, and what the collector leaves lying; held whole they would take some 150 MB.
      expect(large - small).toBeLessThan(80);
    }

    const place = join(folder, 'interrupted.csv');
    const running = new Cli(['capture', 'convert', many, place, '--to', 'csv']);
    await new Promise<void>((begun) => {
      const look = setInterval(() => {
        if (!existsSync(place) || statSync(place).size === 0) return;
        clearInterval(look);
        begun();
      }, 5);
    });
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  },
);

test('rows tell which rules they pass, a filter may name them, and a wrong one is said so', async () => {
  const record = join(folder, 'rules.pcapng');
  const session = startSession(record);
  const flow = session.udp(2, US, PEER);
  for (const text of ['OK 1', 'ERR 2', 'OK 3 ERR']) flow.data('in', Buffer.from(text), now());
  flow.data('out', Buffer.from('ERR'), now());
  session.close(now());
  const rules = ['--highlight', 'alarm="ERR"', '--highlight', 'ours=dir:tx or rule:alarm'];
  const rows = await cli('capture', 'rows', record, '--print', 'json', ...rules);
  expect(rows.code).toBe(0);
  expect(eventsOf(rows.stdout).map(({ highlight }) => highlight)).toEqual([
    undefined,
    ...[
      ['alarm', 'ours'],
      ['alarm', 'ours'],
      ['alarm', 'ours'],
    ],
  ]);
  const filter = ['--filter', 'rule:alarm and not dir:tx'];
  const text = await cli('capture', 'rows', record, '--print', 'text', ...rules, ...filter);
  expect(
    text.stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\S+ /, '')),
  ).toEqual([
    expect.stringMatching(/ERR 2.* \[alarm\] \[ours\]$/),
    expect.stringMatching(/OK 3 ERR.* \[alarm\] \[ours\]$/),
  ]);
  const unknown = await cli('capture', 'rows', record, '--filter', 'rule:nobody');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no rule "nobody"')]);
  const wrong = await cli('capture', 'rows', record, '--highlight', 'x=len>');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('len>64')]);
  const slow = join(folder, 'slow.pcapng');
  const other = startSession(slow);
  other.udp(2, US, PEER).data('in', Buffer.from(`${'a'.repeat(60)}!`), now());
  other.close(now());
  const ended = await cli('capture', 'rows', slow, '--highlight', 'bad=/(a+)+$/');
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('takes too long')]);
});
