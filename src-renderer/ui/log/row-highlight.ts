import type { HighlightRule } from '../../../src-shared/contract/highlight';
import { HIGHLIGHT_COLOURS } from '../../../src-shared/contract/highlight-words';
import { plainText } from '../../../src-shared/payload/plain-text';

/** How a row stands out: in the colour of the first rule it passes, and in words. */
export interface RowHighlight {
  colour: string;
  badge: string;
}

/** A badge is cut at so many characters of its name. */
const MAX_BADGE_CHARS = 24;

/** Null: it passes none. */
export function rowHighlight(rules: readonly HighlightRule[]): RowHighlight | null {
  const [first, ...others] = rules;
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` +${others.length}`;
  return { colour: colourOf(first), badge: `${plainText(first.name)}${more}` };
}

/** Characters that the badge takes from the data beside it. */
export function badgeChars({ badge }: RowHighlight): number {
  return Math.min(badge.length, MAX_BADGE_CHARS) + 3;
}

/** A colour there is: one of a later version is shown as the first. */
function colourOf({ colour }: Pick<HighlightRule, 'colour'>): string {
  return HIGHLIGHT_COLOURS.find((one) => one === colour) ?? HIGHLIGHT_COLOURS[0];
}
