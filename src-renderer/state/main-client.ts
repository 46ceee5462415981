import './zod-jitless';
import { appInfo } from '../../src-shared/contract/app-info';
import type { Bridge } from '../../src-shared/contract/bridge';
import type * as Contract from '../../src-shared/contract/main';
import type {
  MainCommandName,
  MainEvent,
  MainParams,
  MainResult,
} from '../../src-shared/contract/main';
import { settings } from '../../src-shared/contract/settings';
import { BAD_ANSWER, CommandError, rejectedWith, toProblem } from './command-error';
import { latePart } from './late-part';

/** What the other state classes need of the main process; tests give a fake. */
export type MainCommands = Pick<MainClient, 'command'>;

/**
 * Commands to the main process and events from it, checked against the contract. That is loaded when
 * it is first needed, which the first frame does not wait for: its two questions have their schemas here.
 */
export class MainClient {
  readonly #bridge: Bridge;
  readonly #onProblem: (message: string) => void;
  readonly #contract: () => Promise<typeof Contract>;

  /** `onProblem` hears of events that do not fit the contract, or cannot be checked against it. */
  constructor(
    bridge: Bridge,
    onProblem: (message: string) => void,
    contract: () => Promise<typeof Contract> = () => import('../../src-shared/contract/main'),
  ) {
    this.#bridge = bridge;
    this.#onProblem = onProblem;
    this.#contract = latePart(contract);
  }

  /** Rejects with a `CommandError`. */
  async command<Name extends MainCommandName>(
    name: Name,
    params: MainParams<Name>,
  ): Promise<MainResult<Name>> {
    const asked = this.#bridge.command(name, params);
    const [answer, schema] = await Promise.all([asked, this.#resultOf(name)]);
    if (!answer.ok) throw rejectedWith(answer.error);
    const result = schema.safeParse(answer.result);
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
      this.#contract().then(
        ({ mainEvent }) => {
          const event = mainEvent.safeParse(raw);
          if (event.success) listener(event.data);
          else this.#onProblem(`An event is not understood: ${event.error.message}`);
        },
        (thrown: unknown) => this.#onProblem(toProblem(thrown).message),
      );
    });
  }

  async #resultOf(name: MainCommandName) {
    if (name === 'appInfo') return appInfo;
    if (name === 'getSettings') return settings;
    const { mainCommands } = await this.#contract();
    return mainCommands[name].result;
  }
}
