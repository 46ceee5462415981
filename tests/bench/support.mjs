// What the benchmarks share: processes with deadlines, a compiled sender, memory, statistics.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../..');
export const cli = join(root, 'out/cli/wirebench.js');

/** A folder that goes when `use` ends. */
export async function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A TCP port nobody listens on now. */
export function freePort() {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

/** Starts a program; `lines` are those of its standard output, `errors` of its standard error. */
export function start(command, args, { stdio = ['ignore', 'pipe', 'pipe'], ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio, ...options });
  const started = { child, pid: child.pid, lines: [], errors: [], listeners: new Set() };
  for (const [stream, list] of [
    [child.stdout, started.lines],
    [child.stderr, started.errors],
  ]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop();
      list.push(...parts);
      for (const listener of started.listeners) listener();
    });
  }
  started.exit = new Promise((done) =>
    child.once('exit', (code, signal) => done({ code, signal })),
  );
  return started;
}

/** The first line that `test` accepts, of those come and those to come. */
export function line(started, list, test, ms = 20_000) {
  return new Promise((found, failed) => {
    const look = () => {
      const hit = list.find(test);
      if (hit === undefined) return;
      stop();
      found(hit);
    };
    const timer = setTimeout(() => {
      stop();
      failed(new Error(`no such line in ${ms} ms; had: ${[...started.lines, ...started.errors]}`));
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      started.listeners.delete(look);
    };
    started.listeners.add(look);
    look();
  });
}

/** Waits for the end of a program, at most `ms`, then ends it by id. */
export async function ended(started, ms = 60_000) {
  const timer = setTimeout(() => started.child.kill('SIGKILL'), ms);
  const result = await started.exit;
  clearTimeout(timer);
  return result;
}

/** Asks until `test` gives something other than undefined. */
export async function until(what, test, ms = 30_000, everyMs = 20) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await test();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}

/** Resident memory of a process, bytes (proc(5)). */
export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Compiles a C source of this folder once; the paced sender must not be slower than what it tests. */
export function compiled(name, folder) {
  const out = join(folder, name);
  if (!existsSync(out)) execFileSync('cc', ['-O2', '-o', out, join(here, `${name}.c`)]);
  return out;
}

export const fileBytes = (path) => (existsSync(path) ? statSync(path).size : 0);

export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? NaN;
}

export const median = (values) => percentile(values, 50);

/** One line of the report. `met` null: no target, a figure for orientation. */
export const figure = (what, value, target, met) => ({ what, value, target, met });
