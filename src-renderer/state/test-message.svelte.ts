import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { dialAddress } from '../format/try-it';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { Toasts } from './toasts.svelte';

/** Lets a listening socket receive something before there is a device, over a real connection. */
export class TestMessage {
  running = $state.raw(false);
  readonly #engine: Commands;
  readonly #toasts: Toasts;

  constructor(engine: Commands, toasts: Toasts) {
    this.#engine = engine;
    this.#toasts = toasts;
  }

  /** Connects to `info`, sends `text`, closes, and forgets the connection it used. */
  async send(info: SocketInfo, text: string): Promise<void> {
    const address = dialAddress(info);
    if (address === null || this.running) return;
    this.running = true;
    try {
      await this.#dial(address, text);
    } catch (thrown) {
      this.#toasts.failed(toProblem(thrown));
    } finally {
      this.running = false;
    }
  }

  async #dial(address: string, text: string): Promise<void> {
    const watch = new Watch(this.#engine);
    try {
      const { socket } = await this.#engine.command('open', { address });
      const opened = await watch.until(
        socket,
        ({ phase }) => phase === 'open' || phase === 'closed',
      );
      if (opened.phase === 'open') {
        const bytes = new TextEncoder().encode(text);
        await this.#engine.command('send', { socket, target: { to: 'peer' }, bytes });
        await this.#engine.command('close', { socket });
      }
      const closed = await watch.until(socket, ({ phase }) => phase === 'closed');
      // One that failed stays in the sidebar, where its error can be read.
      if (closed.error === null) await this.#engine.command('remove', { socket });
    } finally {
      watch.end();
    }
  }
}

/** Remembers what updates told from the start on, so that none is missed between two waits. */
class Watch {
  readonly #known = new Map<SocketId, SocketInfo>();
  readonly #end: () => void;
  #wake: () => void = () => {};

  constructor(engine: Commands) {
    this.#end = engine.onUpdate(({ sockets }) => {
      for (const info of sockets) this.#known.set(info.id, info);
      this.#wake();
    });
  }

  async until(id: SocketId, holds: (info: SocketInfo) => boolean): Promise<SocketInfo> {
    for (;;) {
      const info = this.#known.get(id);
      if (info !== undefined && holds(info)) return info;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  end(): void {
    this.#end();
  }
}
