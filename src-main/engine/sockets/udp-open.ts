import { createSocket } from 'node:dgram';
import type { Socket, SocketOptions } from 'node:dgram';
import type { Address } from '../../../src-shared/address/address';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { namingOwner } from '../network/port-owner';
import type { GroupName } from './socket-actions';
import { endpointText, plainHost } from './endpoint';
import { familyOf, resolve } from './resolve';
import { toSocketError } from './socket-error';
import type { Trace } from './trace';
import { UdpGroups } from './udp-groups';
import { refuseReusePort } from './reuse-port';
import { applySettings, sizeBuffers } from './udp-settings';
import type { Buffers } from './udp-settings';
import { withoutScope } from './udp-names';
import type { Reach } from './udp-names';
import { anyPlaces, splitGroup } from './udp-places';
import type { AnyPlace } from './udp-places';

/** What `openUdp` made: a bound socket. */
export interface OpenUdp {
  socket: Socket;
  reach: Reach;
  local: Endpoint;
  /** Whom it is connected to, or the group it sends to. */
  remote: Endpoint | null;
  connected: boolean;
  buffers: Buffers;
  groups: UdpGroups;
  /** Of `groups`, in order. */
  joined: readonly GroupName[];
}

export type UdpOutcome =
  { ok: true; udp: OpenUdp } | { ok: false; error: SocketError; remote: Endpoint | null };

interface Place extends AnyPlace {
  port: number;
  remote: Endpoint | null;
}

/**
 * Resolves, binds, joins its groups and, for `udp`, connects. Never rejects. `isWanted` is asked
 * after each wait: once it says no, what was made is closed and the outcome does not matter.
 */
export async function openUdp(
  address: Address,
  trace: Trace,
  step: (step: 'resolving' | 'binding') => void,
  isWanted: () => boolean,
): Promise<UdpOutcome> {
  const { kind, port, family, options } = address;
  let { host } = address;
  if (host !== null && familyOf(host) === null) {
    step('resolving');
    const bound = options.bind === undefined ? null : familyOf(options.bind);
    const asked = trace.begin('getaddrinfo', `"${host}"`);
    const resolved = await resolve(host, family ?? bound);
    asked(resolved.ok ? resolved.addresses.map((a) => a.address).join(', ') : resolved.error);
    if (!resolved.ok) return { ok: false, error: resolved.error, remote: null };
    host = resolved.addresses[0]?.address ?? host;
  }
  const remote = kind !== 'udp-listen' && host !== null ? { host, port } : null;
  const unscoped = kind === 'udp' && host !== null ? withoutScope(host) : null;
  if (unscoped) return { ok: false, error: unscoped, remote };
  if (isWanted()) step('binding');
  let outcome: UdpOutcome | null = null;
  for (const place of places({ ...address, host }, remote)) {
    if (!isWanted()) break;
    outcome = await openAt(place, { ...address, host }, trace);
    if (outcome.ok && !isWanted()) outcome.udp.socket.close();
    if (outcome.ok || !NO_IPV6.has(outcome.error.code)) break;
  }
  return outcome ?? { ok: false, error: { code: 'ECANCELED', message: 'closed' }, remote };
}

/** What binding to `::` says on a system without IPv6. */
const NO_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** Where to bind. All addresses means both families, or IPv4 alone where there is no IPv6. */
function places(address: Address, remote: Endpoint | null): Place[] {
  const { kind, host, port, family, options } = address;
  if (remote) {
    const of = familyOf(remote.host) ?? 4;
    const bind = options.bind ?? (of === 6 ? '::' : '0.0.0.0');
    const own = kind === 'udp-mcast' ? port : (options.sourcePort ?? 0);
    return [{ family: of, dual: false, bind, port: own, remote }];
  }
  if (host !== null) {
    const of = familyOf(host) ?? family ?? 4;
    const dual = of === 6 && host === '::' && options.v6only !== true;
    return [{ family: of, dual, bind: host, port, remote: null }];
  }
  return anyPlaces(family, options).map((any) => ({ ...any, port, remote: null }));
}

function openAt(place: Place, address: Address, trace: Trace): Promise<UdpOutcome> {
  const { remote } = place;
  const at = endpointText({ host: place.bind, port: place.port });
  const connected = address.kind === 'udp' && remote !== null;
  return new Promise((done) => {
    let socket: Socket | null = null;
    let calling: ((outcome: string | SocketError) => void) | null = null;
    const failed = (error: unknown) => {
      calling?.(toSocketError(error));
      socket?.removeAllListeners();
      socket?.close();
      void namingOwner(toSocketError(error), 'udp', place.port).then((told) => {
        done({ ok: false, error: told, remote });
      });
    };
    const opened = (made: Socket) => {
      try {
        const finished = finish(made, place, address, trace);
        made.removeAllListeners();
        done({ ok: true, udp: { ...finished, connected } });
      } catch (thrown) {
        failed(thrown);
      }
    };
    try {
      const made = makeSocket(place, address, trace);
      socket = made;
      made.once('error', failed);
      made.once('listening', () => {
        try {
          calling?.('0');
          calling = null;
          const { scope } = groupOf(address);
          applySettings(made, address.options, place.family, scope, trace);
          if (!connected) return opened(made);
          calling = trace.begin('connect', `fd, ${endpointText(remote)}`);
          // Not as a callback: that one would be given the error too, instead of the event.
          made.once('connect', () => {
            calling?.('0');
            calling = null;
            opened(made);
          });
          made.connect(remote.port, remote.host);
        } catch (thrown) {
          failed(thrown);
        }
      });
      calling = trace.begin('bind', `fd, ${at}`);
      made.bind({ port: place.port, address: place.bind, exclusive: true });
    } catch (thrown) {
      failed(thrown);
    }
  });
}

function makeSocket({ family, dual }: Place, { kind, options }: Address, trace: Trace): Socket {
  refuseReusePort(options);
  const made: SocketOptions & { reusePort?: boolean } = {
    type: family === 6 ? 'udp6' : 'udp4',
    ipv6Only: family === 6 && !dual,
    // Several programs may listen to one group, and each gets its own copy (ip(7)).
    reuseAddr: options.reuseAddress ?? kind === 'udp-mcast',
    lookup: asGiven,
  };
  // Asked for only then: where the system has no SO_REUSEPORT, binding fails even with `false`.
  if (options.reusePort === true) made.reusePort = true;
  trace.call('socket', `${family === 6 ? 'AF_INET6' : 'AF_INET'}, SOCK_DGRAM, 0`, 'fd');
  if (made.reuseAddr) trace.call('setsockopt', 'fd, SOL_SOCKET, SO_REUSEADDR, 1');
  if (made.reusePort) trace.call('setsockopt', 'fd, SOL_SOCKET, SO_REUSEPORT, 1');
  if (made.ipv6Only) trace.call('setsockopt', 'fd, IPPROTO_IPV6, IPV6_V6ONLY, 1');
  return createSocket(made);
}

/** The group that the address is of, and the interface it names. */
function groupOf({ kind, host }: Address): { group: string; scope: string | null } {
  return splitGroup(kind === 'udp-mcast' ? (host ?? '') : '');
}

/** What a bound socket still needs. Throws what the system says, or a `CommandError`. */
function finish(
  socket: Socket,
  place: Place,
  address: Address,
  trace: Trace,
): Omit<OpenUdp, 'connected'> {
  const { kind, options } = address;
  const { group, scope } = groupOf(address);
  const buffers = sizeBuffers(socket, options, trace);
  const bound = socket.address();
  const local = { host: plainHost(bound.address), port: bound.port };
  trace.call('getsockname', 'fd', endpointText(local));
  const groups = new UdpGroups(socket, place, local.host, trace);
  const through = options.multicastInterface ?? scope;
  const wanted = [
    ...(kind === 'udp-mcast' ? [{ group, interface: through }] : []),
    ...(options.join ?? []).map((item) => {
      const { group: other, scope: of } = splitGroup(item);
      return { group: other, interface: of ?? options.multicastInterface ?? null };
    }),
  ];
  const sources: readonly (string | null)[] = options.sources ?? [null];
  const joined = wanted.flatMap((one) => sources.map((source) => groups.join({ ...one, source })));
  if (kind === 'udp-mcast' && joined.length === 0)
    throw new CommandError('ERR_MULTICAST_GROUP', refusal('no-group-named'));
  return { socket, reach: place, local, remote: place.remote, buffers, groups, joined };
}

/** Addresses are resolved before: without it Node would pass each one through getaddrinfo again. */
function asGiven(
  host: string,
  _options: unknown,
  answer: (error: null, address: string, family: number) => void,
): void {
  answer(null, host, familyOf(host) ?? 4);
}
