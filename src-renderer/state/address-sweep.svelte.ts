import type { SocketError } from '../../src-shared/contract/socket';
import type { Outcome, SweepNews } from '../../src-shared/contract/probe';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';

/** One attempt as the table shows it: of many thousands no more is kept. */
export interface SweepRow {
  readonly n: number;
  readonly address: string;
  readonly ms: number;
  readonly error: SocketError | null;
}

/** A list of addresses, and what came of each. */
export class AddressSweep {
  running = $state.raw(true);
  /** Without its outcomes, which are in the rows. */
  news = $state.raw<Omit<SweepNews, 'outcomes'> | null>(null);
  problem = $state.raw<Problem | null>(null);
  openOnly = $state.raw(false);
  readonly #engine: Commands;
  readonly #job: string;
  readonly #rows: SweepRow[] = [];
  readonly #open: SweepRow[] = [];
  /** The rows are too many to be copied for each answer: this says that there are more. */
  #count = $state.raw(0);

  constructor(engine: Commands, job: string) {
    this.#engine = engine;
    this.#job = job;
  }

  /** In the order in which they ended. */
  rows(from: number, to: number): SweepRow[] {
    return this.count === 0 ? [] : this.#shown.slice(from, to);
  }

  get count(): number {
    return this.#count === 0 ? 0 : this.#shown.length;
  }

  /** Resolves when it is over. Never rejects. */
  async run(targets: string): Promise<void> {
    try {
      await this.#engine.command('sweep', { targets: [targets], job: this.#job });
      for (;;) {
        const { outcomes, ...news } = await this.#engine.command('sweepNews', { job: this.#job });
        for (const outcome of outcomes) this.#add(outcome);
        this.#count += outcomes.length;
        this.news = news;
        if (news.over) return;
      }
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.running = false;
    }
  }

  get #shown(): readonly SweepRow[] {
    return this.openOnly ? this.#open : this.#rows;
  }

  #add({ n, address, probed: { ms, error } }: Outcome): void {
    const row = { n, address, ms, error };
    this.#rows.push(row);
    if (error === null) this.#open.push(row);
  }
}
