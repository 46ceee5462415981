import { z } from 'zod';
import type { EngineMessage } from '../../src-shared/contract/engine';
import { engineRequest } from '../../src-shared/contract/engine';
import { toCommandError } from './command-error';
import { Engine } from './engine';
import { toSocketError } from './sockets/socket-error';

/** How often to look whether the parent still lives; with closing that is within 2 s. */
const PARENT_LOOK_MS = 250;
const EXIT_BUG = 70;

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

/**
 * The engine as Electron's utility process. `{ type: 'attach' }` with a port connects a window; an
 * `EngineRequest` from the parent may name host commands, and is answered with an `EngineMessage`.
 */
function run(parent: ParentPort): void {
  const engine = new Engine();
  const post = (message: EngineMessage) => {
    parent.postMessage(message);
  };
  parent.on('message', ({ data, ports }) => {
    const request = engineRequest.safeParse(data);
    if (attach.safeParse(data).success && ports[0]) attachWindow(engine, ports[0]);
    else if (request.success) void answer(engine, request.data, post);
  });
  const fail = (thrown: unknown) => {
    dieOf(engine, thrown);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const end = () => {
    void engine.close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  whenOrphaned(end);
}

async function answer(
  engine: Engine,
  { id, command, params }: z.infer<typeof engineRequest>,
  post: (message: EngineMessage) => void,
): Promise<void> {
  try {
    post({ type: 'result', id, result: await engine.hostCommand(command, params) });
  } catch (thrown) {
    post({ type: 'rejected', id, error: toCommandError(thrown).toPlain() });
  }
}

function attachWindow(engine: Engine, port: Port): void {
  const attachment = engine.attach((message) => {
    port.postMessage(message);
  });
  port.on('message', ({ data }) => {
    attachment.receive(data);
  });
  port.on('close', () => {
    attachment.detach();
  });
  port.start();
}

/** What was received is worth more than going on with a state nobody understands. */
function dieOf(engine: Engine, thrown: unknown): void {
  try {
    engine.recordFault(toSocketError(thrown));
    engine.closeCaptures();
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    process.stderr.write(`engine: ${text}\n`);
  } finally {
    process.exit(EXIT_BUG);
  }
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
if (parentPort) run(parentPort);
else {
  process.stderr.write('engine: this is started by the application, not by hand\n');
  process.exitCode = 2;
}
