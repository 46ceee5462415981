// Packages the built app with electron-builder.
//
//   node scripts/package.mjs                       the unpacked folder, on Linux also tar.gz
//   node scripts/package.mjs --linux deb AppImage  those targets
//   node scripts/package.mjs --win --mac ...       on machines that can
//
// With the fallback runtime the result is for tests only: it can only be made for Linux x64, and its
// file names and its metadata say so.
import { build, Platform } from 'electron-builder';
import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureRuntime, runtimeLine } from './electron-runtime.mjs';
import { root } from './lib/root.mjs';

process.chdir(root);
const require = createRequire(import.meta.url);

for (const file of [
  'main/main.js',
  'preload/preload.cjs',
  'renderer/index.html',
  'cli/wirebench.js',
])
  if (!existsSync(join(root, 'out', file)))
    throw new Error(`out/${file} is missing: run npm run build first`);

const PLATFORMS = { '--linux': Platform.LINUX, '--win': Platform.WINDOWS, '--mac': Platform.MAC };
const wanted = new Map();
let current = Platform.current();
for (const arg of process.argv.slice(2)) {
  if (arg in PLATFORMS) wanted.set((current = PLATFORMS[arg]), wanted.get(current) ?? []);
  else wanted.set(current, [...(wanted.get(current) ?? []), arg]);
}
if (wanted.size === 0)
  wanted.set(current, current === Platform.LINUX ? ['dir', 'tar.gz'] : ['dir']);

const runtime = await ensureRuntime();
console.log(runtimeLine(runtime));
const config = {};
if (runtime.kind !== 'official') {
  const foreign = [...wanted.keys()].find((platform) => platform !== Platform.LINUX);
  if (foreign)
    throw new Error(`${foreign.name} packages need Electron's own release, which is out of reach`);
  console.log('what is packaged with it is named TEST-RUNTIME and never released');
  Object.assign(config, {
    electronDist: runtime.dist,
    // Without this electron-builder takes the version in package.json, unchecked.
    electronVersion: runtime.version,
    artifactName: '${name}-${version}-${arch}-TEST-RUNTIME.${ext}',
    extraMetadata: { testRuntime: runtime.version },
    deb: { compression: 'gz' }, // Nobody downloads these: quick rather than small.
    // A folder given as electronDist is copied whole.
    afterPack: async ({ appOutDir }) => {
      await rm(join(appOutDir, 'resources/default_app.asar'), { force: true });
      await rm(join(appOutDir, 'version'), { force: true });
    },
  });
  // Two of electron-builder's tools would also be downloaded.
  const { path7za } = require('7zip-bin');
  await chmod(path7za, 0o755); // npm unpacks it without its execute bit.
  process.env.ELECTRON_BUILDER_7ZIP_PATH ??= path7za;
  process.env.ELECTRON_BUILDER_COMPRESSION_LEVEL ??= '3';
  process.env.CUSTOM_FPM_PATH ??= join(root, 'scripts/fpm-deb.mjs');
}

// electron-builder takes an archive that is there for up to date.
await rm(join(root, 'dist'), { recursive: true, force: true });

const targets = new Map();
for (const [platform, names] of wanted)
  for (const [key, arches] of platform.createTarget(names.length ? names : null))
    targets.set(key, arches);

const made = await build({ targets, config: { extends: 'electron-builder.yml', ...config } });
for (const file of made) console.log(`made ${file}`);
