// Checks a packaged app: its fuses against electron-builder.yml, what its
// app.asar holds, and every file of the archive against the hashes in its
// header (Electron itself checks those on macOS and Windows only).
//
//   node scripts/check-package.mjs [FOLDER]      default: the unpacked one in dist/
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readFuses } from './lib/fuses.mjs';
import { packagedFolder } from './lib/packaged.mjs';
import { root } from './lib/root.mjs';

const folder = process.argv[2] ? resolve(process.argv[2]) : packagedFolder();
const problems = [];

function executableOf(dir) {
  if (dir.endsWith('.app'))
    // On macOS the wire is in the framework, not in the small executable.
    return join(dir, 'Contents/Frameworks/Electron Framework.framework/Electron Framework');
  const name = readdirSync(dir).find(
    (file) =>
      /\.(exe)$/i.test(file) ||
      (/^[\w-]+$/.test(file) && !file.startsWith('chrome') && statSync(join(dir, file)).size > 5e7),
  );
  if (!name) throw new Error(`${dir} holds no Electron executable`);
  return join(dir, name);
}

/** The electronFuses block of electron-builder.yml, under @electron/fuses' names. */
function wantedFuses() {
  const yaml = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
  const block = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(yaml)?.[1] ?? '';
  const named = [...block.matchAll(/^ {2}(\w+): (true|false)$/gm)];
  return named.map(([, name, value]) => [
    name.replace(/^./, (c) => c.toUpperCase()),
    value === 'true' ? 'on' : 'off',
  ]);
}

const executable = executableOf(folder);
const { fuses } = readFuses(executable);
const wanted = wantedFuses();
if (wanted.length === 0) problems.push('electron-builder.yml sets no fuses');
for (const [name, value] of wanted)
  if (fuses[name] !== value) problems.push(`fuse ${name} is ${fuses[name]}, not ${value}`);

const resources = folder.endsWith('.app')
  ? join(folder, 'Contents/Resources')
  : join(folder, 'resources');
const archive = readFileSync(join(resources, 'app.asar'));
const header = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12)));
const start = 8 + archive.readUInt32LE(4);
let count = 0;
(function walk(node, path) {
  for (const [name, entry] of Object.entries(node.files)) {
    const at = `${path}/${name}`;
    if (entry.files) {
      walk(entry, at);
      continue;
    }
    count++;
    if (!/^\/(package\.json$|out\/(main|preload|renderer)\/)/.test(at) || at.endsWith('.map'))
      problems.push(`${at} should not be packaged`);
    if (entry.unpacked) continue;
    const body = archive.subarray(
      start + Number(entry.offset),
      start + Number(entry.offset) + entry.size,
    );
    const hash = createHash('sha256').update(body).digest('hex');
    if (entry.integrity?.hash !== hash) problems.push(`${at} does not match its hash`);
  }
})(header, '');

for (const name of ['wirebench.js', 'package.json'])
  if (!existsSync(join(resources, 'cli', name))) problems.push(`resources/cli/${name} is missing`);
for (const stray of ['default_app.asar', 'app'])
  if (existsSync(join(resources, stray))) problems.push(`resources/${stray} is left over`);

for (const problem of problems) console.error(`check-package: ${problem}`);
if (problems.length === 0)
  console.log(`check-package: ${wanted.length} fuses and ${count} files as they should be`);
process.exitCode = problems.length ? 1 : 0;
