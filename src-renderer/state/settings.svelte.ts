import {
  settings as schema,
  type Settings,
  type SettingsChange,
} from '../../src-shared/contract/settings';
import { toProblem } from './command-error';
import type { MainCommands } from './main-client';
import type { Toasts } from './toasts.svelte';

/** The user's settings; main keeps them, in a file. */
export class SettingsState {
  current = $state.raw<Settings>(schema.parse({}));
  readonly #main: MainCommands;
  readonly #toasts: Toasts;

  constructor(main: MainCommands, toasts: Toasts) {
    this.#main = main;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    await this.#adopt(() => this.#main.command('getSettings', {}), this.current);
  }

  /** Main told of new ones, from this window or another. */
  apply(settings: Settings): void {
    this.current = settings;
  }

  /** Holds at once; taken back when main could not keep it. */
  async change(patch: SettingsChange): Promise<void> {
    const before = this.current;
    this.current = schema.parse({ ...before, ...patch });
    await this.#adopt(() => this.#main.command('changeSettings', patch), before);
  }

  /** Asks the user where Wireshark is. */
  async chooseWireshark(): Promise<void> {
    await this.#adopt(() => this.#main.command('chooseWireshark', {}), this.current);
  }

  async #adopt(ask: () => Promise<Settings>, otherwise: Settings): Promise<void> {
    try {
      this.current = await ask();
    } catch (thrown) {
      this.current = otherwise;
      this.#toasts.failed(toProblem(thrown));
    }
  }
}
