// Runs the built app (npm start builds it first).
import { spawn } from 'node:child_process';
import { ensureRuntime, runtimeLine } from './electron-runtime.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { root } from './lib/root.mjs';
import { sandboxed } from './lib/sandbox.mjs';
import { ensureWindowSystem } from './lib/system.mjs';

async function start() {
  const runtime = await ensureRuntime();
  console.log(runtimeLine(runtime));
  ensureWindowSystem(runtime.executable);
  await ensureDisplay();
  const { command, flags } = sandboxed([runtime.executable]);
  const args = [...command.slice(1), ...flags, root, ...process.argv.slice(2)];
  const child = spawn(command[0], args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

start().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
