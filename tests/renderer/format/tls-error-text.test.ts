import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { errorText } from '../../../src-renderer/format/error-text';
import type { ErrorAbout } from '../../../src-renderer/format/error-words';
import { sameAddress, trusting } from '../../../src-renderer/format/trust';
import { followLocale } from '../../../src-renderer/i18n/locale.svelte';

const engine = resolve(import.meta.dirname, '../../../src-main/engine');

/** Every code that the engine's TLS and secrets can tell. */
function toldCodes(): string[] {
  const files = readdirSync(join(engine, 'sockets')).filter((name) => name.startsWith('tls-'));
  const sources = [
    ...files.map((name) => join(engine, 'sockets', name)),
    join(engine, 'secrets.ts'),
  ];
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
  return [...new Set(text.match(/\bERR_(?:TLS|SECRET)_[A-Z_]*[A-Z]\b/g))]
    .filter((code) => code !== 'ERR_TLS_ALERT')
    .sort();
}

const about: ErrorAbout = {
  ...{ doing: 'connect', address: 'device:8883', host: 'device', port: 8883 },
  ...{ datagrams: false, local: false, platform: 'linux' },
};

afterEach(() => {
  followLocale(() => 'en');
});

describe('what is said of TLS', () => {
  test('there is a sentence, a cause and a remedy for each code of the engine', () => {
    followLocale(() => 'en');
    const codes = [...toldCodes(), 'CERT_HAS_EXPIRED', 'ERR_TLS_ALERT_UNKNOWN_CA'];
    expect(codes.length).toBeGreaterThan(25);
    for (const code of codes) {
      const said = errorText({ code, message: 'why it is' }, about);
      expect(said.sentence, code).not.toContain(code);
      expect(said.causes.join(''), code).not.toBe('');
      expect(said.remedies, code).not.toEqual([]);
    }
  });

  test('in the other language it says the same, with what the peer said in its own words', () => {
    followLocale(() => 'zh-CN');
    const alert = { code: 'ERR_TLS_ALERT_UNKNOWN_CA', message: '' };
    expect(errorText(alert, about).sentence).toBe('device:8883 拒绝：TLS 告警“unknown ca”。');
  });

  test('what cannot be trusted never offers to check nothing', () => {
    followLocale(() => 'en');
    const failed = { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', syscall: 'verify', message: '' };
    expect(errorText(failed, about).remedies).toEqual(['options-tls', 'retry']);
  });

  test('a code of verification that is new to us is still one of verification', () => {
    const odd = { code: 'CERT_CHAIN_TOO_LONG', syscall: 'verify', message: '' };
    expect(errorText(odd, about).sentence).toBe(
      'The certificate of device:8883 cannot be trusted.',
    );
  });
});

describe('trust', () => {
  const first = 'AB:'.repeat(31) + 'CD';
  const second = '01:'.repeat(31) + '02';

  test('adds one certificate to those trusted and leaves all else as it was', () => {
    const once = trusting('tls:device:8883,ca=/ca.pem', first);
    expect(once).toBe(`tls:device:8883,fingerprint=${'ab'.repeat(31)}cd,ca=/ca.pem`);
    expect(trusting(once ?? '', second)).toBe(
      `tls:device:8883,fingerprint=${'ab'.repeat(31)}cd;${'01'.repeat(31)}02,ca=/ca.pem`,
    );
    expect(trusting(once ?? '', first)).toBe(once);
  });

  test('is nothing that a plain socket has', () => {
    expect(trusting('tcp:device:8883', first)).toBeNull();
    expect(trusting('not an address', first)).toBeNull();
  });

  test('finds the profile however its address is written', () => {
    expect(sameAddress('tls://device:8883', 'tls:device:8883')).toBe(true);
    expect(sameAddress('tls:device:8883', 'tls:device:8884')).toBe(false);
  });
});
