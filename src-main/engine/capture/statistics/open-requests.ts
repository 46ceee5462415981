/** What requests are told apart by: a number is cheaper than a text. */
type Key = string | number;

interface OpenRequest {
  key: Key;
  /** Ns. */
  at: number;
}

/** Requests of one key, oldest first; some of them may be gone already. */
interface Waiting {
  ids: number[];
  /** Those before it were taken out. */
  next: number;
}

/** So many taken out are kept before the list is copied without them. */
const SLACK = 64;

/** Requests that wait for their answers, oldest first, at most so many at once. */
export class OpenRequests {
  readonly #limit: number;
  /** In the order they came. */
  readonly #open = new Map<number, OpenRequest>();
  readonly #waiting = new Map<Key, Waiting>();
  #nextId = 0;
  /** Given up to make room. */
  forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  has(key: Key): boolean {
    return this.#waiting.has(key);
  }

  /** When the oldest came, ns; null: none waits. */
  get oldestAt(): number | null {
    for (const { at } of this.#open.values()) return at;
    return null;
  }

  add(key: Key, at: number): void {
    if (this.#open.size >= this.#limit) {
      this.#dropOldest();
      this.forgotten++;
    }
    const id = this.#nextId++;
    this.#open.set(id, { key, at });
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.ids.push(id);
    else this.#waiting.set(key, { ids: [id], next: 0 });
  }

  /** Takes out the oldest of a key, and tells when it came; null: none waits. */
  take(key: Key): number | null {
    const waiting = this.#waiting.get(key);
    const id = waiting?.ids[waiting.next];
    if (!waiting || id === undefined) return null;
    const at = this.#open.get(id)?.at ?? null;
    this.#open.delete(id);
    this.#trim(key, waiting);
    return at;
  }

  /** Takes out what came before `at`; returns how many. */
  dropBefore(at: number): number {
    let dropped = 0;
    for (let oldest = this.oldestAt; oldest !== null && oldest < at; oldest = this.oldestAt) {
      this.#dropOldest();
      dropped++;
    }
    return dropped;
  }

  #dropOldest(): void {
    for (const [id, { key }] of this.#open) {
      this.#open.delete(id);
      const waiting = this.#waiting.get(key);
      if (waiting) this.#trim(key, waiting);
      return;
    }
  }

  /** Passes over those that are gone; a key that nothing waits for is forgotten. */
  #trim(key: Key, waiting: Waiting): void {
    const { ids } = waiting;
    while (waiting.next < ids.length && !this.#open.has(ids[waiting.next] ?? -1)) waiting.next++;
    if (waiting.next >= ids.length) this.#waiting.delete(key);
    else if (waiting.next > SLACK && waiting.next > ids.length / 2) {
      waiting.ids = ids.slice(waiting.next);
      waiting.next = 0;
    }
  }
}
