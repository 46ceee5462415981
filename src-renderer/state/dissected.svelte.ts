import type { Dissection, Dissector } from '../../src-shared/contract/dissection';
import type { Row } from '../../src-shared/contract/row';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';

/** What Wireshark makes of the row that is looked at; asked for only while someone wants it. */
export class Dissected {
  /** Wanted: the next row is dissected too. */
  open = $state.raw(false);
  /** Of `row`; null: on its way, or not to be had. */
  value = $state.raw<Dissection | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Which program there is; null: not asked yet. */
  dissector = $state.raw<Dissector | null>(null);
  readonly #engine: Commands;
  readonly #view: string;
  #row: Row | null = null;
  #loading = false;

  constructor(engine: Commands, view: string) {
    this.#engine = engine;
    this.#view = view;
  }

  show(row: Row | null): void {
    this.#row = row;
    this.value = null;
    this.problem = null;
    if (this.open) void this.#load();
  }

  toggle(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    if (open && this.value === null) void this.#load();
  }

  /** Again, after it failed. */
  retry(): void {
    this.problem = null;
    void this.#load();
  }

  /** Which of Wireshark's programs is on this computer. */
  async look(): Promise<void> {
    try {
      this.dissector = await this.#engine.command('dissector', {});
    } catch {
      // What is asked of it next tells why.
      this.dissector = null;
    }
  }

  /** One at a time: who moves fast through a log must not queue work that nobody looks at. */
  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    while (this.open && this.#row !== null && this.value === null && this.problem === null) {
      const row = this.#row;
      try {
        const params = { view: this.#view, index: row.index };
        const value = await this.#engine.command('dissect', params);
        if (this.#row === row) this.value = value;
      } catch (thrown) {
        if (this.#row === row) this.problem = toProblem(thrown);
      }
    }
    this.#loading = false;
  }
}
