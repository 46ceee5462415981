/** Payloads that belong between the bytes of a slab and were not copied there. */
export class LentPayloads {
  #parts: { at: number; payload: Uint8Array }[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Behind the first `at` bytes of the slab; not before one that was added earlier. */
  add(at: number, payload: Uint8Array): void {
    this.#parts.push({ at, payload });
    this.#bytes += payload.length;
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  /** All in its order, with the first `used` bytes of the slab. */
  pieces(slab: Uint8Array, used: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (const { at, payload } of this.#parts) {
      pieces.push(slab.subarray(from, at), payload);
      from = at;
    }
    pieces.push(slab.subarray(from, used));
    return pieces;
  }

  /** Copies them to their places after all, and is empty. The slab has so many bytes more then. */
  gather(slab: Uint8Array, used: number): number {
    const gathered = this.#bytes;
    let end = used;
    let to = used + gathered;
    // From behind: what is moved goes where nothing is that has not been moved.
    for (const { at, payload } of this.#parts.reverse()) {
      to -= end - at;
      slab.copyWithin(to, at, end);
      to -= payload.length;
      slab.set(payload, to);
      end = at;
    }
    this.clear();
    return gathered;
  }
}
