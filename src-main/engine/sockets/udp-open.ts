import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { Address } from '../../../src-shared/address/address';
import type { Endpoint, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import { plainHost } from './endpoint';
import { familyOf, resolve } from './resolve';
import { toSocketError } from './socket-error';
import type { Reach } from './udp-names';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Below it there is nothing left to halve: no system refuses so little. */
const LEAST_BUFFER_BYTES = 8 * 1024;

/** What `openUdp` made: a bound socket, connected when `remote` is not null. */
export interface OpenUdp {
  socket: Socket;
  reach: Reach;
  local: Endpoint;
  remote: Endpoint | null;
  receiveBuffer: NonNullable<SocketInfo['receiveBuffer']>;
}

export type UdpOutcome =
  { ok: true; udp: OpenUdp } | { ok: false; error: SocketError; remote: Endpoint | null };

interface Place extends Reach {
  bind: string;
  port: number;
  remote: Endpoint | null;
}

/**
 * Resolves, binds and, for `udp`, connects. Never rejects. `isWanted` is asked after each wait:
 * once it says no, what was made is closed and the outcome does not matter.
 */
export async function openUdp(
  address: Address,
  step: (step: 'resolving' | 'binding') => void,
  isWanted: () => boolean,
): Promise<UdpOutcome> {
  const { kind, port, family, options } = address;
  let { host } = address;
  if (host !== null && familyOf(host) === null) {
    step('resolving');
    const bound = options.bind === undefined ? null : familyOf(options.bind);
    const resolved = await resolve(host, family ?? bound);
    if (!resolved.ok) return { ok: false, error: resolved.error, remote: null };
    host = resolved.addresses[0]?.address ?? host;
  }
  const remote = kind === 'udp' && host !== null ? { host, port } : null;
  if (isWanted()) step('binding');
  let outcome: UdpOutcome | null = null;
  for (const place of places({ ...address, host }, remote)) {
    if (!isWanted()) break;
    outcome = await openAt(place, address);
    if (outcome.ok && !isWanted()) outcome.udp.socket.close();
    if (outcome.ok || !NO_IPV6.has(outcome.error.code)) break;
  }
  return outcome ?? { ok: false, error: { code: 'ECANCELED', message: 'closed' }, remote };
}

/** What binding to `::` says on a system without IPv6. */
const NO_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** Where to bind. All addresses means both families, or IPv4 alone where there is no IPv6. */
function places({ host, port, family, options }: Address, remote: Endpoint | null): Place[] {
  if (remote) {
    const of = familyOf(remote.host) ?? 4;
    const bind = options.bind ?? (of === 6 ? '::' : '0.0.0.0');
    return [{ family: of, dual: false, bind, port: options.sourcePort ?? 0, remote }];
  }
  const v4: Place = { family: 4, dual: false, bind: '0.0.0.0', port, remote: null };
  if (host !== null) {
    const of = familyOf(host) ?? family ?? 4;
    const dual = of === 6 && host === '::' && options.v6only !== true;
    return [{ ...v4, family: of, dual, bind: host }];
  }
  const dual = !(options.v6only ?? family === 6);
  const v6: Place = { family: 6, dual, bind: '::', port, remote: null };
  if (family === 4) return [v4];
  return dual ? [v6, v4] : [v6];
}

function openAt(place: Place, { options }: Address): Promise<UdpOutcome> {
  return new Promise((done) => {
    const socket = createSocket({
      type: place.family === 6 ? 'udp6' : 'udp4',
      ipv6Only: place.family === 6 && !place.dual,
      reuseAddr: options.reuseAddress ?? false,
      lookup: asGiven,
    });
    const { remote } = place;
    const failed = (error: unknown) => {
      socket.removeAllListeners();
      socket.close();
      done({ ok: false, error: toSocketError(error), remote });
    };
    const opened = () => {
      try {
        const receiveBuffer = sizeBuffers(socket, options);
        const { address, port } = socket.address();
        const local = { host: plainHost(address), port };
        socket.removeAllListeners();
        done({ ok: true, udp: { socket, reach: place, local, remote, receiveBuffer } });
      } catch (thrown) {
        failed(thrown);
      }
    };
    socket.once('error', failed);
    socket.once('listening', () => {
      if (remote) socket.connect(remote.port, remote.host, opened);
      else opened();
    });
    try {
      socket.bind({ port: place.port, address: place.bind, exclusive: true });
    } catch (thrown) {
      failed(thrown);
    }
  });
}

/** Addresses are resolved before: without it Node would pass each one through getaddrinfo again. */
function asGiven(
  host: string,
  _options: unknown,
  answer: (error: null, address: string, family: number) => void,
): void {
  answer(null, host, familyOf(host) ?? 4);
}

/**
 * Linux gives what it can (socket(7)), others refuse more than they have: then half is tried. Linux
 * counts its bookkeeping in and tells double; what is reported here is half, the payload's share.
 */
function sizeBuffers(socket: Socket, options: Address['options']): OpenUdp['receiveBuffer'] {
  const requestedBytes = options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
  atMost(requestedBytes, (bytes) => {
    socket.setRecvBufferSize(bytes);
  });
  if (options.sendBufferBytes !== undefined)
    atMost(options.sendBufferBytes, (bytes) => {
      socket.setSendBufferSize(bytes);
    });
  const told = socket.getRecvBufferSize();
  return { requestedBytes, effectiveBytes: process.platform === 'linux' ? told / 2 : told };
}

function atMost(wanted: number, set: (bytes: number) => void): void {
  for (let bytes = wanted; ; bytes = Math.floor(bytes / 2)) {
    try {
      set(bytes);
      return;
    } catch (thrown) {
      if (bytes / 2 < LEAST_BUFFER_BYTES) throw thrown;
    }
  }
}
