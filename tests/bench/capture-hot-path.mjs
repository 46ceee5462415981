// The recorder alone, by its source: node tests/bench/capture-hot-path.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const bundle = mkdtempSync(join(tmpdir(), 'wb-hot-path-'));
try {
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false, ssr: { noExternal: true } },
    root: resolve(import.meta.dirname, '../..'),
    build: {
      ...{ ssr: true, target: 'node20.18', outDir: bundle, minify: false },
      rolldownOptions: {
        input: { bench: join(import.meta.dirname, 'capture-hot-path.ts') },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  const { status } = spawnSync(process.execPath, [join(bundle, 'bench.mjs')], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(bundle, { recursive: true, force: true });
}
