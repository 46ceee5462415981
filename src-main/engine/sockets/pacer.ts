import type { AddressOptions } from '../../../src-shared/address/address-options';

/** So often a piece goes out: of a slow rate less than a write's worth at a time. */
const PIECE_MS = 50;
/** What a stall cost is caught up only so far: a burst is what a rate is there to avoid. */
const CATCH_UP_MS = 200;

/** When bytes may go at a rate, by deadlines that do not drift. */
export class Pacer {
  /** Bytes per second. */
  readonly rateBytes: number;
  #dueMs = performance.now();

  constructor(rateBytes: number) {
    this.rateBytes = rateBytes;
  }

  /** Null: as fast as it is taken. */
  static of(rateBytes: number | undefined): Pacer | null {
    return rateBytes === undefined || rateBytes === 0 ? null : new Pacer(rateBytes);
  }

  /** Until the next bytes may go. */
  get waitMs(): number {
    return Math.max(0, this.#dueMs - performance.now());
  }

  /** How much may go at once, of what would be at most `mostBytes`. */
  pieceBytes(mostBytes: number): number {
    return Math.min(mostBytes, Math.max(1, Math.floor((this.rateBytes * PIECE_MS) / 1000)));
  }

  /** So much has gone. */
  passed(bytes: number): void {
    const fromMs = Math.max(this.#dueMs, performance.now() - CATCH_UP_MS);
    this.#dueMs = fromMs + (bytes / this.rateBytes) * 1000;
  }
}

/** A pacer that calls when its time has come, for what waits in a queue. */
export class PacedTurn {
  readonly #go: () => void;
  #pacer: Pacer | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(go: () => void) {
    this.#go = go;
  }

  get pacer(): Pacer | null {
    return this.#pacer;
  }

  /** From now on; null: without one. */
  set(pacer: Pacer | null): void {
    this.stop();
    this.#pacer = pacer;
    this.#go();
  }

  /** Whether bytes may go now; else `go` is called in time. */
  come(): boolean {
    const waitMs = this.#pacer?.waitMs ?? 0;
    if (waitMs <= 0) return true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#go();
    }, waitMs);
    return false;
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** What is told of the rate of a socket: nothing when it has none. */
export function shownRate({ sendRateBytes }: AddressOptions): { sendRateBytes?: number } {
  return sendRateBytes === undefined || sendRateBytes === 0 ? {} : { sendRateBytes };
}
