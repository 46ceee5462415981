import type { FilterError } from './filter';
import { tokens } from './lexer';
import type { Token } from './lexer';

/** What `rule:NAME` means. */
export interface NamedRule {
  name: string;
  expression: string;
}

export type WithoutRules = { ok: true; text: string } | { ok: false; error: FilterError };

/** Rules may refer to others, so deep at most. */
const MAX_DEPTH = 8;

/** All of it at most, characters: rules that name others several times each grow fast. */
const MAX_LENGTH = 4000;

/** A rule that refers to itself, or one that is not there. */
class RuleProblem extends Error {
  readonly error: FilterError;

  constructor(
    code: 'unknown-rule' | 'rule-loop' | 'too-long',
    of: Token,
    sentence: string,
    example: string,
  ) {
    super(sentence);
    this.error = {
      code,
      message: `${sentence}. Example: ${example}`,
      at: of.at,
      length: Math.max(1, of.text.length),
      values: { found: of.value, example },
    };
  }
}

/**
 * A filter with each `rule:NAME` replaced by what the rule says, in parentheses. Names are compared
 * without case. What is wrong with the rest is not looked at.
 */
export function withoutRules(text: string, rules: readonly NamedRule[]): WithoutRules {
  try {
    return { ok: true, text: replaced(text, rules, 0) };
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

function replaced(text: string, rules: readonly NamedRule[], depth: number): string {
  const words = tokens(text);
  if ('openAt' in words) return text;
  let result = '';
  let done = 0;
  for (const word of words) {
    if (word.kind !== 'word' || word.field !== 'rule') continue;
    result += text.slice(done, word.at) + meaning(word, rules, depth);
    done = word.at + word.text.length;
    if (result.length > MAX_LENGTH)
      throw new RuleProblem(
        'too-long',
        word,
        `A filter has at most ${MAX_LENGTH} characters`,
        word.text,
      );
  }
  return result + text.slice(done);
}

function meaning(word: Token, rules: readonly NamedRule[], depth: number): string {
  const wanted = word.value.toLowerCase();
  const rule = rules.find(({ name }) => name.toLowerCase() === wanted);
  if (rule === undefined) {
    const names = rules.map(({ name }) => name).join(', ');
    const known = names === '' ? 'there are none yet' : `there are ${names}`;
    throw new RuleProblem(
      'unknown-rule',
      word,
      `There is no rule "${word.value}"; ${known}`,
      ruleTerm(rules[0]?.name ?? 'NAME'),
    );
  }
  if (depth >= MAX_DEPTH)
    throw new RuleProblem('rule-loop', word, `The rule "${word.value}" refers to itself`, 'dir:rx');
  const negated = word.operator === '!=' ? 'not ' : '';
  try {
    return `${negated}(${replaced(rule.expression, rules, depth + 1)})`;
  } catch (thrown) {
    // Where it stands here is what the reader can see.
    if (thrown instanceof RuleProblem) thrown.error.at = depth === 0 ? word.at : thrown.error.at;
    throw thrown;
  }
}

/** As a rule is named in a filter. */
function ruleTerm(name: string): string {
  return /^[^\s()"\\]+$/.test(name) ? `rule:${name}` : `rule:"${name.replace(/["\\]/g, '\\$&')}"`;
}
