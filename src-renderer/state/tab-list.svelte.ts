import type { SocketId } from '../../src-shared/contract/socket';

interface Closed {
  socket: SocketId;
  place: number;
}

/** More would only be remembered, never asked for. */
const MAX_CLOSED = 20;

/** Tabs in order, the active one, and those closed lately. */
export class TabList<Tab extends { readonly socket: SocketId }> {
  all = $state.raw<readonly Tab[]>([]);
  active = $state.raw<Tab | null>(null);
  #closed: Closed[] = [];

  /** At the end unless `place` says where. */
  add(tab: Tab, place = this.all.length): Tab {
    this.all = this.all.toSpliced(place, 0, tab);
    return tab;
  }

  /** Its neighbour becomes active. */
  remove(tab: Tab): void {
    const place = this.all.indexOf(tab);
    if (place < 0) return;
    this.all = this.all.toSpliced(place, 1);
    this.#closed = [...this.#closed, { socket: tab.socket, place }].slice(-MAX_CLOSED);
    if (this.active === tab) this.active = this.all[Math.min(place, this.all.length - 1)] ?? null;
  }

  /** Moves a tab to a place counted after it was taken out. */
  move(tab: Tab, place: number): void {
    const from = this.all.indexOf(tab);
    if (from < 0) return;
    const to = Math.max(0, Math.min(this.all.length - 1, place));
    this.all = this.all.toSpliced(from, 1).toSpliced(to, 0, tab);
  }

  /** The tab so many to the right of the active one, round the end. */
  beside(by: number): Tab | null {
    if (this.active === null || this.all.length === 0) return this.all[0] ?? null;
    const place = this.all.indexOf(this.active) + by + this.all.length;
    return this.all[place % this.all.length] ?? null;
  }

  /** The last closed one whose socket is still there; it can be taken once. */
  takeClosed(socket: SocketId | undefined, isThere: (id: SocketId) => boolean): Closed | null {
    const open = new Set(this.all.map((tab) => tab.socket));
    const found = this.#closed.findLast(
      (one) =>
        (socket === undefined || one.socket === socket) &&
        isThere(one.socket) &&
        !open.has(one.socket),
    );
    if (found === undefined) return null;
    this.#closed = this.#closed.filter((one) => one !== found);
    return found;
  }

  clear(): void {
    this.all = [];
    this.active = null;
    this.#closed = [];
  }
}
