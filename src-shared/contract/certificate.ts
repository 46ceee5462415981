import { z } from 'zod';

/**
 * What can be made: a certificate authority, and certificates that it has signed. `expired` and
 * `wrong-name` are servers' that a careful client must refuse.
 */
export const CERTIFICATE_KINDS = ['ca', 'server', 'client', 'expired', 'wrong-name'] as const;
const certificateKind = z.enum(CERTIFICATE_KINDS);
export type CertificateKind = z.infer<typeof certificateKind>;

/** The longest that a test certificate may be valid, days. */
export const MAX_CERTIFICATE_DAYS = 3650;

export const certificateRequest = z.object({
  /** Each once, in any order; what a kind is signed by comes with it. */
  kinds: z.array(certificateKind).min(1),
  /** DNS names and IP addresses that the server's certificate is for. */
  names: z.array(z.string().min(1).max(253)).max(50),
  addresses: z.array(z.string().min(2).max(45)).max(50),
  days: z.int().min(1).max(MAX_CERTIFICATE_DAYS),
  key: z.enum(['ec', 'rsa']),
  /** Replace files that are there, the authority's too. */
  overwrite: z.boolean(),
});
export type CertificateRequest = z.infer<typeof certificateRequest>;

/** One certificate with its key, as PEM files. */
export const certificateFiles = z.object({
  kind: certificateKind,
  certificate: z.string(),
  key: z.string(),
  /** Epoch ms. */
  validFrom: z.number(),
  validTo: z.number(),
  /** SHA-256 of the certificate, hex with colons: what `fingerprint=` takes. */
  fingerprint256: z.string(),
  /** The authority's that was in the folder before, and has signed the others. */
  reused: z.boolean(),
});
export type CertificateFiles = z.infer<typeof certificateFiles>;
