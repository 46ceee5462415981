/** What requests are told apart by: a number is cheaper than a text. */
type Key = string | number;

interface OpenRequest {
  key: Key;
  /** Ns. */
  at: number;
  open: boolean;
}

/** So many that are closed are kept before a list is copied without them. */
const SLACK = 64;

/** Requests, oldest first. The first of those left is open; others may be closed already. */
class Line {
  #requests: OpenRequest[] = [];
  #next = 0;

  get first(): OpenRequest | undefined {
    return this.#requests[this.#next];
  }

  add(request: OpenRequest): void {
    this.#requests.push(request);
  }

  /** Passes over what was closed. */
  trim(): void {
    while (this.first?.open === false) this.#next++;
    if (this.#next < SLACK || this.#next < this.#requests.length / 2) return;
    this.#requests = this.#requests.slice(this.#next);
    this.#next = 0;
  }
}

/** Requests that wait for their answers, oldest first, at most so many at once. */
export class OpenRequests {
  readonly #limit: number;
  readonly #all = new Line();
  readonly #byKey = new Map<Key, Line>();
  size = 0;
  /** Given up to make room. */
  forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  /** When the oldest came, ns; null: none waits. */
  get oldestAt(): number | null {
    return this.#all.first?.at ?? null;
  }

  add(key: Key, at: number): void {
    const oldest = this.#all.first;
    if (this.size >= this.#limit && oldest) {
      this.#close(oldest);
      this.forgotten++;
    }
    const request = { key, at, open: true };
    this.size++;
    this.#all.add(request);
    let line = this.#byKey.get(key);
    if (!line) this.#byKey.set(key, (line = new Line()));
    line.add(request);
  }

  /** Takes out the oldest of a key, and tells when it came; null: none waits. */
  take(key: Key): number | null {
    const request = this.#byKey.get(key)?.first;
    if (!request) return null;
    this.#close(request);
    return request.at;
  }

  /** Takes out what came before `at`; returns how many. */
  dropBefore(at: number): number {
    let dropped = 0;
    for (let oldest = this.#all.first; oldest && oldest.at < at; oldest = this.#all.first) {
      this.#close(oldest);
      dropped++;
    }
    return dropped;
  }

  #close(request: OpenRequest): void {
    request.open = false;
    this.size--;
    this.#all.trim();
    const line = this.#byKey.get(request.key);
    line?.trim();
    // What nothing waits for is forgotten.
    if (!line?.first) this.#byKey.delete(request.key);
  }
}
