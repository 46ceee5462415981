import type { SocketId } from '../../src-shared/contract/socket';
import { DraftDesk, type Kit } from './drafts.svelte';
import { deskKey, type KeptDesk } from './kept-desks';
import type { MainCommands } from './main-client';
import { PayloadSupply } from './payload-supply.svelte';
import type { Sockets } from './sockets.svelte';

/** What is being written, for each root socket; it outlives a reload of the page. */
export class Desks {
  /** What their payloads hold that is the same for all. */
  readonly supply: PayloadSupply;
  readonly #sockets: Sockets;
  readonly #desks = new Map<SocketId, DraftDesk>();
  /** Of the page before this one, until their sockets are told of. */
  #kept: readonly KeptDesk[] = [];

  constructor(sockets: Sockets, main: MainCommands) {
    this.#sockets = sockets;
    this.supply = new PayloadSupply(main);
  }

  of(root: SocketId): DraftDesk {
    let desk = this.#desks.get(root);
    if (desk === undefined) this.#desks.set(root, (desk = new DraftDesk({}, this.supply)));
    return desk;
  }

  begin(root: SocketId, kit: Kit): void {
    this.#desks.set(root, new DraftDesk(kit, this.supply));
  }

  forget(root: SocketId): void {
    this.#desks.delete(root);
  }

  clear(): void {
    this.#desks.clear();
  }

  /** What a reload of the page must not lose. */
  toKeep(): KeptDesk[] {
    return [...this.#desks].flatMap(([root, desk]) => {
      const info = this.#sockets.get(root);
      if (!info) return [];
      const flowDecoders = [...desk.flowDecoders];
      return [{ key: deskKey(info), kit: desk.kit, history: [...desk.history], flowDecoders }];
    });
  }

  /** For the sockets that are told of first, as far as they are still the same. */
  takeUp(kept: readonly KeptDesk[]): void {
    this.#kept = kept;
  }

  /** The sockets of before are known now. */
  restore(): void {
    for (const id of this.#sockets.roots) {
      const info = this.#sockets.get(id);
      const kept = info && this.#kept.find(({ key }) => key === deskKey(info));
      if (!kept || this.#desks.has(id)) continue;
      this.begin(id, kept.kit);
      this.of(id).history = kept.history;
      this.of(id).flowDecoders = new Map(kept.flowDecoders);
    }
    this.#kept = [];
  }
}
