import type { SendTo } from '../../src-shared/contract/send-target';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { isListener } from '../../src-shared/contract/socket-words';

/** One line of the composer's target list. */
export type TargetChoice =
  /** The remote of a connection, a UDP peer, or a connected UDP socket. */
  | { kind: 'peer'; socket: SocketId; name: string }
  | { kind: 'all'; socket: SocketId; count: number }
  /** Clients or peers that were picked one by one and are there still. */
  | { kind: 'some'; socket: SocketId; sockets: readonly SocketId[] }
  | { kind: 'address'; socket: SocketId };

/** Why nothing can be sent now; null when it can. */
export type SendBlock =
  'unknown' | 'opening' | 'closing' | 'closed' | 'ended' | 'no-peers' | 'read-only';

/** Peers listed one by one; beyond that the list would be no help: they are reached by their tab. */
export const MAX_LISTED_PEERS = 50;

/** The one word a choice is remembered by. */
export function choiceKey(choice: TargetChoice): string {
  return choice.kind === 'peer' ? `peer:${choice.socket}` : choice.kind;
}

/** Where a socket's composer can send to. The first is the one to begin with. */
export function targetChoices(
  info: SocketInfo,
  peers: readonly SocketInfo[],
  picked: readonly SocketId[] = [],
): readonly TargetChoice[] {
  const each = peers
    .slice(0, MAX_LISTED_PEERS)
    .map(({ id, address }): TargetChoice => ({ kind: 'peer', socket: id, name: nameOf(address) }));
  const all: TargetChoice = { kind: 'all', socket: info.id, count: info.openChildren };
  const some: TargetChoice[] =
    picked.length === 0 ? [] : [{ kind: 'some', socket: info.id, sockets: picked }];
  const self: TargetChoice = { kind: 'peer', socket: info.id, name: nameOf(info.address) };
  switch (info.kind) {
    case 'tcp-connection':
    case 'local-connection':
    case 'dialer':
    case 'udp-peer':
      return [self];
    case 'tcp-listener':
    case 'local-listener':
      return peers.length === 1 ? [...each, all] : [all, ...some, ...each];
    case 'udp-socket': {
      const address: TargetChoice = { kind: 'address', socket: info.id };
      return info.remote !== null
        ? [self, address, all, ...each]
        : [...each, address, all, ...some];
    }
    case 'capture-file':
      return [];
    default:
      return info.kind satisfies never;
  }
}

/** What the engine is told. The address of a UDP datagram is typed by the user. */
export function toSendTarget(choice: TargetChoice, host: string, port: number): SendTo {
  switch (choice.kind) {
    case 'peer':
      return { to: 'peer' };
    case 'all':
      return { to: 'all' };
    case 'some':
      return { to: 'some', sockets: [...choice.sockets] };
    case 'address':
      return { to: 'address', host, port };
    default:
      return choice satisfies never;
  }
}

export function sendBlock(info: SocketInfo | undefined): SendBlock | null {
  if (info === undefined) return 'unknown';
  if (info.kind === 'capture-file') return 'read-only';
  if (info.phase !== 'open') return info.phase;
  if (info.ended) return 'ended';
  const needsPeers = isListener(info.kind) || info.kind === 'dialer';
  if (needsPeers && info.openChildren === 0) return 'no-peers';
  return null;
}

/** `192.168.1.50:502` of `tcp:192.168.1.50:502,nodelay`. */
function nameOf(address: string): string {
  return address.replace(/^[a-z0-9-]+:/, '').replace(/,.*$/, '');
}
