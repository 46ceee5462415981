// Everything that must hold, always all of it, in two lanes side by side that take about as long: lint
// and all tests that need no window; and what drives the built app, after which come the other looks
// at the code. Each line says whose it is. The last line is the sum over all runners: `N passed,
// N failed` with `, N skipped` where tests were skipped. A static check counts as one test.
//
//   node scripts/test.mjs               all steps
//   node scripts/test.mjs unit e2e      those steps
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureRuntime, runtimeLine } from './electron-runtime.mjs';
import { isMain, root } from './lib/root.mjs';
import { summarize } from './lib/playwright-summary.mjs';
import { ensureTestTools, ensureWindowSystem, offerTestServers } from './lib/system.mjs';

const STEP_MINUTES = 14;
const bin = (path) => join(root, 'node_modules', path);
const script = (name, ...args) => [join(root, 'scripts', name), ...args];

/** `needs`: steps without which this one would test something old, or nothing. */
const STEPS = [
  { name: 'i18n', title: 'messages', args: script('i18n.mjs') },
  {
    name: 'lint',
    title: 'lint and walls',
    args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
    needs: ['i18n'],
  },
  {
    name: 'unit',
    title: 'unit, integration and component tests',
    args: [
      bin('vitest/vitest.mjs'),
      'run',
      ...['--reporter=default', '--reporter=./scripts/lib/vitest-summary.mjs'],
    ],
    results: { env: 'WIREBENCH_TEST_SUMMARY', read: (summary) => summary },
    // Some run the built command line; two builds at once would be in each other's way.
    needs: ['i18n', 'build'],
  },
  { name: 'build', lane: 'app', title: 'build', args: script('build.mjs'), needs: ['i18n'] },
  {
    name: 'e2e',
    lane: 'app',
    title: 'end to end, the built app in a window',
    args: script('e2e.mjs', '--reporter=list,json'),
    results: { env: 'PLAYWRIGHT_JSON_OUTPUT_FILE', read: summarize },
    needs: ['build'],
  },
  { name: 'package', lane: 'app', title: 'package', args: script('package.mjs'), needs: ['build'] },
  {
    name: 'check',
    lane: 'app',
    title: 'fuses and contents of the package',
    args: script('check-package.mjs'),
    needs: ['package'],
  },
  {
    name: 'packaged',
    lane: 'app',
    title: 'end to end, the packaged app',
    args: script('e2e.mjs', '--packaged', '--reporter=list,json'),
    results: { env: 'PLAYWRIGHT_JSON_OUTPUT_FILE', read: summarize },
    needs: ['package'],
  },
  { name: 'types', lane: 'app', title: 'types', args: script('typecheck.mjs'), needs: ['i18n'] },
  {
    name: 'typed',
    lane: 'app',
    title: 'lint by types',
    args: [bin('oxlint/bin/oxlint'), '--deny-warnings'],
    needs: ['i18n'],
  },
  {
    name: 'cycles',
    lane: 'app',
    title: 'import cycles',
    args: [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['src-main', 'src-preload', 'src-renderer', 'src-shared', 'tests'],
    ],
    needs: ['i18n'],
  },
  {
    name: 'format',
    lane: 'app',
    title: 'format',
    args: [bin('prettier/bin/prettier.cjs'), '--check', '.'],
  },
  {
    name: 'unused',
    lane: 'app',
    title: 'unused code',
    args: [bin('knip/bin/knip.js')],
    needs: ['i18n'],
  },
];

/** Ends every step that runs. */
const running = new Set();

/** Runs to its end or its time limit; the exit code, or what else ended it. */
function run(name, args, env) {
  return new Promise((done) => {
    // Its own process group, so that at the time limit all it started ends too.
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...env },
      detached: process.platform !== 'win32',
    });
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on('line', (line) => console.log(`${name.padEnd(8)} ${line}`));
    const kill = () => (process.platform === 'win32' ? child.kill() : end(-child.pid));
    const limit = setTimeout(kill, STEP_MINUTES * 60_000);
    running.add(kill);
    child.on('exit', () => {
      clearTimeout(limit);
      running.delete(kill);
      // What it left running may hold the pipes; nothing may be said after the last line.
      setTimeout(
        () => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()),
        2000,
      ).unref();
    });
    child.on('close', (code, signal) => done(signal ?? code));
  });
}

function end(group) {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** What a step's exit code and report come to. A runner that ran nothing has failed. */
export function judge(step, code, report) {
  if (!step.results)
    return code === 0
      ? { passed: 1, failed: [], skipped: [] }
      : { passed: 0, failed: [`${step.name} ended with ${code}`], skipped: [] };
  if (!report)
    return { passed: 0, failed: [`${step.name} ended with ${code} and no report`], skipped: [] };
  const { passed, failed, skipped } = step.results.read(report);
  if (failed.length === 0 && code !== 0) failed.push(`${step.name} ended with ${code}`);
  if (passed + failed.length === 0) failed.push(`${step.name} ran no test`);
  return { passed, failed, skipped };
}

async function runStep(step, folder) {
  const file = join(folder, `${step.name}.json`);
  const code = await run(step.name, step.args, step.results ? { [step.results.env]: file } : {});
  return judge(step, code, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
}

/** The last line: what was passed, failed and skipped in all. */
export function totalLine(outcomes) {
  const sum = (count) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped.length);
  const line = `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed.length)} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/** Both lanes to their ends; what became of each step, in the order of the steps. */
async function runAll(steps, folder) {
  const outcomes = new Map();
  async function runWhenReady(step, before) {
    await before;
    const needed = steps.filter(({ name }) => step.needs?.includes(name));
    const found = await Promise.all(needed.map(({ name }) => outcomes.get(name)));
    const started = performance.now();
    const missing = needed.find((_, place) => found[place].failed.length > 0);
    if (!missing) console.log(`=== ${step.title}`);
    const outcome = missing
      ? { passed: 0, failed: [`${step.name} was not run: ${missing.name} failed`], skipped: [] }
      : await runStep(step, folder);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`--- ${step.name}: ${totalLine([outcome])} (${seconds} s)`);
    return outcome;
  }
  const last = new Map();
  for (const step of steps) {
    const outcome = runWhenReady(step, last.get(step.lane));
    last.set(step.lane, outcome);
    outcomes.set(step.name, outcome);
  }
  return await Promise.all(outcomes.values());
}

async function test() {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown)
    throw new Error(`no step ${unknown}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  const runtime = await ensureRuntime();
  console.log(runtimeLine(runtime));
  ensureWindowSystem(runtime.executable);
  ensureTestTools();
  offerTestServers();

  const interrupted = () => {
    for (const kill of running) kill();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-test-'));
  try {
    const steps = STEPS.filter(({ name }) => names.length === 0 || names.includes(name));
    const outcomes = await runAll(steps, folder);
    console.log('');
    for (const { name, reason } of outcomes.flatMap(({ skipped }) => skipped))
      console.log(`skipped: ${name}: ${reason}`);
    for (const name of outcomes.flatMap(({ failed }) => failed)) console.log(`failed: ${name}`);
    console.log(totalLine(outcomes));
    if (outcomes.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url))
  test().catch((error) => {
    console.error(error.message);
    console.log('0 passed, 1 failed');
    process.exit(1);
  });
