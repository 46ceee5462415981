import type { SecretList } from '../../src-shared/contract/secret';
import { toProblem } from './command-error';
import type { MainCommands } from './main-client';
import type { Toasts } from './toasts.svelte';

/** The names of what main keeps. A value goes there once and is never seen here again. */
export class Secrets {
  list = $state.raw<SecretList>({ names: [], unreadable: [], kept: 'encrypted' });
  readonly #main: MainCommands;
  readonly #toasts: Toasts;

  constructor(main: MainCommands, toasts: Toasts) {
    this.#main = main;
    this.#toasts = toasts;
  }

  refresh(): Promise<boolean> {
    return this.#take(() => this.#main.command('secretNames', {}));
  }

  /** Replaces what was kept under that name. */
  set(name: string, value: string): Promise<boolean> {
    return this.#take(() => this.#main.command('setSecret', { name, value }));
  }

  remove(name: string): Promise<boolean> {
    return this.#take(() => this.#main.command('deleteSecret', { name }));
  }

  async #take(answer: () => Promise<SecretList>): Promise<boolean> {
    try {
      this.list = await answer();
      return true;
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
      return false;
    }
  }
}
