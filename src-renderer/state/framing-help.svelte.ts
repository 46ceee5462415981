import type { ResultOf } from '../../src-shared/contract/engine';
import type { FramingSuggestion } from '../../src-shared/contract/highlight';
import type { SocketId } from '../../src-shared/contract/socket';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { LogTerm } from './log-term.svelte';

/** What a framing that is not in force would make of what is recorded. */
export type TriedFraming = ResultOf<'tryFraming'> & { framing: string };

/** Rows after which what came is looked at for a framing, once each. */
const LOOKED_AT = [8, 24, 64, 512];

/** Helps to find the framing of a log: tries what is typed, and suggests what the bytes make plain. */
export class FramingHelp {
  tried = $state.raw<TriedFraming | null>(null);
  suggestions = $state.raw<readonly FramingSuggestion[]>([]);
  problem = $state.raw<Problem | null>(null);
  /** The user does not want to be told of suggestions. */
  dismissed = $state.raw(false);
  readonly #engine: Commands;
  readonly #socket: SocketId;
  readonly #term: LogTerm<unknown>;
  /** What is wanted now, and whether an answer is on its way. */
  #wanted: string | null = null;
  #asking = false;
  #looks = 0;
  #suggesting = false;

  constructor(engine: Commands, socket: SocketId, term: LogTerm<unknown>) {
    this.#engine = engine;
    this.#socket = socket;
    this.#term = term;
  }

  /** What to point out though nobody asked; null: nothing. */
  get hint(): FramingSuggestion | null {
    const { applied, open } = this.#term;
    return this.dismissed || open || applied !== null ? null : (this.suggestions[0] ?? null);
  }

  /** What is typed; tried when it is right and not in force already. */
  typed(): void {
    const text = this.#term.text.trim();
    const useful = text !== '' && this.#term.error === null && text !== this.#term.applied;
    this.#wanted = useful ? text : null;
    if (this.#wanted === null) this.tried = null;
    else void this.#try();
  }

  /** The log has so many rows. */
  rows(count: number): void {
    const next = LOOKED_AT[this.#looks];
    if (next === undefined || count < next || this.suggestions.length > 0) return;
    while ((LOOKED_AT[this.#looks] ?? Infinity) <= count) this.#looks++;
    if (this.#term.applied === null && !this.dismissed) void this.suggest();
  }

  /** Looks at what came so far. */
  async suggest(): Promise<void> {
    if (this.#suggesting) return;
    this.#suggesting = true;
    try {
      const params = { socket: this.#socket };
      this.suggestions = (await this.#engine.command('suggestFraming', params)).suggestions;
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.#suggesting = false;
    }
  }

  /** Puts a framing in force that was chosen. */
  use(framing: string): void {
    this.#term.set(framing);
    this.typed();
  }

  /** One at a time: someone who types fast wants only the last. */
  async #try(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    for (let framing = this.#wanted; framing !== null; framing = this.#next(framing))
      try {
        const params = { socket: this.#socket, framing };
        const tried = await this.#engine.command('tryFraming', params);
        this.problem = null;
        if (this.#wanted === framing) this.tried = { ...tried, framing };
      } catch (thrown) {
        this.problem = toProblem(thrown);
        this.tried = null;
      }
    this.#asking = false;
  }

  /** Null: what was tried is what is wanted. */
  #next(done: string): string | null {
    return this.#wanted === done ? null : this.#wanted;
  }
}
