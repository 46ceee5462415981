import { formatAddress, type Address } from '../../src-shared/address/address';
import type { Probed } from '../../src-shared/contract/probe';
import type { PeerNames } from '../../src-shared/contract/network';
import type { SocketError } from '../../src-shared/contract/socket';
import type { StapledStatus, TlsDetails } from '../../src-shared/contract/tls';
import type { Engine } from '../engine/engine';
import { isoOfMs, jsonLine } from '../engine/export/json-line';
import { endpointText } from '../engine/sockets/endpoint';
import { nameLines } from './name-lines';
import { tlsText } from './phase-text';

/** One attempt that is over. */
export interface Tried {
  /** From 1; of a list its place there. */
  number: number;
  address: Address;
  /** Epoch ms. */
  endedAt: number;
  probed: Probed;
  /** What the system knows of where it led; null: nobody asked, or nothing answered there. */
  known: PeerNames | null;
}

/** Asked for one that was connected, and has an IP address. */
export async function namesFor(engine: Engine, probed: Probed): Promise<PeerNames | null> {
  const { error, remote } = probed;
  if (error !== null || remote === null) return null;
  return engine.command('peerNames', { address: remote.host });
}

/** Where it led, or where it should have. */
function whereText({ address, probed: { remote } }: Tried): string {
  if (remote) return endpointText(remote);
  const plain = formatAddress({ ...address, options: {} });
  return address.path ?? plain.replace(/^(?:tcp|tls)[46]?:/, '');
}

/** `address` stands in it when there are several. */
export function probedJson(tried: Tried, several: boolean): string {
  const { number, address, endedAt, probed, known } = tried;
  const { ms, error, remote, resolveMs, attempts, tls } = probed;
  return jsonLine({
    event: error ? 'closed' : 'open',
    socket: String(number),
    at: isoOfMs(endedAt),
    kind: address.path === null ? 'tcp-connection' : 'local-connection',
    ...(several ? { address: formatAddress({ ...address, options: {} }) } : {}),
    remote: remote ? whereText(tried) : null,
    ...(address.path === null ? {} : { path: address.path }),
    ms,
    ...(resolveMs === null ? {} : { resolveMs }),
    ...(attempts.length === 0 ? {} : { attempts }),
    ...(tls ? { tls } : {}),
    ...(known ? { names: known.names, mac: known.mac, macReason: known.macReason } : {}),
    ...(error ? { error } : {}),
  });
}

/** `connected 192.168.1.50:502 1.250 ms`. */
export function probedLine(tried: Tried): string {
  const { ms, error, tls } = tried.probed;
  // Connected it was, when only the handshake failed.
  const outcome = error && !tls ? errorText(error) : 'connected';
  return `${outcome} ${whereText(tried)} ${ms.toFixed(3)} ms`;
}

/** What is told of TLS, of the addresses of a name, and of what the system calls one. */
export function furtherLines({ probed, known }: Tried): string[] {
  const { error, tls } = probed;
  return [
    ...(tls ? [handshakeText(tls, error)] : []),
    ...(tls?.stapled === undefined ? [] : [stapledText(tls.stapled)]),
    ...triedLines(probed),
    ...(known ? nameLines(known) : []),
  ];
}

/** The addresses of a name that has several, and what came of each. */
function triedLines({ attempts }: Probed): string[] {
  if (attempts.length < 2) return [];
  return attempts.map(({ host, port, ms, error }) => {
    const outcome = error === null ? 'connected' : errorText(error);
    return `  tried ${endpointText({ host, port })}: ${outcome}, ${ms.toFixed(3)} ms`;
  });
}

/** Of `ocsp`: `stapled good from 2026-01-31T10:00:00Z, verified`. */
function stapledText(stapled: StapledStatus | null): string {
  if (stapled === null) return 'stapled nothing';
  const { status, thisUpdate, problem } = stapled;
  const from = thisUpdate === null ? '' : ` from ${isoOfMs(thisUpdate).slice(0, 19)}Z`;
  const why = problem === null ? '' : ` (${STAPLED_PROBLEMS[problem]})`;
  return `stapled ${status}${from}, ${problem === null ? 'verified' : 'NOT VERIFIED'}${why}`;
}

const STAPLED_PROBLEMS: Readonly<Record<NonNullable<StapledStatus['problem']>, string>> = {
  unreadable: 'it is no OCSP response',
  'no-issuer': 'the issuer of the certificate is not known here',
  'other-certificate': 'it is about another certificate',
  stranger: 'nobody signed it whom the issuer lets answer',
  signature: 'its signature is wrong',
  algorithm: 'it is signed in a way that proves nothing, such as SHA-1, or is not known',
  early: 'its time has not come',
  expired: 'it is out of date',
};

/** `ECONNREFUSED (errno -111)`. */
function errorText({ code, errno }: SocketError): string {
  return errno === undefined ? code : `${code} (errno ${errno})`;
}

/** `handshake TLSv1.3 TLS_AES_256_GCM_SHA384, verified, 4.512 ms`. */
function handshakeText(tls: TlsDetails, error: SocketError | null): string {
  const took = tls.handshakeMs === null ? '' : `, ${tls.handshakeMs.toFixed(3)} ms`;
  if (tls.protocol === null) return `handshake failed: ${error?.code ?? ''}`;
  const verified = tls.trustedBy === 'chain' ? ', verified' : '';
  return `handshake ${tlsText(tls)}${verified}${took}`;
}
