import type { SocketId } from '../../src-shared/contract/socket';

/** Lets the bytes of a connection wait with its peer, or come. */
export type SetReading = (socket: SocketId, reading: boolean) => void;

/**
 * Pauses connections, so that what nobody takes now waits with the peer instead of in memory: all of
 * them while standard output is full, one while what is to be sent to it piles up.
 */
export class Reading {
  readonly #set: SetReading;
  readonly #open = new Set<SocketId>();
  readonly #held = new Set<SocketId>();
  #outputFull = false;

  constructor(set: SetReading) {
    this.#set = set;
  }

  opened(socket: SocketId): void {
    this.#open.add(socket);
    if (this.#outputFull) this.#set(socket, false);
  }

  closed(socket: SocketId): void {
    this.#open.delete(socket);
    this.#held.delete(socket);
  }

  outputFull(full: boolean): void {
    if (full === this.#outputFull) return;
    this.#outputFull = full;
    for (const socket of this.#open) if (!this.#held.has(socket)) this.#set(socket, !full);
  }

  hold(socket: SocketId, held: boolean): void {
    if (held === this.#held.has(socket) || !this.#open.has(socket)) return;
    if (held) this.#held.add(socket);
    else this.#held.delete(socket);
    if (!this.#outputFull) this.#set(socket, !held);
  }
}
