import { checkServerIdentity } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { CertificateFacts, TlsSummary } from '../../../src-shared/contract/tls';
import type { SocketError } from '../../../src-shared/contract/socket';
import { verifyCode, verifyError } from './tls-errors';

/** Whether the peer has proved who it is; `error` null and not verified: nobody asked. */
export interface Trust {
  verified: boolean;
  trustedBy: TlsSummary['trustedBy'];
  error: SocketError | null;
}

const NOT_ASKED: Trust = { verified: false, trustedBy: null, error: null };

/** What is asked of a peer. */
export interface Expected {
  readonly role: 'client' | 'server';
  /** SHA-256 in lower case hex without colons; not empty: the peer's leaf must be one of them. */
  readonly fingerprints: readonly string[];
  /** The name or IP address that a server's certificate must be for. */
  readonly identity: string;
  readonly requestCertificate: boolean;
}

/** Judges the peer of a finished handshake. `bySharedKey`: it was made with a pre-shared key. */
export function trustOf(
  socket: TLSSocket,
  { role, fingerprints, identity, requestCertificate }: Expected,
  chain: readonly CertificateFacts[],
  bySharedKey: boolean,
): Trust {
  const leaf = chain[0];
  if (!leaf && bySharedKey) return trusted('shared-key');
  if (role === 'server' && !requestCertificate) return NOT_ASKED;
  if (!leaf) return refused('ERR_TLS_NO_PEER_CERTIFICATE');
  if (fingerprints.length > 0) {
    const shown = leaf.fingerprint256.replaceAll(':', '').toLowerCase();
    return fingerprints.includes(shown)
      ? trusted('fingerprint')
      : refused('ERR_TLS_FINGERPRINT', leaf.fingerprint256);
  }
  const code = role === 'client' ? clientResult(socket) : serverResult(socket);
  if (code !== null) return refused(verifyCode(code));
  if (role === 'client' && checkServerIdentity(identity, socket.getPeerCertificate()))
    return refused('ERR_TLS_CERT_ALTNAME_INVALID', `${identity} is not among ${namesOf(leaf)}`);
  return trusted('chain');
}

function trusted(trustedBy: NonNullable<Trust['trustedBy']>): Trust {
  return { verified: true, trustedBy, error: null };
}

function refused(code: string, detail = ''): Trust {
  return { verified: false, trustedBy: null, error: verifyError(code, detail) };
}

/** What the peer wrote, short and on one line. */
function namesOf({ altNames, subject }: CertificateFacts): string {
  const names = altNames.length > 0 ? altNames.slice(0, 10).join(', ') : subject;
  return JSON.stringify(names.slice(0, 300));
}

/** Node 20 gives the code as text, its types say Error. */
function clientResult(socket: TLSSocket): string | null {
  if (socket.authorized) return null;
  const told: unknown = socket.authorizationError;
  return typeof told === 'string' ? told : (codeOf(told) ?? 'UNSPECIFIED');
}

/**
 * Node computes it for the connections of its own `tls.Server` only. A TLSSocket on a stream of ours
 * has it behind `ssl`, which is not documented; where it is missing nobody is trusted.
 */
function serverResult(socket: TLSSocket): string | null {
  const ssl: unknown = Reflect.get(socket, 'ssl');
  const verify: unknown = typeof ssl === 'object' && ssl ? Reflect.get(ssl, 'verifyError') : null;
  if (typeof verify !== 'function') return 'UNSPECIFIED';
  const error: unknown = Reflect.apply(verify, ssl, []);
  return error === null || error === undefined ? null : (codeOf(error) ?? 'UNSPECIFIED');
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : null;
}
