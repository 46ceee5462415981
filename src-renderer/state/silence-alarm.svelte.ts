import type { SocketId } from '../../src-shared/contract/socket';
import { Errand } from './asked.svelte';
import type { Commands } from './engine-client';

/** Sets that a socket tells when nothing passes for a while; the engine's idle limit is what counts. */
export class SilenceAlarm {
  readonly errand = new Errand();
  readonly #engine: () => Commands;
  readonly #of: { readonly socket: SocketId };

  constructor(engine: () => Commands, of: { readonly socket: SocketId }) {
    this.#engine = engine;
    this.#of = of;
  }

  /** `after` in the address grammar, such as `5s`; null: it is not told any more. */
  set(after: string | null): Promise<boolean> {
    return this.errand.run(async () => {
      const { socket } = this.#of;
      const engine = this.#engine();
      // First what is done, so that no limit of another kind is begun for a moment.
      if (after !== null)
        await engine.command('setOption', { socket, option: 'idle-action', value: 'warn' });
      const value = after ?? 'off';
      await engine.command('setOption', { socket, option: 'idle-timeout', value });
    });
  }
}
