import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SecureContext, SecureContextOptions, SecureVersion } from 'node:tls';
import type { AddressOptions, TlsVersion } from '../../../src-shared/address/address-options';
import type { SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import type { SecretResolver } from '../secrets';
import { keyLogFile } from './key-log-file';
import type { KeyLogFile } from './key-log-file';
import { readCredentials, secretOf } from './tls-credentials';
import type { Credentials } from './tls-credentials';
import type { SessionSlot } from './tls-sessions';
import { tlsError } from './tls-errors';
import { TlsProblem } from './tls-problem';
import type { Expected } from './tls-trust';

/** Everything that one side of TLS needs, read and checked. */
export interface TlsSetup extends Expected {
  readonly context: SecureContext;
  /** Close when the peer cannot be trusted. */
  readonly verify: boolean;
  /** Asked for with SNI; null: none, since an IP address must not be (RFC 6066 §3). */
  readonly servername: string | null;
  readonly alpn: readonly string[];
  /** Ask for a stapled OCSP response. */
  readonly ocsp: boolean;
  /** Of a client that wants to go on with the session before; null: each begins anew. */
  readonly session: SessionSlot | null;
  readonly psk: { identity: string; key: Buffer } | null;
  readonly keyLog: KeyLogFile | null;
  readonly handshakeMs: number;
}

export type PreparedTls = { ok: true; setup: TlsSetup } | { ok: false; error: SocketError };

/** As R29 of the reliability reference wants it: long enough for a slow device. */
const HANDSHAKE_MS = 10_000;

/** RFC 4279 §5.3 wants 64 bytes of key to do; OpenSSL takes no more than 256. */
const MAX_PSK_BYTES = 256;

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
};

/** Node's library; Electron's is BoringSSL, which can less. */
const IS_OPENSSL = process.versions['electron'] === undefined;

/**
 * Reads the files and secrets that the options name and makes what a handshake needs of them.
 * `host`: of a client, what it dials. Never rejects.
 */
export async function prepareTls(
  role: 'client' | 'server',
  host: string | null,
  options: AddressOptions,
  secrets: SecretResolver,
): Promise<PreparedTls> {
  try {
    const credentials = await readCredentials(options, secrets);
    const psk = await pskOf(options, secrets);
    if (
      role === 'server' &&
      !psk &&
      credentials.cert === undefined &&
      credentials.pfx === undefined
    )
      throw new TlsProblem('ERR_TLS_NO_CERTIFICATE', refusal('tls-no-certificate'));
    const identity = options.servername ?? host ?? 'localhost';
    const setup: TlsSetup = {
      role,
      context: contextOf(role, options, credentials, psk !== null),
      verify: options.verify ?? true,
      fingerprints: options.fingerprints ?? [],
      servername: isIP(plainAddress(identity)) === 0 ? identity : null,
      identity: plainAddress(identity),
      alpn: options.alpn ?? [],
      requestCertificate:
        options.requestCertificate ??
        (role === 'server' && (options.fingerprints ?? []).length > 0),
      psk,
      session: null,
      ocsp: role === 'client' && options.ocsp === true,
      keyLog: options.keyLog === undefined ? null : keyLogFile(options.keyLog),
      handshakeMs: options.connectTimeoutMs ?? HANDSHAKE_MS,
    };
    return { ok: true, setup };
  } catch (thrown) {
    if (thrown instanceof TlsProblem) return { ok: false, error: thrown.error };
    throw thrown;
  }
}

/** Without its scope: certificates know none. */
function plainAddress(host: string): string {
  const percent = host.indexOf('%');
  return percent === -1 ? host : host.slice(0, percent);
}

async function pskOf(options: AddressOptions, secrets: SecretResolver): Promise<TlsSetup['psk']> {
  const hex = await secretOf(options.psk, secrets);
  if (hex === undefined) {
    if (options.pskIdentity === undefined) return null;
    throw new TlsProblem('ERR_TLS_PSK_KEY', refusal('psk-no-key'));
  }
  const digits = hex.replace(/[\s:]/g, '');
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits) || digits.length > MAX_PSK_BYTES * 2)
    throw new TlsProblem('ERR_TLS_PSK_KEY', refusal('psk-not-hex', { most: MAX_PSK_BYTES }));
  return { identity: options.pskIdentity ?? '', key: Buffer.from(digits, 'hex') };
}

function contextOf(
  role: TlsSetup['role'],
  options: AddressOptions,
  credentials: Credentials,
  psk: boolean,
): SecureContext {
  const { minVersion, maxVersion } = options;
  if (minVersion !== undefined && maxVersion !== undefined && minVersion > maxVersion)
    throw new TlsProblem(
      'ERR_TLS_VERSION_RANGE',
      refusal('tls-no-version', { min: minVersion, max: maxVersion }),
    );
  const made: SecureContextOptions = { ...credentials };
  // Without one a server that verifies clients refuses those that come back; a client with a
  // pre-shared key fails with one.
  if (role === 'server') made.sessionIdContext = 'wirebench';
  // Node keeps no sessions of its own, so without a ticket there is nothing to come back with.
  if (role === 'server' && options.resume === false)
    made.secureOptions = constants.SSL_OP_NO_TICKET;
  const old = [minVersion, maxVersion].some((one) => one === '1.0' || one === '1.1');
  // Who names an old limit wants to get there: Node's own least version is 1.2.
  if (minVersion !== undefined || old) made.minVersion = VERSIONS[minVersion ?? '1.0'];
  if (maxVersion !== undefined) made.maxVersion = VERSIONS[maxVersion];
  if (!IS_OPENSSL) refuseIgnored(options.ciphers ?? '');
  if (psk && !IS_OPENSSL) {
    if (minVersion === '1.3') throw new TlsProblem('ERR_TLS_VERSION_RANGE', refusal('tls-psk-old'));
    // Offering 1.3 it would be taken at its word, and then no key could be agreed on.
    made.maxVersion =
      VERSIONS[maxVersion === undefined || maxVersion === '1.3' ? '1.2' : maxVersion];
  }
  chooseNames(made, options);
  const ciphers = options.ciphers ?? (psk ? 'PSK' : old ? 'DEFAULT' : null);
  if (ciphers !== null) made.ciphers = allowing(ciphers, old);
  try {
    return createSecureContext(made);
  } catch {
    // All else was checked before.
    throw new TlsProblem(
      'ERR_TLS_BAD_CIPHERS',
      refusal('tls-no-cipher', { ciphers: ciphers ?? '' }),
    );
  }
}

/** Key exchanges and signature algorithms, each tried alone so that the wrong one is named. */
function chooseNames(made: SecureContextOptions, { curves, sigalgs }: AddressOptions): void {
  if (curves !== undefined) {
    if (!makes({ ecdhCurve: curves }))
      throw new TlsProblem('ERR_TLS_BAD_CURVES', refusal('tls-no-curve', { curves }));
    made.ecdhCurve = curves;
  }
  if (sigalgs === undefined) return;
  if (!makes({ sigalgs }))
    throw new TlsProblem('ERR_TLS_BAD_SIGALGS', refusal('tls-no-sigalg', { sigalgs }));
  made.sigalgs = sigalgs;
}

function makes(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

/** BoringSSL takes these and does nothing about them, or calls the whole list wrong. */
function refuseIgnored(ciphers: string): void {
  if (/(?:^|:)TLS_/.test(ciphers))
    throw new TlsProblem('ERR_TLS_CIPHERS_FIXED', refusal('tls-fixed-ciphers'));
  if (/@(?:SECLEVEL|STRENGTH)/i.test(ciphers))
    throw new TlsProblem('ERR_TLS_CIPHERS_FIXED', refusal('tls-no-levels'));
}

/** OpenSSL forbids TLS below 1.2 by its security level; BoringSSL has no such levels. */
function allowing(ciphers: string, old: boolean): string {
  return old && IS_OPENSSL && !ciphers.includes('@') ? `${ciphers}:@SECLEVEL=0` : ciphers;
}

/** The key log could not be written any more: told once, the connection goes on. */
export function keyLogFault(path: string, why: SocketError): SocketError {
  const { code } = why;
  const { message, reason } = refusal('key-log-unwritable', { path, why: code, code });
  return { ...tlsError('ERR_TLS_KEYLOG', message, 'write'), reason };
}
