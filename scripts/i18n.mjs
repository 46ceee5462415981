// Compiles the messages in src-renderer/i18n/*.json into typed functions in
// src-renderer/i18n/generated (not committed). Works without a network.
//
//   node scripts/i18n.mjs            compile; fails when the languages' keys differ
//   node scripts/i18n.mjs --stale    only if a message file is newer than the result
import { compile } from '@inlang/paraglide-js';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root } from './lib/root.mjs';

const folder = join(root, 'src-renderer/i18n');
const project = join(root, 'project.inlang');

/** The message files, the base language first. */
export function messageFiles() {
  const { baseLocale, locales } = JSON.parse(readFileSync(join(project, 'settings.json'), 'utf8'));
  return [baseLocale, ...locales.filter((locale) => locale !== baseLocale)].map((locale) =>
    join(folder, `${locale}.json`),
  );
}

/** What one language has and another lacks, in words; empty when all have the same keys. */
export function keyProblems(catalogues) {
  const [base, ...others] = Object.entries(catalogues).map(([name, messages]) => ({
    name,
    keys: Object.keys(messages).filter((key) => key !== '$schema'),
  }));
  return others.flatMap(({ name, keys }) => [
    ...base.keys.filter((key) => !keys.includes(key)).map((key) => `${name} lacks "${key}"`),
    ...keys.filter((key) => !base.keys.includes(key)).map((key) => `${base.name} lacks "${key}"`),
  ]);
}

function isStale() {
  const made = join(folder, 'generated/messages.js');
  if (!existsSync(made)) return true;
  const inputs = [...messageFiles(), join(project, 'settings.json')];
  return inputs.some((file) => statSync(file).mtimeMs > statSync(made).mtimeMs);
}

export async function compileMessages({ onlyStale = false } = {}) {
  const catalogues = {};
  for (const file of messageFiles()) catalogues[file] = JSON.parse(readFileSync(file, 'utf8'));
  const problems = keyProblems(catalogues);
  if (problems.length > 0) throw new Error(`messages differ:\n${problems.join('\n')}`);
  if (onlyStale && !isStale()) return;
  await compile({
    project,
    outdir: join(folder, 'generated'),
    // The window decides the language; nothing is kept in cookies or read from an address.
    strategy: ['globalVariable', 'baseLocale'],
    outputStructure: 'message-modules',
    emitTsDeclarations: true,
    emitReadme: false,
  });
  // The compiler leaves alone what stays the same; `isStale` goes by the time of the last run.
  utimesSync(join(folder, 'generated/messages.js'), new Date(), new Date());
}

if (isMain(import.meta.url))
  compileMessages({ onlyStale: process.argv.includes('--stale') }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
