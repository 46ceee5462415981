import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { SocketId, SocketInfo } from '../../../../src-shared/contract/socket';
import { within } from '../../../support/deadline';
import { startProgram, startPython } from '../../../support/peers';
import { WatchedEngine } from '../../../support/watched-engine';

/** A listener with a behaviour, in an engine of its own unless one is given. */
export async function serving(behaviour: string, watched = new WatchedEngine()) {
  const { id, local } = await watched.opened(`tcp-listen:127.0.0.1:0,behave=${behaviour}`);
  return { watched, id, port: local?.port ?? 0 };
}

/** Why Python's own NNTP client cannot be used; null when it can. */
export const lacksNntplib =
  spawnSync('python3', ['-W', 'ignore', '-c', 'import nntplib']).status === 0
    ? null
    : 'no nntplib in this Python (gone since 3.13)';
if (lacksNntplib !== null) console.log(`SKIP nntplib: ${lacksNntplib}`);

/** What curl says, and its exit code; the first argument that is an URL has `PORT` in it. */
export async function curl(port: number, ...args: readonly string[]) {
  const program = startProgram('curl', [
    '--silent',
    '--show-error',
    '--max-time',
    '10',
    '--noproxy',
    '*',
    ...args.map((one) => one.replace('PORT', String(port))),
  ]);
  program.end();
  const code = await program.exited(15_000);
  return { code, out: program.stdout(), err: program.stderr() };
}

/** Runs a Python client; its failure is the test's, with what it said. */
export async function python(program: string, ...args: (string | number)[]): Promise<string> {
  const client = startPython(program, ...args);
  client.end();
  const code = await client.exited(20_000);
  expect([code, client.stderr()]).toEqual([0, '']);
  return client.stdout().toString('latin1');
}

/** Until it says so; looked at again and again, for what no event tells. */
async function whenever(is: () => boolean, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const seen = new Promise<void>((done) => {
    timer = setInterval(() => {
      if (is()) done();
    }, 10);
  });
  await within(seen, what).finally(() => {
    clearInterval(timer);
  });
}

/** Until the connection has bytes to send and for 30 looks in a row nothing of it has moved. */
export async function untilStuck({ engine }: WatchedEngine, id: SocketId): Promise<SocketInfo> {
  let before = '';
  let looks = 0;
  await whenever(() => {
    const { ledger, sendQueueBytes } = engine.socketInfo(id);
    const now = JSON.stringify({ ledger, sendQueueBytes });
    looks = now === before && sendQueueBytes > 0 ? looks + 1 : 0;
    before = now;
    return looks > 30;
  }, `standstill of #${id}`);
  return engine.socketInfo(id);
}

/** Sends bytes as they are and gives all that comes until the server closes. */
export async function exchange(port: number, said: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  const over = new Promise<void>((done) => {
    socket.on('close', () => {
      done();
    });
  });
  // A server that closes early may reset: what it said before counts.
  socket.on('error', () => undefined);
  socket.end(typeof said === 'string' ? Buffer.from(said, 'latin1') : said);
  await within(over, `end of ${JSON.stringify(said)}`).catch((error: unknown) => {
    throw new Error(`heard ${JSON.stringify(heard)}`, { cause: error });
  });
  return heard;
}
