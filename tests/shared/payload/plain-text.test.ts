import { expect, test } from 'vitest';
import { plainJson, plainLines, plainText } from '../../../src-shared/payload/plain-text';
import { CANARIES } from '../../support/canaries';

// Written out here, so that the class of the product is judged by another.
const DECEIVING =
  // eslint-disable-next-line no-control-regex -- exactly what must never reach a terminal or a page
  /[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\u{e0001}/u;

test('nothing of a text that is made to deceive steers a terminal or hides', () => {
  for (const text of [...CANARIES, 'a\u3164b', '\u{e0001}tag', '\u{e007f}']) {
    const shown = plainText(text);
    expect(shown).not.toMatch(DECEIVING);
    expect(plainText(shown)).toBe(shown);
    expect(plainLines(`${text}\n${text}`).split('\n').join('')).not.toMatch(DECEIVING);
    const json = plainJson(JSON.stringify({ text }));
    expect(json).not.toMatch(DECEIVING);
    expect(JSON.parse(json)).toEqual({ text });
  }
});

test('what is to be read stays as it is, and what is hidden is told', () => {
  const read = ['plain', '正常 값 ΔΩ é', 'é', '⚠️ 🇪🇺', 'C:\\new\\u{1b}'];
  for (const text of read) expect(plainText(text)).toBe(text);
  expect(plainText('safe\u202egnp.exe')).toBe('safe\\u{202e}gnp.exe');
  expect(plainText('one\r\n\ttwo\u001b[31m')).toBe('one\\r\\n\\ttwo\\u{1b}[31m');
  expect(plainText('a\ufe0fb')).toBe('a\\u{fe0f}b');
  expect(plainText('\u{e007f}')).toBe('\\u{e007f}');
});
