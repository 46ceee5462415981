import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { Reconnect } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';

const FIRST_MS = 1000;
const MAX_MS = 30_000;

/** When something that failed is tried again: after twice as long each time, and not for ever. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #limit: number | null;
  readonly #again: () => void;
  #timer: NodeJS.Timeout | null = null;
  #attempt = 0;
  #nextAt: number | null = null;

  private constructor(options: AddressOptions, again: () => void) {
    this.#firstMs = options.reconnectMs ?? FIRST_MS;
    this.#maxMs = Math.max(options.reconnectMaxMs ?? MAX_MS, this.#firstMs);
    this.#limit = options.reconnectLimit ?? null;
    this.#again = again;
  }

  /** Null: nothing of it was asked for. */
  static of(options: AddressOptions, again: () => void): Backoff | null {
    const { reconnectMs, reconnectMaxMs, reconnectLimit } = options;
    const asked = reconnectMs ?? reconnectMaxMs ?? reconnectLimit;
    return asked === undefined ? null : new Backoff(options, again);
  }

  static always(options: AddressOptions, again: () => void): Backoff {
    return new Backoff(options, again);
  }

  get state(): Reconnect {
    return { attempt: this.#attempt, limit: this.#limit, nextAt: this.#nextAt };
  }

  /** It stands: the next failure is the first. */
  succeeded(): void {
    this.#attempt = 0;
  }

  /** It failed, or ended. How long until it is tried again, ms; null: that was the last attempt. */
  failed(): number | null {
    this.cancel();
    this.#attempt += 1;
    if (this.#limit !== null && this.#attempt > this.#limit) return null;
    const inMs = Math.min(this.#firstMs * 2 ** Math.min(this.#attempt - 1, 31), this.#maxMs);
    this.#nextAt = epochMs(now()) + inMs;
    this.#timer = setTimeout(() => {
      this.#nextAt = null;
      this.#timer = null;
      this.#again();
    }, inMs);
    return inMs;
  }

  /** Does not wait any longer. False: nothing was waited for. */
  now(): boolean {
    if (this.#nextAt === null) return false;
    this.cancel();
    this.#again();
    return true;
  }

  cancel(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#nextAt = null;
  }
}

/** For the row that tells of it. */
export function backoffText({ attempt, limit }: Reconnect, inMs: number): string {
  const of = limit === null ? '' : ` of ${limit}`;
  return `attempt ${attempt}${of} in ${inMs / 1000} s`;
}
