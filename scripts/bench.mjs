// Measures against real peers on this machine and writes docs/benchmarks.md.
//
//   npm run bench                     all
//   npm run bench -- tcp-stream udp   those alone (docs/benchmarks.md stays as it is)
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureRuntime, runtimeEnv, runtimeLine } from './electron-runtime.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { root } from './lib/root.mjs';
import { sandboxed } from './lib/sandbox.mjs';
import { ensureTestTools, ensureWindowSystem } from './lib/system.mjs';

async function run() {
  const runtime = await ensureRuntime();
  ensureWindowSystem(runtime.executable);
  ensureTestTools();
  console.log(runtimeLine(runtime));
  await ensureDisplay();
  const env = { ...process.env, ...runtimeEnv(runtime) };
  const { command } = sandboxed([
    process.execPath,
    join(root, 'tests/bench/run.mjs'),
    ...process.argv.slice(2),
  ]);
  const child = spawn(command[0], command.slice(1), { cwd: root, stdio: 'inherit', env });
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

run().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
