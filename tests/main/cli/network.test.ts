import { createServer } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { networkInterface } from '../../../src-shared/contract/network';
import { cli } from './run-cli';

const linux = process.platform === 'linux';
if (!linux) console.log('SKIP owners of ports on the command line: only Linux tells them');

function objects(stdout: string): unknown[] {
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

test('network lists the interfaces, as lines and as JSON', async () => {
  const text = await cli('network');
  expect([text.code, text.stderr]).toEqual([0, '']);
  // Other tests make and remove interfaces meanwhile.
  const own = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  for (const { address } of own.filter(({ internal }) => internal))
    expect(text.stdout).toContain(`  ${address}`);
  expect(text.stdout).toMatch(/127\.0\.0\.1\/8 {2}netmask 255\.0\.0\.0\n/);
  const json = await cli('network', '--print', 'json');
  const told = z.array(networkInterface).parse(objects(json.stdout));
  const loopback = told.filter((one) => one.loopback).flatMap(({ addresses }) => addresses);
  expect(loopback.map(({ address }) => address)).toEqual(
    own.filter(({ internal }) => internal).map(({ address }) => address),
  );
});

test('network route names the way, and why there is none', async () => {
  const local = await cli('network', 'route', '127.0.0.1');
  expect([local.code, local.stdout]).toEqual([
    0,
    expect.stringMatching(/^127\.0\.0\.1 {2}from 127\.0\.0\.1 on lo\S*, this computer itself\n$/),
  ]);
  const json = await cli('network', '--print', 'json', 'route', '127.0.0.1');
  expect(objects(json.stdout)).toMatchObject([
    { host: '127.0.0.1', source: '127.0.0.1', via: 'local', error: null },
  ]);
  const none = await cli('network', 'route', 'no-such-host.invalid');
  expect([none.code, none.stdout]).toEqual([3, '']);
  expect(none.stderr).toMatch(/Can't find host "no-such-host\.invalid"|DNS server did not answer/);
});

test('network name and probe --names tell what the system calls an address', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const json = await cli('network', 'name', '127.0.0.1', '--print', 'json');
  const [known] = objects(json.stdout);
  expect(known).toMatchObject({ address: '127.0.0.1', mac: null, macReason: 'local' });
  const { names } = z.object({ names: z.array(z.string()) }).parse(known);
  const probed = await cli('probe', `tcp:127.0.0.1:1,${port}`, '--names', '--open');
  const told = names.length === 0 ? '  no name: nobody gave it one' : `  name ${names.join()}`;
  const [first, ...rest] = probed.stdout.trimEnd().split('\n');
  expect(first).toMatch(new RegExp(`^connected 127\\.0\\.0\\.1:${port} `));
  expect(rest).toEqual([told, '  no mac: it is this computer itself']);
});

test.runIf(linux)('network port names the program, and listen does when it fails', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const owner = new RegExp(`\\(pid ${process.pid}`);
  const text = await cli('network', 'port', String(port), '--tcp');
  expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(owner)]);
  const json = await cli('network', 'port', String(port), '--print', 'json');
  expect(objects(json.stdout)).toMatchObject([
    { protocol: 'tcp', port, holders: [{ pid: process.pid }], reason: null },
    { protocol: 'udp', port },
  ]);
  const taken = await cli('listen', `tcp-listen:127.0.0.1:${port}`);
  expect(taken.code).toBe(3);
  expect(taken.stderr).toMatch(
    new RegExp(`Port ${port} is already taken by .* \\(pid ${process.pid}\\)`),
  );
});

test.each([
  [['network', 'port', '0'], 'A port is a number from 1 to 65535'],
  [['network', 'port', '9000', '--tcp', '--udp'], 'cannot be used with'],
  [['network', 'route'], "missing required argument 'host'"],
  [['network', 'nosuch'], 'There are route, port, name, neighbours'],
  [['network', 'name', 'device.local'], '“device.local” is no IP address'],
])('%j is wrong', async (args, message) => {
  const { code, stdout, stderr } = await cli(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('what UDP refuses is explained with what to do', async () => {
  const unscoped = await cli('connect', 'udp:[fe80::1]:5000', '--send', 'x');
  expect(unscoped.code).toBe(3);
  expect(unscoped.stderr).toContain('The address fe80::1 is on one link');
  expect(unscoped.stderr).toContain('wirebench network');
  const unknown = await cli('listen', 'udp-mcast:239.1.1.1:5999,mcast-if=nosuch0');
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain('There is no interface nosuch0; there are ');
  const refused = await cli('connect', 'udp:255.255.255.255:5999', '--send', 'x');
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/needs the option broadcast|No network path/);
});

test.runIf(linux)('a joined group is told when the socket opens', async () => {
  const { code, stderr } = await cli(
    ...['listen', 'udp-mcast:239.3.3.4:5998,mcast-if=lo', '--duration', '100ms'],
  );
  expect(code).toBe(0);
  expect(stderr).toContain('bound to 0.0.0.0:5998, joined 239.3.3.4 on lo');
});
