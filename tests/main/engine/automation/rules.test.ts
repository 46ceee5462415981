import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compileRules } from '../../../../src-main/engine/automation/compile-rules';
import type { RuleSet } from '../../../../src-shared/contract/rules';
import { within } from '../../../support/deadline';
import { startProgram } from '../../../support/peers';
import { tempFolder } from '../../../support/temp-folder';
import { fields } from '../../../support/tshark';
import { WatchedEngine } from '../../../support/watched-engine';
import { exchange, python, untilStuck } from '../behaviours/serving';

const TCP = 'tcp-listen:127.0.0.1:0';

async function answering(set: RuleSet, address = TCP, record?: string) {
  const watched = new WatchedEngine();
  const rules = await compileRules(set);
  const id = watched.engine.open(address, {
    record: record === undefined ? 'none' : { path: record },
    rules,
  });
  const { local } = await watched.until(id, ({ phase }) => phase === 'open');
  const state = () => watched.engine.socketInfo(id).rules;
  const hits = () => state()?.rules.map((rule) => rule.hits);
  return { watched, id, port: local?.port ?? 0, state, hits };
}

/** `WHEN => REPLY`, one a line. */
function rulesOf(...lines: string[]): RuleSet['rules'] {
  return lines.map((line, n) => {
    const [when = '', reply = ''] = line.split(' => ');
    return { name: `r${n + 1}`, when, reply };
  });
}

describe('the first rule that fits a message answers it', () => {
  test('with what an expression caught, bytes of the message, a counter and a checksum', async () => {
    const { port, hits, state } = await answering({
      framing: 'line',
      rules: rulesOf(
        String.raw`/^GET (\w+)\r\n$/ => text:{{$1}}={{counter}}\r\n`,
        String.raw`text:SUM => hex:{{rx 0..3}}{{crc CRC-16/MODBUS 0..3 le}} 0d 0a`,
        String.raw`text:GET => text:what?\r\n`,
      ),
    });
    const program = startProgram('ncat', ['127.0.0.1', String(port)]);
    program.write('GET temp\r\nGET !\r\nSUM\r\nGET hum\r\nnothing\r\n');
    program.end();
    expect(await program.exited()).toBe(0);
    const crc = await python(`
crc = 0xffff
for b in b'SUM':
    crc ^= b
    for _ in range(8): crc = (crc >> 1) ^ 0xa001 if crc & 1 else crc >> 1
import sys; sys.stdout.buffer.write(crc.to_bytes(2, 'little'))
`);
    expect(program.stdout().toString('latin1')).toBe(`temp=1\r\nwhat?\r\nSUM${crc}\r\nhum=2\r\n`);
    expect(hits()).toEqual([2, 1, 1]);
    expect(state()?.unmatched).toBe(1);
  });

  test('frames, not reads: cut in two, two at once, cut off at the end', async () => {
    const { port, hits, state } = await answering({
      framing: 'len:u8@0+1',
      rules: [{ name: 'pong', when: 'hex:02 70 69', match: 'exact', reply: 'hex:6f' }],
    });
    const said = Buffer.from([2, 0x70, 0x69, 2, 0x70, 0x69, 1, 0x70, 2, 0x70]);
    expect(await exchange(port, said)).toBe('oo');
    expect(hits()).toEqual([2]);
    expect(state()?.unmatched).toBe(2);
  });

  test('a message that a silence ends, and one that is too long to judge', async () => {
    const gap = await answering({ framing: 'gap:20ms', rules: rulesOf('text:ab => text:{{rx}}') });
    const client = connect(gap.port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    client.write('ab');
    expect(String((await within(once(client, 'data'), 'answer'))[0])).toBe('ab');
    const { port, hits, state } = await answering({
      framing: 'line',
      rules: rulesOf('text:a => text:yes'),
    });
    expect(await exchange(port, `${'a'.repeat(70_000)}\na\n`)).toBe('yes');
    expect([hits(), state()?.unmatched]).toEqual([[1], 2]);
  });

  test('one that holds never, and one that is off, leave it to the next', async () => {
    const { port, hits } = await answering({
      rules: [
        { name: 'never', when: 'text:x', reply: 'text:1', probability: 0 },
        { name: 'off', when: 'text:x', reply: 'text:2', on: false },
        { name: 'silent', when: 'text:y' },
        { name: 'last', when: 'text:x', reply: 'text:3' },
      ],
    });
    expect(await exchange(port, 'x')).toBe('3');
    expect(await exchange(port, 'xy')).toBe('');
    expect(hits()).toEqual([0, 0, 1, 1]);
  });
});

test('answers keep the order of their messages, each not before its time', async () => {
  const { port } = await answering({
    framing: 'line',
    rules: [
      { name: 'slow', when: 'text:a', reply: 'text:A', delayMs: 60, jitterMs: 20 },
      { name: 'fast', when: 'text:b', reply: 'text:B' },
    ],
  });
  const began = performance.now();
  // Its end is answered with an end only after that.
  expect(await exchange(port, 'a\nb\n')).toBe('AB');
  expect(performance.now() - began).toBeGreaterThan(58);
});

test('a peer that asks and does not read is not read, and in the end gets every answer', async () => {
  const count = 1500;
  const { port, watched, id, hits } = await answering({
    framing: 'line',
    rules: rulesOf(`text:P => text:${'x'.repeat(9999)}`),
  });
  const client = connect(port, '127.0.0.1').pause();
  onTestFinished(() => void client.destroy());
  client.end('P\n'.repeat(count));
  const { id: child } = await watched.child(id);
  const stuck = await untilStuck(watched, child);
  expect(stuck.sendQueueBytes).toBeLessThan(600_000);
  // Nor is what was asked already made into answers that wait.
  expect(hits()?.[0]).toBeLessThan(count);
  let heard = 0;
  client.on('data', (bytes) => (heard += bytes.length));
  client.resume();
  await within(once(client, 'end'), 'all answers');
  expect([heard, hits()]).toEqual([count * 9999, [count]]);
});

test('a rule ends or resets the connection after its answer', async () => {
  const { port, hits } = await answering({
    framing: 'line',
    rules: [
      { name: 'bye', when: 'text:quit', reply: 'text:bye', close: 'end', delayMs: 5 },
      { name: 'cut', when: 'text:cut', reply: 'text:gone', close: 'reset' },
    ],
  });
  const ended = await python(
    `
import socket, sys
for word in ('quit', 'cut'):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    s.sendall(word.encode() + b'\\n' + word.encode() + b'\\n')
    said = b''
    try:
        while True:
            more = s.recv(100)
            if not more: break
            said += more
        print(said.decode(), 'end')
    except ConnectionResetError: print(said.decode(), 'reset')
`,
    port,
  );
  expect(ended).toBe('bye end\ngone reset\n');
  // What came after the end was asked for is answered by none.
  expect(hits()).toEqual([1, 1]);
});

test('an expression that takes for ever is given up, told, and the others go on', async () => {
  const { port, watched, state } = await answering({
    rules: rulesOf('/^(a+)+$/ => text:1', '/a(!)/ => text:{{$1}}'),
  });
  expect(await exchange(port, `${'a'.repeat(40)}!`)).toBe('!');
  expect(watched.faults.map(({ error }) => [error.code, error.message])).toEqual([
    ['ERR_RULE', expect.stringMatching(/^rule "r1": .*took more than 250 ms/)],
  ]);
  expect(state()?.rules).toEqual([
    { name: 'r1', hits: 0, problem: watched.faults[0]?.error.message.slice(11) },
    { name: 'r2', hits: 1 },
  ]);
});

test('a reply without a value is told, not sent', async () => {
  const { port, watched } = await answering({ rules: rulesOf('text:x => text:{{rx 4..8}}') });
  expect(await exchange(port, 'x')).toBe('');
  expect(watched.faults[0]?.error.message).toMatch(/^rule "r1" has no answer: /);
});

test('the capture tells which rule answered, as tshark reads it, over TCP and UDP', async () => {
  const folder = await tempFolder();
  const set: RuleSet = { rules: [{ name: 'ping "1"', when: 'text:ping', reply: 'text:pong' }] };
  const tcp = await answering(set, TCP, join(folder, 'tcp.pcapng'));
  expect(await exchange(tcp.port, 'ping')).toBe('pong');
  await tcp.watched.engine.close();
  const udp = await answering(set, 'udp-listen:127.0.0.1:0', join(folder, 'udp.pcapng'));
  const client = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void client.close());
  const answer = within(once(client, 'message'), 'answer');
  client.send('ping', udp.port, '127.0.0.1');
  expect(String((await answer)[0])).toBe('pong');
  await udp.watched.engine.close();
  for (const [name, field] of [
    ['tcp.pcapng', 'tcp.payload'],
    ['udp.pcapng', 'udp.payload'],
  ] as const) {
    const rows = fields(join(folder, name), `${field} == "pong"`, field, 'frame.comment');
    expect(rows).toEqual([[Buffer.from('pong').toString('hex'), 'rule ping "1"']]);
  }
});

describe('UDP', () => {
  test('late answers do not hold up others', async () => {
    const { port, hits } = await answering(
      {
        rules: [
          { name: 'late', when: 'text:a', reply: 'text:A', delayMs: 40 },
          { name: 'now', when: 'text:b', reply: 'text:B' },
        ],
      },
      'udp-listen:127.0.0.1:0',
    );
    const client = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void client.close());
    const heard: string[] = [];
    const both = new Promise<void>((done) => {
      client.on('message', (bytes) => {
        if (heard.push(bytes.toString()) === 2) done();
      });
    });
    client.send('a', port, '127.0.0.1', () => {
      client.send('b', port, '127.0.0.1');
    });
    await within(both, 'both answers');
    expect(heard).toEqual(['B', 'A']);
    expect(hits()).toEqual([1, 1]);
  });

  test('a rule that closes is refused: datagrams have no connection', async () => {
    const rules = await compileRules({ rules: [{ name: 'x', when: 'text:x', close: 'end' }] });
    const { engine } = new WatchedEngine();
    expect(() => engine.open('udp-listen:127.0.0.1:0', { record: 'none', rules })).toThrow(
      /datagrams have none/,
    );
    expect(engine.registry.roots()).toEqual([]);
  });
});

test('what is dialled answers too, each time it is dialled again', async () => {
  const heard: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString());
      socket.end();
    });
    socket.write('login:');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const watched = new WatchedEngine();
  const rules = await compileRules(
    {
      rules: [{ name: 'login', when: 'text:login:', match: 'suffix', reply: 'text:{{host}}' }],
    },
    { host: 'h:1' },
  );
  const id = watched.engine.open(`tcp:127.0.0.1:${port},reconnect=10ms`, {
    record: 'none',
    rules,
  });
  await watched.when(() => heard.length >= 2, 'two logins');
  expect(heard.slice(0, 2)).toEqual(['h:1', 'h:1']);
  expect(watched.engine.socketInfo(id).rules?.rules[0]?.hits).toBeGreaterThanOrEqual(2);
});

test('rules are set while clients are there, in place of a behaviour, and taken away', async () => {
  const watched = new WatchedEngine();
  const { id, local } = await watched.opened(`${TCP},behave=discard`);
  const client = startProgram('ncat', ['127.0.0.1', String(local?.port)]);
  const { id: child } = await watched.child(id);
  const rules = { rules: rulesOf('text:x => text:y') };
  await watched.engine.command('setRules', { socket: id, rules });
  expect(watched.engine.socketInfo(id).behaviour).toBe('rules');
  client.write('x');
  await watched.when(() => watched.bytes('out', child).length > 0, 'answer');
  await watched.engine.command('setRules', { socket: id, rules: null });
  expect(watched.engine.socketInfo(id)).not.toHaveProperty('rules');
  client.write('x');
  await watched.when(() => watched.bytes('in', child).length === 2, 'second question');
  expect(watched.bytes('out', child).toString()).toBe('y');
  client.end();
  const wrong = { rules: [{ name: 'a', when: 'hex:0' }] };
  await expect(watched.engine.command('setRules', { socket: id, rules: wrong })).rejects.toThrow(
    /^rule 1 "a", when at 6: /,
  );
  const file = { rules: rulesOf('text:x => text:{{file /etc/passwd}}') };
  await expect(watched.engine.command('setRules', { socket: id, rules: file })).rejects.toThrow(
    /on the command line only/,
  );
});

test('rules are tried on a message without being set', async () => {
  const { engine } = new WatchedEngine();
  const rules = {
    rules: [
      { name: 'off', when: 'text:a', on: false },
      { name: 'on', when: '/a(.)/', reply: 'text:<{{$1}}>', delayMs: 9000, probability: 0.01 },
    ],
  };
  const tried = (message: string) =>
    engine.command('tryRules', { rules, message: new Uint8Array(Buffer.from(message)) });
  expect(await tried('xab')).toEqual({
    rule: 1,
    reply: new Uint8Array(Buffer.from('<b>')),
    problem: null,
  });
  expect(await tried('x')).toEqual({ rule: null, reply: null, problem: null });
});
