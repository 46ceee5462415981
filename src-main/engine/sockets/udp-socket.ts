import type { RemoteInfo, Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { now } from '../clock';
import type { Stamp } from '../clock';
import { CommandError } from '../command-error';
import type { Direction, UdpFlow } from '../types';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import { endpointText } from './endpoint';
import type { DropWatch, UdpRow } from './kernel-drops';
import { MAX_QUEUED_BYTES } from './send-queue';
import { toSocketError } from './socket-error';
import { UdpNames } from './udp-names';
import { openUdp } from './udp-open';
import type { OpenUdp } from './udp-open';
import { UdpPeer } from './udp-peer';
import type { UdpOwner } from './udp-peer';
import { MAX_PEERS, UdpPeers } from './udp-peers';

/** The most one datagram carries: 65,535 less the headers that count (RFC 768, RFC 8200 §3). */
const MAX_DATAGRAM_V4 = 65_507;
const MAX_DATAGRAM_V6 = 65_527;

/** How long a closing socket goes on reading what the kernel holds for it. */
const DRAIN_MS = 200;
const DRAIN_STEP_MS = 5;

/** A UDP socket: bound, with its peers as children, or connected to one peer. */
export class UdpSocket extends BaseSocket implements UdpOwner {
  readonly #address: Address;
  readonly #peers = new UdpPeers();
  #socket: Socket | null = null;
  #names: UdpNames | null = null;
  /** Of a connected socket. */
  #flow: UdpFlow | null = null;
  #watch: DropWatch | null = null;
  #queuedBytes = 0;

  constructor(host: SocketHost, recording: Recording, id: number, address: Address) {
    super(host, 'udp-socket', formatAddress(address), recording, null, id);
    this.#address = address;
    host.add(this);
    void this.#open();
  }

  override get sendQueueBytes(): number {
    return this.#queuedBytes;
  }

  override send(target: SendTarget, bytes: Uint8Array): number | Promise<number> {
    const names = this.#names;
    if (this.phase !== 'open' || !names) throw this.impossible('send');
    switch (target.to) {
      case 'peer':
        if (!this.remote) throw this.impossible('send to its peer: it is connected to none');
        return this.#write(bytes, this.remote, null);
      case 'all': {
        if (this.remote) return this.#write(bytes, this.remote, null);
        let targets = 0;
        for (const peer of this.#peers) targets += this.sendTo(peer, bytes);
        return targets;
      }
      case 'address': {
        const { host, port } = target;
        if (this.remote) throw this.impossible(`send to others than ${endpointText(this.remote)}`);
        if (!names.reaches(host)) throw this.impossible(`send to ${host}: wrong IP version`);
        const wireHost = names.literal(host);
        if (wireHost !== null) return this.sendTo(this.#peer(wireHost, port), bytes);
        return this.#sendToName(names, host, port, bytes);
      }
      default:
        target satisfies never;
        return 0;
    }
  }

  sendTo(peer: UdpPeer, bytes: Uint8Array): number {
    return this.#write(bytes, peer.endpoint, peer);
  }

  override close(): void {
    if (this.isOver) return;
    const wasOpen = this.phase === 'open';
    this.advance('closing', now());
    if (wasOpen) this.#drain(now() + DRAIN_MS * 1e6);
    else this.#closed(null);
  }

  override destroy(): void {
    if (this.phase === 'closed') return;
    this.advance('closing', now());
    if (this.#names) this.#shut();
    else this.#closed(null);
  }

  protected override childGone(child: BaseSocket): void {
    this.openChildren -= 1;
    this.closedChildren += 1;
    if (child instanceof UdpPeer) this.#peers.delete(child);
    // One that made room is not listed any more; those of a closed socket stay.
    if (this.phase === 'open') this.host.forget(child);
  }

  async #open(): Promise<void> {
    if (!this.host.descriptors.take(1)) {
      this.#closed(this.host.descriptors.exhausted('socket'));
      return;
    }
    const opened = await openUdp(
      this.#address,
      (step) => {
        this.setStep(step);
      },
      () => this.phase === 'opening',
    );
    if (opened.ok && this.phase === 'opening') this.#opened(opened.udp);
    else {
      this.host.descriptors.release(1);
      if (!opened.ok && this.phase === 'opening') this.#closed(opened.error);
    }
  }

  #opened({ socket, reach, local, remote, receiveBuffer }: OpenUdp): void {
    const at = now();
    this.#socket = socket;
    this.#names = new UdpNames(reach);
    this.local = local;
    this.remote = remote;
    this.receiveBuffer = receiveBuffer;
    if (remote) this.#flow = this.recording.recorder.udp(this.id, local, remote);
    this.note({ event: 'open', text: endpointText(local) }, at);
    socket.on('message', (bytes, from) => {
      this.#received(bytes, from);
    });
    socket.on('error', (error) => {
      this.fault(toSocketError(error));
    });
    socket.on('close', () => {
      this.host.descriptors.release(1);
      this.#closed(null);
    });
    this.#watch = this.host.kernelDrops.watch(local, reach.family, (row) => {
      this.#looked(row);
    });
    const row = this.#watch?.read();
    if (row) this.ledger.kernelDropped = row.drops;
    this.advance('open', at);
  }

  /** The hot path: 200,000 times a second, so nothing is made here for a peer that is known. */
  #received(bytes: Uint8Array, from: RemoteInfo): void {
    const at = now();
    if (this.#flow) this.#passed('in', bytes, at);
    else
      (this.#peers.find(from.address, from.port) ?? this.#peer(from.address, from.port)).passed(
        'in',
        bytes,
        at,
      );
  }

  /** Through a connected socket. */
  #passed(direction: Direction, bytes: Uint8Array, at: Stamp): void {
    const recorded = this.#flow?.data(direction, bytes, at) ?? false;
    this.count(direction, bytes.byteLength, recorded);
    const { onChunk } = this.host;
    if (onChunk && this.remote)
      onChunk({ socket: this.id, direction, bytes, at, remote: this.remote });
  }

  #peer(wireHost: string, port: number): UdpPeer {
    const known = this.#peers.find(wireHost, port);
    if (known) return known;
    if (this.#peers.size >= MAX_PEERS) this.#peers.idle()?.close();
    const local = this.local ?? { host: '0.0.0.0', port: 0 };
    const peer = new UdpPeer(this.host, this, local, wireHost, port);
    this.#peers.add(peer);
    return peer;
  }

  async #sendToName(names: UdpNames, host: string, port: number, bytes: Uint8Array) {
    const resolved = await names.resolve(host);
    if (this.phase !== 'open') throw this.impossible('send');
    const found = resolved.ok ? resolved.addresses.find((a) => names.reaches(a.address)) : null;
    const wireHost = found ? names.literal(found.address) : null;
    if (wireHost !== null) return this.sendTo(this.#peer(wireHost, port), bytes);
    names.forget(host);
    const none = { code: 'ENOTFOUND', message: `${host} has no address this socket can reach` };
    this.fault(resolved.ok ? none : resolved.error);
    return 0;
  }

  /** `peer` null: to the one it is connected to. */
  #write(bytes: Uint8Array, to: Endpoint, peer: UdpPeer | null): number {
    const size = bytes.byteLength;
    refuseOversize(size, to);
    if (!this.#socket) throw this.impossible('send');
    if (this.#queuedBytes + size > MAX_QUEUED_BYTES) {
      const message = `the system does not take datagrams fast enough: ${this.#queuedBytes} bytes wait already`;
      this.fault({ code: 'ENOBUFS', syscall: 'send', message });
      return 0;
    }
    this.#queuedBytes += size;
    const done = (error: Error | null) => {
      this.#queuedBytes -= size;
      const at = now();
      if (error) this.fault(naming(to, toSocketError(error)), at);
      else if (peer) peer.passed('out', bytes, at);
      else this.#passed('out', bytes, at);
    };
    if (peer) this.#socket.send(bytes, peer.port, peer.wireHost, done);
    else this.#socket.send(bytes, done);
    return 1;
  }

  #looked(row: UdpRow): void {
    const before = this.ledger.kernelDropped ?? 0;
    if (row.drops > before) this.#dropped(row.drops);
    const { receivedChunks, kernelDropped, ownDroppedChunks } = this.ledger;
    const counts = { received: receivedChunks, kernelDropped, ownDropped: ownDroppedChunks };
    this.recording.recorder.counts(counts, now());
  }

  #dropped(total: number): void {
    this.ledger.kernelDropped = total;
    this.host.touch(this);
  }

  /** Reads on until the kernel holds nothing more for this socket, or no longer than `until`. */
  #drain(until: Stamp): void {
    if (this.phase === 'closed') return;
    const row = this.#watch?.read();
    const over = now() >= until;
    if (((row?.waitingBytes ?? 0) > 0 || this.#queuedBytes > 0) && !over)
      setTimeout(() => {
        this.#drain(until);
      }, DRAIN_STEP_MS);
    else this.#shut();
  }

  #shut(): void {
    const row = this.#watch?.read();
    this.#watch?.stop();
    this.#watch = null;
    if (row) this.#tellUnread(row);
    this.#socket?.close();
    this.#socket = null;
  }

  /** How many datagrams wait the system does not tell, only how much memory they take. */
  #tellUnread(row: UdpRow): void {
    this.#looked(row);
    if (row.waitingBytes === 0) return;
    const text = `datagrams in ${row.waitingBytes} bytes of kernel memory were not read before closing; counted as 1`;
    this.note({ event: 'comment', text }, now());
    this.#dropped((this.ledger.kernelDropped ?? 0) + 1);
  }

  #closed(error: SocketError | null): void {
    const at = now();
    for (const peer of this.#peers) peer.close();
    const left = this.#queuedBytes;
    this.#queuedBytes = 0;
    const text = left > 0 ? { text: `${left} bytes not sent` } : {};
    this.note(error ? { event: 'failed', error, ...text } : { event: 'closed', ...text }, at);
    this.finish(error, at);
  }
}

function refuseOversize(size: number, to: Endpoint): void {
  const most = isIPv6(to.host) ? MAX_DATAGRAM_V6 : MAX_DATAGRAM_V4;
  if (size <= most) return;
  const message = `A datagram to ${endpointText(to)} carries at most ${most} bytes; this one has ${size}`;
  throw new CommandError('EMSGSIZE', message);
}

function naming(to: Endpoint, error: SocketError): SocketError {
  return { ...error, message: `${error.message} (to ${endpointText(to)})` };
}
