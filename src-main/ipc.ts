import { ipcMain, type WebContents } from 'electron';
import {
  COMMAND_CHANNEL,
  DROP_CHANNEL,
  ENGINE_PORT,
  EVENT_CHANNEL,
  type CommandAnswer,
} from '../src-shared/contract/bridge';
import type { MainEvent } from '../src-shared/contract/main';
import type { Caller } from './commands';
import { droppedPaths } from './opened-files';
import { isTrustedSender } from './sender';

/** Answers a command; never rejects. */
export type Answerer = (name: unknown, params: unknown, caller: Caller) => Promise<CommandAnswer>;

/** Takes commands from the window's own page, and from nobody else. */
export function serveCommands(answer: Answerer, devServer: string | null): void {
  ipcMain.handle(
    COMMAND_CHANNEL,
    async (event, name: unknown, params: unknown): Promise<CommandAnswer> => {
      if (!isTrustedSender(event.senderFrame, devServer)) {
        console.warn(`[ipc] refused a command from ${event.senderFrame?.url ?? 'a frame gone by'}`);
        const message = 'Only the window of Wirebench may give commands.';
        return { ok: false, error: { code: 'refused', message } };
      }
      const { sender } = event;
      return answer(name, params, {
        sendPort: (port) => sender.postMessage(ENGINE_PORT, null, [port]),
      });
    },
  );
}

/** Takes the paths of files that were dropped on the window's own page. */
export function serveDrops(open: (paths: string[]) => void, devServer: string | null): void {
  ipcMain.handle(DROP_CHANNEL, (event, raw: unknown) => {
    const paths = droppedPaths(raw);
    if (isTrustedSender(event.senderFrame, devServer) && paths !== null) open(paths);
    else console.warn('[ipc] refused files that were not dropped on the window');
  });
}

export function sendEvent(to: WebContents, event: MainEvent): void {
  if (!to.isDestroyed()) to.send(EVENT_CHANNEL, event);
}
