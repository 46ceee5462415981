import './zod-jitless';
import type { Bridge } from '../../src-shared/contract/bridge';
import {
  mainCommands,
  mainEvent,
  type MainCommandName,
  type MainEvent,
  type MainParams,
  type MainResult,
} from '../../src-shared/contract/main';
import { BAD_ANSWER, CommandError } from './command-error';

/** What the other state classes need of the main process; tests give a fake. */
export type MainCommands = Pick<MainClient, 'command'>;

/** Commands to the main process and events from it, checked against the contract. */
export class MainClient {
  readonly #bridge: Bridge;
  readonly #onProblem: (message: string) => void;

  /** `onProblem` hears of events that do not fit the contract. */
  constructor(bridge: Bridge, onProblem: (message: string) => void) {
    this.#bridge = bridge;
    this.#onProblem = onProblem;
  }

  /** Rejects with a `CommandError`. */
  async command<Name extends MainCommandName>(
    name: Name,
    params: MainParams<Name>,
  ): Promise<MainResult<Name>> {
    const answer = await this.#bridge.command(name, params);
    if (!answer.ok) throw new CommandError(answer.error.code, answer.error.message);
    const result = mainCommands[name].result.safeParse(answer.result);
    if (!result.success)
      throw new CommandError(
        BAD_ANSWER,
        `Answer to "${name}" is not understood: ${result.error.message}`,
      );
    // The schema of this very name was applied; TypeScript cannot tie the union to the parameter.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return result.data as MainResult<Name>;
  }

  /** Returns what ends the subscription. */
  onEvent(listener: (event: MainEvent) => void): () => void {
    return this.#bridge.onEvent((raw) => {
      const event = mainEvent.safeParse(raw);
      if (event.success) listener(event.data);
      else this.#onProblem(`An event is not understood: ${event.error.message}`);
    });
  }
}
