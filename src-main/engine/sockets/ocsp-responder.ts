import { constants, verify, X509Certificate } from 'node:crypto';
import { bitsOf, elementOf, contentOf, elements, inside, oidOf, TAG, whole } from './der';
import type { Element } from './der';

/** What is needed of a certificate to find it by; names and key as they stand in it, DER. */
export interface CertificateParts {
  serial: Uint8Array;
  issuer: Uint8Array;
  subject: Uint8Array;
  /** The bits of its public key. */
  key: Uint8Array;
  isSelfIssued: boolean;
}

/** What was signed, how, and the signature. */
export interface Signed {
  data: Uint8Array;
  algorithm: Element;
  signature: Element;
}

/** id-kp-OCSPSigning (RFC 6960 §4.2.2.2). */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

/** RFC 5280 §4.1.2. Throws for what is no certificate. */
export function certificateParts(der: Uint8Array): CertificateParts {
  const [body] = inside(der, whole(der), TAG.sequence);
  const fields = body ? elements(der, body) : [];
  // The version is left out of the first version.
  const [serial, , issuer, , subject, info] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const key = info && bitsOf(der, elements(der, info)[1]);
  if (!serial || !issuer || !subject || !key) throw new Error('no certificate');
  const [by, of] = [elementOf(der, issuer), elementOf(der, subject)];
  return {
    ...{ serial: contentOf(der, serial), issuer: by, subject: of, key },
    isSelfIssued: Buffer.from(by).equals(of),
  };
}

/** Whether the issuer lets the holder of a certificate answer for it. */
export function mayAnswer(certificate: Uint8Array, issuer: Uint8Array, at: number): boolean {
  if (Buffer.from(certificate).equals(issuer)) return true;
  const responder = new X509Certificate(certificate);
  const authority = new X509Certificate(issuer);
  const isDelegated =
    responder.checkIssued(authority) &&
    responder.verify(authority.publicKey) &&
    responder.keyUsage?.includes(OCSP_SIGNING) === true;
  const isNow = Date.parse(responder.validFrom) <= at && at <= Date.parse(responder.validTo);
  return isDelegated && isNow;
}

/** Those of SHA-2 and Ed25519: a signature with SHA-1 proves nothing any more. */
const ALGORITHMS: Readonly<Partial<Record<string, { hash: string | null; key: string }>>> = {
  '1.2.840.113549.1.1.11': { hash: 'sha256', key: 'rsa' },
  '1.2.840.113549.1.1.12': { hash: 'sha384', key: 'rsa' },
  '1.2.840.113549.1.1.13': { hash: 'sha512', key: 'rsa' },
  '1.2.840.10045.4.3.2': { hash: 'sha256', key: 'ec' },
  '1.2.840.10045.4.3.3': { hash: 'sha384', key: 'ec' },
  '1.2.840.10045.4.3.4': { hash: 'sha512', key: 'ec' },
  '1.3.101.112': { hash: null, key: 'ed25519' },
};

const RSA_PSS = '1.2.840.113549.1.1.10';
const PSS_HASHES: Readonly<Partial<Record<string, string>>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Whether the key of a certificate made the signature. `bytes`: what `of` stands in. */
export function isSignedBy(
  bytes: Uint8Array,
  of: Signed,
  certificate: Uint8Array,
): 'signed' | 'not-signed' | 'unknown-algorithm' {
  const [name, parameters] = elements(bytes, of.algorithm);
  const oid = oidOf(bytes, name);
  const isPss = oid === RSA_PSS;
  const pssHash = isPss ? PSS_HASHES[pssHashOf(bytes, parameters)] : undefined;
  const algorithm = pssHash === undefined ? ALGORITHMS[oid] : { hash: pssHash, key: 'rsa' };
  if (algorithm === undefined) return 'unknown-algorithm';
  const { publicKey } = new X509Certificate(certificate);
  const signature = bitsOf(bytes, of.signature);
  // A key that may sign in one way only is of a type of its own (RFC 4055).
  const type = publicKey.asymmetricKeyType === 'rsa-pss' ? 'rsa' : publicKey.asymmetricKeyType;
  if (signature === null || type !== algorithm.key) return 'not-signed';
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING };
  const how = { key: publicKey, ...(isPss ? padding : {}) };
  return verify(algorithm.hash, of.data, how, signature) ? 'signed' : 'not-signed';
}

/** Left out it is SHA-1 (RFC 4055 §3.1), which is not known here. */
function pssHashOf(bytes: Uint8Array, parameters: Element | undefined): string {
  const [first] = parameters ? elements(bytes, parameters) : [];
  if (first?.tag !== 0xa0) return '';
  return oidOf(bytes, inside(bytes, first, TAG.sequence)[0]);
}
