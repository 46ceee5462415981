// Runs the Playwright tests in a real window: of the built folder, or with --packaged those tagged
// @packaged of the app that scripts/package.mjs made. Other arguments go to Playwright.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRuntime, runtimeEnv, runtimeLine } from './electron-runtime.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { packagedExecutable } from './lib/packaged.mjs';
import { root } from './lib/root.mjs';
import { sandboxed } from './lib/sandbox.mjs';
import { ensureWindowSystem } from './lib/system.mjs';

async function run() {
  const args = process.argv.slice(2).filter((arg) => arg !== '--packaged');
  const env = { ...process.env };
  const runtime = await ensureRuntime();
  ensureWindowSystem(runtime.executable);
  if (process.argv.includes('--packaged')) {
    env.E2E_EXECUTABLE ??= packagedExecutable();
    args.push('--grep', '@packaged');
    console.log(`testing ${env.E2E_EXECUTABLE}`);
  } else {
    if (!existsSync(join(root, 'out/main/main.js'))) throw new Error('run npm run build first');
    Object.assign(env, runtimeEnv(runtime));
    console.log(runtimeLine(runtime));
  }
  await ensureDisplay();
  env.DISPLAY = process.env.DISPLAY;

  const playwright = join(root, 'node_modules/@playwright/test/cli.js');
  const { command } = sandboxed([process.execPath, playwright, 'test', ...args]);
  const child = spawn(command[0], command.slice(1), { cwd: root, stdio: 'inherit', env });
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

run().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
