import { writeSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import { engineRequest, type EngineMessage } from '../../src-shared/contract/engine';
import { socketError } from '../../src-shared/contract/socket';
import { toCommandError } from './command-error';
import { Engine, type EngineAttachment } from './engine';
import { toSocketError } from './sockets/socket-error';

/** How a process ends after a bug of ours. */
export const EXIT_BUG = 70;

/** From the process's main thread to the engine's. Windows are numbered from 1. */
const toEngine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('attach'), window: z.int() }),
  z.object({ kind: z.literal('window'), window: z.int(), data: z.unknown() }),
  z.object({ kind: z.literal('detach'), window: z.int() }),
  z.object({ kind: z.literal('parent'), data: z.unknown() }),
  z.object({ kind: z.literal('end') }),
  z.object({ kind: z.literal('die'), error: socketError }),
]);
export type ToEngine = z.infer<typeof toEngine>;

/** Back: to a window, or with 0 to the parent process. */
export interface FromEngine {
  window: number;
  message: EngineMessage;
}

/** The engine in a thread of its own: see `process.ts` for why. Ends its thread when it is done. */
export function runEngineThread(port: MessagePort): void {
  const engine = new Engine();
  const windows = new Map<number, EngineAttachment>();
  const post = (window: number, message: EngineMessage) => {
    const sent: FromEngine = { window, message };
    port.postMessage(sent);
  };
  const fail = (thrown: unknown) => {
    dieOf(engine, thrown);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  port.on('message', (raw: unknown) => {
    const message = toEngine.parse(raw);
    switch (message.kind) {
      case 'attach': {
        const { window } = message;
        const send = (to: EngineMessage) => {
          post(window, to);
        };
        windows.set(window, engine.attach(send));
        return;
      }
      case 'window':
        windows.get(message.window)?.receive(message.data);
        return;
      case 'detach':
        windows.get(message.window)?.detach();
        windows.delete(message.window);
        return;
      case 'parent':
        void answer(engine, message.data, (to) => {
          post(0, to);
        });
        return;
      case 'end':
        void engine.close().finally(() => process.exit(0));
        return;
      case 'die':
        fail(message.error);
        return;
      default:
        message satisfies never;
    }
  });
}

/** What is not a request has no id to answer to. */
async function answer(
  engine: Engine,
  data: unknown,
  post: (message: EngineMessage) => void,
): Promise<void> {
  const request = engineRequest.safeParse(data);
  if (!request.success) return;
  const { id, command, params } = request.data;
  try {
    post({ type: 'result', id, result: await engine.hostCommand(command, params) });
  } catch (thrown) {
    post({ type: 'rejected', id, error: toCommandError(thrown).toPlain() });
  }
}

/** What was received is worth more than going on with a state nobody understands. */
function dieOf(engine: Engine, thrown: unknown): void {
  try {
    const told = socketError.safeParse(thrown);
    engine.recordFault(told.success ? told.data : toSocketError(thrown));
    engine.closeCaptures();
    const text =
      thrown instanceof Error ? (thrown.stack ?? thrown.message) : JSON.stringify(thrown);
    // A thread's own stream would be cut off by what follows.
    writeSync(2, `engine: ${text}\n`);
  } finally {
    process.exit(EXIT_BUG);
  }
}
