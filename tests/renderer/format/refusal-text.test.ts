import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { aboutAddress } from '../../../src-renderer/format/error-about';
import { errorText } from '../../../src-renderer/format/error-text';
import { problemDetail, problemText } from '../../../src-renderer/format/problem-text';
import { refusalText } from '../../../src-renderer/format/refusal-text';
import { m } from '../../../src-renderer/i18n/generated/messages';
import { followLocale } from '../../../src-renderer/i18n/locale.svelte';
import { refusal, REFUSALS } from '../../../src-shared/refusal/refusal';

const HAN = /\p{Script=Han}/u;

/** The window says why in its own words: it parses what was refused, or has less to say than English. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  'bad-address',
  'bad-targets',
  'bad-options',
  'bad-relay-target',
  'bad-filter',
  'bad-framing',
  'rule-no-reply',
  'decoder-unusable',
]);

/** Every name in braces stands for itself. */
const values = new Proxy<Record<string, string>>(
  {},
  { get: (_, name) => `<${String(name)}>`, ownKeys: () => [] },
);

function named(text: string): Record<string, string> {
  const names = text.match(/\{\w+\}/g) ?? [];
  return Object.fromEntries(names.map((one) => [one.slice(1, -1), values[one.slice(1, -1)] ?? '']));
}

afterEach(() => {
  followLocale(() => 'en');
});

describe('a refusal in the window', () => {
  test.each(Object.entries(REFUSALS))('%s is said in both languages', (name, english) => {
    if (OWN_WORDS.has(name)) return;
    const given = named(english);
    const reason = { name, values: given };
    const said = english.replace(/\{(\w+)\}/g, '<$1>');
    expect(refusalText(reason)).toBe(said);
    followLocale(() => 'zh-CN');
    const chinese = refusalText(reason) ?? '';
    expect(chinese).toMatch(HAN);
    // Nothing but what was given stands in it, and no name of a value is left.
    expect(chinese).not.toMatch(/[{}]|undefined/);
    for (const value of chinese.match(/<\w+>/g) ?? [])
      expect(Object.values(given)).toContain(value);
  });

  test.each([
    [refusal('bad-address', { why: 'English', text: 'tcp:host' }), '端口'],
    [refusal('bad-targets', { why: 'English', text: 'tcp:10.0.0.1-300:80' }), '10.0.0.1-300'],
    [refusal('bad-options', { why: 'English', text: 'nodelay=maybe', kind: 'tcp' }), 'maybe'],
    [refusal('bad-relay-target', { why: 'English', text: 'udp:a:1', kind: 'tcp-listen' }), 'udp'],
    [refusal('bad-filter', { why: 'English', text: 'len>many' }), 'many'],
    [refusal('bad-framing', { why: 'English', text: 'fixed:none' }), 'fixed:16'],
  ])('what cannot be read is read again for its words: %o', ({ message, reason }, named) => {
    followLocale(() => 'zh-CN');
    const text = problemText({ code: 'ERR_BAD_COMMAND', message, reason });
    expect(text).toMatch(HAN);
    expect(text).toContain(named);
    expect(text).not.toContain('English');
  });

  test('what the system says has its words, and the file is told beside', () => {
    const message = "EACCES: permission denied, open '/srv/x'";
    const told = refusal('profile-unsaved', { name: 'PLC', why: message, code: 'EACCES' });
    expect(told.message).toContain(message);
    followLocale(() => 'zh-CN');
    expect(problemText({ code: 'EACCES', ...told })).toContain('请更改权限');
    expect(problemText({ code: 'EACCES', message })).toMatch(/请更改权限.*EACCES/);
    expect(problemDetail({ code: 'EACCES', message })).toBe(message);
  });

  test('what is known of the case stands before what is likely of its code', () => {
    followLocale(() => 'zh-CN');
    const told = refusal('interface-unknown', { name: 'nope0', found: 'lo, eth0' });
    const { causes } = errorText({ code: 'ERR_INTERFACE_UNKNOWN', ...told }, OF_A_PATH);
    expect(causes[0]).toBe('没有接口 nope0；现有接口：lo, eth0。');
    expect(causes.length).toBeGreaterThan(2);
    // Once, where the words of the code have it in them.
    const file = refusal('no-key', { path: '/k.pem' });
    expect(errorText({ code: 'ERR_TLS_BAD_KEY', ...file }, OF_A_PATH).causes).toHaveLength(1);
  });

  test('what has words by its code says what to do in the same line', () => {
    followLocale(() => 'zh-CN');
    const text = problemText({ code: 'PAGE_INCOMPLETE', message: 'A part could not be loaded' });
    expect(text).toMatch(/未能加载。 请重新启动 Wirebench/);
    expect(text).not.toContain('\n');
  });

  test('a refusal of a later version stands as it came', () => {
    followLocale(() => 'zh-CN');
    const reason = { name: 'of-tomorrow', values: {} };
    expect(problemText({ code: 'ERR_OF_TOMORROW', message: 'As it is', reason })).toBe('As it is');
  });
});

/** Nobody but a programmer meets these: a window that does not keep to the contract, races, bugs. */
const OUR_MISTAKES: ReadonlySet<string> = new Set([
  'ERR_BAD_COMMAND',
  'ERR_NOT_CONFIGURED',
  'ERR_UNKNOWN',
]);

/** Told of nothing but refusals, or in the words of Wireshark. */
const BY_REASON: ReadonlySet<string> = new Set([
  ...['ERR_BAD_ADDRESS', 'ERR_BAD_AUTHORITY', 'ERR_BAD_CERTIFICATE', 'ERR_BAD_FILTER'],
  ...['ERR_BAD_FRAMING', 'ERR_CAPTURE_CHANGED', 'ERR_CAPTURE_DAMAGED', 'ERR_CAPTURE_FOLDER'],
  ...['ERR_CAPTURE_IN_USE', 'ERR_FILTER_TOO_SLOW', 'ERR_FOREIGN_CAPTURE', 'ERR_NO_SUCH_CAPTURE'],
  ...['ERR_NO_SUCH_SOCKET', 'ERR_NO_SUCH_VIEW', 'ERR_NOT_POSSIBLE', 'ERR_TOO_MANY_MARKS'],
  ...['ERR_NO_DISSECTOR', 'ERR_DISSECTOR_FAILED', 'ERR_DISSECTOR_MEMORY', 'ERR_DISSECTOR_TIMEOUT'],
  'ERR_BAD_DISPLAY_FILTER',
]);

/** Have words where they are shown: `fileResultText` of the composer. */
const IN_THE_COMPOSER: ReadonlySet<string> = new Set([
  'ERR_CLOSED',
  'ERR_NOT_ACCEPTED',
  'ERR_FILE_SHRANK',
]);

/** Some codes are told of sockets with a path only. */
const OF_A_PATH = { ...aboutAddress('/run/x.sock', 'linux'), local: true };

/** Codes that the runtime gives and we look for. */
const NODES = /^ERR_(?:SSL_.*|CRYPTO_.*|STREAM_.*|SCRIPT_.*|TLS_|TLS_ALERT_?)$/;

function engineText(): string {
  const folder = resolve(import.meta.dirname, '../../../src-main/engine');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function toldIn(text: string): string[] {
  const codes = new Set(
    [...text.matchAll(/'(ERR_[A-Z0-9_]+)'/g)].flatMap(([, code]) => code ?? []),
  );
  return [...codes].filter((code) => !NODES.test(code)).sort();
}

describe('every code of the engine', () => {
  const text = engineText();
  const codes = toldIn(text);

  test('the sources were found', () => {
    expect(codes).toContain('ERR_STALE_SOCKET');
    expect(codes.length).toBeGreaterThan(60);
  });

  test('what is told by refusals alone is made of one', () => {
    const bare = [...text.matchAll(/code: '(ERR_[A-Z0-9_]+)',[^}]*?\bmessage\b/g)];
    const codes = new Set(
      bare.flatMap(([, code]) => code ?? []).filter((one) => BY_REASON.has(one)),
    );
    // Of races between commands, which the window does not show.
    expect([...codes]).toEqual(['ERR_NOT_POSSIBLE']);
  });

  test.each(codes)('%s is said in 中文, or is known not to be met in the window', (code) => {
    if ([OUR_MISTAKES, BY_REASON, IN_THE_COMPOSER].some((known) => known.has(code))) return;
    followLocale(() => 'zh-CN');
    const { sentence } = errorText({ code, message: 'English' }, OF_A_PATH);
    expect(sentence).toMatch(HAN);
    expect(sentence).not.toBe(m.err_unknown({ code }));
  });
});
