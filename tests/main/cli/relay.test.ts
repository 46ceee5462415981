import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Cli, Program, cli, ownFolder, payloads } from './run-cli';

const folder = ownFolder();

/** What waits for others, and its port. */
async function started(...args: string[]) {
  const running = new Cli([...args]).end();
  const told = /(?:listening on |"kind":"tcp-listener","local":")\S*?:(\d+)/;
  const port = await running.until(() => told.exec(running.stderr + running.stdout)?.[1]);
  return { running, port };
}

test('relays ncat to a server, prints both sides and records them', async () => {
  const server = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const at = server.address();
  const to = typeof at === 'object' && at ? at.port : 0;
  const record = join(folder, 'both.pcapng');
  const target = `tcp:127.0.0.1:${to}`;
  const relay = await started(
    ...['relay', 'tcp-listen:127.0.0.1:0', target, '--record', record, '--print', 'json'],
  );
  const { stdout } = await new Program('ncat', ['127.0.0.1', relay.port]).end('ping').ended;
  expect(stdout).toBe('ping');
  await relay.running.until(
    () =>
      /"event":"closed",.*"parent".*\n(?=[^]*"event":"closed",.*"parent")/.exec(
        relay.running.stdout,
      )?.[0],
  );
  relay.running.child.kill('SIGINT');
  expect((await relay.running.ended).code).toBe(130);
  const passed = relay.running.stdout
    .split('\n')
    .filter((line) => line.includes('"event":"data"'))
    .map((line) => JSON.parse(line) as { direction: string; hex: string })
    .map(({ direction, hex }) => `${direction} ${hex}`);
  expect(passed).toEqual(['in 70696e67', 'out 70696e67', 'in 70696e67', 'out 70696e67']);
  expect(payloads(record, `tcp.dstport == ${relay.port}`)).toBe('70696e67');
  expect(payloads(record, `tcp.dstport == ${to}`)).toBe('70696e67');
  const info = await cli('capture', 'info', record);
  const [, client] = /^tcp \S+ - (127\.0\.0\.1:\d+): [^;]*$/m.exec(info.stdout) ?? [];
  expect(info.stdout).toContain(
    ` - 127.0.0.1:${to}: received 4 bytes in 1, sent 4 bytes in 1; relay for ${client}\n`,
  );
});

test.each([
  [['tcp-listen:1', 'udp:h:1'], 'tcp-listen relays to tcp, tls, unix, pipe, not to udp'],
  [['tcp-listen:1,behave=echo', 'tcp:h:1'], 'behave=echo'],
])('%j is a mistake of usage', async (addresses, why) => {
  const { code, stderr } = await cli('relay', ...addresses);
  expect({ code, told: stderr.includes(why) ? why : stderr }).toEqual({ code: 2, told: why });
});
