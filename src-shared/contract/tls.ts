import { z } from 'zod';

/** A certificate as a person compares it. Texts come from the peer: show them as text only. */
const certificateFacts = z.object({
  /** RFC 4514 style, the most specific part first, bounded. */
  subject: z.string().max(1000),
  issuer: z.string().max(1000),
  /** `DNS:device.local`, `IP Address:192.168.1.50`; bounded in number and length. */
  altNames: z.array(z.string().max(300)).max(100),
  serial: z.string().max(100),
  /** Epoch ms; null when the certificate's date cannot be read. */
  validFrom: z.number().nullable(),
  validTo: z.number().nullable(),
  /** SHA-256 of the whole certificate, upper case hex with colons; what `fingerprint=` takes. */
  fingerprint256: z.string().max(100),
  /** `RSA 2048`, `EC prime256v1`; empty where the runtime does not tell. */
  key: z.string().max(100),
  selfSigned: z.boolean(),
});
export type CertificateFacts = z.infer<typeof certificateFacts>;

/**
 * Why not to believe what a server has stapled: bytes that are none; nobody knows the issuer of the
 * certificate; it is about others; signed by nobody who may; not signed at all by that one; in a way
 * that proves nothing or is not known; its time has not come, or is over.
 */
const stapledProblem = z.enum([
  'unreadable',
  'no-issuer',
  'other-certificate',
  'stranger',
  'signature',
  'algorithm',
  'early',
  'expired',
]);

/** What a server has stapled of its certificate's state. It is told, and decides nothing. */
const stapledStatus = z.object({
  status: z.enum(['good', 'revoked', 'unknown', 'unreadable']),
  /** Epoch ms. */
  thisUpdate: z.number().nullable(),
  nextUpdate: z.number().nullable(),
  bytes: z.int().min(0),
  /** Null: it was checked and is to be believed. */
  problem: stapledProblem.nullable(),
});
export type StapledStatus = z.infer<typeof stapledStatus>;

/** What a tab shows of TLS without asking. */
export const tlsSummary = z.object({
  /** `secure` for a listener that expects TLS: what follows is then null. */
  state: z.enum(['handshaking', 'secure', 'failed']),
  /** `TLSv1.3`. */
  protocol: z.string().max(32).nullable(),
  /** The standard name (IANA), such as `TLS_AES_128_GCM_SHA256`. */
  cipher: z.string().max(128).nullable(),
  alpn: z.string().max(255).nullable(),
  /** The peer is one to trust. */
  verified: z.boolean(),
  /**
   * By what: an authority vouches for it and its name, its certificate is the very one the user
   * named, or it has the pre-shared key. Null: it is not verified.
   */
  trustedBy: z.enum(['chain', 'fingerprint', 'shared-key']).nullable(),
  /** The code of why not; null when it is, or when nobody asked (a server without request-cert). */
  reason: z.string().max(64).nullable(),
  /** It goes on with the session of a connection before: nobody showed a certificate this time. */
  sessionReused: z.boolean(),
});
export type TlsSummary = z.infer<typeof tlsSummary>;

/** Of one handshake; a whole one has a dozen. */
export const MAX_TLS_MESSAGES = 64;

/** A message of a handshake as it passed. */
const tlsMessage = z.object({
  direction: z.enum(['in', 'out']),
  /** Since the handshake began. */
  ms: z.number().min(0),
  /** As the RFCs call it; `encrypted` for what only the two ends can read, `not TLS` for the rest. */
  name: z.string().max(40),
  bytes: z.int().min(0),
  /** Of a hello what it offers or takes, by the names of the registries. Texts may be the peer's. */
  facts: z.array(z.object({ name: z.string().max(60), value: z.string().max(500) })).max(32),
});
export type TlsMessage = z.infer<typeof tlsMessage>;

/** All that is known of one TLS connection, also after it failed or closed. */
export const tlsDetails = tlsSummary.extend({
  role: z.enum(['client', 'server']),
  /** The name asked for with SNI; null when none was. */
  servername: z.string().max(255).nullable(),
  /** The key exchange, where the runtime tells it (clients only). */
  ephemeralKey: z
    .object({ type: z.string().max(32), name: z.string().max(64), bits: z.int().min(0) })
    .nullable(),
  /** From TCP connect to the end of the handshake, ms; null before. */
  handshakeMs: z.number().nullable(),
  pskIdentity: z.string().max(256).nullable(),
  /** With `ocsp`, of a client: what the server stapled. Null: nothing. Not there: not asked for. */
  stapled: stapledStatus.nullable().optional(),
  /** Leaf first; as the peer sent it and the runtime could complete it. */
  peer: z.array(certificateFacts).max(16),
  own: z.array(certificateFacts).max(16),
  handshake: z.array(tlsMessage).max(MAX_TLS_MESSAGES),
});
export type TlsDetails = z.infer<typeof tlsDetails>;
