// Runs the benchmarks named, or all, and after all of them writes docs/benchmarks.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { connections } from './connections.mjs';
import { filteredLoad } from './filtered-load.mjs';
import { launch } from './launch.mjs';
import { lookThrough } from './look-through.mjs';
import { openCapture } from './open-capture.mjs';
import { relay } from './relay.mjs';
import { root } from './support.mjs';
import { tcpStream } from './tcp-stream.mjs';
import { udp } from './udp.mjs';
import { windowLoad } from './window-load.mjs';

const ALL = {
  udp,
  'tcp-stream': tcpStream,
  relay,
  connections,
  'window-load': windowLoad,
  'filtered-load': filteredLoad,
  'open-capture': openCapture,
  'look-through': lookThrough,
  launch,
};

const MARKS = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [null, ''],
]);

function table(figures) {
  const lines = figures.map(
    ({ what, value, target, met }) => `| ${what} | ${value} | ${target} | ${MARKS.get(met)} |`,
  );
  return ['| what | measured | target | met |', '| --- | ---: | --- | --- |', ...lines].join('\n');
}

function versionOf(command, args, pattern) {
  try {
    const text = execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return pattern.exec(text)?.[0] ?? 'unknown';
  } catch {
    return 'not there';
  }
}

function machine() {
  const peers = [
    ['socat', versionOf('socat', ['-V'], /\d+\.\d+\.\d+\.\d+/)],
    ['ncat', versionOf('sh', ['-c', 'ncat --version 2>&1'], /\d+\.\d+/)],
    ['tshark', versionOf('tshark', ['--version'], /\d+\.\d+\.\d+/)],
  ];
  return (
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ` +
    `Linux ${release()}, Node ${process.versions.node}; ` +
    peers.map(([name, version]) => `${name} ${version}`).join(', ')
  );
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}`);
  process.exit(2);
}

const sections = [];
let failed = 0;
for (const [name, bench] of Object.entries(ALL)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n## ${bench.title}`);
  try {
    const figures = await bench.run();
    console.log(table(figures));
    sections.push(`## ${bench.title}\n\n\`${bench.command}\`\n\n${table(figures)}\n`);
    failed += figures.filter(({ met }) => met === false).length;
  } catch (error) {
    failed++;
    console.error(error);
    sections.push(
      `## ${bench.title}\n\n\`${bench.command}\`\n\nDid not finish: ${error.message}\n`,
    );
  }
}

if (wanted.length === 0) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const head = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Everything in a table was measured in one run on one machine, so',
    'trust ratios, not absolutes.',
    '',
    `Wirebench ${version}. Machine: ${machine()}.`,
    '',
  ].join('\n');
  writeFileSync(join(root, 'docs/benchmarks.md'), `${head}\n${sections.join('\n')}`);
}
console.log(failed === 0 ? '\nall targets met' : `\n${failed} not met`);
process.exit(failed === 0 ? 0 : 1);
