import { z } from 'zod';
import { MAX_DELAY_MS, MAX_RULES, RULE_CLOSES, RULE_MATCHES } from './rule-words';

/** The longest pattern or reply, as it is written. */
const MAX_PATTERN_LENGTH = 20_000;
const MAX_REPLY_LENGTH = 200_000;

/** What is answered to what. What is left out is as the comment says. */
const replyRule = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** Left out: on. */
  on: z.boolean().optional(),
  /** In the grammar of `payload/pattern.ts`. */
  when: z.string().min(1).max(MAX_PATTERN_LENGTH),
  /** Which part of a message the pattern must be; left out: `contains`. An expression has `^` and `$`. */
  match: z.enum(RULE_MATCHES).optional(),
  /** `text:…` with escapes or `hex:…`, with placeholders; left out or empty: nothing is sent. */
  reply: z.string().max(MAX_REPLY_LENGTH).optional(),
  /** Time before the answer, and up to how much more, at random; left out: none. */
  delayMs: z.number().min(0).max(MAX_DELAY_MS).optional(),
  jitterMs: z.number().min(0).max(MAX_DELAY_MS).optional(),
  /** 0 to 1: how often the rule holds; else the next one is tried. Left out: always. */
  probability: z.number().min(0).max(1).optional(),
  /** After the answer: the connection stays, is closed in good order (FIN), or is reset (RST). */
  close: z.enum(RULE_CLOSES).optional(),
});
export type ReplyRule = z.infer<typeof replyRule>;

/** What a socket answers by itself: the first rule that a message fits. */
export const ruleSet = z.strictObject({
  /** Off: kept, and nothing is answered. So is what was imported. Left out: on. */
  on: z.boolean().optional(),
  /** What a message is, in the grammar of framings; left out: what was read at once, a datagram. */
  framing: z.string().min(1).max(200).optional(),
  /** Of text in patterns and replies; left out: UTF-8. */
  encoding: z.string().min(1).max(64).optional(),
  rules: z.array(replyRule).max(MAX_RULES),
});
export type RuleSet = z.infer<typeof ruleSet>;

const RULES_VERSION = 1;

/** A file of rules: docs/schemas/rules.schema.json. */
export const ruleFile = z.strictObject({
  $schema: z.string().max(300).optional(),
  version: z.literal(RULES_VERSION),
  ...ruleSet.shape,
});

const count = z.int().min(0);

/** How the rules of a socket have fared since they were set. */
export const ruleState = z.object({
  /** One for each rule of the set, in its order; `problem`: why it holds no more. */
  rules: z
    .array(
      z.object({
        name: replyRule.shape.name,
        hits: count,
        problem: z.string().max(2000).optional(),
      }),
    )
    .max(MAX_RULES),
  /** Messages that no rule answered. */
  unmatched: count,
});
export type RuleState = z.infer<typeof ruleState>;
