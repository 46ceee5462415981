import type { SocketId } from '../../src-shared/contract/socket';

/** Lets the bytes of a connection wait with its peer, or come. */
export type SetReading = (socket: SocketId, reading: boolean) => void;

/** Why nothing is read: standard output is full, or looking at rows is far behind. */
export type Hold = 'output' | 'rows';

/**
 * Pauses connections while what they bring cannot be taken, so that it waits with the peer instead of
 * in memory or on disk.
 */
export class Reading {
  readonly #set: SetReading;
  readonly #open = new Set<SocketId>();
  readonly #holds = new Set<Hold>();

  constructor(set: SetReading) {
    this.#set = set;
  }

  opened(socket: SocketId): void {
    this.#open.add(socket);
    if (this.#holds.size > 0) this.#set(socket, false);
  }

  closed(socket: SocketId): void {
    this.#open.delete(socket);
  }

  /** Whether anything holds them now. */
  hold(why: Hold, on: boolean): boolean {
    const before = this.#holds.size > 0;
    if (on) this.#holds.add(why);
    else this.#holds.delete(why);
    const held = this.#holds.size > 0;
    if (held !== before) for (const socket of this.#open) this.#set(socket, !held);
    return held;
  }
}
