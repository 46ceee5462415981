import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../../src-renderer');

type Message = string | { match: Record<string, string> }[];

function catalogue(locale: string): Map<string, Message> {
  const text = readFileSync(join(source, 'i18n', `${locale}.json`), 'utf8');
  const entries = Object.entries(JSON.parse(text) as Record<string, Message>);
  return new Map(entries.filter(([key]) => key !== '$schema'));
}

const en = catalogue('en');
const zh = catalogue('zh-CN');

function texts(message: Message): string[] {
  return typeof message === 'string'
    ? [message]
    : message.flatMap(({ match }) => Object.values(match));
}

function inputs(message: Message): string[] {
  const found = texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []);
  return [...new Set(found)].sort();
}

/** Of names that stay as they are in every language. */
const SAME = new Set([
  'app_name',
  'group_app',
  'about_runtime',
  'quick_address_hint',
  'settings_wireshark',
  'opt_group_tls',
  'st_file',
  'status_rx',
  'status_tx',
  'err_unknown_causes',
  'toast_fault',
]);

test('both languages have the same messages', () => {
  expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
});

test('no message is empty', () => {
  const empty = [...en, ...zh].filter(([, message]) => texts(message).some((text) => !text.trim()));
  expect(empty.map(([key]) => key)).toEqual([]);
});

/** Of refusals: words of the engine and of others, in English alone. Chinese says what follows from them. */
const ENGLISH_WORDS: ReadonlySet<string> = new Set(
  ['kind', 'phase', 'why', 'what', 'damage'].map((name) => `{${name}}`),
);

test('both languages show the same values', () => {
  const shown = (key: string, message: Message) =>
    inputs(message).filter(
      (input) =>
        // A plural in English may spell out "one", and Chinese has one form: the count may be left out.
        input !== '{count}' && !(key.startsWith('refuse_') && ENGLISH_WORDS.has(input)),
    );
  const different = [...en].filter(
    ([key, message]) => shown(key, message).join() !== shown(key, zh.get(key) ?? '').join(),
  );
  expect(different.map(([key]) => key)).toEqual([]);
});

describe('Chinese', () => {
  const pairs = [...zh].flatMap(([key, message]) => texts(message).map((text) => [key, text]));

  test('is Chinese: sentences are translated', () => {
    const untranslated = pairs.filter(
      ([key = '', text = '']) =>
        !SAME.has(key) &&
        /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(text) &&
        !/\p{Script=Han}/u.test(text),
    );
    // The switch to the other language is written in the other language.
    expect(untranslated.map(([key]) => key)).toEqual(['status_language']);
  });

  test('has full-width punctuation beside Chinese characters', () => {
    const half = pairs.filter(([, text = '']) =>
      /\p{Script=Han}[,;:!?]|\p{Script=Han}\.(\s|$)/u.test(text),
    );
    expect(half).toEqual([]);
  });
});

test('every message is used', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|svelte)$/.test(file) && !file.includes('generated'),
  );
  const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  const used = new Set([...code.matchAll(/\bm\s*\.\s*(\w+)/g)].map(([, key]) => key));
  // Of a family of messages the last part of the name is a value.
  const families = [...code.matchAll(/\bm\[`(\w+_)\$\{/g)].map(([, prefix = '']) => prefix);
  const unused = [...en.keys()].filter(
    (key) => !used.has(key) && !families.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});
