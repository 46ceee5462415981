import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { RuleState } from '../../../src-shared/contract/rules';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { Framing } from '../../../src-shared/framing/framing';
import type { RegexPattern } from '../../../src-shared/payload/pattern';
import type { PayloadContext } from '../../../src-shared/payload/payload-template';
import { countOn } from '../../../src-shared/payload/payload-template';
import type { Caught } from '../../../src-shared/rules/match';
import { matchRule } from '../../../src-shared/rules/match';
import type { UnderstoodRule, UnderstoodRules } from '../../../src-shared/rules/understand';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';
import { CountedFaults, type Telling } from '../counted-faults';
import { EXPRESSIONS_MS, Expressions } from './expressions';

/** What replies may name that is not in the rules themselves. */
export interface RuleSupply {
  /** By path, as it is written. */
  files: ReadonlyMap<string, Uint8Array>;
  variables: ReadonlyMap<string, string>;
  /** What is dialled, as `hostField` has it; null: nothing is. */
  host: string | null;
}

/** What one rule makes of one message. */
export interface Answer {
  /** `rule NAME`: what the capture says of it. */
  comment: string;
  /** Null: nothing is sent. */
  bytes: Uint8Array | null;
  delayMs: number;
  close: UnderstoodRule['close'];
}

interface Standing {
  rule: UnderstoodRule;
  hits: number;
  problem: Refused | null;
}

/** The rules of one socket, with how often each has answered. Its connections and peers share it. */
export class RuleBook {
  readonly framing: Framing;
  /** Some rule ends or resets connections. */
  readonly closes: boolean;
  readonly #standings: readonly Standing[];
  readonly #supply: RuleSupply;
  readonly #expressions: Expressions | null;
  readonly #counters = new Map<string, number>();
  #unmatched = 0;
  /** Not told yet. */
  readonly #givenUp: Standing[] = [];
  readonly #faults = new CountedFaults();

  constructor({ framing, rules }: UnderstoodRules, supply: RuleSupply) {
    this.framing = framing;
    this.closes = rules.some(({ on, close }) => on && close !== 'none');
    this.#supply = supply;
    this.#standings = rules.map((rule) => ({ rule, hits: 0, problem: null }));
    const patterns = rules.flatMap(({ on, pattern }) =>
      on && pattern.kind === 'regex' ? [pattern] : [],
    );
    const giveUp = (pattern: RegexPattern) => {
      this.#giveUp(pattern);
    };
    this.#expressions = patterns.length === 0 ? null : new Expressions(patterns, giveUp);
  }

  get state(): RuleState {
    const rules = this.#standings.map(({ rule: { name }, hits, problem }) =>
      problem === null ? { name, hits } : { name, hits, problem: problem.message },
    );
    return { rules, unmatched: this.#unmatched };
  }

  /** A socket or connection that they answer closes, or is answered by something else. */
  closed(): void {
    this.#faults.flush();
  }

  /** A message that is none to judge: cut off, or longer than what is judged. */
  passOver(): void {
    this.#unmatched += 1;
  }

  /** What the first rule that fits says; null: none fits, or it has no answer, which is told. */
  judge(message: Uint8Array, of: Telling): Answer | null {
    const fitting = this.#fitting(message, (probability) => Math.random() < probability);
    for (const { rule, problem } of this.#givenUp.splice(0))
      of.tellFault({ code: 'ERR_RULE', message: `rule "${rule.name}": ${problem?.message ?? ''}` });
    if (fitting === null) {
      this.#unmatched += 1;
      return null;
    }
    const { standing, caught } = fitting;
    const { rule } = standing;
    standing.hits += 1;
    const { delayMs, jitterMs, close } = rule;
    const comment = `rule ${rule.name}`;
    const dueMs = delayMs + Math.random() * jitterMs;
    const made = this.#replyOf(rule, message, caught);
    if (made === null) return { comment, bytes: null, delayMs: dueMs, close };
    if (made.ok) return { comment, bytes: made.bytes, delayMs: dueMs, close };
    this.#tell(`rule "${rule.name}" has no answer: ${made.error.message}`, of);
    return null;
  }

  /** As `judge`, of the first rule that fits by its pattern; nothing is counted. */
  try(message: Uint8Array): {
    rule: number | null;
    reply: Uint8Array<ArrayBuffer> | null;
    problem: SocketError | null;
  } {
    const fitting = this.#fitting(message, (probability) => probability > 0);
    const givenUp = this.#standings.find(({ problem }) => problem !== null)?.problem;
    const problem = givenUp ? { code: 'ERR_RULE', ...givenUp } : null;
    if (fitting === null) return { rule: null, reply: null, problem };
    const { standing, caught } = fitting;
    const rule = this.#standings.indexOf(standing);
    const made = this.#replyOf(standing.rule, message, caught);
    if (made === null) return { rule, reply: null, problem };
    if (made.ok) return { rule, reply: made.bytes, problem };
    const refused = refusal('rule-no-reply', { why: made.error.message });
    return { rule, reply: null, problem: { code: 'ERR_RULE', ...refused } };
  }

  #fitting(
    message: Uint8Array,
    holds: (probability: number) => boolean,
  ): { standing: Standing; caught: Caught } | null {
    const run = this.#expressions?.over(message) ?? (() => null);
    for (const standing of this.#standings) {
      const { rule, problem } = standing;
      if (!rule.on || problem !== null) continue;
      const caught = matchRule(rule, message, run);
      if (caught !== null && holds(rule.probability)) return { standing, caught };
    }
    return null;
  }

  #replyOf(
    { reply }: UnderstoodRule,
    message: Uint8Array,
    caught: Caught,
  ): ReturnType<NonNullable<UnderstoodRule['reply']>['expand']> | null {
    if (reply === null) return null;
    const context: PayloadContext = {
      now: Date.now(),
      random: (length) => randomBytes(length),
      counters: this.#counters,
      ...this.#supply,
      hostname: hostname(),
      request: { bytes: message, groups: caught },
    };
    const made = reply.expand(context);
    if (made.ok) countOn(reply, this.#counters);
    return made;
  }

  #giveUp(pattern: RegexPattern): void {
    const standing = this.#standings.find(({ rule }) => rule.pattern === pattern);
    if (!standing) return;
    standing.problem = refusal('rule-slow', { pattern: pattern.source, ms: EXPRESSIONS_MS });
    this.#givenUp.push(standing);
  }

  #tell(message: string, of: Telling): void {
    const since = (count: number) =>
      count > 1 ? `; ${count} messages since this was last told` : '';
    this.#faults.add(of, (count) => ({ code: 'ERR_RULE', message: message + since(count) }));
  }
}
