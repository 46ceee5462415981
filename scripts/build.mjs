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

/** Those that check what the first frame is made of; all others are made after it. */
const FIRST_SCHEMAS = /[\\/](app-info|settings|recording-split)\.ts$/;

const finish = {
  renderer(folder) {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    // The content security policy allows neither, so a page that needs them would be blank.
    const inline = INLINE.exec(page);
    if (inline) throw new Error(`${folder}/index.html has inline code: ${inline[0]}`);
    const [, script = ''] = /<script [^>]*src="([^"]+)"/.exec(page) ?? [];
    const late = schemasIn(join(folder, script)).filter((file) => !FIRST_SCHEMAS.test(file));
    if (late.length > 0)
      throw new Error(`the first frame would wait for the schemas of ${late.join(', ')}`);
  },
  // The folder is also shipped beside the packaged app, away from the repository's package.json.
  cli(folder) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    chmodSync(join(folder, 'wirebench.js'), 0o755);
  },
};

/** The files of the contract with schemas that are in a script. */
function schemasIn(script) {
  const { sources, sourcesContent } = JSON.parse(readFileSync(`${script}.map`, 'utf8'));
  return sources.filter(
    (file, n) =>
      /src-shared[\\/]contract[\\/]/.test(file) && /from 'zod'/.test(sourcesContent[n] ?? ''),
  );
}

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
