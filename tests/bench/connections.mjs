// 10,000 connections to one recording listener: how long until all are accepted, and memory of each.
import { join } from 'node:path';
import {
  cli,
  ended,
  figure,
  freePort,
  line,
  residentBytes,
  root,
  start,
  until,
  withFolder,
} from './support.mjs';

const title = '10,000 connections to one listener';
const command = 'npm run bench -- connections';

const COUNT = 10_000;

async function run() {
  return withFolder(async (folder) => {
    const port = await freePort();
    const listener = start(process.execPath, [
      cli,
      'listen',
      `tcp-listen:127.0.0.1:${port},backlog=4096`,
      '--record',
      join(folder, 'out.pcapng'),
      '--print',
      'json',
    ]);
    let client;
    try {
      await line(listener, listener.lines, (text) => text.includes('"event":"open"'));
      const before = residentBytes(listener.pid);
      const started = performance.now();
      client = start(
        'python3',
        [join(root, 'tests/bench/many-connections.py'), '127.0.0.1', String(port), String(COUNT)],
        { stdio: ['pipe', 'pipe', 'pipe'] },
      );
      const accepted = () =>
        listener.lines.filter((text) => text.includes('"event":"open"')).length - 1 >= COUNT;
      await until('all accepted', accepted, 60_000, 50);
      const seconds = (performance.now() - started) / 1000;
      await line(client, client.lines, () => true);
      const each = (residentBytes(listener.pid) - before) / COUNT / 1024;
      return [
        figure(
          'accepted and reported, s (start of the client included)',
          seconds.toFixed(2),
          '≤ 3',
          seconds <= 3,
        ),
        figure(
          'all connected as the client sees it, s',
          Number(client.lines[0]).toFixed(2),
          '',
          null,
        ),
        figure('engine memory per connection, KB', each.toFixed(1), '< 20', each < 20),
      ];
    } finally {
      client?.child.stdin.end();
      listener.child.kill('SIGINT');
      if (client) await ended(client, 10_000);
      await ended(listener, 20_000);
    }
  });
}

export const connections = { title, command, run };
