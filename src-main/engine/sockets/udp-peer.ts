import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Endpoint } from '../../../src-shared/contract/socket';
import { now } from '../clock';
import type { Stamp } from '../clock';
import type { Direction, UdpFlow } from '../types';
import { BaseSocket } from './base-socket';
import type { SocketHost } from './base-socket';
import { endpointText, localFor, plainHost } from './endpoint';
import type { Taken } from './socket-actions';

/** What a peer needs of the socket it belongs to. */
export interface UdpOwner extends BaseSocket {
  sendTo(peer: UdpPeer, bytes: Uint8Array): number;
  taken(peer?: UdpPeer): Promise<Taken>;
}

/** One remote address of a bound UDP socket. */
export class UdpPeer extends BaseSocket {
  /** As the handle spells it, `::ffff:1.2.3.4` included: compared with every datagram. */
  readonly wireHost: string;
  readonly port: number;
  readonly endpoint: Endpoint;
  /** Chunks that had passed when `UdpPeers` last looked for one to make room; one brought it here. */
  seenChunks = 1;
  readonly #owner: UdpOwner;
  readonly #flow: UdpFlow;

  constructor(host: SocketHost, owner: UdpOwner, local: Endpoint, wireHost: string, port: number) {
    const remote = { host: plainHost(wireHost), port };
    super(host, 'udp-peer', endpointText(remote), owner.recording, owner, host.nextId());
    this.#owner = owner;
    this.wireHost = wireHost;
    this.port = port;
    this.endpoint = remote;
    this.remote = remote;
    this.local = localFor(local, remote);
    this.#flow = owner.recording.recorder.udp(this.id, this.local, remote);
    host.add(this);
    this.advance('open', now());
  }

  get expected(): boolean {
    return this.unexpectedSources === 0;
  }

  /** It is none of those that `only-from` names. */
  markUnexpected(): void {
    this.unexpectedSources = 1;
    this.note({ event: 'unexpected-source' }, now());
    this.host.changed(this);
  }

  override send(target: SendTarget, bytes: Uint8Array): number {
    if (target.to !== 'peer' || this.phase !== 'open') throw this.impossible('cannot-send');
    return this.#owner.sendTo(this, bytes);
  }

  override taken(): Promise<Taken> {
    return this.#owner.taken(this);
  }

  passed(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): void {
    this.count(direction, bytes.byteLength, this.#flow.data(direction, bytes, at, comment));
    const { id, endpoint: remote, address } = this;
    this.host.onChunk?.({ socket: id, direction, bytes, at, remote, address, comment });
  }

  /** It comes back with the next datagram from there. */
  override close(): void {
    this.finish(null, now());
  }

  override destroy(): void {
    this.close();
  }
}
