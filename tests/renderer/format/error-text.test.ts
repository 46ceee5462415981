import { afterEach, describe, expect, test } from 'vitest';
import { addressErrorText } from '../../../src-renderer/format/address-text';
import { aboutSocket, damageText, recordingText } from '../../../src-renderer/format/error-about';
import { errorText } from '../../../src-renderer/format/error-text';
import type { Doing, ErrorAbout } from '../../../src-renderer/format/error-words';
import { overwriteGetLocale, type Locale } from '../../../src-renderer/i18n/generated/runtime';
import { parseAddress } from '../../../src-shared/address/address';
import type { AddressErrorCode } from '../../../src-shared/address/problem';
import { socketInfo } from '../state/fakes';

let locale: Locale = 'en';
overwriteGetLocale(() => locale);
afterEach(() => {
  locale = 'en';
});

const LOCALES: readonly Locale[] = ['en', 'zh-CN'];
const DOINGS: readonly Doing[] = [
  'listen',
  'connect',
  'send',
  'receive',
  'record',
  'read-capture',
  'command',
];
const CODES = [
  'EADDRINUSE',
  'EACCES',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EPIPE',
  'EMSGSIZE',
  'EMFILE',
  'ENOBUFS',
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'ERR_NOT_A_CAPTURE',
  'ENGINE_LOST',
  'ERR_MULTICAST_GROUP',
  'ERR_MULTICAST_BIND',
  'ERR_INTERFACE_UNKNOWN',
  'ERR_INTERFACE_DOWN',
  'ERR_SCOPE_MISSING',
  'ERR_SOURCE_FAMILY',
  'ERR_WRONG_FAMILY',
  'ERR_NOT_JOINED',
  'ERR_TOO_MANY_GROUPS',
  'ERR_REUSEPORT',
  'ERR_CLIENT_BLOCKED',
  'ERR_MAX_CLIENTS',
  'ERR_ADDRESS_GONE',
];

function about(over: Partial<ErrorAbout> = {}): ErrorAbout {
  return {
    doing: 'connect',
    address: '192.168.1.50:502',
    host: '192.168.1.50',
    port: 502,
    datagrams: false,
    local: false,
    platform: 'linux',
    ...over,
  };
}

describe.each(LOCALES)('in %s', (language) => {
  test.each(CODES)('%s has its own sentence and causes, whatever was being done', (code) => {
    locale = language;
    for (const doing of DOINGS) {
      const { sentence, causes } = errorText({ code, message: 'raw text' }, about({ doing }));
      expect(sentence.length).toBeGreaterThan(4);
      // An unknown code is what has the system's own text as its cause.
      expect(causes).not.toContain('raw text');
      expect(causes.every((cause) => cause.trim() !== '')).toBe(true);
      expect(/[\u4e00-\u9fff]/.test(sentence + causes.join(''))).toBe(language === 'zh-CN');
    }
  });

  test('an unknown code shows itself and what the system said', () => {
    locale = language;
    const text = errorText({ code: 'EWEIRD', message: 'strange thing', errno: -999 }, about());
    expect(text.sentence).toContain('EWEIRD');
    expect(text.causes).toEqual(['strange thing']);
  });

  test('every mistake in an address has a sentence', () => {
    locale = language;
    const codes: AddressErrorCode[] = [
      'empty',
      'unknown-kind',
      'missing-host',
      'missing-port',
      'bad-host',
      'bare-ipv6',
      'wrong-family',
      'bad-port',
      'not-multicast',
      'missing-path',
      'bad-path',
      'path-too-long',
      'bad-quoting',
      'option-unreachable',
      'unknown-option',
      'option-not-here',
      'duplicate-option',
      'bad-option-value',
    ];
    const said = codes.map((code) =>
      addressErrorText({ code, message: '', at: 0, values: { found: 'x', example: 'y' } }),
    );
    expect(new Set(said).size).toBe(codes.length);
  });
});

test('the raw line has name, call, address and number', () => {
  const error = { code: 'ECONNREFUSED', syscall: 'connect', errno: -111, message: '' };
  expect(errorText(error, about()).raw).toBe('ECONNREFUSED connect 192.168.1.50:502 (errno -111)');
});

test('a refused datagram is told apart from a refused connection', () => {
  const error = { code: 'ECONNREFUSED', message: '' };
  expect(errorText(error, about()).sentence).not.toBe(
    errorText(error, about({ datagrams: true })).sentence,
  );
});

test('on macOS an unreachable host points at the local network permission', () => {
  const error = { code: 'EHOSTUNREACH', message: '' };
  expect(errorText(error, about({ platform: 'darwin' })).causes[0]).toContain('Local Network');
  expect(errorText(error, about()).causes.join()).not.toContain('macOS');
});

test('a mistake says what it found and what was meant', () => {
  const parsed = parseAddress('tcp-lisen:localhost:9000');
  if (parsed.ok) throw new Error('it should not parse');
  expect(addressErrorText(parsed.error)).toBe(
    'There is no kind of address “tcp-lisen”. Did you mean “tcp-listen”?',
  );
  const wrong = (target: string) => {
    const relay = parseAddress(`tcp-listen:1,relay-to=${target}`);
    return relay.ok ? '' : addressErrorText(relay.error);
  };
  expect(wrong('tcp:h')).toBe('The target “tcp:h” is no address. The port is missing.');
  expect(wrong('udp:h:1')).toMatch(/^“udp:h:1” is no target for tcp-listen/);
});

describe('what a socket was doing', () => {
  const cases = [
    ['tcp-listener', 'listen', 'listen'],
    ['tcp-connection', 'connect', 'connect'],
    ['tcp-connection', 'getaddrinfo', 'connect'],
    ['tcp-connection', 'write', 'send'],
    ['tcp-connection', 'read', 'receive'],
    ['udp-socket', 'bind', 'listen'],
    ['udp-socket', 'send', 'send'],
    ['capture-file', 'open', 'read-capture'],
  ] as const;
  test.each(cases)('%s, %s: %s', (kind, syscall, doing) => {
    const error = { code: 'EX', syscall, message: '' };
    expect(aboutSocket(socketInfo({ id: 1, kind, error }), error, null).doing).toBe(doing);
  });

  test('its address comes from what it was asked for when it has none yet', () => {
    const error = { code: 'EADDRINUSE', syscall: 'listen', message: '' };
    const info = socketInfo({ id: 1, address: 'tcp-listen:127.0.0.1:9000', error });
    expect(aboutSocket(info, error, null)).toMatchObject({ host: '127.0.0.1', port: 9000 });
  });
});

test('a cut capture says where it is cut', () => {
  const text = damageText({ kind: 'cut', atByte: 4096, message: 'unexpected end' });
  expect(text.causes.join()).toContain('4096');
  expect(text.raw).toBe('unexpected end');
});

test('a full disk offers the stored captures', () => {
  const capture = {
    file: 'a.pcapng',
    bytes: 0,
    rows: 0,
    state: 'blocked' as const,
    error: { code: 'ENOSPC', message: '' },
    progress: null,
    damage: null,
  };
  expect(recordingText(capture.error, capture).remedies).toEqual(['captures', 'folder']);
});

test('a refused broadcast names its option, a refused port does not', () => {
  const error = { code: 'EACCES', message: '' };
  const send = errorText(error, about({ datagrams: true, doing: 'send' }));
  expect(send.causes[0]).toContain(',broadcast');
  expect(errorText(error, about({ datagrams: true, doing: 'listen' })).causes[0]).toContain('1024');
});
