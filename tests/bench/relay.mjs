// A stream and datagrams through a relay, and through socat, which records nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cli,
  compiled,
  ended,
  figure,
  freePort,
  line,
  median,
  root,
  start,
  until,
  withFolder,
} from './support.mjs';
import { flood } from './udp.mjs';

const title = 'Through a relay, command line';
const command = 'npm run bench -- relay';

const BYTES = 1024 ** 3;
const ROUNDS = 3;
const RATE = 40_000;
const SECONDS = 2.5;

const ours = (kind, port, to, more) => [
  process.execPath,
  [cli, 'relay', `${kind}-listen:127.0.0.1:${port}`, `${kind}:127.0.0.1:${to}`, ...more],
];

const relays = {
  socat: (kind, port, to) => [
    'socat',
    ['-b', '65536', `${kind}4-listen:${port},bind=127.0.0.1`, `${kind}4:127.0.0.1:${to}`],
  ],
  wirebench: (kind, port, to) => ours(kind, port, to, ['--print', 'none']),
  'wirebench, recording': (kind, port, to, file) =>
    ours(kind, port, to, ['--print', 'none', '--record', file]),
};

/** CPU it has taken so far, s (proc(5)). */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function listening(kind, port) {
  const bound = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const there = () => readFileSync(`/proc/net/${kind}`, 'utf8').includes(bound);
  await until(`something on ${kind} ${port}`, there);
}

/** What `pass` makes of a relay. */
async function through(name, kind, to, pass) {
  return withFolder(async (folder) => {
    const port = await freePort();
    const relay = start(...relays[name](kind, port, to, join(folder, 'relay.pcapng')));
    try {
      await listening(kind, port);
      return await pass(port, relay.pid);
    } finally {
      relay.child.kill('SIGINT');
      await ended(relay, 20_000);
    }
  });
}

/** GB/s. */
async function stream(name) {
  const to = await freePort();
  const sink = start('socat', [
    '-u',
    '-b',
    '65536',
    `TCP4-LISTEN:${to},bind=127.0.0.1`,
    'OPEN:/dev/null',
  ]);
  await listening('tcp', to);
  const speed = await through(name, 'tcp', to, async (port) => {
    const args = [
      join(root, 'tests/bench/tcp-sender.py'),
      '127.0.0.1',
      String(port),
      String(BYTES),
    ];
    const sender = start('python3', args);
    const { code } = await ended(sender, 120_000);
    if (code !== 0) throw new Error(`sender: ${sender.errors.join('\n')}`);
    return BYTES / Number(sender.lines[0]) / 1e9;
  }).finally(() => sink.child.kill('SIGTERM'));
  await ended(sink, 5000);
  return speed;
}

/** Datagrams that did not arrive, %, and µs of CPU for each one sent. */
async function datagrams(name, folder) {
  const to = await freePort();
  const counter = start(compiled('udp-counter', folder), [String(to)]);
  await line(counter, counter.lines, (text) => text === 'ready');
  return through(name, 'udp', to, async (port, pid) => {
    const { sent } = await flood(folder, port, RATE, SECONDS);
    const { code } = await ended(counter, 20_000);
    if (code !== 0) throw new Error(`counter: ${counter.errors.join('\n')}`);
    const lost = sent - Number(counter.lines.at(-1));
    return { lost: (lost / sent) * 100, micros: (cpuSeconds(pid) / sent) * 1e6 };
  });
}

async function run() {
  const speeds = Object.fromEntries(Object.keys(relays).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const name of Object.keys(relays)) speeds[name].push(await stream(name));
  const of = Object.fromEntries(Object.entries(speeds).map(([name, list]) => [name, median(list)]));
  const ratio = of['wirebench, recording'] / of.socat;
  const udp = await withFolder(async (folder) => {
    const told = {};
    for (const name of Object.keys(relays)) told[name] = await datagrams(name, folder);
    return told;
  });
  const rate = RATE.toLocaleString('en');
  return [
    ...Object.entries(of).map(([name, value]) =>
      figure(`a stream, ${name}, GB/s (median of ${ROUNDS})`, value.toFixed(2), '', null),
    ),
    figure('a stream, recording ÷ socat', ratio.toFixed(2), '', null),
    ...Object.entries(udp).flatMap(([name, { lost, micros }]) => [
      figure(`${rate} datagrams/s, ${name}: lost %`, lost.toFixed(2), '', null),
      figure(`${rate} datagrams/s, ${name}: CPU for each, µs`, micros.toFixed(1), '', null),
    ]),
  ];
}

export const relay = { title, command, run };
