import type { EngineClient } from './engine-client';

/** Nothing heard for so long: the engine is asked for a sign of life. */
const ASK_AFTER_MS = 1000;

/** How long it may take to give one. */
const SILENT_AFTER_MS = 2000;

/** The same of an engine that has yet to say its first word: it may still be starting. */
const START_MS = 10_000;

/**
 * What one tick counts at most. A page that was frozen, or a computer that slept, finds what the engine
 * said only after its next tick: that time says nothing of the engine.
 */
const TICK_AT_MOST_MS = 500;

/** When the engine said nothing, epoch ms. */
export interface Pause {
  readonly fromAt: number;
  readonly untilAt: number;
}

/**
 * Whether the engine still speaks. Every message of it is a sign of life; when none comes it is asked
 * for one, but not by a window that nobody sees.
 */
export class EngineWatch {
  /** Nothing was heard since, though it was asked, epoch ms; null: the engine is well, or there is none. */
  silentSince = $state.raw<number | null>(null);
  /** The last time it was silent, until that is dismissed. */
  past = $state.raw<Pause | null>(null);
  readonly #engine: Pick<EngineClient, 'port' | 'ask'>;
  #port = 0;
  #heardAt = 0;
  #isNew = true;
  #asked = false;
  /** Since it was heard, or asked; by the page's own ticks. */
  #quietMs = 0;
  #tickMs = 0;

  constructor(engine: Pick<EngineClient, 'port' | 'ask'>) {
    this.#engine = engine;
  }

  /** A message of the engine came. */
  heard(at: number): void {
    if (this.silentSince !== null) {
      this.past = { fromAt: this.silentSince, untilAt: at };
      this.silentSince = null;
    }
    this.#heardAt = at;
    this.#isNew = false;
    this.#rest();
  }

  /** To be called about every 250 ms; `nowMs` by a clock that never goes back, `at` in epoch ms. */
  tick(nowMs: number, at: number, hidden: boolean): void {
    const stepMs = Math.min(nowMs - this.#tickMs, TICK_AT_MOST_MS);
    this.#tickMs = nowMs;
    const { port } = this.#engine;
    if (port !== this.#port) this.#attached(port, at);
    if (port === 0 || hidden) return;
    this.#quietMs += stepMs;
    if (!this.#asked) {
      if (this.#quietMs < ASK_AFTER_MS) return;
      this.#asked = true;
      this.#quietMs = 0;
      this.#engine.ask();
    } else if (this.#quietMs >= (this.#isNew ? START_MS : SILENT_AFTER_MS)) {
      this.silentSince ??= this.#heardAt;
    }
  }

  dismiss(): void {
    this.past = null;
  }

  /** Another engine, or none: of what became of the one before, the window tells otherwise. */
  #attached(port: number, at: number): void {
    this.#port = port;
    this.silentSince = null;
    this.#heardAt = at;
    this.#isNew = true;
    this.#rest();
  }

  #rest(): void {
    this.#asked = false;
    this.#quietMs = 0;
  }
}
