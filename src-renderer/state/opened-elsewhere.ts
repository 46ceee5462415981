import type { SocketId } from '../../src-shared/contract/socket';

/** Sockets that something else than this window opened, and that are to be shown as soon as they are known. */
export class OpenedElsewhere {
  readonly #isKnown: (socket: SocketId) => boolean;
  readonly #show: (socket: SocketId) => void;
  readonly #waiting = new Set<SocketId>();

  constructor(isKnown: (socket: SocketId) => boolean, show: (socket: SocketId) => void) {
    this.#isKnown = isKnown;
    this.#show = show;
  }

  /** Main and the engine tell of it on two ways: either may be first. */
  opened(socket: SocketId): void {
    this.#waiting.add(socket);
    this.updated();
  }

  /** More sockets may be known now. */
  updated(): void {
    for (const socket of this.#waiting) {
      if (!this.#isKnown(socket)) continue;
      this.#waiting.delete(socket);
      this.#show(socket);
    }
  }

  /** The engine has ended, and they with it. */
  clear(): void {
    this.#waiting.clear();
  }
}
