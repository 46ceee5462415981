import type { Reason } from '../refusal/refusal';

/** The IPC channel of commands from window to main; one for all, dispatched by name. */
export const COMMAND_CHANNEL = 'wirebench:command';

/** The IPC channel of paths of files that were dropped on the window: the preload tells them, never the page. */
export const DROP_CHANNEL = 'wirebench:drop';

/** The IPC channel of events from main to window. */
export const EVENT_CHANNEL = 'wirebench:event';

/** IPC channel, and the data of the window message, that hands over the engine's port. */
export const ENGINE_PORT = 'wirebench:engine-port';

/** How main answers a command: only the message of a thrown error would survive the way. */
export type CommandAnswer =
  | { ok: true; result: unknown }
  | { ok: false; error: { code: string; message: string; reason?: Reason } };

/** What the preload puts on the page's window, and all of it. */
export interface Bridge {
  /** Main checks name and parameters against `mainCommands`, the caller checks the answer. */
  command(name: string, params: unknown): Promise<CommandAnswer>;
  /** Returns what ends the subscription. */
  onEvent(listener: (event: unknown) => void): () => void;
}
