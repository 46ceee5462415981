import type { SocketError } from '../../src-shared/contract/socket';

/** What happens again and again is told once in this time. */
const TELL_MS = 1000;

/** A socket, as far as it tells of faults. */
export interface Telling {
  tellFault(error: SocketError): void;
}

interface Untold {
  of: Telling;
  fault: (count: number) => SocketError;
}

/**
 * Faults that a flood may bring by the thousand: the first is told at once, what follows together, by
 * the words of the last, with how many there were. None goes by untold.
 */
export class CountedFaults {
  #untold: Untold | null = null;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `fault` is given how many there were since it was last told. */
  add(of: Telling, fault: Untold['fault'], count = 1): void {
    this.#count += count;
    this.#untold = { of, fault };
    if (!this.#timer) this.#tell();
  }

  /** What is left, before whoever tells it is closed. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tellUntold();
  }

  #tell(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#untold) this.#tell();
    }, TELL_MS).unref();
    this.#tellUntold();
  }

  #tellUntold(): void {
    const untold = this.#untold;
    if (!untold) return;
    const count = this.#count;
    this.#untold = null;
    this.#count = 0;
    untold.of.tellFault(untold.fault(count));
  }
}
