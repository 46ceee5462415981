import type { ParamsOf, ResultOf } from '../../src-shared/contract/engine';
import type { NetworkInterface } from '../../src-shared/contract/network';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';

export interface NetworkChange {
  /** Epoch ms. */
  at: number;
  name: string;
  change: 'new' | 'gone' | 'changed';
}

/** The computer's network as a panel shows it, live while the panel is there. */
export class Network {
  interfaces = $state.raw<readonly NetworkInterface[]>([]);
  loaded = $state.raw(false);
  problem = $state.raw<Problem | null>(null);
  /** Interfaces that changed since the panel was opened, by name, newest account first. */
  changes = $state.raw<readonly NetworkChange[]>([]);
  route = $state.raw<ResultOf<'route'> | null>(null);
  routeProblem = $state.raw<Problem | null>(null);
  owner = $state.raw<ResultOf<'portOwner'> | null>(null);
  ownerProblem = $state.raw<Problem | null>(null);
  busy = $state.raw(false);
  readonly #engine: Commands;
  readonly #now: () => number;

  constructor(engine: Commands, now: () => number = Date.now) {
    this.#engine = engine;
    this.#now = now;
  }

  /** Shows them and what becomes of them; returns what ends it. */
  watch(): () => void {
    const off = this.#engine.onUpdate(({ network }) => {
      if (network !== undefined) this.#take(network);
    });
    void this.#ask(true);
    return () => {
      off();
      // With the engine gone there is nothing left to tell.
      this.#engine.command('network', { watch: false }).catch(() => undefined);
    };
  }

  async findRoute(host: string): Promise<void> {
    this.busy = true;
    this.routeProblem = null;
    try {
      this.route = await this.#engine.command('route', { host });
    } catch (thrown) {
      this.route = null;
      this.routeProblem = toProblem(thrown);
    } finally {
      this.busy = false;
    }
  }

  async findOwner(params: ParamsOf<'portOwner'>): Promise<void> {
    this.busy = true;
    this.ownerProblem = null;
    try {
      this.owner = await this.#engine.command('portOwner', params);
    } catch (thrown) {
      this.owner = null;
      this.ownerProblem = toProblem(thrown);
    } finally {
      this.busy = false;
    }
  }

  async #ask(watch: boolean): Promise<void> {
    try {
      const { interfaces } = await this.#engine.command('network', { watch });
      this.interfaces = interfaces;
      this.loaded = true;
      this.problem = null;
    } catch (thrown) {
      this.problem = toProblem(thrown);
    }
  }

  #take(interfaces: readonly NetworkInterface[]): void {
    const before = new Map(this.interfaces.map((one) => [one.name, one]));
    const at = this.#now();
    const found = interfaces.flatMap((one): NetworkChange[] => {
      const old = before.get(one.name);
      before.delete(one.name);
      if (old === undefined) return [{ at, name: one.name, change: 'new' }];
      const same = JSON.stringify(old) === JSON.stringify(one);
      return same ? [] : [{ at, name: one.name, change: 'changed' }];
    });
    const gone = [...before.keys()].map((name): NetworkChange => ({ at, name, change: 'gone' }));
    if (this.loaded) this.changes = [...gone, ...found, ...this.changes].slice(0, 20);
    this.interfaces = interfaces;
    this.loaded = true;
  }
}
