import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codeLanguages, type CodeLanguage } from '../../../src-shared/code/plan';
import { generateCode } from '../../../src-shared/code/generate';
import { freePort } from '../../support/peers';
import { addressOf, bench, codeOf, send, wait } from './run-code';

const { start } = bench();
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, n) => n);

/** A bound socket that keeps each datagram apart and answers every one. */
async function peer(answer: (data: Buffer) => Buffer = () => Buffer.from('pong')) {
  const socket = createSocket('udp4');
  const got: string[] = [];
  const from: RemoteInfo[] = [];
  socket.on('message', (data, remote) => {
    got.push(data.toString('hex'));
    from.push(remote);
    socket.send(answer(data), remote.port, remote.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { socket, got, from, port: socket.address().port };
}

const hex = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('hex');

describe.each(codeLanguages)('%s', (language) => {
  test('sends each payload as one datagram and shows the answers', async () => {
    const { got, port } = await peer();
    const address = `udp:127.0.0.1:${port},idle-timeout=3s`;
    const program = start(
      language,
      codeOf(address, [send(EVERY_BYTE), send('second\n')], language),
    );
    await expect.poll(() => got, { timeout: 8000 }).toEqual([hex(EVERY_BYTE), hex('second\n')]);
    await program.said(/pong/);
  });
});

describe.each(['python', 'node', 'c'] as const)('%s', (language) => {
  test('sends datagrams of no bytes and of the most there is', async () => {
    const { got, port } = await peer();
    const most = new Uint8Array(65_507).fill(0x5a);
    const address = `udp:127.0.0.1:${port},sndbuf=256KiB,idle-timeout=1s`;
    start(language, codeOf(address, [send(''), send(most)], language));
    await expect.poll(() => got, { timeout: 8000 }).toEqual(['', hex(most)]);
  });

  test('answers whoever sends first', async () => {
    const port = await freePort('udp', '127.0.0.1');
    const { socket, got } = await peer((data) => Buffer.from([...data].reverse()));
    const steps = [wait('status?'), send('ready'), wait('ydaer')];
    const code = codeOf(`udp-listen:127.0.0.1:${port},rcvbuf=1MiB`, steps, language);
    const program = start(language, code);
    await program.said(/bound/);
    socket.send('status?', port, '127.0.0.1');
    await expect.poll(() => got, { timeout: 8000 }).toEqual([hex('ready')]);
    socket.send('more', port, '127.0.0.1');
    await program.said(/more/);
  });

  test('joins a group and sends to it', async () => {
    const port = await freePort('udp', '127.0.0.1');
    const listener = createSocket({ type: 'udp4', reuseAddr: true });
    const got: string[] = [];
    listener.on('message', (data) => got.push(data.toString()));
    listener.bind(port);
    await once(listener, 'listening');
    listener.addMembership('239.255.77.1', '127.0.0.1');
    onTestFinished(() => void listener.close());
    const options = 'mcast-if=127.0.0.1,mcast-ttl=1,mcast-loop=on,idle-timeout=1s';
    const address = `udp-mcast:239.255.77.1:${port},${options}`;
    const program = start(language, codeOf(address, [send(`from ${language}`)], language));
    await expect.poll(() => got, { timeout: 8000 }).toContain(`from ${language}`);
    await program.exited();
    // Its own came back to it.
    expect(program.stdout().toString()).toBe(`from ${language}`);
  });
});

test('says what a language cannot do instead of doing something else', () => {
  const why = (text: string, language: CodeLanguage, bytes = new Uint8Array(1)) => {
    const made = generateCode({ address: addressOf(text), steps: [send(bytes)], language });
    return made.ok ? null : made.why;
  };
  expect(why('tls:10.0.0.1:443', 'c')).toBe('no-tls');
  expect(why('pipe:device', 'c')).toBe('no-pipe');
  expect(why('pipe-listen:device', 'python')).toBe('no-pipe');
  expect(why('udp:10.0.0.1:5000', 'ncat', new Uint8Array(0))).toBe('datagram-size');
  expect(why('udp:10.0.0.1:5000', 'socat', new Uint8Array(5000))).toBe('datagram-size');
  expect(why('tcp:10.0.0.1:5000', 'wirebench', new Uint8Array(50_000))).toBe('argument-size');
  expect(why('tcp:10.0.0.1:5000', 'python', new Uint8Array(300_000))).toBe('too-much');
  expect(why('tcp:10.0.0.1:5000', 'python', new Uint8Array(200_000))).toBeNull();
});

test('names the options that it leaves out', () => {
  const address = 'tcp:10.0.0.1:5000,nodelay,half-open,reconnect=1s';
  for (const language of ['python', 'node', 'c', 'ncat', 'socat'] as const) {
    const code = codeOf(address, [], language);
    expect(code).toMatch(/Not in this (?:script|program|command): reconnect=1s/);
  }
  expect(codeOf(address, [], 'ncat')).toContain('Not in this command: nodelay');
  expect(codeOf(address, [], 'socat')).not.toContain('Not in this command: nodelay');
  expect(codeOf(address, [], 'wirebench')).not.toContain('Not in');
});
