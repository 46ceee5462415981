import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { firstAnswer, readFirstSettings, type Running } from '../../src-main/first-answers';
import { SettingsStore } from '../../src-main/settings';
import { mainCommands } from '../../src-shared/contract/main';
import { tempFolder } from '../support/temp-folder';

const running: Running = {
  version: '1.2.3',
  electron: '45',
  chrome: '150',
  packaged: false,
  systemLanguage: 'zh-CN',
  captureFolder: '/captures',
};

async function fileWith(text: string): Promise<string> {
  const path = join(await tempFolder(), 'settings.json');
  await writeFile(path, text);
  return path;
}

describe('the settings before there is a store', () => {
  test.each([
    '{"language":"zh-CN","theme":"dark","wiresharkPath":"/opt/wireshark","rowHeight":"comfortable"}',
    '{"language":"fr","theme":7,"wiresharkPath":[],"captureLimitBytes":-1,"later":true}',
    '["dark"]',
    'null',
    '{"theme":"dark"',
    '',
  ])('%j are the same to the window, and to the page, as those of the store', async (text) => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const path = await fileWith(text);
    const first = readFirstSettings(path);
    const answer = firstAnswer('getSettings', {}, first, running);
    const { current } = await SettingsStore.open(path);
    const { language, theme, wiresharkPath } = current;
    expect(first).toMatchObject({ language, theme, wiresharkPath });
    expect(answer?.ok === true && mainCommands.getSettings.result.parse(answer.result)).toEqual(
      current,
    );
  });

  test('are the defaults when there is no file', async () => {
    const first = readFirstSettings(join(await tempFolder(), 'settings.json'));
    expect(first).toEqual({ language: 'system', theme: 'system', wiresharkPath: null, raw: {} });
  });
});

describe('the first answers', () => {
  const settings = { language: 'system', theme: 'system', wiresharkPath: null, raw: {} } as const;

  test('tell of the app as the contract says', () => {
    const answer = firstAnswer(
      'appInfo',
      {},
      { ...settings, wiresharkPath: process.execPath },
      running,
    );
    const info = answer?.ok === true ? mainCommands.appInfo.result.parse(answer.result) : null;
    expect(info).toMatchObject({ ...running, wireshark: process.execPath });
  });

  test.each([null, undefined, [], 'x', 5])('are none to the parameters %j', (params) => {
    expect(firstAnswer('appInfo', params, settings, running)).toBeNull();
  });

  test.each(['profiles', 'changeSettings', 'toString', '', null, 7])('do not know %j', (name) => {
    expect(firstAnswer(name, {}, settings, running)).toBeNull();
  });
});
