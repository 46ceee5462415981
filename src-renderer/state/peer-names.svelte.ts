import { SvelteMap } from 'svelte/reactivity';
import type { PeerNames } from '../../src-shared/contract/network';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';

/** More are not kept: the oldest is forgotten, and can be asked for again. */
const MAX_KEPT = 1000;

interface AskedName {
  readonly busy: boolean;
  readonly known: PeerNames | null;
  readonly problem: Problem | null;
}

/** What the system calls the addresses that the user asked for; nothing is looked up unasked. */
export class NameBook {
  readonly #asked = new SvelteMap<string, AskedName>();
  readonly #engine: Commands;

  constructor(engine: Commands) {
    this.#engine = engine;
  }

  of(host: string): AskedName | undefined {
    return this.#asked.get(host);
  }

  /** The first name of an address that is known to have one. */
  nameOf(host: string): string | null {
    return this.#asked.get(host)?.known?.names[0] ?? null;
  }

  /** Asks anew: names and links change. Never rejects. */
  async ask(host: string): Promise<void> {
    const before = this.#asked.get(host);
    if (before?.busy === true) return;
    this.#keep(host, { busy: true, known: before?.known ?? null, problem: null });
    try {
      const known = await this.#engine.command('peerNames', { address: host });
      this.#keep(host, { busy: false, known, problem: null });
    } catch (thrown) {
      this.#keep(host, { busy: false, known: null, problem: toProblem(thrown) });
    }
  }

  #keep(host: string, asked: AskedName): void {
    const [oldest] = this.#asked.keys();
    if (oldest !== undefined && this.#asked.size >= MAX_KEPT && !this.#asked.has(host))
      this.#asked.delete(oldest);
    this.#asked.set(host, asked);
  }
}
