import type { Ledger } from '../../src-shared/contract/socket';

/** Per second. */
export interface Rates {
  rxBytes: number;
  rxChunks: number;
  txBytes: number;
  txChunks: number;
}

export const noRates: Rates = { rxBytes: 0, rxChunks: 0, txBytes: 0, txChunks: 0 };

/** How far back a rate looks, ms. */
const WINDOW_MS = 1000;

interface Sample {
  atMs: number;
  rxBytes: number;
  rxChunks: number;
  txBytes: number;
  txChunks: number;
}

/** Rates of one socket over the last second, from its running totals. */
export class RateMeter {
  #samples: Sample[] = [];
  #last: Rates = noRates;

  /** `nowMs` of a clock that never goes back. Answers with the same object while nothing passes. */
  measure(nowMs: number, of: Ledger): Rates {
    const now: Sample = {
      atMs: nowMs,
      rxBytes: of.receivedBytes,
      rxChunks: of.receivedChunks,
      txBytes: of.sentBytes,
      txChunks: of.sentChunks,
    };
    this.#samples.push(now);
    // The newest sample that is at least the window old is where the window begins.
    const begin = this.#samples.findLastIndex(({ atMs }) => atMs <= nowMs - WINDOW_MS);
    if (begin > 0) this.#samples.splice(0, begin);
    const first = this.#samples[0] ?? now;
    const seconds = (nowMs - first.atMs) / 1000;
    if (seconds <= 0) return this.#last;
    const rates: Rates = {
      rxBytes: (now.rxBytes - first.rxBytes) / seconds,
      rxChunks: (now.rxChunks - first.rxChunks) / seconds,
      txBytes: (now.txBytes - first.txBytes) / seconds,
      txChunks: (now.txChunks - first.txChunks) / seconds,
    };
    const quiet = rates.rxChunks === 0 && rates.txChunks === 0 && rates.rxBytes === 0;
    this.#last = quiet && rates.txBytes === 0 ? noRates : rates;
    return this.#last;
  }
}
