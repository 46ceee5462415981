import type { SocketId } from '../../src-shared/contract/socket';

/** Lets the bytes of a connection wait with its peer, or come. */
export type SetReading = (socket: SocketId, reading: boolean) => void;

/**
 * Pauses connections while standard output is full, so that what nobody takes now waits with the peer
 * instead of in memory.
 */
export class Reading {
  readonly #set: SetReading;
  readonly #open = new Set<SocketId>();
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
  }

  outputFull(full: boolean): void {
    if (full === this.#outputFull) return;
    this.#outputFull = full;
    for (const socket of this.#open) this.#set(socket, !full);
  }
}
