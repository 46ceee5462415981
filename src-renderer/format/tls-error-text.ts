import type { SocketError } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { type Filled, type Words, words } from './error-words';
import { toldBy } from './refusal-text';

/** The words for what goes wrong with TLS, its files and its secrets; null: it is none of these. */
export function tlsWords(error: SocketError, to: Filled): Words | null {
  return verifyWords(error, to) ?? fileWords(error) ?? handshakeWords(error, to);
}

/** Why the other side is not trusted. */
function verifyWords({ code, syscall }: SocketError, to: Filled): Words | null {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return words(m.err_cert_expired(to), m.err_cert_expired_causes(), ['options-tls', 'retry']);
    case 'CERT_NOT_YET_VALID':
      return words(m.err_cert_early(to), m.err_cert_early_causes(), ['options-tls', 'retry']);
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return words(m.err_cert_self(to), m.err_cert_self_causes(), ['options-tls', 'retry']);
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return words(m.err_cert_authority(to), m.err_cert_authority_causes(), [
        'options-tls',
        'retry',
      ]);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return words(m.err_cert_name(to), m.err_cert_name_causes(), ['options-tls', 'retry']);
    case 'INVALID_PURPOSE':
      return words(m.err_cert_purpose(to), m.err_cert_purpose_causes(), ['options-tls', 'retry']);
    case 'CERT_REVOKED':
      return words(m.err_cert_revoked(to), m.err_cert_revoked_causes(), ['options-tls', 'retry']);
    case 'UNABLE_TO_GET_CRL':
    case 'CRL_HAS_EXPIRED':
    case 'CRL_NOT_YET_VALID':
    case 'CRL_SIGNATURE_FAILURE':
      return words(m.err_cert_crl(to), m.err_cert_crl_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_FINGERPRINT':
      return words(m.err_cert_fingerprint(to), m.err_cert_fingerprint_causes(), [
        'options-tls',
        'retry',
      ]);
    case 'ERR_TLS_NO_PEER_CERTIFICATE':
      return words(m.err_cert_none(to), m.err_cert_none_causes(), ['options-tls', 'retry']);
    default:
      if (syscall !== 'verify') return null;
      return words(m.err_cert_other(to), m.err_cert_other_causes(), ['options-tls', 'retry']);
  }
}

/** What cannot be opened for want of a certificate, a key or a secret. */
function fileWords(error: SocketError): Words | null {
  const { code } = error;
  const message = toldBy(error);
  switch (code) {
    case 'ERR_TLS_NO_CERTIFICATE':
      return words(m.err_tls_nocert(), m.err_tls_nocert_causes(), ['options-tls', 'certificates']);
    case 'ERR_TLS_PASSPHRASE':
    case 'ERR_TLS_PASSPHRASE_MISSING':
      return words(m.err_tls_passphrase(), m.err_tls_passphrase_causes({ message }), [
        'options-tls',
        'secrets',
      ]);
    case 'ERR_TLS_FILE':
    case 'ERR_TLS_FILE_TOO_LARGE':
    case 'ERR_TLS_BAD_CERTIFICATE':
    case 'ERR_TLS_BAD_KEY':
    case 'ERR_TLS_BAD_PFX':
    case 'ERR_TLS_PFX_UNSUPPORTED':
    case 'ERR_TLS_KEY_MISMATCH':
    case 'ERR_TLS_KEYLOG':
    case 'ERR_TLS_BAD_CIPHERS':
    case 'ERR_TLS_CIPHERS_FIXED':
    case 'ERR_TLS_BAD_CURVES':
    case 'ERR_TLS_BAD_SIGALGS':
    case 'ERR_TLS_BAD_CRL':
    case 'ERR_TLS_PSK_KEY':
      return words(m.err_tls_file(), m.err_tls_file_causes({ message }), ['options-tls', 'retry']);
    case 'ERR_SECRET_NOT_FOUND':
    case 'ERR_SECRET_REFERENCE':
    case 'ERR_SECRET_UNREADABLE':
    case 'ERR_SECRET_TOO_LONG':
      return words(m.err_secret(), m.err_secret_causes({ message }), ['secrets', 'options-tls']);
    default:
      return null;
  }
}

/** What goes wrong between the two sides. */
function handshakeWords({ code }: SocketError, to: Filled): Words | null {
  const alert = /^ERR_TLS_ALERT_(.+)$/.exec(code)?.[1];
  if (alert !== undefined) {
    const told = { ...to, alert: alert.toLowerCase().replaceAll('_', ' ') };
    return words(m.err_tls_alert(told), m.err_tls_alert_causes(), ['options-tls', 'retry']);
  }
  switch (code) {
    case 'ERR_TLS_NOT_TLS':
      return words(m.err_tls_nottls(to), m.err_tls_nottls_causes(), ['as-tcp', 'edit', 'retry']);
    case 'ERR_TLS_VERSION':
      return words(m.err_tls_version(), m.err_tls_version_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_VERSION_RANGE':
      return words(m.err_tls_range(), m.err_tls_range_causes(), ['options-tls']);
    case 'ERR_TLS_NO_SHARED_CIPHER':
      return words(m.err_tls_cipher(), m.err_tls_cipher_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_NO_SHARED_ALPN':
      return words(m.err_tls_alpn(), m.err_tls_alpn_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_PSK':
      return words(m.err_tls_psk(to), m.err_tls_psk_causes(), ['options-tls', 'secrets']);
    case 'ERR_TLS_BAD_RECORD':
      return words(m.err_tls_record(), m.err_tls_record_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_RENEGOTIATION':
    case 'ERR_TLS_MALFORMED':
      return words(m.err_tls_malformed(to), m.err_tls_malformed_causes(), ['retry', 'options-tls']);
    case 'ERR_TLS_CLOSED':
      return words(m.err_tls_closed(to), m.err_tls_closed_causes(), ['options-tls', 'retry']);
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return words(m.err_tls_slow(to), m.err_tls_slow_causes(), ['retry', 'longer', 'as-tcp']);
    case 'ERR_TLS_TRUNCATED':
      return words(m.err_tls_cut(to), m.err_tls_cut_causes(), ['retry']);
    default:
      return null;
  }
}
