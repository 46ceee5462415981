import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import type { TlsSetup } from './tls-setup';
import type { CertificateFacts, TlsDetails, TlsSummary } from '../../../src-shared/contract/tls';

/** A chain is told up to so many certificates. */
const MAX_CHAIN = 16;
const MAX_NAMES = 100;

/** The certificates of the peer, leaf first; none where it showed none. Never throws. */
export function peerChain(socket: TLSSocket): CertificateFacts[] {
  return chainFacts(socket.getPeerCertificate(true));
}

/** The same as they are, DER. */
export function peerChainDer(socket: TLSSocket): Uint8Array[] {
  return rawChain(socket.getPeerCertificate(true));
}

/** The leaf that we showed; the runtime tells no more of our own chain. */
export function ownChain(socket: TLSSocket): CertificateFacts[] {
  return chainFacts(socket.getCertificate());
}

function chainFacts(
  leaf: PeerCertificate | DetailedPeerCertificate | object | null,
): CertificateFacts[] {
  return rawChain(leaf)
    .map(certificateFacts)
    .filter((facts) => facts !== null);
}

/** DER, leaf first. */
function rawChain(leaf: PeerCertificate | DetailedPeerCertificate | object | null): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  for (
    let link: unknown = leaf;
    chain.length < MAX_CHAIN;
    link = property(link, 'issuerCertificate')
  ) {
    const raw = property(link, 'raw');
    if (!(raw instanceof Uint8Array)) break;
    const name = Buffer.from(raw).toString('latin1');
    // A root names itself as its issuer.
    if (seen.has(name)) break;
    seen.add(name);
    chain.push(raw);
  }
  return chain;
}

function property(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
}

/** What a certificate (DER or PEM) says; null for what is none. */
function certificateFacts(bytes: Uint8Array): CertificateFacts | null {
  try {
    const certificate = new X509Certificate(bytes);
    const { subject, issuer, serialNumber, fingerprint256, subjectAltName } = certificate;
    return {
      subject: oneLine(subject),
      issuer: oneLine(issuer),
      altNames: splitNames(subjectAltName ?? ''),
      // BoringSSL writes it in lower case.
      serial: serialNumber.toUpperCase().slice(0, 100),
      validFrom: epochOf(certificate.validFrom),
      validTo: epochOf(certificate.validTo),
      fingerprint256,
      key: keyText(certificate),
      selfSigned: subject === issuer && certificate.checkIssued(certificate),
    };
  } catch {
    return null;
  }
}

/** Node gives one part a line, the most general first; RFC 4514 writes it the other way round. */
function oneLine(name: string | undefined): string {
  const parts = (name ?? '').split('\n').filter((part) => part !== '');
  return parts.reverse().join(', ').slice(0, 1000);
}

/** Names in doubt are in JSON's quotes, and those may hold a comma (Node, CVE-2021-44532). */
function splitNames(names: string): string[] {
  const each = names.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return each.slice(0, MAX_NAMES).map((name) => name.trim().slice(0, 300));
}

function epochOf(date: string): number | null {
  const at = Date.parse(date);
  return Number.isNaN(at) ? null : at;
}

function keyText(certificate: X509Certificate): string {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch {
    // An algorithm that this runtime does not know.
    return '';
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const size = modulusLength ?? namedCurve;
  const type = key.asymmetricKeyType ?? '';
  return (size === undefined ? type : `${type} ${size}`).toUpperCase().slice(0, 100);
}

/** What the runtime tells of a TLS connection that is (or was) secure. */
export function sessionFacts(
  socket: TLSSocket,
): Pick<TlsDetails, 'protocol' | 'cipher' | 'alpn' | 'sessionReused' | 'ephemeralKey'> {
  const cipher: unknown = socket.getCipher();
  const name = property(cipher, 'standardName') ?? property(cipher, 'name');
  return {
    protocol: socket.getProtocol()?.slice(0, 32) ?? null,
    cipher: typeof name === 'string' ? name.slice(0, 128) : null,
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol.slice(0, 255) : null,
    sessionReused: socket.isSessionReused(),
    ephemeralKey: ephemeralKey(socket),
  };
}

function ephemeralKey(socket: TLSSocket): TlsDetails['ephemeralKey'] {
  const key: unknown = socket.getEphemeralKeyInfo();
  const type = property(key, 'type');
  const name = property(key, 'name');
  const size = property(key, 'size');
  if (typeof type !== 'string') return null;
  return {
    type: type.slice(0, 32),
    name: typeof name === 'string' ? name.slice(0, 64) : '',
    bits: typeof size === 'number' && Number.isInteger(size) && size > 0 ? size : 0,
  };
}

/** Before a handshake, or where there is none. */
export const NOTHING_AGREED: Omit<TlsSummary, 'state'> = {
  protocol: null,
  cipher: null,
  alpn: null,
  verified: false,
  trustedBy: null,
  reason: null,
  sessionReused: false,
};

/** Before the handshake. */
export function startingDetails({ role, servername, psk, ocsp }: TlsSetup): TlsDetails {
  return {
    state: 'handshaking',
    role,
    ...NOTHING_AGREED,
    servername,
    ephemeralKey: null,
    handshakeMs: null,
    pskIdentity: role === 'client' && psk ? psk.identity.slice(0, 256) : null,
    peer: [],
    own: [],
    handshake: [],
    ...(ocsp ? { stapled: null } : {}),
  };
}
