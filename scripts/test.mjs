// Everything that must hold, in order, and always all of it. The last line is the sum over all
// runners: `N passed, N failed` with `, N skipped` where tests were skipped. A static check counts
// as one test.
//
//   node scripts/test.mjs               all steps
//   node scripts/test.mjs unit e2e      those steps
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRuntime, runtimeLine } from './electron-runtime.mjs';
import { isMain, root } from './lib/root.mjs';
import { summarize } from './lib/playwright-summary.mjs';
import { ensureTestTools, ensureWindowSystem, offerTestServers } from './lib/system.mjs';

const STEP_MINUTES = 8;
const bin = (path) => join(root, 'node_modules', path);
const script = (name, ...args) => [join(root, 'scripts', name), ...args];

/** `needs`: a step without which this one would test something old, or nothing. */
const STEPS = [
  { name: 'i18n', title: 'messages', args: script('i18n.mjs') },
  { name: 'types', title: 'types', args: script('typecheck.mjs'), needs: 'i18n' },
  {
    name: 'lint',
    title: 'lint and walls',
    args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
    needs: 'i18n',
  },
  {
    name: 'cycles',
    title: 'import cycles',
    args: [
      bin('dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['src-main', 'src-preload', 'src-renderer', 'src-shared', 'tests'],
    ],
    needs: 'i18n',
  },
  { name: 'format', title: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '.'] },
  { name: 'unused', title: 'unused code', args: [bin('knip/bin/knip.js')], needs: 'i18n' },
  {
    name: 'unit',
    title: 'unit, integration and component tests',
    args: [
      bin('vitest/vitest.mjs'),
      'run',
      ...['--reporter=default', '--reporter=./scripts/lib/vitest-summary.mjs'],
    ],
    results: { env: 'WIREBENCH_TEST_SUMMARY', read: (summary) => summary },
    needs: 'i18n',
  },
  { name: 'build', title: 'build', args: script('build.mjs'), needs: 'i18n' },
  {
    name: 'e2e',
    title: 'end to end, the built app in a window',
    args: script('e2e.mjs', '--reporter=list,json'),
    results: { env: 'PLAYWRIGHT_JSON_OUTPUT_FILE', read: summarize },
    needs: 'build',
  },
  { name: 'package', title: 'package', args: script('package.mjs'), needs: 'build' },
  {
    name: 'check',
    title: 'fuses and contents of the package',
    args: script('check-package.mjs'),
    needs: 'package',
  },
  {
    name: 'packaged',
    title: 'end to end, the packaged app',
    args: script('e2e.mjs', '--packaged', '--reporter=list,json'),
    results: { env: 'PLAYWRIGHT_JSON_OUTPUT_FILE', read: summarize },
    needs: 'package',
  },
];

/** Runs to its end or its time limit; the exit code, or what else ended it. */
function run(args, env) {
  return new Promise((done) => {
    // Its own process group, so that at the time limit all it started ends too.
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      detached: process.platform !== 'win32',
    });
    const kill = () => (process.platform === 'win32' ? child.kill() : end(-child.pid));
    const limit = setTimeout(kill, STEP_MINUTES * 60_000);
    const interrupted = () => {
      kill();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    child.on('exit', (code, signal) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      done(signal ?? code);
    });
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
  const code = await run(step.args, step.results ? { [step.results.env]: file } : {});
  return judge(step, code, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
}

/** The last line: what was passed, failed and skipped in all. */
export function totalLine(outcomes) {
  const sum = (count) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const skipped = sum((outcome) => outcome.skipped.length);
  const line = `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed.length)} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

async function runAll(steps, folder) {
  const outcomes = new Map();
  for (const step of steps) {
    console.log(`\n=== ${step.title}`);
    const started = performance.now();
    const missing = step.needs && outcomes.get(step.needs)?.failed.length > 0;
    const outcome = missing
      ? { passed: 0, failed: [`${step.name} was not run: ${step.needs} failed`], skipped: [] }
      : await runStep(step, folder);
    outcomes.set(step.name, outcome);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`--- ${step.name}: ${totalLine([outcome])} (${seconds} s)`);
  }
  return [...outcomes.values()];
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
