import type { UdpPeer } from './udp-peer';

/** So many peers of one socket are listed; the longest idle makes room for a new one. */
export const MAX_PEERS = 10_000;

/** The peers of one UDP socket by address, with the one of the last datagram at hand. */
export class UdpPeers {
  readonly #byHost = new Map<string, Map<number, UdpPeer>>();
  /** In the order in which they are looked at for one to make room. */
  readonly #all = new Set<UdpPeer>();
  #last: UdpPeer | null = null;

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<UdpPeer> {
    return this.#all.values();
  }

  /** Those that `only-from` names, or all, without this one. */
  *expectedBut(peer: UdpPeer): Generator<UdpPeer, void, void> {
    for (const other of this.#all) if (other !== peer && other.expected) yield other;
  }

  /** No allocation, and for the same peer as before no look-up: called with every datagram. */
  find(wireHost: string, port: number): UdpPeer | null {
    const last = this.#last;
    if (last !== null && last.port === port && last.wireHost === wireHost) return last;
    const found = this.#byHost.get(wireHost)?.get(port) ?? null;
    this.#last = found;
    return found;
  }

  add(peer: UdpPeer): void {
    const ports = this.#byHost.get(peer.wireHost);
    if (ports) ports.set(peer.port, peer);
    else this.#byHost.set(peer.wireHost, new Map([[peer.port, peer]]));
    this.#all.add(peer);
    this.#last = peer;
  }

  delete(peer: UdpPeer): void {
    if (!this.#all.delete(peer)) return;
    if (this.#last === peer) this.#last = null;
    const ports = this.#byHost.get(peer.wireHost);
    ports?.delete(peer.port);
    if (ports?.size === 0) this.#byHost.delete(peer.wireHost);
  }

  /** One that was idle for longest, by second chance: no list to reorder with every datagram. */
  idle(): UdpPeer | null {
    for (const peer of this.#all) {
      const chunks = peer.ledger.receivedChunks + peer.ledger.sentChunks;
      if (chunks <= peer.seenChunks) return peer;
      peer.seenChunks = chunks;
      this.#all.delete(peer);
      this.#all.add(peer);
    }
    return null;
  }
}
