import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BUNDLE, Cli, Program, cli, eventsOf, ownFolder, payloads, tshark } from './run-cli';

const folder = ownFolder();

/** Records a stream of numbered lines; resolves while the sender goes on. */
async function recording(record: string): Promise<{ listen: Cli; sender: Program }> {
  const listen = new Cli([
    'listen',
    'tcp-listen:127.0.0.1:0',
    '--record',
    record,
    '--print',
    'json',
  ]);
  const port = await listen.port();
  const script = `
import socket, time
s = socket.create_connection(('127.0.0.1', ${port}))
n = 0
while True:
    s.sendall(b'line %d\\n' % n); n += 1; time.sleep(0.0005)`;
  const sender = new Program('python3', ['-c', script]);
  return { listen, sender };
}

const received = (listen: Cli) => listen.events.filter(({ event }) => event === 'data');

describe('killed while recording', () => {
  test('loses at most 100 ms, opens in tshark, and recover makes it clean', async () => {
    const record = join(folder, 'killed.pcapng');
    const { listen, sender } = await recording(record);
    await listen.until(() => (received(listen).length > 1000 ? true : undefined));
    listen.child.kill('SIGKILL');
    const { code, signal } = await listen.ended;
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    await sender.ended;
    const told = received(listen)
      .map(({ hex }) => hex)
      .join('');
    const kept = payloads(record, 'tcp');
    const all = kept.length >= told.length ? kept : told;
    expect(all.startsWith(kept) && all.startsWith(told)).toBe(true);
    // 100 ms at one line each half ms, as an upper bound.
    expect(told.length - kept.length).toBeLessThan(200 * 2 * 'line 1000\n'.length);

    const info = await cli('capture', 'info', record, '--print', 'json');
    expect(JSON.parse(info.stdout)).toMatchObject({ damage: { kind: 'cut' } });
    const whole = join(folder, 'whole.pcapng');
    const recovered = await cli('capture', 'recover', record, whole);
    expect(recovered.code).toBe(0);
    expect(payloads(whole, 'tcp')).toBe(kept);
    expect(
      JSON.parse((await cli('capture', 'info', whole, '--print', 'json')).stdout),
    ).toMatchObject({ damage: null });

    const rows = eventsOf((await cli('capture', 'rows', whole, '--print', 'json')).stdout);
    expect(
      rows
        .filter(({ event }) => event === 'data')
        .map(({ hex }) => hex)
        .join(''),
    ).toBe(kept);
  });

  test('a tail cut anywhere is recovered in place; the rows before it are all there', async () => {
    const record = join(folder, 'cut.pcapng');
    const { listen } = await recording(record);
    await listen.until(() => (received(listen).length > 50 ? true : undefined));
    listen.child.kill('SIGINT');
    await listen.ended;
    const size = statSync(record).size;
    const whole = payloads(record, 'tcp');
    for (const cut of [1, 333]) {
      const path = join(folder, `cut-${cut}.pcapng`);
      copyFileSync(record, path);
      truncateSync(path, size - cut);
      expect((await cli('capture', 'rows', path)).stderr).toContain('capture recover');
      expect((await cli('capture', 'recover', path)).code).toBe(0);
      expect(whole.startsWith(payloads(path, 'tcp'))).toBe(true);
      expect((await cli('capture', 'rows', path)).stderr).toBe('');
    }
  });

  test('recover overwrites nothing and refuses what is no capture', async () => {
    const record = join(folder, 'cut-1.pcapng');
    const other = join(folder, 'other.txt');
    writeFileSync(other, 'not a capture at all, but long enough to look into');
    expect((await cli('capture', 'recover', record, other)).code).toBe(5);
    expect(readFileSync(other, 'utf8')).toContain('not a capture');
    expect((await cli('capture', 'recover', other)).code).toBe(5);
  });
});

describe('what messages come to', () => {
  test('answers of a peer are as late as it was, and lost ones are told', async () => {
    const record = join(folder, 'answers.pcapng');
    const echo = ['listen', 'tcp-listen:127.0.0.1:0', '--echo', '--print', 'json'];
    const listen = new Cli([...echo, '--record', record]);
    const port = await listen.port();
    // It asks nothing for 20 ms after each answer; the sixth of ten questions is two in one.
    const script = `
import socket, time
s = socket.create_connection(('127.0.0.1', ${port}))
for n in range(10):
    s.sendall(b'%d' % n * (n + 1)); s.recv(99); time.sleep(0.06)`;
    await new Program('python3', ['-c', script]).ended;
    listen.child.kill('SIGINT');
    await listen.ended;
    const stats = ['capture', 'stats', record, '--print', 'json', '--bucket', '1h'];
    const { code, stdout } = await cli(...stats, '--pair', 'next', '--asks', 'out');
    expect(code).toBe(0);
    const [sums, ...others] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const total = tshark(record, ['tcp.len']).flat().map(Number);
    expect(sums).toMatchObject({
      in: { messages: 10, bytes: total.reduce((all, one) => all + one, 0) / 2 },
      out: { messages: 10, bytes: 55, sizes: { min: 1, max: 10, mean: 5.5 } },
      // Our echo is taken for the question: its answer is the next question, at least 60 ms after it.
      latency: { pair: 'next', requests: 10, answered: 9, orphans: 1, waiting: 1 },
    });
    const least = /"latency":.*"ms":\{"count":9,"min":([\d.]+)/.exec(stdout)?.[1];
    // What was sent is stamped when the system has taken it, a moment after the peer may have it.
    expect(Number(least)).toBeGreaterThanOrEqual(40);
    const buckets = others.filter((line) => JSON.stringify(line).includes('"bucket"'));
    expect(buckets.length).toBeLessThanOrEqual(2);

    const text = await cli(
      'capture',
      'stats',
      record,
      '--framing',
      'fixed:1',
      '--filter',
      'dir:rx',
    );
    expect(text.stdout).toMatch(/^received +55 +55 /m);
    expect(text.stdout).toMatch(/^sent +0 +0 /m);
    const wrong = await cli('capture', 'stats', record, '--pair', 'bytes:2..1');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('FROM..TO');
  });
});

describe('captures of others', () => {
  test('rows of a text2pcap file are what tshark shows', async () => {
    const pcap = join(folder, 'foreign.pcap');
    const dump = '000000 41 42 43 1b 5b 33 31 6d 0a\n000000 00 ff 80\n';
    await new Program('bash', ['-c', 'text2pcap -q -F pcap -u 4000,5000 - "$0" 2>&1', pcap]).end(
      dump,
    ).ended;
    const { code, stdout } = await cli('capture', 'rows', pcap, '--print', 'json');
    expect(code).toBe(0);
    const data = eventsOf(stdout).filter(({ event }) => event === 'data');
    expect(data.map(({ hex }) => [hex])).toEqual(tshark(pcap, ['udp.payload']));
    const text = await cli('capture', 'rows', pcap);
    expect(text.stdout).toContain('ABC\\x1b[31m\\n');
    // eslint-disable-next-line no-control-regex
    expect(text.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u00ff]/);
  });

  test('rows are filtered and dissected by Wireshark, and it says itself what is wrong', async () => {
    const dump = join(folder, 'dns.txt');
    const query = '12 34 01 00 00 01 00 00 00 00 00 00 01 78 00 00 01 00 01';
    writeFileSync(dump, `0000 ${query}\n\n0000 ff ff ff\n`);
    const file = join(folder, 'dns.pcapng');
    await new Program('text2pcap', ['-u', '53,5353', dump, file]).ended;
    const shown = await cli(
      'capture',
      'rows',
      file,
      '--display-filter',
      'dns.id == 0x1234',
      '--dissect',
    );
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout.split('\n').filter((line) => /^\d{4}-/.test(line))).toHaveLength(1);
    expect(shown.stdout).toMatch(/\n {2}Domain Name System \(\w+\)\n {4}Transaction ID: 0x1234\n/);
    const json = await cli('capture', 'rows', file, '--dissect', '--print', 'json');
    expect(JSON.stringify(eventsOf(json.stdout)[0]?.['dissection'])).toContain(
      '"text":"Transaction ID: 0x1234","range":{"start":0,"end":2}',
    );
    const wrong = await cli('capture', 'rows', file, '--display-filter', 'dns.idd == 1');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('dns.idd');
  });

  test('a comment of a foreign capture cannot reach the terminal raw', async () => {
    const record = join(folder, 'comment.pcapng');
    const evil = join(folder, 'evil.pcapng');
    const listen = new Cli([
      'listen',
      'udp-listen:127.0.0.1:0',
      '--record',
      record,
      '--count',
      '1',
      '--print',
      'json',
    ]);
    const port = await listen.port();
    await cli('connect', `udp:127.0.0.1:${port}`, '--send', 'x', '--idle', '50ms');
    await listen.ended;
    await new Program('editcap', ['-a', '1:\u001b]0;owned\u0007\u202e', record, evil]).ended;
    const named = join(folder, 'safe\u202egnp\u001b[31m\n.pcapng');
    copyFileSync(evil, named);
    await cli('capture', 'mark', named, '1', '--note', 'owned\u001b]52;c;\u0007\u2066');
    for (const verb of [['rows'], ['rows', '--print', 'json'], ['info']]) {
      const { stdout, stderr } = await cli('capture', ...verb, named);
      if (verb[0] === 'rows') expect(stdout).toContain('owned');
      const told = Buffer.from(stdout + stderr, 'latin1').toString();
      expect(told.split('\n').join('')).not.toMatch(/\p{C}/u);
    }
  });
});

test('rows of a large file stream: | head ends at once, and all of them come', async () => {
  const record = join(folder, 'large.pcapng');
  const listen = new Cli([
    'listen',
    'udp-listen:127.0.0.1:0',
    '--record',
    record,
    '--print',
    'none',
    '--idle',
    '1s',
  ]);
  const port = await listen.until(() => /bound to .*:(\d+)/.exec(listen.stderr)?.[1]);
  const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', ${port}))
for n in range(100000): s.send(b'%d' % n)`;
  await new Program('python3', ['-c', script]).ended;
  const { code, stderr } = await listen.ended;
  expect(code).toBe(0);
  const lost = Number(/LOST: (\d+)/.exec(stderr)?.[1] ?? 0);
  const count = await new Program('bash', [
    '-c',
    'node "$0" capture rows "$1" --print text | grep -c " < "',
    BUNDLE,
    record,
  ]).ended;
  expect(Number(count.stdout) + lost).toBe(100_000);
  const head = await new Program('bash', [
    '-c',
    'node "$0" capture rows "$1" | head -2; echo "${PIPESTATUS[0]}"',
    BUNDLE,
    record,
  ]).ended;
  expect([head.stdout.trimEnd().split('\n').at(-1), head.stderr]).toEqual(['0', '']);
});

describe('search', () => {
  test('prints and counts where something begins, also across chunks, as tshark finds it', async () => {
    const record = join(folder, 'search.pcapng');
    const args = ['--record', record, '--echo', '--print', 'json'];
    const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0', ...args]);
    const port = await listen.port();
    const script = `
import socket
s = socket.create_connection(('127.0.0.1', ${port}))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for part in (b'one nee', b'dle two\\n', b'needle three\\nfour nee', b'dle\\n'):
    s.sendall(part); s.recv(len(part), socket.MSG_WAITALL)
s.close()`;
    await new Program('python3', ['-c', script]).ended;
    await listen.event(({ event, parent }) => event === 'closed' && parent !== undefined);
    listen.child.kill('SIGINT');
    await listen.ended;
    const search = async (...args: string[]) => {
      const { code, stdout } = await cli('capture', 'search', record, ...args, '--print', 'json');
      expect(code).toBe(0);
      return eventsOf(stdout).map(({ hex }) => Buffer.from(String(hex), 'hex').toString());
    };
    expect(await search('needle', '--filter', 'dir:rx')).toEqual([
      'one nee',
      'needle three\nfour nee',
    ]);
    expect(await search('needle', '--filter', 'dir:rx and len>10')).toEqual([
      'needle three\nfour nee',
    ]);
    expect(await search('/^.*needle/', '--framing', 'line', '--filter', 'dir:rx')).toEqual([
      ...['one needle two\n', 'needle three\n', 'four needle\n'],
    ]);
    const judged = tshark(record, ['frame.number'], 'tcp.payload contains "three"');
    expect((await cli('capture', 'search', record, 'three', '--count')).stdout).toBe(
      `${judged.length}\n`,
    );
    expect(judged).toHaveLength(2);
    const wrong = await cli('capture', 'search', record, '/(/');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Example')]);
  });

  test('ends at an expression that takes for ever, and says where', async () => {
    const record = join(folder, 'explode.pcap');
    const dump = `000000 ${'61 '.repeat(40)}21\n`;
    await new Program('bash', ['-c', 'text2pcap -q -F pcap -u 4000,5000 - "$0" 2>&1', record]).end(
      dump,
    ).ended;
    const { code, stderr } = await cli('capture', 'search', record, '/^(a+)+b$/');
    expect([code, stderr]).toEqual([2, expect.stringContaining('row 1')]);
  });
});

test('mark and compare rows of a file by another program, which stays as it is', async () => {
  vi.stubEnv('WIREBENCH_USER_DATA', join(folder, 'user-data'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const record = join(folder, 'by-another.pcapng');
  const dump = ['01 03 00 10 00 02', '01 03 00 11 00 02', 'ff'].map((hex) => `000000 ${hex}\n`);
  await new Program('bash', ['-c', 'text2pcap -q -u 4000,5000 - "$0" 2>&1', record]).end(
    dump.join(''),
  ).ended;
  const before = readFileSync(record);
  const marked = await cli('capture', 'mark', record, '2', '--note', 'Strange\u001b[31m');
  expect([marked.code, marked.stdout]).toEqual([0, 'row 2 is marked\n']);
  expect((await cli('capture', 'mark', record, '3')).code).toBe(0);
  const rows = async (filter: string) =>
    eventsOf(
      (await cli('capture', 'rows', record, '--filter', filter, '--print', 'json')).stdout,
    ).map(({ number, mark }) => [number, mark]);
  expect(await rows('mark')).toEqual([
    [2, { note: 'Strange\u001b[31m' }],
    [3, { note: null }],
  ]);
  expect(await rows('note:strange or len=1')).toEqual([
    [2, { note: 'Strange\u001b[31m' }],
    [3, { note: null }],
  ]);
  const text = await cli('capture', 'rows', record, '--filter', 'note:*');
  const stats = await cli('capture', 'stats', record, '--pair', 'mark => mark', '--print', 'json');
  expect(eventsOf(stats.stdout)[0]?.['latency']).toMatchObject({ requests: 1, answered: 1 });
  const shown = ['--filter', 'len>1', '--framing', 'fixed:4'];
  const info = await cli('capture', 'info', record, ...shown, '--print', 'json');
  // Of the frames 4, 2, 4, 2 and 1 bytes long; the file itself is told whole.
  expect(eventsOf(info.stdout)[0]).toMatchObject({
    rows: 3,
    passing: { receivedMessages: 4, receivedBytes: 12, sentMessages: 0, sentBytes: 0 },
  });
  expect(Buffer.from(text.stdout, 'latin1').toString()).toContain('★ Strange\\u{1b}[31m\n');
  expect((await cli('capture', 'mark', record, '3', '--remove')).stdout).toBe(
    'row 3 is not marked\n',
  );
  expect(await rows('mark')).toHaveLength(1);
  const none = await cli('capture', 'mark', record, '4');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no row 4')]);
  expect(readFileSync(record)).toEqual(before);

  const compared = await cli('capture', 'compare', record, '1', '2');
  expect([compared.code, compared.stdout.split('\n').slice(2)]).toEqual([
    1,
    [
      '- 00000000  01 03 00 10 00 02  |......|',
      '+ 00000000  01 03 00 11 00 02  |......|',
      `${' '.repeat(22)}~`,
      '1 difference; bytes changed: 1, removed: 0, added: 0',
      '',
    ],
  ]);
  expect((await cli('capture', 'compare', record, '1', '1')).code).toBe(0);
  const frames = ['1:2', record, '2:2', '--framing', 'fixed:2', '--by', 'word', '--print', 'json'];
  const framed = await cli('capture', 'compare', record, ...frames);
  expect([framed.code, eventsOf(framed.stdout)]).toMatchObject([
    1,
    [
      {
        rows: [
          { number: 1, frame: 2, bytes: 2 },
          { number: 2, frame: 2, bytes: 2 },
        ],
        ...{ same: false, by: 'word', differences: 1 },
      },
    ],
  ]);
  const which = await cli('capture', 'compare', record, '1', '2', '--framing', 'fixed:2');
  expect([which.code, which.stderr]).toEqual([2, expect.stringContaining('1:1 to 1:3')]);
});

test('a recording in files of a size, of which a ring keeps some; a file split into such', async () => {
  const record = join(folder, 'ring.pcapng');
  const options = ['--record', record, '--split-size', '100kB', '--ring-parts', '2'];
  const listen = new Cli(['listen', 'tcp-listen:127.0.0.1:0', ...options, '--print', 'json']);
  const port = await listen.port();
  const script = `
import socket
s = socket.create_connection(('127.0.0.1', ${port}))
s.sendall(bytes(1000000))
s.close()`;
  await new Program('python3', ['-c', script]).ended;
  await listen.until(() => listen.events.find(({ event }) => event === 'closed'));
  listen.child.kill('SIGINT');
  await listen.ended;
  const { parts } = listen.events.at(-1) as { parts?: { number: number; letGoRows: number } };
  const number = parts?.number ?? 0;
  expect(parts).toMatchObject({ kept: 2, letGoParts: number - 2 });
  expect(parts?.letGoRows).toBeGreaterThan(3);
  const left = readdirSync(folder).filter((name) => name.startsWith('ring.'));
  const named = (at: number) => `ring.${String(at).padStart(5, '0')}.pcapng`;
  expect(left).toEqual([named(number - 1), named(number)]);
  const last = join(folder, named(number - 1));
  const told = await cli('capture', 'info', last, '--print', 'json');
  expect(JSON.parse(told.stdout)).toMatchObject({
    damage: null,
    reassembly: null,
    otherPackets: [],
  });
  expect(told.stderr).toContain('one of 2 parts');
  const whole = await cli('capture', 'info', '--parts', last, '--print', 'json');
  expect(JSON.parse(whole.stdout)).toMatchObject({
    damage: null,
    parts: { kept: 2, letGoParts: number - 2, missingParts: 0 },
    files: left.map((name) => join(folder, name)),
  });
  const all = await cli(
    'capture',
    'rows',
    '--parts',
    last,
    '--print',
    'json',
    '--filter',
    'dir:rx',
  );
  const end = Number(eventsOf(all.stdout).at(-1)?.['number']);
  // The last that was received may be in the first of the two: how much is read at once is the system's.
  const { rows } = JSON.parse(whole.stdout) as { rows: number };
  const beyond = await cli('capture', 'compare', last, String(rows), String(rows));
  expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringContaining(`no row ${rows}`)]);
  const inOther = ['compare', '--parts', last, String(end), String(end), '--print', 'json'];
  const compared = await cli('capture', ...inOther);
  expect([compared.code, JSON.parse(compared.stdout)]).toMatchObject([
    0,
    { same: true, rows: [{ number: end }, { number: end }] },
  ]);
  const out = join(folder, 'small.pcapng');
  const split = await cli('capture', 'split', last, out, '--size', '64KiB', '--print', 'json');
  const files = split.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string });
  expect([split.code, files.length > 0]).toEqual([0, true]);
  const bytes = files.map(({ file }) => payloads(file, 'tcp')).join('');
  expect(bytes).toBe(payloads(last, 'tcp'));
  const nothing = await cli('listen', 'tcp-listen:127.0.0.1:0', '--ring', '10m');
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('--record')]);
  const countless = await cli(
    'listen',
    'tcp-listen:127.0.0.1:0',
    '--record',
    record,
    '--ring-parts',
    '2',
  );
  expect([countless.code, countless.stderr]).toEqual([
    2,
    expect.stringContaining('split-size or split-time'),
  ]);
});
