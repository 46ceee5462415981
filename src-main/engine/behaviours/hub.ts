import type { Client, Talk } from './talk';

/** What one client of a listener says goes to all others. */
export class Hub {
  readonly #clients = new Set<Client>();

  /**
   * A client that does not read is cut off, and a fault says so: to leave out a part for it would
   * make a stream with a hole, and to wait for it would stop all others.
   */
  *talk(client: Client): Talk {
    this.#clients.add(client);
    try {
      for (;;) {
        const bytes = yield* client.input.some();
        if (bytes === null) return;
        for (const other of this.#clients) {
          if (other === client || other.push(bytes)) continue;
          other.cutOff('it does not read what the others say');
        }
      }
    } finally {
      this.#clients.delete(client);
    }
  }
}
