import type { SocketError } from '../../../src-shared/contract/socket';

/*
 * Plain Node has OpenSSL, Electron has BoringSSL: their names for a failure differ in places, their
 * texts always. Each failure gets one code here and one sentence, the same in both; the library's
 * own name goes to the log only.
 */

/** One failure of TLS as the user is told. */
export function tlsError(code: string, message: string, syscall = 'tls'): SocketError {
  return { code: code.slice(0, 64), syscall, message: message.slice(0, 2000) };
}

/** Names of X.509 verification in both libraries (X509_V_ERR_…) to the one that is told. */
const VERIFY_ALIASES: Readonly<Partial<Record<string, string>>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  UNABLE_TO_GET_ISSUER_CERT: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  CERT_UNTRUSTED: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
};

const VERIFY_SENTENCES: Readonly<Partial<Record<string, string>>> = {
  CERT_HAS_EXPIRED: "the peer's certificate, or one it depends on, has expired",
  CERT_NOT_YET_VALID: "the peer's certificate is not valid yet: one of the two clocks is wrong",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the peer's certificate is signed by itself, and nobody vouches for it",
  SELF_SIGNED_CERT_IN_CHAIN: "the authority that signed the peer's certificate is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the authority that signed the peer's certificate is not known here",
  ERR_TLS_CERT_ALTNAME_INVALID: "the peer's certificate is for another name",
  INVALID_PURPOSE: "the peer's certificate is not meant for this use",
  CERT_REVOKED: "the peer's certificate was revoked",
  CERT_SIGNATURE_FAILURE: "the signature of the peer's certificate is wrong",
  UNABLE_TO_GET_CRL:
    "there is no list of revoked certificates (CRL) of the authority that signed the peer's certificate",
  CRL_HAS_EXPIRED: 'the list of revoked certificates (CRL) is out of date',
  CRL_NOT_YET_VALID: 'the list of revoked certificates (CRL) is not valid yet',
  CRL_SIGNATURE_FAILURE: 'the signature of the list of revoked certificates (CRL) is wrong',
  ERR_TLS_FINGERPRINT: "the fingerprint of the peer's certificate is not one of those to trust",
  ERR_TLS_NO_PEER_CERTIFICATE: 'the peer showed no certificate',
};

/** The stable code of a verification failure that a runtime tells. */
export function verifyCode(name: string): string {
  return VERIFY_ALIASES[name] ?? name;
}

/** Why a peer is not trusted. `detail`: for which names its certificate is, in the peer's words. */
export function verifyError(code: string, detail = ''): SocketError {
  const sentence = VERIFY_SENTENCES[code] ?? "the peer's certificate cannot be trusted";
  return tlsError(code, detail === '' ? sentence : `${sentence}: ${detail}`, 'verify');
}

/** What the codes of both libraries mean, without `ERR_SSL_`. */
const HANDSHAKE_CODES: Readonly<Partial<Record<string, string>>> = {
  UNSUPPORTED_PROTOCOL: 'ERR_TLS_VERSION',
  VERSION_TOO_LOW: 'ERR_TLS_VERSION',
  WRONG_VERSION_NUMBER: 'ERR_TLS_VERSION',
  UNKNOWN_PROTOCOL: 'ERR_TLS_VERSION',
  WRONG_SSL_VERSION: 'ERR_TLS_VERSION',
  INAPPROPRIATE_FALLBACK: 'ERR_TLS_VERSION',
  NO_PROTOCOLS_AVAILABLE: 'ERR_TLS_VERSION_RANGE',
  NO_SUPPORTED_VERSIONS_ENABLED: 'ERR_TLS_VERSION_RANGE',
  BAD_VERSION_RANGE: 'ERR_TLS_VERSION_RANGE',
  NO_SHARED_CIPHER: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_CIPHERS_AVAILABLE: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_SHARED_GROUP: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_SUITABLE_KEY_SHARE: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_SUITABLE_SIGNATURE_ALGORITHM: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_COMMON_SIGNATURE_ALGORITHMS: 'ERR_TLS_NO_SHARED_CIPHER',
  WRONG_CURVE: 'ERR_TLS_NO_SHARED_CIPHER',
  WRONG_CIPHER_RETURNED: 'ERR_TLS_NO_SHARED_CIPHER',
  UNKNOWN_CIPHER_RETURNED: 'ERR_TLS_NO_SHARED_CIPHER',
  NO_APPLICATION_PROTOCOL: 'ERR_TLS_NO_SHARED_ALPN',
  PEER_DID_NOT_RETURN_A_CERTIFICATE: 'ERR_TLS_NO_PEER_CERTIFICATE',
  PSK_IDENTITY_NOT_FOUND: 'ERR_TLS_PSK',
  BINDER_DOES_NOT_VERIFY: 'ERR_TLS_PSK',
  DIGEST_CHECK_FAILED: 'ERR_TLS_BAD_RECORD',
  DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 'ERR_TLS_BAD_RECORD',
  BAD_DECRYPT: 'ERR_TLS_BAD_RECORD',
  UNSAFE_LEGACY_RENEGOTIATION_DISABLED: 'ERR_TLS_RENEGOTIATION',
  NO_RENEGOTIATION: 'ERR_TLS_RENEGOTIATION',
  TOO_MANY_WARNING_ALERTS: 'ERR_TLS_MALFORMED',
};

const SENTENCES: Readonly<Partial<Record<string, string>>> = {
  ERR_TLS_VERSION: 'the two sides have no version of TLS in common',
  ERR_TLS_VERSION_RANGE: 'no version of TLS lies within min-version and max-version',
  ERR_TLS_NO_SHARED_CIPHER:
    'the two sides have no cipher, key exchange or signature algorithm in common',
  ERR_TLS_NO_SHARED_ALPN: 'the two sides have no application protocol (ALPN) in common',
  ERR_TLS_NO_PEER_CERTIFICATE: 'the peer showed no certificate',
  ERR_TLS_PSK: 'the pre-shared key or its identity is not the one the other side has',
  ERR_TLS_BAD_RECORD: 'a TLS record was damaged, or encrypted with another key',
  ERR_TLS_RENEGOTIATION: 'the peer wants to negotiate again in a way that is not safe',
  ERR_TLS_MALFORMED: 'the peer sent what no TLS handshake allows',
  ERR_TLS_NOT_TLS: 'the peer does not speak TLS on this port: it sent something else',
  ERR_TLS_CLOSED: 'the peer closed the connection during the TLS handshake',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the peer did not finish the TLS handshake in time',
  ERR_TLS_TRUNCATED:
    'the connection ended without the close_notify of TLS: what came last may be cut off',
};

/** A failure by its own code; the sentence is that of the table. */
export function knownTlsError(code: string): SocketError {
  return tlsError(code, SENTENCES[code] ?? 'TLS failed', 'handshake');
}

/** What a peer means by an alert, without what its name already says (RFC 8446 §6.2). */
function alertError(name: string): SocketError {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return tlsError(`ERR_TLS_ALERT_${name}`, `the peer refused: TLS alert "${words}"`, 'handshake');
}

/** Alerts by number (RFC 8446 §6, RFC 4279, RFC 7301), named alike in both libraries. */
const ALERTS: Readonly<Partial<Record<number, string>>> = {
  10: 'UNEXPECTED_MESSAGE',
  20: 'BAD_RECORD_MAC',
  22: 'RECORD_OVERFLOW',
  40: 'HANDSHAKE_FAILURE',
  42: 'BAD_CERTIFICATE',
  43: 'UNSUPPORTED_CERTIFICATE',
  44: 'CERTIFICATE_REVOKED',
  45: 'CERTIFICATE_EXPIRED',
  46: 'CERTIFICATE_UNKNOWN',
  47: 'ILLEGAL_PARAMETER',
  48: 'UNKNOWN_CA',
  49: 'ACCESS_DENIED',
  50: 'DECODE_ERROR',
  51: 'DECRYPT_ERROR',
  70: 'PROTOCOL_VERSION',
  71: 'INSUFFICIENT_SECURITY',
  80: 'INTERNAL_ERROR',
  86: 'INAPPROPRIATE_FALLBACK',
  90: 'USER_CANCELLED',
  109: 'MISSING_EXTENSION',
  110: 'UNSUPPORTED_EXTENSION',
  112: 'UNRECOGNIZED_NAME',
  115: 'UNKNOWN_PSK_IDENTITY',
  116: 'CERTIFICATE_REQUIRED',
  120: 'NO_APPLICATION_PROTOCOL',
};

/** Other spellings of alerts. */
const ALERT_ALIASES: Readonly<Partial<Record<string, string>>> = {
  CERTIFICATE_UNOBTAINABLE: 'CERTIFICATE_UNKNOWN',
  NO_CERTIFICATE: 'CERTIFICATE_REQUIRED',
  DECRYPTION_FAILED: 'BAD_RECORD_MAC',
};

const ALERT = /^ERR_SSL_.*_ALERT_(?<name>[A-Z0-9_]+)$/;

/**
 * Why TLS failed: by what the peer sent where that tells, else by the library's code. `received`:
 * the first bytes of the peer, as they came.
 */
export function handshakeError(libraryCode: string, received: Uint8Array): SocketError {
  if (received.byteLength > 0 && !looksLikeTls(received)) return knownTlsError('ERR_TLS_NOT_TLS');
  if (libraryCode in SENTENCES) return knownTlsError(libraryCode);
  const alert = clearAlert(received);
  if (alert !== null) return alertError(alert);
  const named = ALERT.exec(libraryCode)?.groups?.['name'];
  if (named !== undefined) return alertError(ALERT_ALIASES[named] ?? named);
  const code = HANDSHAKE_CODES[libraryCode.replace(/^ERR_SSL_/, '')];
  if (code !== undefined) return knownTlsError(code);
  if (libraryCode === 'ECONNRESET') return knownTlsError('ERR_TLS_CLOSED');
  return knownTlsError('ERR_TLS_MALFORMED');
}

/** A record of TLS or SSL 3 (RFC 8446 §5.1), or the old hello of SSL 2 that some still open with. */
function looksLikeTls(bytes: Uint8Array): boolean {
  const [type = 0, major = 3] = bytes;
  if (type >= 20 && type <= 23) return major === 3;
  return (type & 0x80) !== 0 && (bytes[2] ?? 1) === 1 && (bytes[3] ?? 3) === 3;
}

/** The name of an alert that came as the first thing and not encrypted. */
function clearAlert(bytes: Uint8Array): string | null {
  if (bytes[0] !== 21 || bytes[3] !== 0 || bytes[4] !== 2) return null;
  return ALERTS[bytes[6] ?? -1] ?? null;
}
