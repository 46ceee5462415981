import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';

/** The last answer to a question that is asked again and again, such as what a panel shows. */
export class Asked<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #ask: () => Promise<Value>;
  #running = false;
  #again = false;

  constructor(ask: () => Promise<Value>) {
    this.#ask = ask;
  }

  /** While an answer is on its way it is asked once more after it, however often this is called. */
  async refresh(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    do {
      this.#again = false;
      try {
        this.value = await this.#ask();
        this.problem = null;
      } catch (thrown) {
        this.problem = toProblem(thrown);
      }
    } while (this.#again);
    this.#running = false;
  }
}

/** Something a form does: under way, or failed with a reason to be shown in its place. */
export class Errand {
  busy = $state.raw(false);
  problem = $state.raw<Problem | null>(null);

  /** True when it was done. Only one at a time. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await action();
      return true;
    } catch (thrown) {
      this.problem = toProblem(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
