// Before the library: it keeps its parts with decorators that need it (tsyringe).
import 'reflect-metadata';
import { KeyObject, X509Certificate, createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as Parsed,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';
import type { Extension } from '@peculiar/x509';
import type { CertificateKind } from '../../../src-shared/contract/certificate';
import { refusal, type Refused } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import type { AltName } from './certificate-names';

cryptoProvider.set(webcrypto);

const { subtle } = webcrypto;
const ORGANIZATION = 'Wirebench test certificates';

/** Longer ones do not fit into a common name (RFC 5280, ub-common-name). */
const MAX_COMMON_NAME = 64;

export type KeyKind = 'ec' | 'rsa';

/** A certificate and its private key as PEM. */
export interface Issued {
  certificate: string;
  key: string;
}

/** What signs. */
export interface Authority extends Issued {
  parsed: Parsed;
  signingKey: webcrypto.CryptoKey;
}

export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-256',
};

function algorithm(kind: KeyKind): typeof EC | typeof RSA {
  return kind === 'ec' ? EC : RSA;
}

function newKeys(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  // The parameters of each are another overload.
  return kind === 'ec'
    ? subtle.generateKey(EC, true, ['sign', 'verify'])
    : subtle.generateKey(RSA, true, ['sign', 'verify']);
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** 127 random bits, positive (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function subject(commonName: string) {
  const fits = commonName.length <= MAX_COMMON_NAME;
  return [{ CN: [fits ? commonName : 'Wirebench test server'] }, { O: [ORGANIZATION] }];
}

/** A new authority. It can sign nothing but end entities' certificates. */
export async function makeAuthority(kind: KeyKind, validity: Validity): Promise<Authority> {
  const keys = await newKeys(kind);
  const parsed = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: subject('Wirebench test CA'),
    ...validity,
    signingAlgorithm: algorithm(kind),
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const certificate = `${parsed.toString('pem')}\n`;
  return { certificate, key: pemOf(keys.privateKey), parsed, signingKey: keys.privateKey };
}

/** An authority from its files. Throws a CommandError when they cannot sign. */
export async function readAuthority({ certificate, key }: Issued): Promise<Authority> {
  const found = parseAuthority({ certificate, key });
  const { asymmetricKeyType: type } = found.key;
  if (type !== 'ec' && type !== 'rsa')
    throw unfit(refusal('authority-kind', { kind: type ?? '?' }));
  if (!found.certificate.ca) throw unfit(refusal('authority-none'));
  if (!found.certificate.checkPrivateKey(found.key)) throw unfit(refusal('authority-differs'));
  if (new Date(found.certificate.validTo) < new Date()) throw unfit(refusal('authority-expired'));
  const der = found.key.export({ type: 'pkcs8', format: 'der' });
  const { namedCurve } = found.key.asymmetricKeyDetails ?? {};
  if (type === 'ec' && namedCurve !== 'prime256v1')
    throw unfit(refusal('authority-curve', { curve: namedCurve ?? '?' }));
  const signingKey = await subtle.importKey('pkcs8', der, algorithm(type), false, ['sign']);
  return { certificate, key, parsed: new Parsed(certificate), signingKey };
}

function parseAuthority({ certificate, key }: Issued) {
  try {
    return { certificate: new X509Certificate(certificate), key: createPrivateKey(key) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw unfit(refusal('authority-unreadable', { why }));
  }
}

function unfit(refused: Refused): CommandError {
  return new CommandError('ERR_BAD_AUTHORITY', refused);
}

/** A certificate of an end entity, signed by the authority. */
export async function issue(
  authority: Authority,
  kind: Exclude<CertificateKind, 'ca'>,
  of: { key: KeyKind; names: readonly AltName[]; validity: Validity },
): Promise<Issued> {
  const keys = await newKeys(of.key);
  const signing = authority.signingKey.algorithm.name === EC.name ? 'ec' : 'rsa';
  const parsed = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: subject(kind === 'client' ? 'Wirebench test client' : (of.names[0]?.value ?? kind)),
    issuer: authority.parsed.subjectName,
    ...of.validity,
    publicKey: keys.publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: algorithm(signing),
    extensions: await leafExtensions(authority, kind, of.key, of.names, keys.publicKey),
  });
  return { certificate: `${parsed.toString('pem')}\n`, key: pemOf(keys.privateKey) };
}

async function leafExtensions(
  authority: Authority,
  kind: Exclude<CertificateKind, 'ca'>,
  key: KeyKind,
  names: readonly AltName[],
  publicKey: webcrypto.CryptoKey,
): Promise<Extension[]> {
  // An RSA key may also take the premaster secret in (RFC 5246 §7.4.2), an EC one cannot.
  const usages =
    key === 'rsa'
      ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment
      : KeyUsageFlags.digitalSignature;
  const extended = kind === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth;
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(usages, true),
    new ExtendedKeyUsageExtension([extended]),
    ...(kind === 'client' ? [] : [new SubjectAlternativeNameExtension([...names])]),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(authority.parsed.publicKey),
  ];
}
