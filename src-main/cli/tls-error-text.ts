import type { CertificateFacts } from '../../src-shared/contract/tls';
import type { SocketError } from '../../src-shared/contract/socket';
import type { Words } from './error-about';
import { sentenceOf } from './sentence';

const TRUST = 'Name its authority with ca=FILE, or trust this very certificate with fingerprint=….';
const SECRETS = 'Give it by reference: passphrase=env:NAME or passphrase=file:PATH.';
const RANGES = 'See min-version and max-version; below 1.2 both must be allowed by name.';
const PLAIN =
  'Check the port; a peer without TLS is reached with tcp: or listened for with tcp-listen:.';

/** What to do next, by code. Codes that say all by themselves have no line. */
const NEXT: Readonly<Partial<Record<string, string>>> = {
  CERT_HAS_EXPIRED: 'Check the clocks of both sides. verify=off goes on all the same, unprotected.',
  CERT_NOT_YET_VALID:
    'Check the clocks of both sides. verify=off goes on all the same, unprotected.',
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  INVALID_PURPOSE: TRUST,
  CERT_SIGNATURE_FAILURE: TRUST,
  CERT_REVOKED: 'It should not be used any more: ask who runs the peer.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Dial the name it is for, or name that with servername=NAME.',
  ERR_TLS_FINGERPRINT: 'If the certificate was renewed on purpose, take over its new fingerprint.',
  ERR_TLS_NO_PEER_CERTIFICATE: 'The client must be given a certificate; request-cert asks for it.',
  ERR_TLS_VERSION: RANGES,
  ERR_TLS_VERSION_RANGE: RANGES,
  ERR_TLS_NO_SHARED_CIPHER:
    'See ciphers=…, curves=… and sigalgs=…, and whether the key is of a kind the peer can use.',
  ERR_TLS_NO_SHARED_ALPN: 'See alpn=…, or leave it out.',
  ERR_TLS_PSK: 'Check psk-identity and the key behind psk on both sides.',
  ERR_TLS_BAD_RECORD: 'With a pre-shared key: it is not the same on both sides.',
  ERR_TLS_NOT_TLS: PLAIN,
  ERR_TLS_MALFORMED: 'The bytes are in the capture, if one is recorded, as they came.',
  ERR_TLS_CLOSED: PLAIN,
  ERR_TLS_HANDSHAKE_TIMEOUT: 'Raise the limit with connect-timeout=30s, or check the port.',
  ERR_TLS_TRUNCATED: 'Check whether the last message is complete.',
  ERR_TLS_NO_CERTIFICATE: 'Give cert=FILE,key=FILE; `wirebench certificate` makes some for tests.',
  ERR_TLS_FILE: 'Check the path and the rights.',
  ERR_TLS_KEY_MISMATCH: 'Name the key that was made with this certificate.',
  ERR_TLS_PASSPHRASE: SECRETS,
  ERR_TLS_PASSPHRASE_MISSING: SECRETS,
  ERR_TLS_PFX_UNSUPPORTED:
    'Pack it again: openssl pkcs12 -legacy -in OLD, then openssl pkcs12 -export.',
  ERR_TLS_BAD_CIPHERS: '`openssl ciphers` lists the names of OpenSSL.',
  ERR_TLS_BAD_CURVES: '`openssl ecparam -list_curves` lists names; X25519 and P-256 are usual.',
  ERR_TLS_BAD_SIGALGS: 'Usual ones are ECDSA+SHA256, RSA-PSS+SHA256 and RSA+SHA256.',
  ERR_TLS_BAD_CRL: 'openssl crl -in FILE -text -noout shows what is in it.',
  UNABLE_TO_GET_CRL: 'Every authority of the chain needs a list in the file of crl=.',
  CRL_HAS_EXPIRED: 'Get a newer list from the authority.',
  ERR_TLS_CIPHERS_FIXED: 'Leave that out, or limit the version with max-version=1.2.',
  ERR_TLS_PSK_KEY: 'Its value is hex, such as 00112233445566778899aabbccddeeff.',
  ERR_TLS_KEYLOG: 'Choose another file, or leave keylog out.',
  ERR_SECRET_NOT_FOUND: 'Set the environment variable, or use file:PATH.',
  ERR_SECRET_UNREADABLE: 'Check the path and the rights.',
  ERR_TLS_ALERT_UNKNOWN_CA: 'It does not know who signed our certificate.',
  ERR_TLS_ALERT_CERTIFICATE_REQUIRED: 'It wants a certificate of ours: cert=FILE,key=FILE.',
  ERR_TLS_ALERT_HANDSHAKE_FAILURE:
    'Often it wants a certificate (cert=FILE,key=FILE), or has no cipher, curve or signature algorithm in common.',
  ERR_TLS_ALERT_PROTOCOL_VERSION: RANGES,
  ERR_TLS_ALERT_UNRECOGNIZED_NAME: 'It serves other names: see servername=NAME.',
  ERR_TLS_ALERT_UNKNOWN_PSK_IDENTITY: 'Check psk-identity.',
  ERR_TLS_ALERT_DECRYPT_ERROR: 'With a pre-shared key: it is not the same on both sides.',
  ERR_TLS_ALERT_BAD_RECORD_MAC: 'With a pre-shared key: it is not the same on both sides.',
};

/** Null: not about TLS. The sentence is the engine's: it names files and peers. */
export function tlsWords(error: SocketError): Words | null {
  const next = NEXT[error.code];
  if (next === undefined && !/^ERR_(?:TLS|SECRET)_/.test(error.code)) return null;
  return { sentence: sentenceOf(error), next: next === undefined ? [] : [next] };
}

/** The certificate that was refused, so that it can be compared and trusted. */
export function certificateLines({ subject, issuer, validTo, fingerprint256 }: CertificateFacts) {
  const until = validTo === null ? 'unknown' : new Date(validTo).toISOString().slice(0, 10);
  return [
    `Its certificate: ${subject}, issued by ${issuer}, valid until ${until}`,
    `fingerprint=${fingerprint256}`,
  ];
}
