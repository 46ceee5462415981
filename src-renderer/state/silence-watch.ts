import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { Idle, SocketId, SocketInfo } from '../../src-shared/contract/socket';

/** Tells of each silence once, when a socket was asked to warn of it. */
export class SilenceWatch {
  /** The silences that were told: since when. */
  readonly #told = new Map<SocketId, number>();
  readonly #tell: (socket: SocketInfo, idle: Idle) => void;

  constructor(tell: (socket: SocketInfo, idle: Idle) => void) {
    this.#tell = tell;
  }

  apply({ first, sockets, removed }: EngineUpdate): void {
    if (first) this.#told.clear();
    for (const id of removed) this.#told.delete(id);
    for (const socket of sockets) {
      const { id, idle } = socket;
      if (idle === null || idle.silentSince === null || idle.action !== 'warn')
        this.#told.delete(id);
      else if (this.#told.get(id) !== idle.silentSince) {
        this.#told.set(id, idle.silentSince);
        // What a window that was loaded anew finds is no news.
        if (!first) this.#tell(socket, idle);
      }
    }
  }
}
