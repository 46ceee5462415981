import type { Endpoint, SocketId } from '../../../../src-shared/contract/socket';
import type { LocalPlace } from '../../types';
import { formatIp, formatPeer, parseIp } from '../format/ip-address';
import { placeName, standIns } from '../format/stand-in';

/** What the first packet of a flow tells beside itself. */
export interface FirstWords {
  /** Of a local socket. */
  place: LocalPlace | null;
  /** Of a relay's connection to its target: the remote of the client it is for, as packets have it. */
  client: string | null;
}

/** The flows of a recording by their numbers; 0 is the root itself. */
export class RecordedFlows {
  readonly #root: SocketId;
  readonly #sockets: SocketId[];
  readonly #peers: string[] = [''];
  readonly #remotes: (Endpoint | null)[] = [null];
  readonly #udp = new Set<number>();
  /** Of local sockets. */
  readonly #names = new Map<number, string>();
  /** Those whose remote is a source that `only-from` does not name. */
  readonly unexpected = new Set<number>();
  readonly #latest = new Map<SocketId, number>();
  /** In whose log a socket is, where that is not its own. */
  readonly #joined = new Map<SocketId, SocketId>();
  #local = 0;

  constructor(root: SocketId) {
    this.#root = root;
    this.#sockets = [root];
  }

  add(socket: SocketId, remote: Endpoint): number {
    const flow = this.#sockets.push(this.logOf(socket)) - 1;
    this.#peers.push(formatPeer(remote.host, remote.port));
    this.#remotes.push(remote);
    this.#latest.set(socket, flow);
    return flow;
  }

  addUdp(socket: SocketId, remote: Endpoint): number {
    const flow = this.add(socket, remote);
    this.#udp.add(flow);
    return flow;
  }

  /** Of a local socket, and the addresses that stand for it. */
  addLocal(
    socket: SocketId,
    place: LocalPlace,
  ): { flow: number; ends: { local: Endpoint; remote: Endpoint } } {
    this.#local++;
    const ends = standIns(this.#local);
    const flow = this.add(socket, ends.remote);
    this.#names.set(flow, placeName(place));
    return { flow, ends };
  }

  /** `place`: of a local socket. */
  begun(socket: SocketId, place: LocalPlace | null = null): FirstWords {
    return { place, client: this.#clientOf(socket) };
  }

  join(socket: SocketId, other: SocketId): void {
    this.#joined.set(socket, other);
  }

  /** The socket that the rows of this one are listed under. */
  logOf(socket: SocketId): SocketId {
    return this.#joined.get(socket) ?? socket;
  }

  /** What rows say of their flow. */
  readonly told = {
    flowCount: (): number => this.#sockets.length,
    socketOf: (flow: number): SocketId => this.#sockets[flow] ?? this.#root,
    peerOf: (flow: number): string => this.#names.get(flow) ?? this.#peers[flow] ?? '',
    nameOf: (flow: number): string | null => this.#names.get(flow) ?? null,
    isUnexpected: (flow: number): boolean => this.unexpected.has(flow),
    protocolOf: (flow: number): 'tcp' | 'udp' | null => {
      if (flow === 0) return null;
      return this.#udp.has(flow) ? 'udp' : 'tcp';
    },
  };

  /** Whom a note of a socket concerns: its latest flow, the address of that, and for whom it was dialled. */
  noted(socket: SocketId): { flow: number; peer: string; client: string | null } {
    const own = this.#latest.get(socket);
    // Of one that has none yet, that of the client it is dialled for.
    const latest = own ?? this.#latest.get(this.logOf(socket)) ?? 0;
    const flow = socket === this.#root ? 0 : latest;
    const client = own === undefined ? null : this.#clientOf(socket);
    return { flow, peer: this.#peers[flow] ?? '', client };
  }

  #clientOf(socket: SocketId): string | null {
    const client = this.#joined.get(socket);
    const remote = this.#remotes[this.#latest.get(client ?? -1) ?? 0];
    if (client === undefined || !remote) return null;
    const ip = parseIp(remote.host);
    return formatPeer(ip ? formatIp(ip) : remote.host, remote.port);
  }
}
