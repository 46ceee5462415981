import type { SocketInfo } from '../../src-shared/contract/socket';
import { Errand } from './asked.svelte';
import type { Commands } from './engine-client';

/** Sets that sockets tell when nothing passes for a while; the engine's idle limit is what counts. */
export class SilenceAlarm {
  readonly errand = new Errand();
  readonly #engine: () => Commands;

  constructor(engine: () => Commands) {
    this.#engine = engine;
  }

  /** `after` in the address grammar, such as `5s`; null: it is not told any more. */
  set(sockets: readonly SocketInfo[], after: string | null): Promise<boolean> {
    return this.errand.run(async () => {
      const engine = this.#engine();
      for (const { id: socket } of sockets) {
        // First what is done, so that no limit of another kind is begun for a moment.
        if (after !== null)
          await engine.command('setOption', { socket, option: 'idle-action', value: 'warn' });
        const value = after ?? 'off';
        await engine.command('setOption', { socket, option: 'idle-timeout', value });
      }
    });
  }
}
