import { SvelteMap } from 'svelte/reactivity';
import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { RateMeter, type Rates, noRates } from '../format/rates';
import type { LogSource } from './log-follow.svelte';

/** Sums over all root sockets, for the status bar. */
export interface Totals {
  receivedBytes: number;
  receivedChunks: number;
  sentBytes: number;
  sentChunks: number;
  kernelDropped: number;
  ownDroppedChunks: number;
  refusedConnections: number;
}

/** The children of one root. Ids only, so that a change of one child touches nothing here. */
class Family {
  readonly live = new Set<SocketId>();
  readonly closed = new Set<SocketId>();
  /** Of a relay: the connection to the target of each client. */
  readonly #targets = new Map<SocketId, SocketId>();
  #version = $state(0);
  #liveList: readonly SocketId[] | null = null;
  #closedList: readonly SocketId[] | null = null;

  /** `client`: it is the connection to the target for that one, and is listed after it. */
  place(id: SocketId, closed: boolean, client: SocketId | null): void {
    if (client !== null) this.#targets.set(client, id);
    const [into, from] = closed ? [this.closed, this.live] : [this.live, this.closed];
    if (into.has(id)) return;
    from.delete(id);
    into.add(id);
    this.#changed();
  }

  drop(id: SocketId): void {
    this.#targets.delete(id);
    if (this.live.delete(id) || this.closed.delete(id)) this.#changed();
  }

  /** Copied when it is read after a change, not at every change: 10,000 may come at once. */
  liveList(): readonly SocketId[] {
    void this.#version;
    return (this.#liveList ??= this.#paired(this.live));
  }

  closedList(): readonly SocketId[] {
    void this.#version;
    return (this.#closedList ??= this.#paired(this.closed));
  }

  /** In the order they came, but each connection to a target right after its client. */
  #paired(ids: ReadonlySet<SocketId>): SocketId[] {
    if (this.#targets.size === 0) return [...ids];
    const after = new Set<SocketId>();
    for (const [client, target] of this.#targets) if (ids.has(client)) after.add(target);
    return [...ids].flatMap((id) => {
      const target = this.#targets.get(id);
      if (after.has(id)) return [];
      return target !== undefined && ids.has(target) ? [id, target] : [id];
    });
  }

  #changed(): void {
    this.#liveList = this.#closedList = null;
    this.#version++;
  }
}

const nobody: readonly SocketId[] = [];

/**
 * Every socket the engine has told of. Applying an update costs as much as the update is long,
 * however many sockets there are.
 */
export class Sockets {
  /** Roots in the order they were opened. */
  roots = $state.raw<readonly SocketId[]>([]);
  /** False until the first update after attaching to an engine. */
  ready = $state(false);
  readonly #byId = new SvelteMap<SocketId, SocketInfo>();
  readonly #families = new SvelteMap<SocketId, Family>();
  readonly #rates = new SvelteMap<SocketId, Rates>();
  readonly #meters = new Map<SocketId, RateMeter>();

  readonly totals: Totals = $derived.by(() => this.#sum());
  readonly totalRates: Rates = $derived.by(() => this.#sumRates());

  get(id: SocketId): SocketInfo | undefined {
    return this.#byId.get(id);
  }

  /** The root a socket belongs to; itself when it is one. */
  rootOf(id: SocketId): SocketId {
    return this.#byId.get(id)?.parent ?? id;
  }

  /** The capture of a root socket; of one not told of yet nothing is known. */
  source(root: SocketId): LogSource {
    const info = this.#byId.get(root);
    const isLive = info !== undefined && info.kind !== 'capture-file';
    return { isLive, rows: info?.capture?.rows ?? 0 };
  }

  /** Connections or peers of a root that are not closed, in the order they came. */
  children(root: SocketId): readonly SocketId[] {
    return this.#families.get(root)?.liveList() ?? nobody;
  }

  /** Those gone by that the engine still tells of. */
  closedChildren(root: SocketId): readonly SocketId[] {
    return this.#families.get(root)?.closedList() ?? nobody;
  }

  /** Of a root, over about the last second. */
  rates(root: SocketId): Rates {
    return this.#rates.get(root) ?? noRates;
  }

  apply(update: EngineUpdate): void {
    if (update.first) this.clear();
    const newRoots: SocketId[] = [];
    for (const info of update.sockets) {
      if (info.parent === null && !this.#meters.has(info.id)) {
        newRoots.push(info.id);
        this.#family(info.id);
        this.#meters.set(info.id, new RateMeter());
      }
      this.#byId.set(info.id, info);
      if (info.parent === null) continue;
      const client = info.pair?.dialled === true ? info.pair.socket : null;
      this.#family(info.parent).place(info.id, info.phase === 'closed', client);
    }
    for (const id of update.removed) this.#remove(id);
    const gone = new Set(update.removed);
    if (newRoots.length > 0 || this.roots.some((id) => gone.has(id)))
      this.roots = [...this.roots, ...newRoots].filter((id) => !gone.has(id));
    if (update.first) this.ready = true;
  }

  /** The engine is gone, and all sockets with it. */
  clear(): void {
    this.roots = [];
    this.#byId.clear();
    this.#families.clear();
    this.#rates.clear();
    this.#meters.clear();
    this.ready = false;
  }

  /** Measures the rates; to be called about every 250 ms, with a clock that never goes back (ms). */
  tick(nowMs: number): void {
    for (const [id, meter] of this.#meters) {
      const ledger = this.#byId.get(id)?.ledger;
      if (ledger === undefined) continue;
      const rates = meter.measure(nowMs, ledger);
      if (rates !== this.#rates.get(id)) this.#rates.set(id, rates);
    }
  }

  #family(root: SocketId): Family {
    let family = this.#families.get(root);
    // A child may be told of before its root when an update is cut at 256 sockets.
    if (family === undefined) this.#families.set(root, (family = new Family()));
    return family;
  }

  #remove(id: SocketId): void {
    const parent = this.#byId.get(id)?.parent;
    this.#byId.delete(id);
    if (parent !== null && parent !== undefined) this.#families.get(parent)?.drop(id);
    this.#families.delete(id);
    this.#rates.delete(id);
    this.#meters.delete(id);
  }

  #sum(): Totals {
    const sum: Totals = {
      receivedBytes: 0,
      receivedChunks: 0,
      sentBytes: 0,
      sentChunks: 0,
      kernelDropped: 0,
      ownDroppedChunks: 0,
      refusedConnections: 0,
    };
    for (const id of this.roots) {
      const ledger = this.#byId.get(id)?.ledger;
      if (ledger === undefined) continue;
      sum.receivedBytes += ledger.receivedBytes;
      sum.receivedChunks += ledger.receivedChunks;
      sum.sentBytes += ledger.sentBytes;
      sum.sentChunks += ledger.sentChunks;
      sum.kernelDropped += ledger.kernelDropped ?? 0;
      sum.ownDroppedChunks += ledger.ownDroppedChunks;
      sum.refusedConnections += ledger.refusedConnections;
    }
    return sum;
  }

  #sumRates(): Rates {
    const sum = { ...noRates };
    for (const id of this.roots) {
      const { rxBytes, rxChunks, txBytes, txChunks } = this.rates(id);
      sum.rxBytes += rxBytes;
      sum.rxChunks += rxChunks;
      sum.txBytes += txBytes;
      sum.txChunks += txChunks;
    }
    return sum;
  }
}
