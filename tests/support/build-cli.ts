import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildTarget } from '../../scripts/build.mjs';

const root = resolve(import.meta.dirname, '../..');

function newestIn(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/**
 * Vitest global setup: tests run the command line's bundle, so it is made when its sources are newer.
 * Built beside and moved into place, so that a test run going on at the same time never meets half a file.
 */
export async function setup(): Promise<void> {
  const bundle = join(root, 'out/cli/wirebench.js');
  if (!existsSync(join(root, 'src-main/cli/wirebench.ts'))) return;
  const sources = Math.max(newestIn('src-main'), newestIn('src-shared'));
  if (existsSync(bundle) && statSync(bundle).mtimeMs > sources) return;
  const aside = join(root, `out/cli-${String(process.pid)}`);
  try {
    await buildTarget('cli', aside);
    mkdirSync(join(root, 'out/cli'), { recursive: true });
    for (const name of readdirSync(aside))
      renameSync(join(aside, name), join(root, 'out/cli', name));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
