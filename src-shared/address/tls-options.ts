import type { AddressKind } from './kinds';
import { TLS } from './kinds';
import type { OptionSpec } from './option-spec';
import { choice, flag, list, text, whole } from './option-spec';
import type { TlsVersion } from './address-options';

/** A reference to a secret, which itself is never written in an address. */
const REFERENCE = /^(?:secret:[\p{L}\p{N}_.-]{1,64}|env:[A-Za-z_][A-Za-z0-9_]{0,100}|file:.+)$/su;
/** A plain listener may have a certificate too: for the STARTTLS of the servers it can play. */
const CERTIFIED: readonly AddressKind[] = [...TLS, 'tcp-listen'];
/** A list in OpenSSL's words. */
const NAMES = /^[A-Za-z0-9][\w.+-]{0,63}(?::[A-Za-z0-9][\w.+-]{0,63}){0,63}$/;
const VERSIONS: readonly TlsVersion[] = ['1.0', '1.1', '1.2', '1.3'];

export const TLS_OPTIONS: readonly OptionSpec[] = [
  flag('verify', 'verify', {
    aliases: ['openssl-verify'],
    kinds: TLS,
    constant: 'SSL_VERIFY_PEER',
  }),
  list(
    'fingerprint',
    'fingerprints',
    `${'AB:'.repeat(31)}CD`,
    (item) => {
      const hex = item.replaceAll(':', '').toLowerCase();
      return /^[0-9a-f]{64}$/.test(hex) ? hex : null;
    },
    { kinds: TLS },
  ),
  text('servername', 'servername', 'device.local', {
    aliases: ['snihost', 'openssl-snihost'],
    kinds: ['tls'],
    good: (value) => value.length <= 255,
  }),
  list('alpn', 'alpn', 'h2;http/1.1', (item) => (/^[\x21-\x7e]{1,255}$/.test(item) ? item : null), {
    kinds: TLS,
  }),
  file('ca', 'ca', '/etc/device/ca.pem', ['cafile', 'openssl-cafile'], TLS),
  file('crl', 'crl', '/etc/device/crl.pem', [], TLS),
  flag('ocsp', 'ocsp', { kinds: ['tls'], constant: 'TLSEXT_TYPE_status_request' }),
  flag('resume', 'resume', { kinds: TLS, constant: 'SSL_set_session()' }),
  file('cert', 'cert', '/etc/device/cert.pem', ['certificate', 'openssl-certificate']),
  file('key', 'key', '/etc/device/key.pem', ['openssl-key']),
  file('pfx', 'pfx', '/etc/device/device.p12', ['p12']),
  secret('passphrase', 'passphrase', 'secret:device-key', ['openssl-passphrase']),
  text('psk-identity', 'pskIdentity', 'sensor-1', { kinds: TLS }),
  secret('psk', 'psk', 'env:DEVICE_PSK', [], TLS),
  text('ciphers', 'ciphers', 'ECDHE-RSA-AES128-GCM-SHA256', {
    aliases: ['cipher', 'cipherlist', 'openssl-cipherlist'],
    kinds: TLS,
  }),
  text('curves', 'curves', 'X25519:P-256', {
    aliases: ['groups', 'ecdh-curve'],
    kinds: TLS,
    constant: 'SSL_CTX_set1_groups_list()',
    good: (value) => NAMES.test(value),
  }),
  text('sigalgs', 'sigalgs', 'ECDSA+SHA256:RSA-PSS+SHA256', {
    kinds: TLS,
    constant: 'SSL_CTX_set1_sigalgs_list()',
    good: (value) => NAMES.test(value),
  }),
  choice('min-version', 'minVersion', VERSIONS, '1.2', {
    aliases: ['min-proto-version', 'openssl-min-proto-version'],
    kinds: TLS,
  }),
  choice('max-version', 'maxVersion', VERSIONS, '1.2', {
    aliases: ['max-proto-version', 'openssl-max-proto-version'],
    kinds: TLS,
  }),
  flag('request-cert', 'requestCertificate', { kinds: ['tls-listen'] }),
  file('keylog', 'keyLog', '/tmp/keys.log', [], TLS),
];

export const LOCAL_OPTIONS: readonly OptionSpec[] = [
  {
    ...whole(
      'mode',
      'mode',
      { min: 0, max: 0o777, example: '666' },
      { aliases: ['perm'], kinds: ['unix-listen'], constant: 'chmod()' },
    ),
    form: 'text',
    platforms: ['Linux', 'macOS'],
    set(into, value) {
      if (!/^0?[0-7]{3}$/.test(value ?? '')) return false;
      into.mode = parseInt(value ?? '', 8);
      return true;
    },
    show: ({ mode }) => (mode === undefined ? null : mode.toString(8).padStart(3, '0')),
  },
  flag('unlink', 'unlink', {
    aliases: ['unlink-early'],
    kinds: ['unix-listen'],
    constant: 'unlink()',
    platforms: ['Linux', 'macOS'],
  }),
];

function file(
  name: string,
  key: 'ca' | 'crl' | 'cert' | 'key' | 'pfx' | 'keyLog',
  example: string,
  aliases: readonly string[],
  kinds: readonly AddressKind[] = CERTIFIED,
): OptionSpec {
  return text(name, key, example, { aliases, kinds, form: 'path' });
}

function secret(
  name: string,
  key: 'passphrase' | 'psk',
  example: string,
  aliases: readonly string[],
  kinds: readonly AddressKind[] = CERTIFIED,
): OptionSpec {
  const good = (value: string) => REFERENCE.test(value);
  return text(name, key, example, { aliases, kinds, form: 'secret', good });
}
