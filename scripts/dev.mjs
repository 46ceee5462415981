// The development loop: a vite dev server for the page (hot updates), vite in watch mode for main,
// engine and preload, and Electron, restarted when they change. Messages are compiled as they change.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, createServer } from 'vite';
import { ensureRuntime, runtimeLine } from './electron-runtime.mjs';
import { compileMessages, messageFiles } from './i18n.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { root } from './lib/root.mjs';
import { sandboxed } from './lib/sandbox.mjs';
import { ensureWindowSystem } from './lib/system.mjs';

process.chdir(root);
const config = (target) => join(root, `vite.${target}.config.ts`);

const runtime = await ensureRuntime();
console.log(runtimeLine(runtime));
ensureWindowSystem(runtime.executable);
await ensureDisplay();

await compileMessages();
let compiling = Promise.resolve();
const messageWatcher = watch(dirname(messageFiles()[0]), (_event, name) => {
  if (!name?.endsWith('.json')) return;
  compiling = compiling
    .then(() => compileMessages({ onlyStale: true }))
    .catch((error) => console.error(`[dev] messages: ${error.message}`));
});

const server = await createServer({
  configFile: config('renderer'),
  root: join(root, 'src-renderer'),
});
await server.listen();
const url = server.resolvedUrls.local[0];
console.log(`[dev] page at ${url}`);

const { command, flags } = sandboxed([runtime.executable]);
let electron;
let stopping = false;

function start() {
  const child = spawn(command[0], [...command.slice(1), ...flags, root, ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, VITE_DEV_SERVER_URL: url },
  });
  electron = child;
  child.on('exit', (code) => {
    if (electron !== child || stopping) return; // It is being replaced.
    void stop(code ?? 0); // The user closed the app.
  });
  console.log(`[dev] started Electron, pid ${child.pid}`);
}

function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', done);
    child.kill();
  });
}

let pending = Promise.resolve();
function restart() {
  pending = pending.then(async () => {
    const old = electron;
    electron = undefined;
    await end(old);
    if (!stopping) start();
  });
}

const watchers = [];
const built = new Set();
let timer;
for (const target of ['main', 'preload']) {
  const watcher = await build({
    configFile: config(target),
    mode: 'development',
    logLevel: 'warn',
    build: { watch: {}, emptyOutDir: false },
  });
  watcher.on('event', (event) => {
    if (event.code === 'BUNDLE_END') event.result?.close?.();
    if (event.code === 'ERROR') console.error(`[dev] ${target}:`, event.error?.message);
    if (event.code !== 'END') return;
    console.log(`[dev] built ${target}`);
    built.add(target);
    if (built.size < 2) return;
    clearTimeout(timer); // One restart for changes that touch both.
    timer = setTimeout(restart, 100);
  });
  watchers.push(watcher);
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  clearTimeout(timer);
  messageWatcher.close();
  await end(electron);
  await Promise.all([server.close(), ...watchers.map((w) => w.close())]);
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
