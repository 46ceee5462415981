import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { HighlightRule } from '../../src-shared/contract/highlight';
import type { Row } from '../../src-shared/contract/row';
import type { Charset } from '../../src-shared/encoding/charset';
import { parseFilter } from '../../src-shared/filter/parse';
import { withoutRules } from '../../src-shared/filter/rules';
import type { FilterError } from '../../src-shared/filter/filter';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { FilterRules } from './log-shape.svelte';
import { unknownDecoder } from './with-definitions';

/** The rules of one root socket: those of its profile, shared by all its logs. */
export class HighlightRules {
  list = $state.raw<readonly HighlightRule[]>([]);
  readonly #hearers = new Set<() => void>();

  constructor(list: readonly HighlightRule[] = []) {
    this.list = list;
  }

  set(list: readonly HighlightRule[]): void {
    this.list = list;
    for (const hear of this.#hearers) hear();
  }

  /** Returns what ends it. */
  onChange(hear: () => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** What is wrong with an expression that may name rules, or null. */
  error(text: string, charset?: Charset): FilterError | null {
    const expanded = withoutRules(text, this.list);
    if (!expanded.ok) return expanded.error;
    const parsed = parseFilter(expanded.text, charset);
    if (parsed.ok) return null;
    // Of a filter with rules in it, the place in what is sent is none in what is typed.
    return expanded.text === text ? parsed.error : { ...parsed.error, at: 0, length: text.length };
  }

  /** As the engine understands it: without names of rules. Unchanged when it cannot be said so. */
  expanded(text: string): string {
    const expanded = withoutRules(text, this.list);
    return expanded.ok ? expanded.text : text;
  }
}

/** The log whose rows stand out. */
interface HighlightedLog {
  readonly id: string;
  /** There are other rules: rows are to be asked for again, once they are told to the engine. */
  rulesChanged(): void;
  /** Some rows do not tell what stands out in them yet. */
  askAgain(): void;
}

/** Rows that came without what stands out in them are asked for again after so long. */
const AGAIN_MS = 300;

/** Which rules stand out in one log, and which of them the engine has given up. */
export class LogHighlight implements FilterRules {
  /** Those in force, in the order in which rows name them. */
  sent = $state.raw<readonly HighlightRule[]>([]);
  /** Why a rule is no longer looked at, by its name. */
  ended = $state.raw<ReadonlyMap<string, Problem>>(new Map());
  /** The editor is open. */
  editing = $state.raw(false);
  rules = $state.raw(new HighlightRules());
  /** The decoders that the user has described, by name; null: not known here. */
  described: () => readonly string[] | null = () => null;
  readonly #engine: Commands;
  readonly #log: HighlightedLog;
  #leave: () => void = () => undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;
  problem = $state.raw<Problem | null>(null);

  constructor(engine: Commands, log: HighlightedLog) {
    this.#engine = engine;
    this.#log = log;
  }

  /** Those of its root from now on; nothing is asked for before the log is open. */
  use(rules: HighlightRules): void {
    this.#leave();
    this.rules = rules;
    this.#leave = rules.onChange(() => {
      this.#log.rulesChanged();
    });
  }

  leave(): void {
    this.#leave();
    clearTimeout(this.#again);
  }

  /** What is wrong with a filter that may name rules, or null. */
  error(text: string, charset?: Charset): FilterError | null {
    return this.rules.error(text, charset) ?? unknownDecoder(this.expanded(text), this.described());
  }

  expanded(text: string): string {
    return this.rules.expanded(text);
  }

  /** Tells the engine what stands out: after a view was opened, and when the rules changed. */
  async restart(): Promise<void> {
    const asking = ++this.#asking;
    const usable = this.rules.list.filter(
      ({ enabled, expression }) => enabled && this.rules.error(expression) === null,
    );
    const before = this.sent.length;
    this.sent = usable;
    this.ended = new Map();
    this.problem = null;
    if (usable.length === 0 && before === 0) return;
    const expressions = usable.map(({ expression }) => this.rules.expanded(expression));
    try {
      await this.#engine.command('highlight', { view: this.#log.id, expressions });
    } catch (thrown) {
      if (asking === this.#asking) this.problem = toProblem(thrown);
    }
  }

  /** The engine has given up rules. */
  grew({ ended }: NonNullable<EngineUpdate['views'][number]['highlight']>): void {
    const sent = this.sent;
    this.ended = new Map(
      ended.flatMap(({ rule, problem }) => {
        const name = sent[rule]?.name;
        return name === undefined ? [] : [[name, problem] as const];
      }),
    );
  }

  /** Some rows came: those that nobody has looked at yet are asked for once more. */
  came(rows: readonly Row[]): void {
    if (this.sent.length === 0 || rows.every(({ highlight }) => highlight !== undefined)) return;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#log.askAgain();
    }, AGAIN_MS);
  }

  /** The rules that a row passes, the first of them first. */
  of(row: Row): readonly HighlightRule[] {
    if (row.highlight === undefined || row.highlight.length === 0) return [];
    const { sent } = this;
    return row.highlight.flatMap((rule) => sent[rule] ?? []);
  }
}
