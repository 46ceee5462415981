// Filters over ten million rows, a stream of a gigabyte cut into frames, a file indexed; beside them
// capinfos, which counts the packets of the same file and keeps nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { makeCapture } from './make-capture.mjs';
import { figure, root, withFolder } from './support.mjs';

const title = 'Looking through captures';
const command = 'npm run bench -- look-through';

const ROWS = 10_000_000;

async function bundle(outDir) {
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false, ssr: { noExternal: true } },
    root,
    build: {
      ...{ ssr: true, target: 'node20.18', outDir, minify: false },
      rolldownOptions: {
        input: {
          child: join(import.meta.dirname, 'look-through.ts'),
          'view-thread': join(root, 'src-main/engine/capture/scan/view-thread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  });
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}');
  return join(outDir, 'child.js');
}

/** What the lines nearly hold, so that a search has something to do. */
const NEEDLE = 'T=00000001;H=41.2;status=okay';

/** CPU that grep takes for the same, ms: `times` tells that of the shell and then of its children. */
function grepMs(file) {
  const told = execFileSync(
    'bash',
    ['-c', 'grep -c -a -F -- "$1" "$2" || true; times', '-', NEEDLE, file],
    {
      encoding: 'utf8',
    },
  );
  const [user, system] = told.trim().split('\n').at(-1).split(' ');
  const ms = (text) => {
    const [, minutes, rest] = /(\d+)m([\d.]+)s/.exec(text);
    return (Number(minutes) * 60 + Number(rest)) * 1000;
  };
  return ms(user) + ms(system);
}

const seconds = (ms) => (ms / 1000).toFixed(2);

async function run() {
  return withFolder(async (folder) => {
    const file = join(folder, 'ten-million.pcapng');
    makeCapture(file, ROWS);
    const out = join(folder, 'bundle');
    mkdirSync(out);
    const child = await bundle(out);
    const told = execFileSync(process.execPath, [child, folder, file, NEEDLE], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    const { openMs, bytesPerRow, length, direction, payload, framed, search } = JSON.parse(told);
    const started = performance.now();
    execFileSync('capinfos', ['-c', file], { stdio: 'ignore' });
    const capinfosMs = performance.now() - started;
    if (length.rows !== ROWS || direction.rows !== 0) throw new Error('the filters are wrong');
    const ratio = openMs / capinfosMs;
    if (search.hits !== 0) throw new Error('the search is wrong');
    const searchRatio = search.cpuMs / grepMs(join(folder, 'lines.pcapng'));
    return [
      figure('index of 10 million rows, s', seconds(openMs), '', null),
      figure('÷ capinfos -c', ratio.toFixed(2), '≤ 2', ratio <= 2),
      figure('memory grown, bytes a row', bytesPerRow.toFixed(1), '', null),
      figure('filter by length, s', seconds(length.ms), '< 2', length.ms < 2000),
      figure('filter by direction, s', seconds(direction.ms), '< 2', direction.ms < 2000),
      figure('filter by 4 bytes of payload, s', seconds(payload.ms), '', null),
      figure('1 GB of lines cut by delimiter, s', seconds(framed.ms), '< 4', framed.ms < 4000),
      figure('first frames, ms', framed.firstMs.toFixed(0), '< 200', framed.firstMs < 200),
      figure(
        'search of 1 GB, CPU ÷ grep -c -a -F',
        searchRatio.toFixed(1),
        '≤ 2',
        searchRatio <= 2,
      ),
    ];
  });
}

export const lookThrough = { title, command, run };
