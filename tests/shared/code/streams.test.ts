import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codeLanguages } from '../../../src-shared/code/plan';
import { within } from '../../support/deadline';
import { freePort } from '../../support/peers';
import { bench, codeOf, send, wait } from './run-code';

const { folder, start } = bench();
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, n) => n);
const NASTY = new TextEncoder().encode('\'"`$(id);%s\\x41 */ --help\r\n温度');
const SENT = Buffer.concat([EVERY_BYTE, NASTY]);
const ANSWER = Buffer.from('pong \u0000\u00ff\r\n', 'latin1');

/** A server that answers when it has got as many bytes as `SENT` has, and then closes. */
async function peer(at: { host: string; port: number } | { path: string }) {
  const got: Buffer[] = [];
  const sockets = new Set<Socket>();
  let all: (bytes: Buffer) => void = () => undefined;
  const received = new Promise<Buffer>((done) => (all = done));
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      got.push(bytes);
      const sum = Buffer.concat(got);
      if (sum.byteLength < SENT.byteLength) return;
      all(sum);
      socket.end(ANSWER);
    });
  });
  server.listen(at);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, received: () => within(received, 'what the code sends') };
}

describe.each(codeLanguages)('%s', (language) => {
  const quick = ',idle-timeout=2s';

  test('dials, sends exactly these bytes and shows the answer', async () => {
    const { port, received } = await peer({ host: '127.0.0.1', port: 0 });
    const address = `tcp:127.0.0.1:${port},nodelay,keepalive=30s,connect-timeout=5s${quick}`;
    const program = start(language, codeOf(address, [send(EVERY_BYTE), send(NASTY)], language));
    expect((await received()).toString('hex')).toBe(SENT.toString('hex'));
    await program.said(/pong/);
    if (language !== 'wirebench') expect(program.stdout()).toEqual(ANSWER);
    await program.exited();
  });

  test('reaches a Unix socket with a name made to be misread', async () => {
    const path = join(folder, `a b'c"d,e!$(touch pwned)[f]{g}`.concat(language));
    const { received } = await peer({ path });
    const quoted = `"${path.replaceAll(/[\\"]/g, '\\$&')}"`;
    const address = `unix:${quoted}${quick}`;
    const program = start(language, codeOf(address, [send(EVERY_BYTE), send(NASTY)], language));
    expect((await received()).equals(SENT)).toBe(true);
    await program.said(/pong/);
    await program.exited();
    expect(existsSync(join(folder, 'pwned')) || existsSync('pwned')).toBe(false);
  });
});

describe.each(['python', 'node', 'c'] as const)('%s', (language) => {
  test('listens and holds a conversation', async () => {
    const port = await freePort('tcp', '127.0.0.1');
    const steps = [send('HELLO\r\n'), wait(EVERY_BYTE), send(NASTY)];
    const address = `tcp-listen:127.0.0.1:${port},backlog=5,idle-timeout=3s`;
    const program = start(language, codeOf(address, steps, language));
    await program.said(/listening/);
    const client = connect(port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    const got: Buffer[] = [];
    client.on('data', (bytes) => {
      got.push(bytes);
      if (Buffer.concat(got).toString().endsWith('HELLO\r\n')) client.write(EVERY_BYTE);
      if (Buffer.concat(got).byteLength === 7 + NASTY.byteLength) client.end('rest\n');
    });
    await within(once(client, 'close'), 'end of the conversation');
    expect(Buffer.concat(got).subarray(7).equals(NASTY)).toBe(true);
    await program.said(/rest/);
    expect(program.stdout().toString()).toBe('rest\n');
  });

  test('says when the other side sends something else', async () => {
    const { port } = await peer({ host: '127.0.0.1', port: 0 });
    const steps = [send(SENT), wait('no such answer')];
    const program = start(language, codeOf(`tcp:127.0.0.1:${port}`, steps, language));
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toContain('expected');
  });
});

describe.each(['ncat', 'socat'] as const)('%s', (language) => {
  test('listens and sends to the client', async () => {
    const port = await freePort('tcp', '127.0.0.1');
    const address = `tcp-listen:127.0.0.1:${port}`;
    start(language, codeOf(address, [send(SENT)], language));
    const got: Buffer[] = [];
    // It cannot be told when it listens but by trying.
    await expect
      .poll(async () => {
        const client = connect(port, '127.0.0.1');
        onTestFinished(() => void client.destroy());
        client.on('data', (bytes) => got.push(bytes));
        return once(client, 'connect').then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    await expect.poll(() => Buffer.concat(got).toString('hex')).toBe(SENT.toString('hex'));
  });
});
