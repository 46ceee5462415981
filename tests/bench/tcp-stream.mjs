// One TCP stream into a file: our recording listener against ncat and socat writing the plain bytes.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  cli,
  ended,
  fileBytes,
  figure,
  freePort,
  median,
  root,
  start,
  withFolder,
} from './support.mjs';

const title = 'One TCP stream into a recording listener';
const command = 'npm run bench -- tcp-stream';

const BYTES = 2 * 1024 ** 3;
const ROUNDS = 3;

const receivers = {
  wirebench: (port, file) => [
    process.execPath,
    [cli, 'listen', `tcp-listen:127.0.0.1:${port}`, '--record', file, '--print', 'none', '--quiet'],
  ],
  socat: (port, file) => [
    'socat',
    ['-u', `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`, `CREATE:${file}`],
  ],
  'socat -b 65536': (port, file) => [
    'socat',
    ['-u', '-b', '65536', `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`, `CREATE:${file}`],
  ],
  ncat: (port, file) => ['sh', ['-c', `exec ncat -l --recv-only 127.0.0.1 ${port} > ${file}`]],
};

async function once(name) {
  return withFolder(async (folder) => {
    const port = await freePort();
    const file = join(folder, 'out.pcapng');
    const receiver = start(...receivers[name](port, file));
    const sender = start('python3', [
      join(root, 'tests/bench/tcp-sender.py'),
      '127.0.0.1',
      String(port),
      String(BYTES),
    ]);
    const { code } = await ended(sender, 120_000);
    if (code !== 0) throw new Error(`sender: ${sender.errors.join('\n')}`);
    // The peers end by themselves when all is written; a listener goes on.
    if (name === 'wirebench') receiver.child.kill('SIGINT');
    await ended(receiver, 20_000);
    if (fileBytes(file) < BYTES) throw new Error(`${name} wrote ${fileBytes(file)} of ${BYTES}`);
    return BYTES / Number(sender.lines[0]) / 1e9;
  });
}

async function run() {
  const speeds = Object.fromEntries(Object.keys(receivers).map((name) => [name, []]));
  // In turns, so that a slow minute of the machine meets all of them.
  for (let round = 0; round < ROUNDS; round++)
    for (const name of Object.keys(receivers)) {
      // What the one before left for the disk must not slow this one down.
      execFileSync('sync');
      speeds[name].push(await once(name));
    }
  const of = Object.fromEntries(Object.entries(speeds).map(([name, list]) => [name, median(list)]));
  const plain = (name) =>
    figure(`${name}, GB/s (median of ${ROUNDS})`, of[name].toFixed(2), '', null);
  const ratio = (peer, least) => {
    const value = of.wirebench / of[peer];
    return figure(`wirebench ÷ ${peer}`, value.toFixed(2), `≥ ${least}`, value >= least);
  };
  return [...Object.keys(of).map(plain), ratio('socat', 1), ratio('ncat', 2.5)];
}

export const tcpStream = { title, command, run };
