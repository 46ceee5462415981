import { expect, test } from 'vitest';
import { requiredTexts } from '../../../src-shared/payload/required-text';

const all = () => true;

test.each<[string, string, readonly string[] | null]>([
  ['error', '', ['error']],
  ['^ERR \\d+ (?:timeout|refused)$', 'm', ['timeout', 'refused']],
  ['status=(ok|fine);', '', ['status=']],
  ['(?<code>4\\d\\d) Not Found', '', [' Not Found']],
  ['ab+cd', '', ['bcd']],
  ['(?:abc){2,}x', '', ['abcx']],
  ['\\x41\\u0042\\/c', '', ['AB/c']],
  ['\\u{1f600}!', 'u', ['\u{1f600}!']],
  ['\\bword\\b', 'i', ['word']],
  ['(?=secret)key=', '', ['key=']],
  ['abc|d', '', null],
  ['a?b?c?', '', null],
  ['(abc)?', '', null],
  ['[abc]+', '', null],
  ['(?!no)\\w+', '', null],
  ['(ab)\\1', '', ['ab']],
  // By rules of old, or of a later edition: nothing is read off them.
  ['ab{,2}cd', '', null],
  ['\\1012abc(x)', '', ['abcx']],
  ['(?i:ab)cd', '', null],
])('every match of /%s/%s holds one of %j', (source, flags, expected) => {
  expect(requiredTexts(source, flags, all)).toEqual(expected);
});

test('what is passed over interrupts a text', () => {
  expect(requiredTexts('abxcde', '', (character) => character !== 'x')).toEqual(['cde']);
});

test('no match of any expression is without all of them', () => {
  // Park and Miller's generator: the same in every run.
  let state = 4;
  const below = (limit: number) => (state = (state * 48_271) % 2_147_483_647) % limit;
  const any = (of: readonly string[]) => of[below(of.length)] ?? '';
  const letters = ['a', 'b', 'c', 'a', 'b', '\\x61', '\\u0062'];
  const classes = ['.', '[ab]', '[^b]', '\\w'];
  const places = ['\\b', '^', '(?=a)', '(?!b)', '(?<=b)'];
  // Of groups no more than twice: it would take for ever else.
  const few = ['?', '{2}', '{1,2}'];
  const times = ['+', '*', '?', '{2}', '{1,2}', '{0,1}', '+?', '{2,}?'];
  const part = (depth: number): string => {
    const kind = below(12);
    if (kind === 0) return any(places);
    if (kind === 1) return any(classes) + (below(2) === 0 ? any(times) : '');
    if (kind < 4 && depth < 3) {
      const inner = below(2) === 0 ? sequence(depth + 1) : either(depth + 1);
      return `${any(['(', '(?:'])}${inner})${below(3) === 0 ? any(few) : ''}`;
    }
    return any(letters) + (below(6) === 0 ? any(times) : '');
  };
  const sequence = (depth: number): string =>
    Array.from({ length: 2 + below(4) }, () => part(depth)).join('');
  const either = (depth: number): string => `${sequence(depth)}|${sequence(depth)}`;
  let judged = 0;
  for (let run = 0; run < 3000; run++) {
    const source = below(3) === 0 ? either(0) : sequence(0);
    const flags = any(['', 'i', 'm', 's', 'u']);
    const text = Array.from({ length: 40 }, () => any(['a', 'b', 'c', 'A', '\n'])).join('');
    const texts = requiredTexts(source, flags, all);
    const matched = new RegExp(source, flags).exec(text)?.[0];
    if (texts === null || matched === undefined) continue;
    judged++;
    const inCase = (one: string) => (flags === 'i' ? one.toLowerCase() : one);
    const held = texts.some((one) => inCase(matched).includes(inCase(one)));
    expect({ source, flags, texts, matched, held }).toMatchObject({ held: true });
  }
  expect(judged).toBeGreaterThan(500);
});
