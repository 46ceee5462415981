import type { Commands } from './engine-client';

const MAX_PLACES = 20;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where datagrams can go: where some were sent to before, and to everybody on each of our networks. */
export class SentPlaces {
  /** Newest first, each once. */
  recent = $state.raw<readonly Place[]>([]);
  /** Directed broadcast addresses, with the interface that has the network. */
  broadcasts = $state.raw<readonly { host: string; interface: string }[]>([]);
  readonly #engine: Commands;

  constructor(engine: Commands) {
    this.#engine = engine;
  }

  add(host: string, port: number): void {
    const others = this.recent.filter((one) => one.host !== host || one.port !== port);
    this.recent = [{ host, port }, ...others].slice(0, MAX_PLACES);
  }

  /** Networks change as cables are plugged: asked for whenever they are shown. Never rejects. */
  async look(): Promise<void> {
    try {
      const { interfaces } = await this.#engine.command('network', {});
      this.broadcasts = interfaces.flatMap(({ name, addresses }) =>
        addresses.flatMap(({ broadcast }) =>
          broadcast === null ? [] : [{ host: broadcast, interface: name }],
        ),
      );
    } catch {
      // Without them an address can be typed as before; what is wrong with the engine is told elsewhere.
      this.broadcasts = [];
    }
  }
}
