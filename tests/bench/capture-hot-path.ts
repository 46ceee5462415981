// How fast the recorder alone takes datagrams and chunks, and how a capture of ten million rows
// opens: no sockets, no window. Bundled and started by capture-hot-path.mjs.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCaptureFile } from '../../src-main/engine/capture/reading/capture-file';
import { createSession } from '../../src-main/engine/capture/recording/session';
import { now } from '../../src-main/engine/clock';

const folder = mkdtempSync(join(tmpdir(), 'wb-bench-'));
const US = { host: '127.0.0.1', port: 9000 };
const PEER = { host: '127.0.0.1', port: 40_000 };
const MIB = 1024 * 1024;

function report(name: string, value: number, unit: string): void {
  console.log(`${name.padEnd(46)} ${value.toFixed(2)} ${unit}`);
}

function datagrams(count: number): string {
  const path = join(folder, 'datagrams.pcapng');
  const session = createSession({ path, address: 'udp-listen:9000', rootSocket: 1 });
  const flow = session.udp(2, US, PEER);
  const payload = Buffer.alloc(64, 7);
  for (let i = 0; i < 200_000; i++) flow.data('in', payload, now());
  const start = performance.now();
  for (let i = 200_000; i < count; i++) flow.data('in', payload, now());
  const ms = performance.now() - start;
  session.close(now());
  report('64-byte datagram, clock and write included', (ms * 1e6) / (count - 200_000), 'ns');
  return path;
}

function chunks(bytes: number, total: number): void {
  const path = join(folder, 'chunks.pcapng');
  const session = createSession({ path, address: 'tcp-listen:9000', rootSocket: 1 });
  const flow = session.tcp(2, US, PEER);
  flow.opened('peer', now());
  const payload = Buffer.alloc(bytes, 7);
  const start = performance.now();
  for (let done = 0; done < total; done += bytes) flow.data('in', payload, now());
  const ms = performance.now() - start;
  session.close(now());
  rmSync(path);
  report(`${String(bytes)}-byte chunks, write included`, total / ms / 1e6, 'GB/s');
}

async function open(path: string): Promise<void> {
  const before = process.memoryUsage.rss();
  let socket = 1;
  let worst = 0;
  let last = performance.now();
  const start = performance.now();
  const capture = openCaptureFile(path, {
    rootSocket: 1,
    allocateSocket: () => ++socket,
    onChange: () => {
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    },
  });
  await capture.done;
  report(
    `open ${String(capture.state.rows)} rows, ${(statSync(path).size / 1e9).toFixed(2)} GB`,
    performance.now() - start,
    'ms',
  );
  report('longest slice', worst, 'ms');
  report('RSS after', process.memoryUsage.rss() / MIB, 'MiB');
  report('RSS grown by opening', (process.memoryUsage.rss() - before) / MIB, 'MiB');
  const view = capture.view(null);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const from = Math.floor(((view.length - 60) * ((i * 7919) % 200)) / 200);
    const began = performance.now();
    if (view.rows(from, 60).length !== 60) throw new Error('rows are missing');
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  report('60 rows anywhere, median', times[100] ?? NaN, 'ms');
  report('60 rows anywhere, worst of 200', times[199] ?? NaN, 'ms');
  const began = performance.now();
  report('rows of the one flow', capture.view(2).length, 'rows');
  report('finding them', performance.now() - began, 'ms');
}

try {
  for (let i = 0; i < 3; i++) chunks(65_536, 2e9);
  chunks(1_048_576, 2e9);
  await open(datagrams(10_000_000));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
