import { describe, expect, test } from 'vitest';
import { ruleSet, type ReplyRule, type RuleSet } from '../../../src-shared/contract/rules';
import type { RegexPattern } from '../../../src-shared/payload/pattern';
import { regexText } from '../../../src-shared/payload/pattern';
import { matchRule } from '../../../src-shared/rules/match';
import { understandRules } from '../../../src-shared/rules/understand';

/** One rule, as a user writes it. */
function understood(rule: Partial<ReplyRule>) {
  const parsed = understandRules({ rules: [{ name: 'one', when: 'text:x', ...rule }] });
  const [one] = parsed.ok ? parsed.understood.rules : [];
  if (!one) throw new Error(JSON.stringify(parsed));
  return one;
}

function fits(when: string, match: ReplyRule['match'], message: string): boolean {
  const rule = understood({ when, match });
  return matchRule(rule, Buffer.from(message, 'latin1'), () => null) !== null;
}

function faults(set: RuleSet) {
  const parsed = understandRules(set);
  return parsed.ok
    ? []
    : parsed.faults.map(({ rule, field, at, error }) => [rule, field, at, error.code]);
}

describe('what of a message a pattern must be', () => {
  test.each([
    ['text:AB', 'contains', 'xABx', true],
    ['text:AB', 'contains', 'xAxB', false],
    ['text:AB', 'prefix', 'ABx', true],
    ['text:AB', 'prefix', 'xAB', false],
    ['text:AB', 'suffix', 'xAB', true],
    ['text:AB', 'suffix', 'ABx', false],
    ['text:AB', 'exact', 'AB', true],
    ['text:AB', 'exact', 'ABAB', false],
    ['text:AB', 'exact', 'A', false],
    ['hex:41 ?? 43', 'exact', 'AzC', true],
    ['hex:41 * 43', 'exact', 'AC', true],
    ['hex:41 * 43', 'exact', 'AxyzC', true],
    ['hex:41 * 43', 'exact', 'xAC', false],
    ['hex:41 * 43', 'exact', 'ACx', false],
    // One byte cannot be both ends.
    ['hex:41 42 * 42 43', 'exact', 'ABC', false],
    ['hex:41 * 42 * 43', 'exact', 'AC', false],
    ['hex:41 * 42 * 43', 'exact', 'AxBxC', true],
    ['hex:41 *', 'exact', 'A and more', true],
    ['hex:* 41', 'exact', 'more and A', true],
    ['hex:41 * 42', 'prefix', 'AxBx', true],
    ['hex:41 * 42', 'prefix', 'xAxB', false],
    ['hex:41 * 42', 'suffix', 'xAxB', true],
    ['hex:41 * 42', 'suffix', 'AxBx', false],
    ['hex:4? ?1', 'exact', 'A1', true],
    ['hex:4? ?1', 'exact', 'Q1', false],
    ['text:A', 'exact', '', false],
  ] as const)('%s %s in %j: %j', (when, match, message, expected) => {
    expect(fits(when, match, message)).toBe(expected);
  });

  test('groups of an expression are the bytes they stand for, in its encoding', () => {
    const run = (flags: string) => (pattern: RegexPattern) => {
      const found = new RegExp(pattern.source, `${pattern.flags}d`).exec(
        regexText(message, pattern),
      );
      expect(pattern.flags).toBe(flags);
      return found?.indices ?? null;
    };
    const message = Uint8Array.from(Buffer.from('name=\u00e9t\u00e9;\xff'));
    const bytewise = matchRule(understood({ when: '/=(.+);/s' }), message, run('s'));
    const inUtf8 = matchRule(understood({ when: '/=(.)(x)?/u' }), message, run('u'));
    expect(bytewise?.[1]).toEqual(Uint8Array.from(Buffer.from('\u00e9t\u00e9')));
    expect(inUtf8?.[1]).toEqual(Uint8Array.from(Buffer.from('\u00e9')));
    expect(inUtf8?.[2]).toBeUndefined();
  });
});

describe('what is wrong in a set is told with rule, field and place', () => {
  test('each of them', () => {
    const rule = { name: 'r', when: 'text:x' };
    expect(faults({ framing: 'lines', rules: [] })).toEqual([
      [null, 'framing', 0, 'unknown-framing'],
    ]);
    expect(
      faults({
        rules: [
          rule,
          { ...rule, name: 'R' },
          { name: 'a', when: 'hex:01 0' },
          { name: 'b', when: 'ping' },
          { name: 'c', when: '/(/' },
          { name: 'd', when: '/x/', match: 'exact' },
          { name: 'e', when: 'text:x', reply: 'OK' },
          { name: 'f', when: 'text:x', reply: 'hex:0' },
          { name: 'g', when: 'text:x', reply: 'text:a{{nope}}' },
        ],
      }),
    ).toEqual([
      [1, 'name', 0, 'same-name'],
      [2, 'when', 8, 'bad-hex'],
      [3, 'when', 0, 'unknown-pattern'],
      [4, 'when', 1, 'bad-regex'],
      [5, 'match', 0, 'anchored-expression'],
      [6, 'reply', 0, 'unknown-reply'],
      [7, 'reply', 4, 'odd-digit'],
      [8, 'reply', 6, 'unknown-placeholder'],
    ]);
  });

  test('and what a reply has no value of', () => {
    const nothing = { has: () => false };
    const replies = [
      'text:{{host}}',
      'text:{{var me}} {{host}}',
      'hex:01 {{u8 var n}}',
      'text:{{file a}}',
    ];
    const rules = replies.map((reply, n) => ({ name: `r${n}`, when: 'text:x', reply }));
    const told = (host: string | null) => {
      const parsed = understandRules({ rules }, undefined, {
        files: nothing,
        variables: nothing,
        host,
      });
      return parsed.ok ? [] : parsed.faults.map(({ rule, at, error }) => [rule, at, error.code]);
    };
    const others = [
      [1, 5, 'not-set'],
      [2, 7, 'not-set'],
      [3, 5, 'no-file'],
    ];
    expect(told('device:502')).toEqual(others);
    expect(told(null)).toEqual([[0, 5, 'no-host'], ...others]);
    expect(faults({ rules })).toEqual([]);
  });

  test('the contract refuses what no rule can be', () => {
    for (const wrong of [
      { name: '', when: 'text:x' },
      { name: 'x', when: '' },
      { name: 'x', when: 'text:x', probability: 1.5 },
      { name: 'x', when: 'text:x', delayMs: -1 },
      { name: 'x', when: 'text:x', close: 'now' },
      { name: 'x', when: 'text:x', then: 'text:y' },
    ])
      expect(ruleSet.safeParse({ rules: [wrong] }).success, JSON.stringify(wrong)).toBe(false);
  });
});
