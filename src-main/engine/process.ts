import { isMainThread, parentPort as threadPort, Worker } from 'node:worker_threads';
import { z } from 'zod';
import { toSocketError } from './sockets/socket-error';
import { EXIT_BUG, runEngineThread, type FromEngine, type ToEngine } from './thread';

/** How often to look whether the parent still lives; with closing that is within 2 s. */
const PARENT_LOOK_MS = 250;

/** Electron's `MessagePortMain`, as far as it is used here (Electron docs: utilityProcess). */
interface Port {
  on(event: 'message', listener: (message: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  /** Never with a transfer list: buffers in one make the message arrive empty. */
  postMessage(message: unknown): void;
}

/** Electron's `process.parentPort`. */
interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: Port[] }) => void): unknown;
  postMessage(message: unknown): void;
}

const attach = z.object({ type: z.literal('attach') });

/** A thread that was told to die writes its captures out first. */
const DYING_MS = 1000;

/**
 * The engine as Electron's utility process. `{ type: 'attach' }` with a port connects a window; an
 * `EngineRequest` from the parent may name host commands, and is answered with an `EngineMessage`.
 *
 * The engine runs in a thread of its own. In this one, Electron pumps Node's event loop from outside
 * and hands it from thread to thread with every turn; a UDP socket reads 32 datagrams a turn, and half
 * of 150,000 a second were lost. Here only messages pass.
 */
function run(parent: ParentPort): void {
  const thread = new Worker(new URL(import.meta.url));
  const windows = new Map<number, Port>();
  const tell = (message: ToEngine) => {
    thread.postMessage(message);
  };
  // Our own thread, our own messages: nothing else can speak here.
  thread.on('message', ({ window, message }: FromEngine) => {
    if (window === 0) parent.postMessage(message);
    else windows.get(window)?.postMessage(message);
  });
  thread.on('error', (error) => {
    process.stderr.write(`engine: ${error.stack ?? error.message}\n`);
    process.exit(EXIT_BUG);
  });
  thread.on('exit', (code) => process.exit(code));
  let lastWindow = 0;
  parent.on('message', ({ data, ports }) => {
    const [port] = ports;
    if (!attach.safeParse(data).success || !port) return tell({ kind: 'parent', data });
    const window = ++lastWindow;
    windows.set(window, port);
    tell({ kind: 'attach', window });
    port.on('message', ({ data: said }) => {
      tell({ kind: 'window', window, data: said });
    });
    port.on('close', () => {
      windows.delete(window);
      tell({ kind: 'detach', window });
    });
    port.start();
  });
  const fail = (thrown: unknown) => {
    tell({ kind: 'die', error: toSocketError(thrown) });
    setTimeout(() => process.exit(EXIT_BUG), DYING_MS);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const end = () => {
    tell({ kind: 'end' });
  };
  process.on('SIGTERM', end);
  // A terminal sends these to the parent as well, which then asks for a shutdown: ended by them, this
  // process would leave captures cut off.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  whenOrphaned(end);
}

/** A parent that was killed says nothing: its children get another one, or none. */
function whenOrphaned(end: () => void): void {
  const parentId = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentId && isAlive(parentId)) return;
    clearInterval(timer);
    end();
  }, PARENT_LOOK_MS);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // Another user's process, but there.
    return toSocketError(thrown).code === 'EPERM';
  }
}

// The one cast of the engine: `parentPort` is Electron's addition to Node's process, and the engine
// has no Electron types on purpose.
// eslint-disable-next-line @typescript-eslint/consistent-type-assertions
const { parentPort } = process as unknown as { parentPort?: ParentPort };
if (!isMainThread && threadPort) runEngineThread(threadPort);
else if (parentPort) run(parentPort);
else {
  process.stderr.write('engine: this is started by the application, not by hand\n');
  process.exitCode = 2;
}
