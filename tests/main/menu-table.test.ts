import { expect, test } from 'vitest';
import { menuTable, type Item, type MenuSituation } from '../../src-main/menu-table';
import { languageOf, systemLanguage, TEXTS } from '../../src-main/texts';

const COMMANDS = [
  ...[
    'about',
    'captures',
    'clear-log',
    'close-tab',
    'export-profiles',
    'export-rows',
    'import-profiles',
  ],
  ...['new-socket', 'open-capture', 'open-wireshark', 'palette', 'save-capture', 'save-profile'],
  ...['settings', 'shortcuts', 'toggle-composer', 'toggle-inspector', 'toggle-sidebar'],
];

function itemsOf(situation: MenuSituation): Exclude<Item, 'separator'>[] {
  return menuTable(situation).flatMap(({ items }) => items.filter((item) => item !== 'separator'));
}

function rolesOf(situation: MenuSituation): string[] {
  return itemsOf(situation).flatMap((item) => ('role' in item ? [item.role] : []));
}

test.each([true, false])('every command of the window is there once (macOS: %s)', (mac) => {
  const commands = itemsOf({ mac, packaged: true }).flatMap((item) =>
    'command' in item ? [item.command] : [],
  );
  expect(commands.sort()).toEqual(COMMANDS);
});

test('developing has more than a packaged app', () => {
  expect(rolesOf({ mac: false, packaged: false })).toEqual(
    expect.arrayContaining(['reload', 'toggleDevTools']),
  );
  for (const role of ['reload', 'forceReload', 'toggleDevTools'])
    expect(rolesOf({ mac: false, packaged: true })).not.toContain(role);
});

test('no role takes the keys of closing a tab', () => {
  for (const mac of [true, false]) expect(rolesOf({ mac, packaged: false })).not.toContain('close');
});

test('the system’s language is the first of its preferences that we have', () => {
  expect(systemLanguage(['zh-Hans-CN', 'en-US'])).toBe('zh-CN');
  expect(systemLanguage(['de-DE', 'zh_TW', 'en'])).toBe('zh-CN');
  expect(systemLanguage(['fr', 'en-GB', 'zh'])).toBe('en');
  expect(systemLanguage(['zhx', 'enm'])).toBe('en');
  expect(systemLanguage([])).toBe('en');
  expect(languageOf('system', 'zh-CN')).toBe('zh-CN');
  expect(languageOf('en', 'zh-CN')).toBe('en');
});

test('every Chinese text is Chinese, but for names', () => {
  for (const [key, text] of Object.entries(TEXTS['zh-CN']))
    expect(text, key).toMatch(/\p{Script=Han}/u);
  expect(Object.keys(TEXTS['zh-CN'])).toEqual(Object.keys(TEXTS.en));
});
