import type { InterfaceAddress } from '../../src-shared/contract/engine';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { Toasts } from './toasts.svelte';

/** The addresses of this computer, as the engine last told. */
export class Interfaces {
  list = $state.raw<readonly InterfaceAddress[]>([]);
  readonly #engine: Commands;
  readonly #toasts: Toasts;

  constructor(engine: Commands, toasts: Toasts) {
    this.#engine = engine;
    this.#toasts = toasts;
  }

  /** They change as cables are plugged: ask again whenever they are shown. */
  async refresh(): Promise<void> {
    try {
      this.list = (await this.#engine.command('interfaces', {})).interfaces;
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }
}
