import type { Idle, SocketInfo } from '../../src-shared/contract/socket';
import { Errand } from './asked.svelte';
import type { Commands } from './engine-client';

/** Sets that sockets tell when nothing comes, or goes, for a while; the engine's idle limit is what counts. */
export class SilenceAlarm {
  readonly errand = new Errand();
  readonly #engine: () => Commands;

  constructor(engine: () => Commands) {
    this.#engine = engine;
  }

  /** `after` in the address grammar, such as `5s`. */
  set(
    sockets: readonly SocketInfo[],
    after: string,
    direction: Idle['direction'],
  ): Promise<boolean> {
    // First what is done, so that no limit of another kind is begun for a moment.
    return this.#set(sockets, [
      ['idle-action', 'warn'],
      ['idle-direction', direction],
      ['idle-timeout', after],
    ]);
  }

  /** It is not told any more. */
  end(sockets: readonly SocketInfo[]): Promise<boolean> {
    return this.#set(sockets, [['idle-timeout', 'off']]);
  }

  #set(sockets: readonly SocketInfo[], options: readonly [string, string][]): Promise<boolean> {
    return this.errand.run(async () => {
      const engine = this.#engine();
      for (const { id: socket } of sockets)
        for (const [option, value] of options)
          await engine.command('setOption', { socket, option, value });
    });
  }
}
