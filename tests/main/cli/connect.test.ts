import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cli, Program, cli, eventsOf, ownFolder, payloads, tshark, freePort } from './run-cli';

const folder = ownFolder();

/** A Python peer: `body` has `c`, the accepted connection. Prints its port first. */
class Peer extends Program {
  constructor(body: string) {
    const indented = body.replace(/^/gm, '    ');
    super('python3', [
      '-c',
      `
import socket, struct, sys, time, hashlib
l = socket.create_server(('127.0.0.1', 0))
print('port', l.getsockname()[1], flush=True)
c, _ = l.accept()
with c:
${indented}`,
    ]);
  }

  port(): Promise<string> {
    return this.until(() => /port (\d+)/.exec(this.stdout)?.[1]);
  }
}

describe('sending', () => {
  test('payloads in order as text and hex, until the pattern came', async () => {
    const peer = new Peer(`
got = b''
while len(got) < 6: got += c.recv(100)
c.sendall(b'\\x01\\x03'); time.sleep(0.05); c.sendall(b'\\x04\\x99')
c.recv(1)`);
    const record = join(folder, 'hex.pcapng');
    const port = await peer.port();
    const { code, stdout } = await cli(
      'connect',
      `tcp:127.0.0.1:${port}`,
      '--hex',
      '--send',
      '00 01',
      '--send',
      '0x0203,0x0405',
      '--expect',
      'hex:01 03 ?4 *',
      '--timeout',
      '5s',
      '--record',
      record,
      '--print',
      'json',
    );
    expect(code).toBe(0);
    const events = eventsOf(stdout);
    expect(events.map(({ event }) => event)).toEqual([
      'opening',
      'open',
      'data',
      'data',
      'data',
      'data',
      'closing',
      'closed',
      'stats',
    ]);
    expect(payloads(record, `tcp.dstport == ${port}`)).toBe('000102030405');
    expect(payloads(record, `tcp.srcport == ${port}`)).toBe('01030499');
    expect(tshark(record, ['frame.number'], 'tcp.analysis.flags')).toEqual([]);
  });

  test('a file arrives whole at ncat, and the end of it is its end', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * 7919) >> 8));
    const file = join(folder, 'send.bin');
    const got = join(folder, 'got.bin');
    writeFileSync(file, bytes);
    const port = await freePort();
    // Its own input is at its end, so it ends its side before a byte has come.
    const peer = new Program('bash', [
      '-c',
      `ncat -l 127.0.0.1 ${port} -v > "$0" < /dev/null`,
      got,
    ]);
    await peer.until(() => /Listening on 127/.exec(peer.stderr)?.[0]);
    const { code } = await cli(
      'connect',
      `tcp:127.0.0.1:${port}`,
      '--file',
      file,
      '--print',
      'none',
    );
    await peer.ended;
    expect(code).toBe(0);
    expect(readFileSync(got).equals(bytes)).toBe(true);
  });

  test('a file at a rate, stopped with Ctrl+C, says how many bytes went', async () => {
    const file = join(folder, 'slow.bin');
    writeFileSync(file, Buffer.alloc(1_000_000, 'slow'));
    const peer = new Peer(`
n = 0
while n < 2000: n += len(c.recv(1 << 16))
print('some', flush=True)
while True:
    b = c.recv(1 << 16)
    if not b: break
    n += len(b)
print('got', n, flush=True)`);
    const address = `tcp:127.0.0.1:${await peer.port()}`;
    const slow = ['--file', file, '--rate', '20k', '--print', 'json'];
    const connect = new Cli(['connect', address, ...slow]).end();
    await peer.until(() => /some/.exec(peer.stdout)?.[0]);
    connect.child.kill('SIGINT');
    const { code, stdout, stderr } = await connect.ended;
    const got = Number(await peer.until(() => /got (\d+)/.exec(peer.stdout)?.[1]));
    expect(code).toBe(130);
    expect(stderr).toContain(`${got} of 1000000 bytes of slow.bin handed over, then stopped`);
    const told = eventsOf(stdout).find(({ event }) => event === 'file');
    expect(told).toMatchObject({ end: 'cancelled', sentBytes: got, totalBytes: 1_000_000 });
  });

  test('a file as datagrams of a size; what has no file to go with is refused', async () => {
    const file = join(folder, 'datagrams.bin');
    writeFileSync(file, Buffer.alloc(1300, 'd'));
    const udp = `udp:127.0.0.1:${await freePort()}`;
    const cut = ['--file', file, '--datagram', '512', '--idle', '50ms', '--print', 'json'];
    const { stdout } = await cli('connect', udp, ...cut);
    const sent = eventsOf(stdout).filter(({ event }) => event === 'data');
    // One after an ICMP answer to the one before may be refused; the first never is.
    expect(sent[0]).toMatchObject({ direction: 'out', bytes: 512 });
    const refused = await cli('connect', udp, '--rate', '10k');
    expect([refused.code, refused.stderr.includes('are for --file')]).toEqual([2, true]);
  });

  test('standard input goes out and answers come back, whole, to a peer that is slow to read', async () => {
    const peer = new Peer(`
h = hashlib.sha256(); n = 0
time.sleep(0.3)
while True:
    b = c.recv(1 << 20)
    if not b: break
    h.update(b); n += len(b)
c.sendall(('%d %s' % (n, h.hexdigest())).encode())`);
    const port = await peer.port();
    const connect = new Cli(['connect', `tcp:127.0.0.1:${port}`, '--print', 'text']);
    const bytes = Buffer.alloc(30_000_000, 'standard input ');
    connect.end(bytes);
    const { code, stdout } = await connect.ended;
    const sha = createHash('sha256').update(bytes).digest('hex');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toContain(`${bytes.length} ${sha}`);
  });

  test('each read of standard input is a datagram, an answer ends it', async () => {
    const port = await freePort();
    const echo = new Program('ncat', ['-v', '-u', '-l', '127.0.0.1', String(port), '-c', 'cat']);
    await echo.until(() => /Listening on 127/.exec(echo.stderr)?.[0]);
    const connect = new Cli([
      'connect',
      `udp:127.0.0.1:${port}`,
      '--count',
      '1',
      '--print',
      'json',
    ]);
    connect.write('abc\n');
    const { code, stdout } = await connect.ended;
    expect(code).toBe(0);
    const [out, back] = eventsOf(stdout).filter(({ event }) => event === 'data');
    expect([out?.hex, back?.hex, back?.peer]).toEqual([
      '6162630a',
      '6162630a',
      `127.0.0.1:${port}`,
    ]);
  });
});

describe('what it ends with', () => {
  test('0 when the peer ends', async () => {
    const peer = new Peer(`c.sendall(b'bye')`);
    const { code, stdout } = await cli(
      'connect',
      `tcp:127.0.0.1:${await peer.port()}`,
      '--print',
      'text',
      '--quiet',
    );
    expect([code, stdout.replace(/^\S+/, 'at').trim()]).toEqual([
      0,
      expect.stringMatching(/^at < 127.0.0.1:\d+ bye$/),
    ]);
  });

  test('1 when the peer ends before what was expected', async () => {
    const peer = new Peer(`c.sendall(b'no')`);
    const { code, stderr } = await cli(
      'connect',
      `tcp:127.0.0.1:${await peer.port()}`,
      '--expect',
      'text:OK',
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('What was expected did not come.')]);
  });

  test('1 when the time of an expectation runs out, 4 without one', async () => {
    for (const [extra, wanted] of [
      [['--expect', '/^OK/'], 1],
      [[], 4],
    ] as const) {
      const peer = new Peer(`c.recv(1)`);
      const connect = new Cli([
        'connect',
        `tcp:127.0.0.1:${await peer.port()}`,
        '--timeout',
        '300ms',
        ...extra,
      ]);
      expect((await connect.ended).code).toBe(wanted);
    }
  });

  test('3 when refused and when reset, 4 when nobody answers', async () => {
    const closed = new Peer('pass');
    const port = await closed.port();
    new Program('ncat', ['127.0.0.1', port]).end();
    await closed.ended;
    const refused = await cli('connect', `tcp:127.0.0.1:${port}`, '--print', 'json');
    expect(refused.code).toBe(3);
    expect(eventsOf(refused.stdout).find(({ event }) => event === 'closed')?.error).toMatchObject({
      code: 'ECONNREFUSED',
      errno: -111,
      syscall: 'connect',
    });
    expect(refused.stderr).toContain(`Nothing is listening on 127.0.0.1:${port}.`);
    expect(refused.stderr).toContain(`ECONNREFUSED connect 127.0.0.1:${port} (errno -111)`);

    const resetting = new Peer(
      `c.recv(1); c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))`,
    );
    const reset = await cli(
      'connect',
      `tcp:127.0.0.1:${await resetting.port()}`,
      '--send',
      'x',
      '--idle',
      '9s',
    );
    expect([reset.code, reset.stderr]).toEqual([3, expect.stringContaining('(TCP RST)')]);

    const silent = new Program('python3', ['-c', FULL_BACKLOG]);
    const silentPort = await silent.until(() => /port (\d+)/.exec(silent.stdout)?.[1]);
    const address = `tcp:127.0.0.1:${silentPort},connect-timeout=300ms`;
    const timedOut = await cli('connect', address);
    expect([timedOut.code, timedOut.stderr]).toEqual([
      4,
      expect.stringContaining(`No answer from 127.0.0.1:${silentPort}`),
    ]);
    expect((await cli('probe', address)).code).toBe(4);
    expect((await cli('connect', `tcp:127.0.0.1:${silentPort}`, '--timeout', '300ms')).code).toBe(
      4,
    );
  });

  test('3 when the name does not resolve', async () => {
    const { code, stderr } = await cli('connect', 'tcp:no-such-host.invalid:80');
    expect([code, stderr]).toEqual([3, expect.stringMatching(/Can't find host|DNS server/)]);
  });

  test('0 after --idle, --count and --duration', async () => {
    for (const extra of [
      ['--idle', '200ms'],
      ['--count', '1'],
      ['--duration', '300ms'],
    ]) {
      const peer = new Peer(`c.sendall(b'one'); c.recv(1)`);
      const connect = new Cli(['connect', `tcp:127.0.0.1:${await peer.port()}`, ...extra]);
      expect([extra, (await connect.ended).code]).toEqual([extra, 0]);
    }
  });

  test('2 when the pattern takes too long, and the process still answers', async () => {
    const peer = new Peer(`c.sendall(b'a' * 40 + b'!'); c.recv(1)`);
    const { code, stderr } = await cli(
      'connect',
      `tcp:127.0.0.1:${await peer.port()}`,
      '--expect',
      '/^(a+)+$/',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('takes more than 250 ms')]);
  });

  test('130 on SIGINT while connecting and while open, with nothing left behind', async () => {
    const silent = new Program('python3', ['-c', FULL_BACKLOG]);
    const port = await silent.until(() => /port (\d+)/.exec(silent.stdout)?.[1]);
    const connect = new Cli(['connect', `tcp:127.0.0.1:${port}`, '--print', 'json']);
    await connect.event(({ event }) => event === 'opening');
    connect.child.kill('SIGINT');
    const { code, stdout } = await connect.ended;
    expect([code, eventsOf(stdout).filter(({ event }) => event === 'closed').length]).toEqual([
      130, 1,
    ]);
  });
});

/** Its backlog is full: further SYNs are not answered. */
const FULL_BACKLOG = `
import socket, time
l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(0)
port = l.getsockname()[1]
held = []
for _ in range(3):
    s = socket.socket(); s.setblocking(False); s.connect_ex(('127.0.0.1', port)); held.append(s)
print('port', port, flush=True)
time.sleep(60)`;
