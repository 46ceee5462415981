import { HIGHLIGHT_COLOURS } from '../../src-shared/contract/highlight-words';
import type { HighlightRule } from '../../src-shared/contract/highlight';
import type { HighlightColour } from '../../src-shared/contract/highlight-words';

/** A rule while it is edited: it may have no name and no expression yet. */
export interface RuleDraft {
  /** Names it while it is moved. */
  key: number;
  name: string;
  expression: string;
  colour: HighlightColour;
  enabled: boolean;
}

let nextKey = 1;

export function draftsOf(rules: readonly HighlightRule[]): RuleDraft[] {
  return rules.map(({ colour, ...rule }) => ({
    ...rule,
    key: nextKey++,
    colour: HIGHLIGHT_COLOURS.find((one) => one === colour) ?? HIGHLIGHT_COLOURS[0],
  }));
}

/** A rule to be written, in the colour that is used least. */
export function emptyRule(others: readonly RuleDraft[]): RuleDraft {
  const used = (colour: HighlightColour): number =>
    others.filter((other) => other.colour === colour).length;
  const [colour] = [...HIGHLIGHT_COLOURS].sort((a, b) => used(a) - used(b));
  return { key: nextKey++, name: '', expression: '', colour: colour ?? 'red', enabled: true };
}

/** Why its name cannot be; null: it can. What nothing was written in is not wrong yet. */
export function nameProblem(
  { key, name, expression }: RuleDraft,
  drafts: readonly RuleDraft[],
): 'empty' | 'taken' | null {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return expression.trim() === '' ? null : 'empty';
  const first = drafts.find((other) => other.name.trim().toLowerCase() === wanted);
  return first !== undefined && first.key !== key ? 'taken' : null;
}

/** Those that can be kept: with a name of their own and an expression, right or not yet. */
export function usable(drafts: readonly RuleDraft[]): HighlightRule[] {
  return drafts.flatMap((draft) => {
    const { colour, enabled } = draft;
    const rule = { name: draft.name.trim(), expression: draft.expression.trim(), colour, enabled };
    const whole = rule.name !== '' && rule.expression !== '' && nameProblem(draft, drafts) === null;
    return whole ? [rule] : [];
  });
}
