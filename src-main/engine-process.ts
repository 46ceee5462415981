import { join } from 'node:path';
import { utilityProcess } from 'electron';
import type { EngineProcess } from './engine-host';

/** Starts `engine.js`, which is built beside main.js. */
function launchEngine(): EngineProcess {
  const child = utilityProcess.fork(join(import.meta.dirname, 'engine.js'), [], {
    serviceName: 'Wirebench engine',
    stdio: 'inherit',
  });
  return {
    post: (message, port) => child.postMessage(message, port ? [port] : []),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}

/**
 * Starts an engine now, for the first who asks. Whoever asks later gets a new one, and so does the
 * first when that engine has died since.
 */
export function launchAhead(): () => EngineProcess {
  let ahead: EngineProcess | null = launchEngine();
  ahead.onExit(() => {
    ahead = null;
  });
  return () => {
    const engine = ahead ?? launchEngine();
    ahead = null;
    return engine;
  };
}
