// Type-checks every part against its own wall: src-shared without Node or DOM, the engine without
// DOM, the page without Node. Two at a time.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

// The native compiler; components' lint and svelte-check still need the API of the one in JavaScript.
const TSC = 'node_modules/@typescript/native/bin/tsc';
const SVELTE_CHECK = 'node_modules/svelte-check/bin/svelte-check';
const tsc = (project) => [TSC, '-p', project];
const svelteCheck = (project, ...args) => [SVELTE_CHECK, '--tsconfig', project, ...args];

const checks = [
  svelteCheck('tsconfig.renderer.json', '--fail-on-warnings'),
  tsc('tsconfig.shared.json'),
  tsc('tsconfig.engine.json'),
  tsc('tsconfig.main.json'),
  tsc('tsconfig.preload.json'),
  tsc('tsconfig.tests.json'),
  svelteCheck('tests/renderer/tsconfig.json'),
  tsc('tests/e2e/tsconfig.json'),
];
const wanted = process.argv.slice(2);
const queue = checks.filter(
  (args) => wanted.length === 0 || wanted.some((word) => args.some((arg) => arg.includes(word))),
);

function run(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const project = args.find((arg) => existsSync(join(root, arg)) && arg.endsWith('.json'));
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${project}`);
      if (code !== 0) console.log(Buffer.concat(output).toString());
      done(code === 0);
    });
  });
}

let failed = 0;
async function worker() {
  for (let args = queue.shift(); args; args = queue.shift()) if (!(await run(args))) failed++;
}
await Promise.all([worker(), worker()]);
process.exitCode = failed > 0 ? 1 : 0;
