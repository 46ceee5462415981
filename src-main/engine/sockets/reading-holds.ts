import type { Socket } from 'node:net';
import type { ReadingHolder } from './attendant';

/** Who wants that nothing is read from a connection now; it is read when nobody does. */
export class ReadingHolds {
  /** Made with the first: most connections have none. */
  #holders: Set<ReadingHolder> | null = null;

  get held(): boolean {
    return (this.#holders?.size ?? 0) > 0;
  }

  by(holder: ReadingHolder): boolean {
    return this.#holders?.has(holder) ?? false;
  }

  set(by: ReadingHolder, held: boolean, socket: Socket | null): void {
    if (held) {
      (this.#holders ??= new Set()).add(by);
      socket?.pause();
    } else if (this.#holders?.delete(by) === true && !this.held) socket?.resume();
  }
}
