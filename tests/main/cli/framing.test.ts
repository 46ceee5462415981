import { describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT_EXAMPLES } from '../../../src-shared/decode/definitions/examples';
import { formatDefinition } from '../../../src-shared/decode/definitions/read-definition';
import { Cli, cli, eventsOf, ownFolder, Program } from './run-cli';

const folder = ownFolder();

const listen = (...args: string[]) =>
  new Cli(['listen', 'tcp-listen:127.0.0.1:0', '--print', 'json', '--duration', '20s', ...args]);

/** Speaks to it as ncat does: all at once, then FIN. */
async function say(port: number, bytes: string): Promise<void> {
  await new Program('ncat', ['127.0.0.1', String(port)]).end(bytes).ended;
}

/** The lines of `--print text` without the time. */
function lines(stdout: string): string[] {
  return Buffer.from(stdout, 'latin1')
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\S+ ([<>]) \S+ /, '$1 '));
}

/** A server that says these lines, one more each time it hears a line. */
function scriptedServer(said: string[]): Promise<{ port: number; server: Program }> {
  const program = [
    'import json, socket, sys',
    's = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)',
    'c, _ = s.accept(); f = c.makefile("rb")',
    'for part in json.loads(sys.argv[1]):',
    '  c.sendall(part.encode("latin-1"))',
    '  f.readline()',
    'c.close()',
  ].join('\n');
  const server = new Program('python3', ['-c', program, JSON.stringify(said)]);
  const port = server.until(() => /^(\d+)\n/.exec(server.stdout)?.[1]);
  return port.then((found) => ({ port: Number(found), server }));
}

describe('--framing', () => {
  test('prints one event a frame, with its place in the stream', async () => {
    const server = listen('--framing', 'len:u8');
    const port = await server.port();
    await say(port, '\x02ab\x01c\x05de');
    await server.event(({ event, parent }) => event === 'closed' && parent !== undefined);
    const data = server.events.filter(({ event }) => event === 'data');
    expect(data.map(({ hex, offset, incomplete }) => [hex, offset, incomplete])).toEqual([
      ['026162', 0, undefined],
      ['0163', 3, undefined],
      ['056465', 5, true],
    ]);
    server.child.kill('SIGINT');
    expect((await server.ended).code).toBe(130);
  });

  test('by silence, a frame is told when the silence is over', async () => {
    const server = listen('--framing', 'gap:50ms');
    const port = await server.port();
    const client = new Program('ncat', ['127.0.0.1', String(port)]);
    client.write('hello');
    const frame = await server.event(({ event }) => event === 'data');
    expect(frame.hex).toBe('68656c6c6f');
    expect(client.child.exitCode).toBeNull();
    server.child.kill('SIGINT');
    await server.ended;
  });

  test('each datagram is framed for itself', async () => {
    const args = ['udp-listen:127.0.0.1:0', '--print', 'json', '--framing', 'line'];
    const server = new Cli(['listen', ...args, '--duration', '20s']);
    const port = await server.port();
    await cli('connect', `udp:127.0.0.1:${port}`, '--send', 'a\\nb', '--duration', '10ms');
    await cli('connect', `udp:127.0.0.1:${port}`, '--send', 'c\\n', '--duration', '10ms');
    await server.event(({ hex }) => hex === '630a');
    const frames = server.events.filter(({ event }) => event === 'data');
    expect(frames.map(({ hex, incomplete }) => [hex, incomplete])).toEqual([
      ['610a', undefined],
      ['62', true],
      ['630a', undefined],
    ]);
    server.child.kill('SIGINT');
    await server.ended;
  });

  test('a wrong one is shown at its place', async () => {
    const { code, stderr } = await cli('listen', '0', '--framing', 'len:u16@4');
    expect(code).toBe(2);
    expect(stderr).toContain('u16be or u16le');
    expect(stderr).toContain('len:u16@4\n      ^');
  });
});

describe('--decode', () => {
  const REPLIES = ['220 mx ready\r\n', '250-mx\r\n250-8BITMIME\r\n250 HELP\r\n', '221 bye\r\n'];

  test('prints labels for people', async () => {
    const { port } = await scriptedServer(REPLIES);
    const args = ['--decode', 'smtp', '--quiet', '--send', 'EHLO me\\r\\n', '--send', 'QUIT\\r\\n'];
    const { code, stdout } = await cli('connect', `tcp:127.0.0.1:${port}`, ...args);
    expect(code).toBe(0);
    const byDirection = (sign: string) => lines(stdout).filter((line) => line.startsWith(sign));
    expect(byDirection('>')).toEqual(['> EHLO me', '> QUIT']);
    expect(byDirection('<')).toEqual(['< 220 mx ready', '< 250 mx · 8BITMIME · HELP', '< 221 bye']);
  });

  test('adds labels to hex', async () => {
    const { port } = await scriptedServer(['+OK\r\n']);
    const args = ['--decode', 'pop3', '--print', 'hex', '--quiet', '--send', 'QUIT\\r\\n'];
    const { stdout } = await cli('connect', `tcp:127.0.0.1:${port}`, ...args);
    expect(lines(stdout).sort()).toEqual([
      '< 2B 4F 4B 0D 0A  # +OK',
      '> 51 55 49 54 0D 0A  # QUIT',
    ]);
  });

  test('gives programs label and fields with their ranges', async () => {
    const server = listen('--decode', 'http');
    const port = await server.port();
    await say(port, 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
    const head = await server.event(({ event }) => event === 'data');
    expect(head).toMatchObject({ role: 'head', label: 'GET /x', offset: 0, bytes: 28 });
    expect(head['fields']).toContainEqual({
      name: 'Host',
      value: 'a',
      from: 23,
      to: 24,
      children: [],
    });
    server.child.kill('SIGINT');
    await server.ended;
  });

  test('an unknown name is refused with those there are', async () => {
    const { code, stderr } = await cli('connect', 'tcp:127.0.0.1:1', '--decode', 'quic');
    expect(code).toBe(2);
    expect(stderr).toContain('imap4');
  });
});

describe('--layout and --proto', () => {
  const layout = join(folder, 'sensor.json');

  /** Sends these frames in hex as datagrams, packed by another hand. */
  async function send(port: number, ...frames: string[]): Promise<void> {
    const script = [
      'import socket, sys',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
      `for h in sys.argv[1:]: s.sendto(bytes.fromhex(h), ("127.0.0.1", ${port}))`,
    ].join('\n');
    await new Program('python3', ['-c', script, ...frames]).ended;
  }

  test('read live datagrams, and filter those of a capture by what they say', async () => {
    const [sensor] = LAYOUT_EXAMPLES;
    if (!sensor) throw new Error('no example');
    writeFileSync(layout, formatDefinition(sensor.definition));
    const record = join(folder, 'sensor.pcapng');
    const by = ['--layout', layout, '--decode', 'layout:sensor'];
    const server = new Cli([
      ...['listen', 'udp-listen:127.0.0.1:0', '--count', '3', '--duration', '20s'],
      ...['--print', 'json', '--record', record, ...by],
    ]);
    const whole = sensor.sample.replaceAll(' ', '');
    await send(await server.port(), whole, whole.replace('086a', '0001'), whole.slice(0, 12));
    await server.ended;
    const labels = server.events
      .filter(({ event }) => event === 'data')
      .map(({ label }) => Buffer.from(String(label), 'latin1').toString());
    expect(labels).toEqual([
      '21.54 °C, 45 %, measuring (1)',
      'checksum wrong · 0.01 °C, 45 %, measuring (1)',
      'incomplete · —, —, measuring (1)',
    ]);
    const filter = 'decode.sensor.crc.valid==0 or decode.sensor.temperature > 20.5';
    const asked = ['capture', 'rows', record, '--print', 'json', '--filter', filter];
    const { stdout } = await cli(...asked, '--layout', layout);
    expect(eventsOf(stdout).map(({ hex }) => hex?.slice(14, 18))).toEqual(['086a', '0001']);
    const unknown = await cli(...asked);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('There is no decoder');
  });

  test('read Protobuf with what its .proto imports, and tell what is wrong with one', async () => {
    const proto = join(folder, 'meter.proto');
    const units = 'syntax = "proto3"; package m; enum Unit { WATT = 0; VOLT = 1; }';
    writeFileSync(join(folder, 'units.proto'), units);
    writeFileSync(
      proto,
      'syntax = "proto3"; package m; import "units.proto"; message Empty {}\n' +
        'message Reading { sint32 value = 1; Unit unit = 2; }\n',
    );
    const by = ['--proto', proto, '--decode', 'proto:Reading', '--print', 'json'];
    const server = new Cli([
      ...['listen', 'udp-listen:127.0.0.1:0', '--count', '1', '--duration', '20s', ...by],
    ]);
    await send(await server.port(), '08051001');
    await server.ended;
    const { label } = await server.event(({ event }) => event === 'data');
    expect(label).toBe('Reading value: -3, unit: VOLT (1)');
    writeFileSync(proto, 'syntax = "proto3";\nmessage {');
    const wrong = await cli('listen', 'udp-listen:127.0.0.1:0', ...by);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('meter.proto, line 2')]);
  });
});
