// Starts the built app, or an empty Electron window, and tells its processes apart.
import { _electron } from '@playwright/test';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './support.mjs';

function environment() {
  const env = { ...process.env, LANG: 'en_US.UTF-8', LANGUAGE: 'en' };
  delete env.NODE_OPTIONS;
  return env;
}

/** The app with user data of its own in `folder`. */
export async function launchApp(folder, args = []) {
  const app = await _electron.launch({
    args: [root, `--user-data-dir=${join(folder, 'user-data')}`, ...args],
    cwd: root,
    env: environment(),
    chromiumSandbox: true,
  });
  const page = await app.firstWindow();
  return { app, page };
}

/** The least that is a window: what Electron itself costs. */
export async function launchEmpty(folder) {
  const dir = join(folder, 'empty');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"name":"empty","main":"main.cjs"}');
  writeFileSync(
    join(dir, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
app.enableSandbox();
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile('index.html'));`,
  );
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>empty</title><input autofocus />');
  const app = await _electron.launch({
    args: [dir, `--user-data-dir=${join(folder, 'empty-data')}`],
    env: environment(),
    chromiumSandbox: true,
  });
  const page = await app.firstWindow();
  return { app, page };
}

/** Processes below the app's main one: { pid, command }. */
function processesOf(app) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(
          /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1],
        );
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // It has ended since.
      }
    });
  const below = new Set([app.process().pid]);
  for (let before = 0; before !== below.size;) {
    before = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid }) => below.has(pid));
}

export const rendererOf = (app) =>
  processesOf(app).find(({ command }) => command.includes('--type=renderer'));

export const engineOf = (app) =>
  processesOf(app).find(
    ({ command }) =>
      command.includes('--type=utility') && command.includes('node.mojom.NodeService'),
  );
