import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BUNDLE,
  Cli,
  Program,
  cli,
  eventsOf,
  ownFolder,
  payloads,
  tshark,
  freePort,
} from './run-cli';

const folder = ownFolder();
const hexOf = (text: string) => Buffer.from(text).toString('hex');

describe('a TCP listener', () => {
  test('records and prints what ncat sends, and tshark agrees', async () => {
    const record = join(folder, 'tcp.pcapng');
    const listen = new Cli([
      'listen',
      'tcp-listen:127.0.0.1:0',
      '--record',
      record,
      '--print',
      'json',
    ]);
    const port = await listen.port();
    const sent = 'hello\u001b[31m\r\n';
    const peer = await new Program('ncat', ['127.0.0.1', String(port)]).end(sent).ended;
    expect(peer.code).toBe(0);
    await listen.event(({ event, parent }) => event === 'closed' && parent !== undefined);
    listen.child.kill('SIGINT');
    const { code, stdout, stderr } = await listen.ended;
    expect([code, stderr]).toEqual([130, '']);
    const events = eventsOf(stdout);
    expect(events.map(({ event, socket }) => [event, socket])).toEqual([
      ['opening', '1'],
      ['open', '1'],
      ['opening', '2'],
      ['open', '2'],
      ['data', '2'],
      ['closed', '2'],
      ['closing', '1'],
      ['closed', '1'],
      ['stats', '1'],
    ]);
    expect(events[1]).toMatchObject({ kind: 'tcp-listener', local: `127.0.0.1:${port}` });
    expect(events[4]).toMatchObject({ direction: 'in', bytes: sent.length, hex: hexOf(sent) });
    expect(events[8]).toMatchObject({
      receivedBytes: sent.length,
      recordedChunks: 1,
      ownDroppedChunks: 0,
    });
    expect(payloads(record, `tcp.dstport == ${port}`)).toBe(hexOf(sent));
    const [[time] = []] = tshark(record, ['frame.time_epoch'], 'tcp.len > 0');
    const at = events[4]?.at ?? '';
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(`${Math.floor(Date.parse(at) / 1000)}.${at.slice(20, 29)}`).toBe(time);
    expect(tshark(record, ['frame.number'], 'tcp.analysis.flags || _ws.malformed')).toEqual([]);
  });

  test('echoes byte for byte, to a peer that sends before it reads', async () => {
    const bytes = Buffer.alloc(8_000_000, 'wirebench ');
    const file = join(folder, 'echo.bin');
    writeFileSync(file, bytes);
    const listen = new Cli([
      'listen',
      'tcp-listen:127.0.0.1:0',
      '--echo',
      '--print',
      'none',
      '--count',
      '100000000',
    ]);
    listen.end();
    const port = await listen.until(() => /listening on .*:(\d+)/.exec(listen.stderr)?.[1]);
    const script = `
import hashlib, socket, sys, threading
s = socket.create_connection(('127.0.0.1', ${port}))
data = open(sys.argv[1], 'rb').read()
s.sendall(data[:4000000])
t = threading.Thread(target=lambda: (s.sendall(data[4000000:]), s.shutdown(socket.SHUT_WR)))
t.start()
h = hashlib.sha256(); n = 0
while True:
    b = s.recv(65536)
    if not b: break
    h.update(b); n += len(b)
t.join()
print(n, h.hexdigest())`;
    const peer = await new Program('python3', ['-c', script, file]).end().ended;
    expect([peer.stderr, peer.stdout.trim()]).toEqual([
      '',
      `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`,
    ]);
    listen.child.kill('SIGTERM');
    expect((await listen.ended).code).toBe(130);
  });

  test('--print text and hex show everything and let no control byte pass', async () => {
    const bytes = Buffer.from([...Array(256).keys()]);
    for (const [mode, shown] of [
      ['hex', '00 01 02 03'],
      ['text', '\\0\\x01\\x02\\x03'],
    ] as const) {
      const listen = new Cli([
        'listen',
        'tcp-listen:[::1]:0',
        '--print',
        mode,
        '--count',
        '1',
      ]).end();
      const port = await listen.until(() => /listening on \[::1\]:(\d+)/.exec(listen.stderr)?.[1]);
      new Program('socat', ['-', `tcp6:[::1]:${port}`]).end(bytes);
      const { code, stdout } = await listen.ended;
      expect(code).toBe(0);
      expect(stdout).toContain(` < [::1]:`);
      expect(stdout).toContain(shown);
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u00ff]/);
    }
  });
});

describe('a bound UDP socket', () => {
  test('keeps peers apart and counts every datagram', async () => {
    const record = join(folder, 'udp.pcapng');
    const listen = new Cli([
      'listen',
      'udp-listen:127.0.0.1:0',
      '--record',
      record,
      '--print',
      'json',
      '--count',
      '100',
    ]);
    const port = await listen.port();
    const script = `
import socket
a, b = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for n in range(50):
    a.sendto(b'a%d' % n, ('127.0.0.1', ${port}))
    b.sendto(b'b%d' % n, ('127.0.0.1', ${port}))`;
    await new Program('python3', ['-c', script]).end().ended;
    const { code, stdout } = await listen.end().ended;
    const data = eventsOf(stdout).filter(({ event }) => event === 'data');
    expect([code, data.length, new Set(data.map(({ peer }) => peer)).size]).toEqual([0, 100, 2]);
    expect(new Set(data.map(({ socket }) => socket)).size).toBe(2);
    expect(payloads(record, 'udp')).toBe(data.map(({ hex }) => hex).join(''));
    expect(tshark(record, ['udp.payload'], `udp.dstport == ${port}`).length).toBe(100);
  });

  test('echoes a datagram', async () => {
    const listen = new Cli(['listen', 'udp-listen:127.0.0.1:0', '--echo', '--print', 'json']);
    const port = await listen.port();
    const peer = await cli(
      'connect',
      `udp:127.0.0.1:${port}`,
      '--send',
      'ping',
      '--expect',
      'text:ping',
      '--timeout',
      '5s',
    );
    expect(peer.code).toBe(0);
    listen.child.kill('SIGINT');
    expect((await listen.ended).code).toBe(130);
  });
});

test('what comes from an unexpected source says so, live and in its capture', async () => {
  const record = join(folder, 'unexpected.pcapng');
  const listen = new Cli([
    ...['listen', 'udp-listen:127.0.0.1:0,only-from=127.0.0.9', '--print', 'json'],
    ...['--record', record],
  ]);
  const port = await listen.port();
  await cli('connect', `udp:127.0.0.1:${port}`, '--send', 'who', '--idle', '50ms');
  const data = await listen.event(({ event }) => event === 'data');
  expect(data).toMatchObject({ direction: 'in', hex: '77686f', unexpected: true });
  listen.child.kill('SIGINT');
  await listen.ended;
  const { stdout } = await cli('capture', 'rows', record, '--print', 'text');
  expect(stdout).toMatch(/< 127\.0\.0\.1:\d+ \(unexpected\) who$/m);
});

describe('standard output', () => {
  test('| head -1 ends it quietly, with the capture complete', async () => {
    const record = join(folder, 'head.pcapng');
    const script = `node "$0" listen tcp-listen:127.0.0.1:0 --record "$1" --print text | head -1; echo "code \${PIPESTATUS[0]}"`;
    const shell = new Program('bash', ['-c', script, BUNDLE, record]);
    const port = await shell.until(() => /listening on .*:(\d+)/.exec(shell.stderr)?.[1]);
    const sender = new Program('bash', [
      '-c',
      `for i in $(seq 500); do echo line $i; sleep 0.01; done | ncat 127.0.0.1 ${port}`,
    ]);
    const { stdout, stderr } = await shell.ended;
    await sender.ended;
    expect(stdout).toMatch(/^\S+ < \S+ line 1\\n.*\ncode 0\n$/);
    expect(stderr).not.toMatch(/EPIPE|Error|bug/);
    expect((await cli('capture', 'info', record)).stderr).toBe('');
    expect(payloads(record, 'tcp')).toMatch(new RegExp(`^${hexOf('line 1\n')}`));
  });

  test('a reader that does not read pauses TCP, and nothing is lost', async () => {
    const total = 40_000_000;
    const script = `node "$0" listen tcp-listen:127.0.0.1:0 --print hex --quiet 2>&1 | { read -r go < "$1"; cut -d' ' -f4- | tr -d ' \\n' | xxd -r -p | sha256sum; }`;
    const fifo = join(folder, 'go');
    await new Program('mkfifo', [fifo]).ended;
    const free = await freePort();
    const shell = new Program('bash', [
      '-c',
      script.replace('127.0.0.1:0', `127.0.0.1:${free} --idle 1s`),
      BUNDLE,
      fifo,
    ]);
    const send = `
import hashlib, socket, sys, time
for _ in range(200):
    try: s = socket.create_connection(('127.0.0.1', ${free})); break
    except ConnectionRefusedError: time.sleep(0.05)
h = hashlib.sha256(); block = bytes(range(256)) * 256; sent = 0
s.settimeout(1)
stalled = False
while sent < ${total}:
    part = block[:min(len(block), ${total} - sent)]
    while part:
        try:
            n = s.send(part); h.update(part[:n]); part = part[n:]; sent += n
        except TimeoutError:
            if not stalled: print('stalled', sent, flush=True)
            stalled = True
s.close()
print('sha', h.hexdigest(), flush=True)`;
    const sender = new Program('python3', ['-c', send]);
    const stalledAt = Number(await sender.until(() => /stalled (\d+)/.exec(sender.stdout)?.[1]));
    expect(stalledAt).toBeLessThan(total / 2);
    await new Program('bash', ['-c', `echo go > ${fifo}`]).ended;
    const sha = await sender.until(() => /sha (\S+)/.exec(sender.stdout)?.[1]);
    expect((await shell.ended).stdout).toContain(sha);
  }, 60_000);

  test('UDP that cannot be printed is counted, and recorded', async () => {
    const record = join(folder, 'slow-udp.pcapng');
    const fifo = join(folder, 'go-udp');
    await new Program('mkfifo', [fifo]).ended;
    const script =
      'node "$0" listen udp-listen:127.0.0.1:0 --print hex --record "$1" --idle 1s | { read -r go < "$2"; wc -l; }';
    const shell = new Program('bash', ['-c', script, BUNDLE, record, fifo]);
    const port = await shell.until(() => /bound to .*:(\d+)/.exec(shell.stderr)?.[1]);
    const send = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('127.0.0.1', ${port}))
for n in range(600):
    s.send(n.to_bytes(2, 'big') * 10000)
    time.sleep(0.001)`;
    expect((await new Program('python3', ['-c', send]).ended).stderr).toBe('');
    await new Program('bash', ['-c', `echo go > ${fifo}`]).ended;
    const { stdout, stderr } = await shell.ended;
    const printed = Number(stdout);
    const notPrinted = Number(/NOT PRINTED: (\d+)/.exec(stderr)?.[1]);
    const received = Number(/received \d+ bytes in (\d+)/.exec(stderr)?.[1]);
    const kernelDropped = Number(/LOST: (\d+)/.exec(stderr)?.[1] ?? 0);
    expect(notPrinted).toBeGreaterThan(0);
    expect(printed + notPrinted).toBe(received);
    expect(received + kernelDropped).toBe(600);
    expect(tshark(record, ['udp.length'], 'udp').length).toBe(received);
  }, 30_000);
});

test('a capture that cannot grow is told at once, sockets live on, and the end says how much', async () => {
  const record = join(folder, 'full.pcapng');
  // Blocks of 1 KiB: beyond that the system answers EFBIG, as it answers ENOSPC on a full disk.
  const run =
    'ulimit -f 256; exec node "$0" listen tcp-listen:127.0.0.1:0 --record "$1" --print none --idle 2s';
  const shell = new Program('bash', ['-c', run, BUNDLE, record]);
  const port = await shell.until(() => /listening on .*:(\d+)/.exec(shell.stderr)?.[1]);
  const sender = await new Program('bash', [
    '-c',
    `head -c 1000000 /dev/zero | ncat 127.0.0.1 ${port}`,
  ]).ended;
  expect(sender.code).toBe(0);
  await shell.until(() => /There is no room left for/.exec(shell.stderr)?.[0]);
  const { code, stderr } = await shell.ended;
  expect(code).toBe(5);
  expect(stderr).toMatch(/EFBIG \S+ \S+full\.pcapng \(errno -27\)/);
  const received = Number(/received (\d+) bytes/.exec(stderr)?.[1]);
  const missing = Number(/NOT RECORDED: (\d+) bytes/.exec(stderr)?.[1]);
  expect(received).toBe(1_000_000);
  const kept = payloads(record, 'tcp').length / 2;
  // What waited in memory when the disk failed for good is not in the file either, and said to be.
  expect(stderr).toContain('INCOMPLETE: the end of the capture was not written (EFBIG)');
  expect(received - missing - kept).toBeGreaterThanOrEqual(0);
  expect(received - missing - kept).toBeLessThanOrEqual(1024 * 1024);
  expect(kept).toBeGreaterThan(100_000);
});
