import type { EngineMessage, EngineUpdate } from '../../src-shared/contract/engine';
import { engineRequest, MAX_UNSEEN_UPDATES } from '../../src-shared/contract/engine';
import { toCommandError } from './command-error';
import type { Receiver } from './updates';
import { Views } from './views';

/** Runs a command for whoever holds these views; rejects with something `toCommandError` takes. */
export type RunCommand = (
  name: string,
  params: unknown,
  window: CommandingWindow,
) => Promise<unknown>;

/** What commands may touch of the window that gave them. */
export interface CommandingWindow {
  readonly views: Views;
  /** The window has taken in so many updates. */
  seen(count: number): void;
}

/** One window's door to the engine: its requests come in here, its answers and updates go out. */
export class Attachment implements Receiver, CommandingWindow {
  readonly views = new Views();
  /** Called when a window that was behind can take updates again. */
  onReady: () => void = () => undefined;
  #sent = 0;
  #seen = 0;
  readonly #post: (message: EngineMessage) => void;
  readonly #run: RunCommand;

  constructor(post: (message: EngineMessage) => void, run: RunCommand) {
    this.#post = post;
    this.#run = run;
  }

  /** Anything may come from a window. What has no id to answer to is ignored. */
  receive(data: unknown): void {
    const request = engineRequest.safeParse(data);
    if (request.success)
      void this.#answer(request.data.id, request.data.command, request.data.params);
    else if (typeof data === 'object' && data !== null && 'id' in data) this.#refuse(data.id);
  }

  get ready(): boolean {
    return this.#sent - this.#seen < MAX_UNSEEN_UPDATES;
  }

  seen(count: number): void {
    const behind = !this.ready;
    this.#seen = Math.max(this.#seen, Math.min(count, this.#sent));
    if (behind && this.ready) this.onReady();
  }

  send(update: EngineUpdate): void {
    this.#sent += 1;
    this.#post({ type: 'update', update });
  }

  grown(): EngineUpdate['views'] {
    return this.views.grown();
  }

  async #answer(id: number, command: string, params: unknown): Promise<void> {
    let message: EngineMessage;
    try {
      message = { type: 'result', id, result: await this.#run(command, params, this) };
    } catch (thrown) {
      message = { type: 'rejected', id, error: toCommandError(thrown).toPlain() };
    }
    this.#post(message);
  }

  #refuse(id: unknown): void {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return;
    const error = { code: 'ERR_BAD_COMMAND', message: 'The request is not {id, command, params}' };
    this.#post({ type: 'rejected', id, error });
  }
}
