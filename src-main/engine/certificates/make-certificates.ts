import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CERTIFICATE_KINDS } from '../../../src-shared/contract/certificate';
import type {
  CertificateFiles,
  CertificateKind,
  CertificateRequest,
} from '../../../src-shared/contract/certificate';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { altNames } from './certificate-names';
import type { AltName } from './certificate-names';
import { issue, makeAuthority, readAuthority } from './issue';
import type { Authority, Issued, Validity } from './issue';
import { isThere, writeAll } from './write-all';
import type { NewFile } from './write-all';

const DAY_MS = 86_400_000;

/** Devices' clocks are seldom right: a certificate is valid from a little before it was made. */
const EARLIER_MS = 3_600_000;
const AUTHORITY_DAYS = 3650;

/** A name nobody can have (RFC 6761 §6.4), so that no client expects it. */
const WRONG_NAME: readonly AltName[] = [{ type: 'dns', value: 'wrong-name.invalid' }];

interface Paths {
  certificate: string;
  key: string;
}

function pathsOf(folder: string, kind: CertificateKind): Paths {
  return { certificate: join(folder, `${kind}.pem`), key: join(folder, `${kind}-key.pem`) };
}

/**
 * Makes certificates for tests in `folder`, each with its key: `server.pem`, `server-key.pem` and so
 * on. An authority that is there signs the others, unless a new one is asked for with `overwrite`.
 * Rejects with a CommandError (`EEXIST`, `ERR_BAD_AUTHORITY`, `ERR_BAD_CERTIFICATE`) or the system's error, and then has
 * written nothing.
 */
export async function makeCertificates(
  request: CertificateRequest & { folder: string },
): Promise<CertificateFiles[]> {
  const { folder, overwrite } = request;
  const kinds = CERTIFICATE_KINDS.filter((kind) => kind === 'ca' || request.kinds.includes(kind));
  const names = altNames(request.names, request.addresses);
  const authority = await authorityFor(request);
  const made: { kind: CertificateKind; paths: Paths; issued: Issued; reused: boolean }[] = [];
  for (const kind of kinds) {
    const paths = pathsOf(folder, kind);
    const reused = kind === 'ca' && authority.reused;
    if (!reused) await refuseExisting(paths, overwrite);
    const issued =
      kind === 'ca'
        ? authority
        : await issue(authority, kind, {
            key: request.key,
            names: kind === 'wrong-name' ? WRONG_NAME : names,
            validity: validityOf(kind, request.days, authority),
          });
    made.push({ kind, paths, issued, reused });
  }
  const files = made
    .filter(({ reused }) => !reused)
    .flatMap(({ paths, issued }): NewFile[] => [
      // The key first: a certificate without one is of no use.
      { path: paths.key, text: issued.key, mode: 0o600 },
      { path: paths.certificate, text: issued.certificate, mode: 0o644 },
    ]);
  await writeAll(folder, files, overwrite);
  return made.map(({ kind, paths, issued, reused }) => ({
    kind,
    ...paths,
    ...told(issued),
    reused,
  }));
}

/** The one in the folder, unless there is none or it is to be replaced. */
async function authorityFor({
  folder,
  kinds,
  key,
  overwrite,
}: CertificateRequest & { folder: string }): Promise<Authority & { reused: boolean }> {
  const paths = pathsOf(folder, 'ca');
  const there = (await isThere(paths.certificate)) && (await isThere(paths.key));
  if (there && kinds.every((kind) => kind === 'ca')) await refuseExisting(paths, overwrite);
  if (there && !(overwrite && kinds.includes('ca'))) {
    const certificate = await readFile(paths.certificate, 'utf8');
    const found = await readAuthority({ certificate, key: await readFile(paths.key, 'utf8') });
    return { ...found, reused: true };
  }
  const notBefore = new Date(Date.now() - EARLIER_MS);
  const notAfter = new Date(notBefore.getTime() + AUTHORITY_DAYS * DAY_MS);
  return { ...(await makeAuthority(key, { notBefore, notAfter })), reused: false };
}

function validityOf(kind: CertificateKind, days: number, authority: Authority): Validity {
  const now = Date.now();
  if (kind === 'expired')
    return { notBefore: new Date(now - 2 * DAY_MS), notAfter: new Date(now - DAY_MS) };
  // None outlives what has signed it.
  const end = Math.min(now + days * DAY_MS, authority.parsed.notAfter.getTime());
  return { notBefore: new Date(now - EARLIER_MS), notAfter: new Date(end) };
}

async function refuseExisting(paths: Paths, overwrite: boolean): Promise<void> {
  if (overwrite) return;
  for (const path of [paths.certificate, paths.key]) {
    if (!(await isThere(path))) continue;
    throw new CommandError({ code: 'EEXIST', ...refusal('certificate-exists', { path }) });
  }
}

function told({ certificate }: Issued) {
  const { validFrom, validTo, fingerprint256 } = new X509Certificate(certificate);
  return { validFrom: Date.parse(validFrom), validTo: Date.parse(validTo), fingerprint256 };
}
