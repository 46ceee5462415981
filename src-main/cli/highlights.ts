import { InvalidArgumentError } from 'commander';
import { MAX_HIGHLIGHTS } from '../../src-shared/contract/highlight-words';
import type { Definition } from '../../src-shared/contract/definition';
import type { Row } from '../../src-shared/contract/row';
import { parseFilter } from '../../src-shared/filter/parse';
import { withoutRules } from '../../src-shared/filter/rules';
import type { NamedRule } from '../../src-shared/filter/rules';
import type { RowQuestions, RowView } from '../engine/types';
import { CliError, EXIT } from './exit';

/** `--highlight NAME=EXPRESSION`, given once or more; later ones may name those before. */
export function highlightArgument(text: string, before: readonly NamedRule[] = []): NamedRule[] {
  const sign = text.indexOf('=');
  const name = text.slice(0, Math.max(0, sign)).trim();
  const expression = text.slice(sign + 1).trim();
  if (name === '' || expression === '')
    throw new InvalidArgumentError(
      'A rule is its name, = and an expression: --highlight alarm=/ERR|FAIL/i',
    );
  if (before.length >= MAX_HIGHLIGHTS)
    throw new InvalidArgumentError(`There are at most ${MAX_HIGHLIGHTS} rules`);
  if (before.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new InvalidArgumentError(`There are two rules "${name}"`);
  const rule = { name, expression: expanded(expression, before) };
  const parsed = parseFilter(rule.expression);
  if (!parsed.ok) throw new InvalidArgumentError(parsed.error.message);
  return [...before, rule];
}

/** A filter that may name rules, as the engine understands it. */
export function expanded(filter: string, rules: readonly NamedRule[]): string {
  const result = withoutRules(filter, rules);
  if (result.ok) return result.text;
  throw new CliError(EXIT.usage, result.error.message);
}

interface Highlighting {
  rules: readonly NamedRule[];
  definitions: readonly Definition[];
  /** A rule takes too long: the others go on. Not given: then nothing does. */
  gaveUp?: (problem: string) => void;
}

/** Says of rows which rules they pass. */
export class Highlights {
  readonly #rules: readonly NamedRule[];
  readonly #gaveUp: (problem: string) => void;
  #told = 0;
  readonly #view: RowView;
  readonly #questions: RowQuestions;
  #changed: () => void = () => undefined;

  constructor(view: RowView, { rules, definitions, gaveUp }: Highlighting) {
    this.#rules = rules;
    this.#gaveUp =
      gaveUp ??
      ((problem) => {
        throw new CliError(EXIT.usage, problem);
      });
    this.#view = view;
    this.#questions = view.questions({
      rules: rules.map(({ expression }) => expression),
      definitions,
      onChange: () => {
        this.#changed();
      },
    });
  }

  /** The names for each of these rows, which follow each other in the view. */
  async of(rows: readonly Row[]): Promise<string[][]> {
    const [first] = rows;
    const asked = first && this.#view.asked(first.index, first.index + rows.length);
    if (!asked || this.#rules.length === 0) return rows.map(() => []);
    for (;;) {
      // Heard of before it is asked for: an answer that is late is told of only then.
      const changed = new Promise<void>((resolve) => (this.#changed = resolve));
      const marks = await this.#questions.marks(asked);
      for (const { rule, problem } of this.#questions.ended.slice(this.#told)) {
        this.#told++;
        this.#gaveUp(`--highlight ${this.#rules[rule]?.name ?? ''}: ${problem.message}`);
      }
      if (marks) return marks.map((of) => of.flatMap((rule) => this.#rules[rule]?.name ?? []));
      await changed;
    }
  }

  close(): void {
    this.#questions.close();
  }
}
