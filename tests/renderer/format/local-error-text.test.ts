import { afterEach, describe, expect, test } from 'vitest';
import { aboutSocket } from '../../../src-renderer/format/error-about';
import { errorText } from '../../../src-renderer/format/error-text';
import { remedyAddress } from '../../../src-renderer/format/remedy-address';
import { overwriteGetLocale, type Locale } from '../../../src-renderer/i18n/generated/runtime';
import { socketInfo } from '../state/fakes';

let locale: Locale = 'en';
overwriteGetLocale(() => locale);
afterEach(() => {
  locale = 'en';
});

const PATH = '/run/device.sock';

function said(address: string, code: string, path = PATH) {
  const syscall = address.startsWith('unix-listen') ? 'bind' : 'connect';
  const kind = syscall === 'bind' ? 'local-listener' : 'local-connection';
  const error = { code, syscall, message: 'raw text' };
  const info = socketInfo({ id: 1, kind, address, path, phase: 'closed', error });
  return errorText(error, aboutSocket(info, error, 'linux'));
}

const LISTENING = ['EADDRINUSE', 'ERR_STALE_SOCKET', 'ENOTSOCK', 'EACCES', 'ENOENT', 'ENOTDIR'];
const DIALLING = [
  ...['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPROTOTYPE', 'EAGAIN', 'ECONNRESET'],
  'ERR_ABSTRACT_PADDED',
];

describe.each(['en', 'zh-CN'] as const)('in %s', (language) => {
  test.each([
    ...LISTENING.map((code) => [`unix-listen:${PATH},mode=666`, code] as const),
    ...DIALLING.map((code) => [`unix:${PATH}`, code] as const),
  ])('%s that meets %s hears of its path, not of ports and hosts', (address, code) => {
    locale = language;
    const { sentence, causes } = said(address, code);
    expect(sentence).toContain(PATH);
    expect(sentence).not.toContain('mode=');
    const all = [sentence, ...causes].join('\n');
    expect(all).not.toMatch(/\bport\b|\bhost\b|端口|主机|raw text/i);
    expect(/[\u4e00-\u9fff]/.test(all)).toBe(language === 'zh-CN');
  });

  test('the same code says different things of listening and dialling, of files and names', () => {
    locale = language;
    const name = (address: string, path: string) => said(address, 'ECONNREFUSED', path).sentence;
    const abstract = name('unix:@device', '@device');
    expect(abstract).toContain('@device');
    expect(abstract.replace('@device', '')).not.toBe(name(`unix:${PATH}`, PATH).replace(PATH, ''));
    expect(said(`unix:${PATH}`, 'ENOENT').sentence).not.toBe(
      said(`unix-listen:${PATH}`, 'ENOENT').sentence,
    );
  });
});

test('a file that was left behind is offered for removal, and nothing else is', () => {
  const address = `unix-listen:${PATH},mode=666`;
  expect(said(address, 'ERR_STALE_SOCKET').remedies[0]).toBe('unlink');
  expect(remedyAddress('unlink', address)?.address).toBe(`${address},unlink`);
  for (const code of LISTENING.filter((one) => one !== 'ERR_STALE_SOCKET'))
    expect(said(address, code).remedies).not.toContain('unlink');
});
