import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { OpenedCapture } from '../../../../src-main/engine/capture/reading/capture-file';
import { within } from '../../../support/deadline';
import { noNetworks } from '../../../support/network-link';
import { launchProgram } from '../../../support/program';
import { startNginx } from '../../../support/real-servers';
import { fields, followTcps } from '../../../support/tshark';
import { payloads } from './payloads';
import { openWhole, useFolder } from './sample';

/*
 * Captures that dumpcap makes of real programs talking, edited by editcap, mergecap and reordercap:
 * for each the bytes of every connection and the datagrams are those that tshark finds.
 */

vi.setConfig({ testTimeout: 60_000 });

const why =
  noNetworks ??
  (existsSync('/dev/net/tun') ? null : 'no /dev/net/tun') ??
  (spawnSync('dumpcap', ['-v']).error ? 'no dumpcap (Debian: wireshark-common)' : null) ??
  (existsSync('/usr/sbin/nginx') ? null : 'no nginx');
if (why !== null) console.log(`SKIP captures of real programs: ${why}`);

const folder = useFolder();
const tag = String(process.pid % 10_000);
const there = `wbl${tag}`;
const here = `wba${tag}`;
const net = `10.${String(150 + (process.pid % 50))}.${String(process.pid % 250)}`;

function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** What passes on an interface while `talk` does something, as dumpcap records it. */
async function recorded(link: string, filter: string, talk: () => Promise<void>): Promise<string> {
  const path = folder.path(`${link}.pcapng`);
  const dumpcap = launchProgram('dumpcap', ['-i', link, '-f', filter, '-B', '16', '-w', path]);
  onTestFinished(() => {
    dumpcap.kill();
  });
  await dumpcap.said(/File: /);
  await talk();
  // A last datagram that is not of the talk: when it is in the file, so is all before it.
  const mark = createSocket('udp4');
  mark.send('that is all', 9, link === 'lo' ? '127.0.0.1' : `${net}.2`);
  const written = async () => {
    while (!readFileSync(path).includes('that is all')) await wait(20);
  };
  await within(written(), 'the last datagram in the file');
  mark.close();
  dumpcap.kill('SIGINT');
  await dumpcap.exited();
  return path;
}

/** Wireshark and we find the same bytes and datagrams. */
async function judge(path: string): Promise<OpenedCapture> {
  const capture = await openWhole(path);
  // What dumpcap counted at the end has its time too, and not one of 1970.
  const times = capture
    .view(null)
    .rows(0, 5000)
    .map(({ at }) => at);
  expect(Math.min(...times)).toBeGreaterThan(Date.now() - 3_600_000);
  const tcp = capture.flows.filter(({ protocol }) => protocol === 'tcp');
  const followed = followTcps(path, tcp.length);
  for (const [number, flow] of tcp.entries()) {
    const ours = payloads(capture, flow);
    const theirs = followed[number] ?? ['', ''];
    // The first of theirs is who sent first; without SYN they call another one the client.
    const pair = [ours.out, ours.in].map((hex) => hex.length);
    const found = theirs.map((hex) => hex.length);
    expect([number, ...pair].sort()).toEqual([number, ...found].sort());
    expect([ours.out, ours.in].sort()).toEqual([...theirs].sort());
  }
  const datagrams = fields(path, 'udp && !icmp', 'udp.length').length;
  const udp = capture.flows.filter(({ protocol }) => protocol === 'udp');
  expect(udp.reduce((sum, one) => sum + one.sentChunks + one.receivedChunks, 0)).toBe(datagrams);
  expect(
    fields(path, 'tcp', 'tcp.stream').reduce((most, [one]) => Math.max(most, Number(one) + 1), 0),
  ).toBe(tcp.length);
  return capture;
}

let lossy: ReturnType<typeof launchProgram> | null = null;

beforeAll(async () => {
  if (why !== null) return;
  run('ip', 'netns', 'add', there);
  const script = join(import.meta.dirname, '../../../support/lossy-link.py');
  const names = [here, `${net}.1`, `wbb${tag}`, `${net}.2`, there, '11'];
  lossy = launchProgram('python3', ['-u', script, ...names]);
  await lossy.said(/ready/);
});

afterAll(async () => {
  lossy?.end();
  await lossy?.exited();
  if (why === null) run('ip', 'netns', 'del', there);
});

/** ncat in the other network sends a file, and gets one. */
async function exchange(bytes: number): Promise<void> {
  const file = folder.path(`sent-${String(bytes)}`);
  writeFileSync(file, randomBytes(bytes));
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, `${net}.1`);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ncat = launchProgram('ip', [
    ...['netns', 'exec', there, 'sh', '-c'],
    `ncat ${net}.1 ${String(port)} < ${file} > /dev/null`,
  ]);
  onTestFinished(() => {
    ncat.kill();
  });
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.end(randomBytes(bytes));
  socket.resume();
  await once(socket, 'close');
  await ncat.exited();
  server.close();
}

/** Datagrams that IP cuts for the link, from the other network: how many of them the kernel put together. */
async function fragmented(count: number): Promise<() => number> {
  const socket = createSocket('udp4');
  socket.bind(4001, `${net}.1`);
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  let received = 0;
  socket.on('message', () => {
    received++;
  });
  const script = `
import socket, sys, time
to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for at in range(${String(count)}):
    to.sendto(bytes([at % 251]) * (1600 + at * 97), ("${net}.1", 4001))
    time.sleep(0.002)
`;
  const args = ['netns', 'exec', there, 'python3', '-c', script];
  await launchProgram('ip', args).exited();
  // The path holds a packet back for 8 ms at most.
  await wait(50);
  return () => received;
}

test.skipIf(why)(
  'a path that loses, repeats and delays, and edits of what was captured there',
  async () => {
    let together = () => 0;
    const path = await recorded(here, 'tcp or udp', async () => {
      together = await fragmented(60);
      await Promise.all([exchange(200_000), exchange(120_000)]);
      const socket = createSocket('udp4');
      for (let at = 0; at < 40; at++) {
        const bytes = Buffer.alloc(20 + at * 30);
        await new Promise((sent) => {
          socket.send(bytes, 4000, `${net}.2`, sent);
        });
      }
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
    });
    const capture = await judge(path);
    const fragments = capture.flows.find(({ remote }) => remote.port === 4001);
    expect(fragments?.sentChunks).toBe(together());
    expect(together()).toBeGreaterThan(20);
    expect(fragments?.reassembly?.gaps).toBeGreaterThan(0);
    const figures = capture.flows
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ reassembly }) => reassembly);
    expect(figures.some((one) => (one?.retransmittedSegments ?? 0) > 0)).toBe(true);
    expect(figures.some((one) => (one?.outOfOrderSegments ?? 0) > 0)).toBe(true);
    expect(capture.flows.find(({ remote }) => remote.port === 4000)?.sentChunks).toBe(40);
    expect(figures.every((one) => (one?.missingBytes ?? 0) === 0)).toBe(true);

    const older = folder.path('older.pcap');
    run('editcap', '-F', 'nsecpcap', path, older);
    await judge(older);
    const shifted = folder.path('shifted.pcapng');
    run('editcap', '-t', '0.002', path, shifted);
    const doubled = folder.path('doubled.pcapng');
    run('mergecap', '-w', doubled, path, shifted);
    const twice = await openWhole(doubled);
    const passed = ({ flows }: OpenedCapture) =>
      flows
        .filter(({ protocol }) => protocol === 'tcp')
        .map(({ sentBytes, receivedBytes }) => [sentBytes, receivedBytes]);
    expect(passed(twice)).toEqual(passed(capture));
  },
);

test.skipIf(why)(
  'curl and nginx, socat and ncat on the loopback, and other link types beside them',
  async () => {
    const { port } = await startNginx();
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    udp.on('message', (bytes, { port: from }) => {
      udp.send(bytes, from, '127.0.0.1');
    });
    const echo = udp.address().port;
    const path = await recorded(
      'lo',
      `port ${String(port)} or port ${String(echo)} or port 9`,
      async () => {
        for (const page of ['', 'long.txt', 'none'])
          run('curl', '-s', '-o', '/dev/null', `http://127.0.0.1:${String(port)}/${page}`);
        const socat = launchProgram('socat', [
          '-t',
          '0.2',
          'STDIO',
          `UDP:127.0.0.1:${String(echo)}`,
        ]);
        socat.write(Buffer.alloc(9000, 'x'));
        await socat.said(/x/);
        socat.end();
        await socat.exited();
      },
    );
    udp.close();
    const loopback = await judge(path);
    expect(loopback.flows.filter(({ protocol }) => protocol === 'tcp').length).toBe(3);
    // Cut after so many bytes of each packet, and with frames taken out.
    const cut = folder.path('cut.pcapng');
    run('editcap', '-s', '120', path, cut);
    const figures = (await openWhole(cut)).flows.map(({ reassembly }) => reassembly?.cutBytes ?? 0);
    const lost = fields(cut, 'tcp.len > 0', 'frame.len', 'frame.cap_len');
    expect(figures.slice(0, 3).reduce((sum, one) => sum + one, 0)).toBe(
      lost.reduce((sum, [whole, there]) => sum + Number(whole) - Number(there), 0),
    );
    const raw = folder.path('raw.pcap');
    run('editcap', '-C', '14', '-T', 'rawip', '-F', 'pcap', path, raw);
    const both = folder.path('both.pcapng');
    run('mergecap', '-a', '-w', both, path, raw);
    const merged = await openWhole(both);
    expect(merged.flows.length).toBe(loopback.flows.length);
    expect(merged.state.damage).toBeNull();
    await judge(raw);
  },
);
