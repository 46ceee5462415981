import { settings as schema, type Settings } from '../../src-shared/contract/settings';
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
    try {
      this.current = await this.#main.command('getSettings', {});
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }

  /** Main told of new ones, from this window or another. */
  apply(settings: Settings): void {
    this.current = settings;
  }

  /** Holds at once; taken back when main could not keep it. */
  async change(patch: Partial<Settings>): Promise<void> {
    const before = this.current;
    this.current = { ...before, ...patch };
    try {
      this.current = await this.#main.command('changeSettings', patch);
    } catch (thrown) {
      this.current = before;
      this.#toasts.failed(toProblem(thrown));
    }
  }
}
