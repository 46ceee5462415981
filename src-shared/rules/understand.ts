import type { ReplyRule, RuleSet } from '../contract/rules';
import type { Charset } from '../encoding/charset';
import { UTF8 } from '../encoding/unicode';
import type { Framing, FramingError } from '../framing/framing';
import { parseFraming } from '../framing/framing';
import { compilePayload } from '../payload/compile-payload';
import type { Pattern, PatternError } from '../payload/pattern';
import { parsePattern } from '../payload/pattern';
import type { PayloadSupply, PayloadTemplate } from '../payload/payload-template';
import type { PayloadError } from '../payload/problem';

/** One rule, ready to be held against messages; what was left out is filled in. */
export interface UnderstoodRule {
  name: string;
  on: boolean;
  pattern: Pattern;
  match: NonNullable<ReplyRule['match']>;
  /** Of a `hex:` pattern: it begins or ends with `*`. */
  open: { start: boolean; end: boolean };
  /** Null: nothing is sent. */
  reply: PayloadTemplate | null;
  delayMs: number;
  jitterMs: number;
  probability: number;
  close: NonNullable<ReplyRule['close']>;
}

export interface UnderstoodRules {
  framing: Framing;
  rules: readonly UnderstoodRule[];
}

/** What is wrong in a set of rules. `at` counts from 0 in the text of the field. */
export type RuleFault =
  | { rule: null; field: 'framing'; at: number; error: FramingError }
  | { rule: number; field: 'when'; at: number; error: PatternError }
  | { rule: number; field: 'reply'; at: number; error: PayloadError | ReplyError }
  | { rule: number; field: 'match' | 'name'; at: number; error: RuleError };

interface ReplyError {
  code: 'unknown-reply';
  message: string;
}

interface RuleError {
  code: 'anchored-expression' | 'same-name';
  message: string;
}

export type ParsedRules =
  { ok: true; understood: UnderstoodRules } | { ok: false; faults: readonly RuleFault[] };

/**
 * All of a set, or all that is wrong with it. `charset` is that of its encoding; `supply` what replies
 * may name, left out where that is not known.
 */
export function understandRules(
  set: RuleSet,
  charset: Charset = UTF8,
  supply?: PayloadSupply,
): ParsedRules {
  const faults: RuleFault[] = [];
  const framing = parseFraming(set.framing ?? 'none');
  if (!framing.ok)
    faults.push({ rule: null, field: 'framing', at: framing.error.at, error: framing.error });
  const names = new Set<string>();
  const rules = set.rules.map((rule, place) => {
    const key = rule.name.toLowerCase();
    if (names.has(key)) faults.push(sameName(rule.name, place));
    names.add(key);
    const understood = understandRule(rule, place, charset, faults);
    const error = supply && understood?.reply?.lacking(supply);
    if (!error) return understood;
    const at = replyStart(rule.reply ?? '') + error.at;
    faults.push({ rule: place, field: 'reply', at, error });
    return null;
  });
  const whole = rules.filter((rule) => rule !== null);
  if (!framing.ok || faults.length > 0) return { ok: false, faults };
  return { ok: true, understood: { framing: framing.framing, rules: whole } };
}

function sameName(name: string, rule: number): RuleFault {
  const message = `Another rule is called "${name}" already; the log and the capture tell rules by name`;
  return { rule, field: 'name', at: 0, error: { code: 'same-name', message } };
}

function understandRule(
  rule: ReplyRule,
  place: number,
  charset: Charset,
  faults: RuleFault[],
): UnderstoodRule | null {
  const before = faults.length;
  const match = rule.match ?? 'contains';
  const parsed = parsePattern(rule.when, charset);
  if (!parsed.ok)
    faults.push({ rule: place, field: 'when', at: parsed.error.at, error: parsed.error });
  else if (parsed.pattern.kind === 'regex' && match !== 'contains') {
    const message =
      'An expression says itself where it begins and ends: write /^…$/ and leave the match at "contains"';
    const error = { code: 'anchored-expression', message } as const;
    faults.push({ rule: place, field: 'match', at: 0, error });
  }
  const reply = understandReply(rule.reply ?? '', place, charset, faults);
  if (!parsed.ok || faults.length > before) return null;
  const words = /^hex:/i.test(rule.when) ? rule.when.slice(4).trim() : '';
  return {
    name: rule.name,
    on: rule.on ?? true,
    pattern: parsed.pattern,
    match,
    open: { start: words.startsWith('*'), end: words.endsWith('*') },
    reply,
    delayMs: rule.delayMs ?? 0,
    jitterMs: rule.jitterMs ?? 0,
    probability: rule.probability ?? 1,
    close: rule.close ?? 'none',
  };
}

/** Where its payload begins; 0: it does not say of which kind it is. */
function replyStart(text: string): number {
  return /^(?:hex|text):/i.exec(text)?.[0].length ?? 0;
}

function understandReply(
  text: string,
  rule: number,
  charset: Charset,
  faults: RuleFault[],
): PayloadTemplate | null {
  if (text === '') return null;
  const start = replyStart(text);
  if (start === 0) {
    const message =
      'A reply begins with text: or hex:. Examples: text:OK\\r\\n · hex:06 · text:{{$1}}';
    const error = { code: 'unknown-reply', message } as const;
    faults.push({ rule, field: 'reply', at: 0, error });
    return null;
  }
  const compiled = compilePayload(
    {
      mode: /^hex/i.test(text) ? 'hex' : 'text',
      text: text.slice(start),
      escapes: true,
      lineEnding: 'none',
      charset,
    },
    'reply',
  );
  if (compiled.ok) return compiled.template;
  const { error } = compiled;
  faults.push({ rule, field: 'reply', at: start + error.at, error });
  return null;
}
