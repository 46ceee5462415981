import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseAddress } from '../../../src-shared/address/address';
import { Lag } from '../../../src-main/cli/lag';
import { withAlarm } from '../../../src-main/cli/live-options';
import { ScratchRecording } from '../../../src-main/cli/scratch-recording';
import { Cli, cli, eventsOf, ownFolder, Program } from './run-cli';

const folder = ownFolder();

const LOOK = ['--filter', 'rule:failed or event:accepted', '--framing', 'line'];
const RULES = ['--highlight', 'failed=dir:rx and /^ERR/', '--highlight', 'long=len>8'];

test('rows that pass are printed live as they are from the file, and added up', async () => {
  const record = join(folder, 'live.pcapng');
  const server = new Cli([
    ...['listen', 'tcp-listen:127.0.0.1:0', '--record', record, '--print', 'json', '--stats'],
    ...[...LOOK, ...RULES, '--duration', '20s'],
  ]);
  const port = await server.port();
  const said = 'OK 1\nERR 2\nOK 3\nERR 456789\nOK';
  await new Program('ncat', ['127.0.0.1', String(port)]).end(said).ended;
  await server.event(({ event, parent }) => event === 'closed' && parent !== undefined);
  // Told after the rows that were before it.
  const rows = server.events.filter(({ number }) => number !== undefined);
  expect(rows.map(({ hex, state, highlight }) => [hex ?? state, highlight])).toEqual([
    ['accepted', undefined],
    [Buffer.from('ERR 2\n').toString('hex'), ['failed']],
    [Buffer.from('ERR 456789\n').toString('hex'), ['failed', 'long']],
  ]);
  server.child.kill('SIGINT');
  const { code } = await server.ended;
  expect(code).toBe(130);
  const file = await cli('capture', 'rows', record, '--print', 'json', ...LOOK, ...RULES);
  const numbered = (all: object[]) => all.map((one) => ({ ...one, socket: undefined }));
  expect(numbered(rows)).toEqual(numbered(eventsOf(file.stdout)));
  const sums = server.events.find(({ event }) => event === 'statistics');
  expect(sums).toMatchObject({ in: { messages: 2, bytes: 17 }, out: { messages: 0 } });
});

test('without a file it is recorded for the time being, and nothing of that is left', async () => {
  const server = new Cli([
    ...['listen', 'udp-listen:127.0.0.1:0', '--duration', '20s', '--count', '2', '--print', 'json'],
    ...['--highlight', 'b=text:b', '--highlight', 'c=hex:63'],
  ]);
  const port = await server.port();
  const script = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for p in (b"abc", b"xyz", b"late"): s.sendto(p, ("127.0.0.1", ${port}))`;
  await new Program('python3', ['-c', script]).ended;
  const { code, stderr } = await server.ended;
  const data = server.events.filter(({ event }) => event === 'data');
  expect(data.map(({ hex, highlight }) => [hex, highlight])).toEqual([
    ['616263', ['b', 'c']],
    ['78797a', undefined],
  ]);
  expect(server.events.at(-1)).toMatchObject({ event: 'stats', record: null, skippedRows: 0 });
  expect([code, stderr]).toEqual([0, '']);
  const own = `-${server.child.pid}-`;
  expect(readdirSync(tmpdir()).filter((name) => name.includes(own))).toEqual([]);
});

test.each([
  [['--filter', 'len>'], 'len>'],
  [['--filter', 'decode.quic.x'], 'There is no decoder'],
  [['--filter', 'len>1', '--print', 'none'], 'nothing to filter'],
  [['--display-filter', 'modbus'], 'capture rows FILE --display-filter'],
])('%j is a mistake of usage', async (args, words) => {
  const { code, stderr } = await cli('relay', 'tcp-listen:1', 'tcp:h:1', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});

test('an alarm is the idle time-out of the address, and not besides one', () => {
  const of = (text: string) => {
    const parsed = parseAddress(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.address;
  };
  expect(withAlarm(of('udp-listen:1'), 500).options).toEqual({
    idleTimeoutMs: 500,
    idleAction: 'warn',
  });
  expect(() => withAlarm(of('udp-listen:1,idle-timeout=1s'), 500)).toThrow('idle-timeout');
});

test('a folder for temporary files that takes none is told with what to do', () => {
  vi.stubEnv('TMPDIR', join(folder, 'none'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(() => new ScratchRecording()).toThrow(`${join(folder, 'none')} takes no temporary file`);
});

test('who looks is behind when too much waits, until half of it is looked at', () => {
  const MIB = 1024 * 1024;
  const told: boolean[] = [];
  const lag = new Lag((behind) => told.push(behind));
  lag.now({ rows: 0, bytes: 100, seen: 0 });
  for (let mib = 1; mib <= 70; mib++) lag.now({ rows: mib * 10, bytes: mib * MIB, seen: 20 });
  expect(told).toEqual([true]);
  lag.now({ rows: 700, bytes: 70 * MIB, seen: 300 });
  expect(told).toEqual([true]);
  lag.now({ rows: 700, bytes: 70 * MIB, seen: 500 });
  expect(told).toEqual([true, false]);
  lag.end();
  expect(told).toEqual([true, false]);
});
