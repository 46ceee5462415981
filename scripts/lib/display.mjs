// Gives this process, and what it starts, an X display where there is none:
// under Linux without a session, an Xvfb of its own that ends with it.
import { spawn } from 'node:child_process';
import { needsDisplay } from './system.mjs';

export async function ensureDisplay() {
  if (!needsDisplay()) return;
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    // Its own group: Ctrl-C must reach Electron, which needs its display to end.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true },
  );
  const number = await new Promise((found, failed) => {
    let text = '';
    server.once('error', () =>
      failed(new Error('no display, and no Xvfb (on Debian: apt-get install -y xvfb)')),
    );
    server.once('exit', (code) => failed(new Error(`Xvfb ended with ${code}`)));
    server.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) found(text.trim());
    });
  });
  process.env.DISPLAY = `:${number}`;
  process.on('exit', () => server.kill());
  server.unref();
  server.stdio[3].destroy();
}
