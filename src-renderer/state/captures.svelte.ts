import type { StoredCapture } from '../../src-shared/contract/engine';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { Toasts } from './toasts.svelte';

/** The captures in the store, as the engine last told. */
export class Captures {
  /** Newest first; null until first asked for. */
  list = $state.raw<readonly StoredCapture[] | null>(null);
  /** Those that a program left behind without closing them. */
  readonly leftOver: readonly StoredCapture[] = $derived(
    (this.list ?? []).filter(({ complete, inUse }) => !complete && !inUse),
  );
  readonly totalBytes: number = $derived(
    (this.list ?? []).reduce((sum, { bytes }) => sum + bytes, 0),
  );
  readonly #engine: Commands;
  readonly #toasts: Toasts;

  constructor(engine: Commands, toasts: Toasts) {
    this.#engine = engine;
    this.#toasts = toasts;
  }

  async refresh(): Promise<void> {
    await this.#try(() => Promise.resolve());
  }

  /** Makes a file clean: cuts what is incomplete at its end. Null when it could not be done. */
  async recover(name: string): Promise<number | null> {
    let cut: number | null = null;
    await this.#try(async () => {
      cut = (await this.#engine.command('recoverCapture', { name })).cutBytes;
    });
    return cut;
  }

  /** Deletes it for good; there is no undo. */
  async remove(name: string): Promise<void> {
    await this.#try(() => this.#engine.command('deleteCapture', { name }));
  }

  /** Kept ones are never deleted to make room. */
  async keep(name: string, kept: boolean): Promise<void> {
    await this.#try(() => this.#engine.command('keepCapture', { name, kept }));
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
      const { captures } = await this.#engine.command('captures', {});
      this.list = captures.toSorted((a, b) => b.modifiedAt - a.modifiedAt);
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    }
  }
}
