import { createHash } from 'node:crypto';
import type { StapledStatus } from '../../../src-shared/contract/tls';
import { contentOf, elementOf, elements, inside, oidOf, TAG, timeOf, whole } from './der';
import type { Element } from './der';
import { certificateParts, isSignedBy, mayAnswer } from './ocsp-responder';
import type { CertificateParts, Signed } from './ocsp-responder';

/** [0] … [2], constructed or not, of what an answer says of one certificate (RFC 6960 §4.2.1). */
const STATUSES: Readonly<Partial<Record<number, Told['status']>>> = {
  0x80: 'good',
  0xa1: 'revoked',
  0x82: 'unknown',
};

/** Hashes of certIDs; SHA-1 names a certificate there and protects nothing. */
const HASHES: Readonly<Partial<Record<string, string>>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Clocks of both sides may be apart by so much (as OpenSSL's own check has it). */
const SKEW_MS = 5 * 60_000;

type Problem = NonNullable<StapledStatus['problem']>;

interface Told {
  status: 'good' | 'revoked' | 'unknown';
  thisUpdate: number | null;
  nextUpdate: number | null;
  /** Which certificate it is about. */
  id: Element[];
}

interface Response extends Signed {
  bytes: Uint8Array;
  answers: readonly Told[];
  /** Its name or the hash of its key, with the tag that says which. */
  responder: Element;
  /** Certificates that came with it, DER. */
  certificates: readonly Uint8Array[];
}

/**
 * What a stapled OCSP response (RFC 6960) says of the peer's certificate, and whether to believe it:
 * whether it is about that certificate, signed by its issuer or by whom the issuer let do so, and of
 * now. `chain`: the peer's certificates, leaf first, DER. Never throws.
 */
export function stapledStatus(
  bytes: Uint8Array,
  chain: readonly Uint8Array[],
  at: number,
): StapledStatus {
  const nothing = { thisUpdate: null, nextUpdate: null, bytes: bytes.byteLength };
  const unreadable = { status: 'unreadable', problem: 'unreadable', ...nothing } as const;
  try {
    const response = read(bytes);
    const [first] = response?.answers ?? [];
    if (!response || !first) return unreadable;
    const [leaf, issuer] = [chain[0], chain[1] ?? chain[0]].map(
      (der) => der && certificateParts(der),
    );
    const own = leaf && issuer && response.answers.find((one) => isAbout(bytes, one, leaf, issuer));
    const { status, thisUpdate, nextUpdate } = own ?? first;
    const problem = problemOf(response, own ?? null, chain, at);
    return { status, thisUpdate, nextUpdate, bytes: bytes.byteLength, problem };
  } catch {
    return unreadable;
  }
}

function read(bytes: Uint8Array): Response | null {
  const [outer] = elements(bytes, whole(bytes));
  if (outer?.tag !== TAG.sequence) return null;
  const [result, wrapped] = elements(bytes, outer);
  if (result?.tag !== TAG.enumerated || bytes[result.start] !== 0 || !wrapped) return null;
  const octets = inside(bytes, wrapped, TAG.sequence)[1];
  if (octets?.tag !== TAG.octets) return null;
  const [data, algorithm, signature, certs] = inside(bytes, octets, TAG.sequence);
  if (data?.tag !== TAG.sequence || !algorithm || !signature) return null;
  // Version and responder come before the time it was made at; the answers are the list after it.
  const parts = elements(bytes, data);
  const made = parts.findIndex(({ tag }) => tag === TAG.time);
  const [responder, list] = [parts[made - 1], parts[made + 1]];
  if (made === -1 || !responder || list?.tag !== TAG.sequence) return null;
  const answers = elements(bytes, list)
    .map((answer) => toldIn(bytes, answer))
    .filter((answer) => answer !== null);
  const certificates = certs ? inside(bytes, certs, TAG.sequence) : [];
  return {
    ...{ bytes, answers, responder, data: elementOf(bytes, data), algorithm, signature },
    certificates: certificates.map((one) => elementOf(bytes, one)),
  };
}

function toldIn(bytes: Uint8Array, answer: Element): Told | null {
  const [id, state, from, until] = elements(bytes, answer);
  const status = STATUSES[state?.tag ?? 0];
  if (id?.tag !== TAG.sequence || status === undefined) return null;
  const next = until?.tag === 0xa0 ? elements(bytes, until)[0] : undefined;
  const [thisUpdate, nextUpdate] = [timeOf(bytes, from), timeOf(bytes, next)];
  return { status, thisUpdate, nextUpdate, id: elements(bytes, id) };
}

/** RFC 6960 §4.1.1: by the issuer's name and key, hashed, and the serial number. */
function isAbout(
  bytes: Uint8Array,
  { id }: Told,
  leaf: CertificateParts,
  issuer: CertificateParts,
): boolean {
  const [algorithm, name, key, serial] = id;
  if (!algorithm || !name || !key || !serial) return false;
  const hash = HASHES[oidOf(bytes, elements(bytes, algorithm)[0])];
  if (hash === undefined) return false;
  const hashed = (what: Uint8Array) => createHash(hash).update(what).digest();
  return (
    hashed(leaf.issuer).equals(contentOf(bytes, name)) &&
    hashed(issuer.key).equals(contentOf(bytes, key)) &&
    Buffer.from(leaf.serial).equals(contentOf(bytes, serial))
  );
}

/** Why not to believe it; null: nothing speaks against it. `own`: what it says of the peer. */
function problemOf(
  response: Response,
  own: Told | null,
  chain: readonly Uint8Array[],
  at: number,
): Problem | null {
  const [leaf, next] = chain;
  if (!leaf) return 'no-issuer';
  const issuer = next ?? (certificateParts(leaf).isSelfIssued ? leaf : null);
  if (!issuer) return 'no-issuer';
  if (!own) return 'other-certificate';
  const signed = signatureProblem(response, issuer, at);
  if (signed) return signed;
  if (own.thisUpdate === null || own.thisUpdate > at + SKEW_MS) return 'early';
  // Without a next update there is always news to be had (§4.2.2.1): it is as new as it says.
  return own.nextUpdate !== null && own.nextUpdate < at - SKEW_MS ? 'expired' : null;
}

/** §4.2.2.2: the issuer itself, or whom it has given a certificate for just this. */
function signatureProblem(response: Response, issuer: Uint8Array, at: number): Problem | null {
  const named = [issuer, ...response.certificates].filter((one) => isNamed(response, one));
  if (named.length === 0) return 'stranger';
  const allowed = named.filter((one) => mayAnswer(one, issuer, at));
  if (allowed.length === 0) return 'stranger';
  const outcomes = allowed.map((one) => isSignedBy(response.bytes, response, one));
  if (outcomes.includes('signed')) return null;
  return outcomes.includes('unknown-algorithm') ? 'algorithm' : 'signature';
}

/** By its name ([1]) or the SHA-1 of its key ([2]), which only find it (§4.2.1). */
function isNamed({ bytes, responder }: Response, certificate: Uint8Array): boolean {
  const { subject, key } = certificateParts(certificate);
  if (responder.tag === 0xa1) return Buffer.from(subject).equals(contentOf(bytes, responder));
  const [hash] = elements(bytes, responder);
  if (responder.tag !== 0xa2 || !hash) return false;
  return createHash('sha1').update(key).digest().equals(contentOf(bytes, hash));
}
