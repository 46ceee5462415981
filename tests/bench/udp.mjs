// Datagrams of 64 bytes into a recording UDP socket on the command line, and socat to a file beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cli,
  compiled,
  ended,
  fileBytes,
  figure,
  freePort,
  line,
  median,
  start,
  until,
  withFolder,
} from './support.mjs';

const title = 'Datagrams of 64 bytes into a recording UDP socket, command line';
const command = 'npm run bench -- udp';

const RATE = 200_000;
const SECONDS = 2.5;
const BUFFER = 4 * 1024 * 1024;
/** A machine that does something else for 50 ms makes any receiver lose: one run says little. */
export const ROUNDS = 3;

/** Sends at the rate asked; returns how many were sent and how long it took. */
export async function flood(folder, port, rate, seconds) {
  const sender = start(compiled('udp-sender', folder), [
    '127.0.0.1',
    String(port),
    String(rate),
    String(seconds),
  ]);
  const { code } = await ended(sender, seconds * 1000 + 20_000);
  if (code !== 0) throw new Error(`sender: ${sender.errors.join('\n')}`);
  const { sent, seconds: took } = JSON.parse(sender.lines[0]);
  return { sent, rate: sent / took };
}

async function wirebench(folder) {
  const port = await freePort();
  const file = join(folder, `${port}.pcapng`);
  const receiver = start(process.execPath, [
    cli,
    'listen',
    `udp-listen:127.0.0.1:${port}`,
    ...['--record', file, '--print', 'none'],
  ]);
  await line(receiver, receiver.errors, (text) => text.startsWith('bound to'));
  const sent = await flood(folder, port, RATE, SECONDS);
  receiver.child.kill('SIGINT');
  await ended(receiver, 20_000);
  const told = receiver.errors.join('\n');
  const received = Number(/^received \d+ bytes in (\d+)/m.exec(told)?.[1]);
  const kernel = Number(/LOST: (\d+) datagrams? dropped by the kernel/.exec(told)?.[1] ?? 0);
  return { ...sent, lost: sent.sent - received, kernel };
}

async function socat(folder) {
  const port = await freePort();
  const file = join(folder, `${port}.bin`);
  const receiver = start('socat', [
    '-u',
    `UDP4-RECV:${port},bind=127.0.0.1,rcvbuf=${BUFFER}`,
    `CREATE:${file}`,
  ]);
  const bound = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  await until('socat bound', () => readFileSync('/proc/net/udp', 'utf8').includes(bound));
  const sent = await flood(folder, port, RATE, SECONDS);
  let before = -1;
  await until(
    'socat has read all',
    () => {
      const bytes = fileBytes(file);
      const same = bytes === before;
      before = bytes;
      return same;
    },
    5_000,
    200,
  );
  receiver.child.kill('SIGTERM');
  await ended(receiver, 5_000);
  return { ...sent, received: fileBytes(file) / 64 };
}

async function run() {
  return withFolder(async (folder) => {
    const peers = [];
    const ours = [];
    for (let round = 0; round < ROUNDS; round++) {
      peers.push(await socat(folder));
      ours.push(await wirebench(folder));
    }
    const socatLost = median(peers.map(({ sent, received }) => ((sent - received) / sent) * 100));
    const uncounted = ours.reduce((sum, { lost, kernel }) => sum + lost - kernel, 0);
    return [
      figure(
        `sent per second (median of ${ROUNDS})`,
        Math.round(median(ours.map(({ rate }) => rate))).toLocaleString('en'),
        `${RATE}`,
        null,
      ),
      figure(`socat to a file, lost % (median of ${ROUNDS})`, socatLost.toFixed(2), '', null),
      ...lossFigures('wirebench', ours),
      figure('lost but not counted, all runs', uncounted, '0', uncounted === 0),
    ];
  });
}

/** What each run lost, and the fewest: what else the machine does can only add to them. */
export function lossFigures(name, runs) {
  const losses = runs.map(({ lost }) => lost);
  const fewest = Math.min(...losses);
  return [
    figure(`${name}, lost of ${runs[0].sent}, each run`, losses.join(', '), '', null),
    figure(`${name}, lost in the quietest run`, fewest, '0', fewest === 0),
  ];
}

export const udp = { title, command, run };
