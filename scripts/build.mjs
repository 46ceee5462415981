// Builds the targets into out/: main (with the engine), preload, renderer, cli.
//
//   node scripts/build.mjs             all of them
//   node scripts/build.mjs cli main    those
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { compileMessages } from './i18n.mjs';
import { isMain, root } from './lib/root.mjs';

const TARGETS = ['main', 'preload', 'renderer', 'cli'];

const INLINE = /<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|\sstyle=|\son\w+=|javascript:/i;

const finish = {
  // The content security policy allows neither, so a page that needs them would be blank.
  renderer(folder) {
    const inline = INLINE.exec(readFileSync(join(folder, 'index.html'), 'utf8'));
    if (inline) throw new Error(`${folder}/index.html has inline code: ${inline[0]}`);
  },
  // The folder is also shipped beside the packaged app, away from the repository's package.json.
  cli(folder) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    chmodSync(join(folder, 'wirebench.js'), 0o755);
  },
};

export async function buildTarget(target, outDir = join(root, 'out', target)) {
  if (!TARGETS.includes(target)) throw new Error(`no target ${target}: ${TARGETS.join(', ')}`);
  if (target === 'renderer') await compileMessages({ onlyStale: true });
  await build({
    root: target === 'renderer' ? join(root, 'src-renderer') : root,
    configFile: join(root, `vite.${target}.config.ts`),
    logLevel: 'warn',
    build: { outDir },
  });
  finish[target]?.(outDir);
}

if (isMain(import.meta.url)) {
  process.chdir(root);
  const targets = process.argv.length > 2 ? process.argv.slice(2) : TARGETS;
  for (const target of targets) await buildTarget(target);
  console.log(`built ${targets.map((target) => `out/${target}`).join(', ')}`);
}
