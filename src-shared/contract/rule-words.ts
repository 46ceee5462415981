/* What of rules is needed where none is checked: without their schema. */

/** So many rules in one set; each message is held against them one after the other. */
export const MAX_RULES = 200;

/** The longest time a rule lets pass before it answers, ms. */
export const MAX_DELAY_MS = 3_600_000;

/** A message is judged up to this size; a longer one is cut, counted, and answered by no rule. */
export const MAX_JUDGED_BYTES = 64 * 1024;

/** Which part of a message the pattern is; what becomes of the connection after the answer. */
export const RULE_MATCHES = ['contains', 'exact', 'prefix', 'suffix'] as const;
export const RULE_CLOSES = ['none', 'end', 'reset'] as const;
