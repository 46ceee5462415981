import type { RemoteInfo, Socket } from 'node:dgram';
import type { Address } from '../../../src-shared/address/address';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Endpoint, Ledger, SocketError } from '../../../src-shared/contract/socket';
import type { AnsweringSocket, DatagramAttendant } from '../behaviours/answering-socket';
import { now } from '../clock';
import type { Stamp } from '../clock';
import { pairedWith } from '../relay/pairing';
import type { Direction, UdpFlow } from '../types';
import type { BaseSocket, Recording, SocketHost } from './base-socket';
import { endpointText } from './endpoint';
import { Pacer } from './pacer';
import { toSocketError } from './socket-error';
import { ControlledDatagram } from './udp-control';
import { UdpDrain } from './udp-drain';
import { groupText } from './udp-groups';
import { UdpNames } from './udp-names';
import { openUdp } from './udp-open';
import type { OpenUdp } from './udp-open';
import { UdpPeer } from './udp-peer';
import type { UdpOwner } from './udp-peer';
import { MAX_PEERS, UdpPeers } from './udp-peers';
import { UdpSender, type SenderEvents } from './udp-sender';
import { SourceFilter } from './udp-sources';

/** A UDP socket: bound, with its peers as children, or connected to one peer. */
export class UdpSocket extends ControlledDatagram implements UdpOwner, AnsweringSocket {
  readonly #address: Address;
  readonly #peers = new UdpPeers();
  #socket: Socket | null = null;
  #names: UdpNames | null = null;
  /** Of a connected socket. */
  #flow: UdpFlow | null = null;
  #drain: UdpDrain | null = null;
  /** Whom datagrams are expected from; null: anyone. */
  readonly #filter: SourceFilter | null;
  #unwatchGroups: () => void = () => undefined;

  /** `parent`: the relay that it is for. */
  constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
    parent: BaseSocket | null = null,
  ) {
    super(host, recording, id, address, parent);
    this.#address = address;
    const { onlyFrom } = address.options;
    this.#filter = onlyFrom === undefined ? null : new SourceFilter(onlyFrom);
    host.add(this);
    void this.#open();
  }

  override send(target: SendTarget, bytes: Uint8Array, comment?: string): number | Promise<number> {
    const names = this.#names;
    if (this.phase !== 'open' || !names) throw this.impossible('cannot-send');
    switch (target.to) {
      case 'peer':
        if (!this.remote) throw this.impossible('cannot-send-no-peer');
        if (!this.#flow)
          return this.sendTo(this.#peer(this.remote.host, this.remote.port), bytes, comment);
        return this.#write(bytes, this.remote, null, comment);
      case 'all': {
        if (this.#flow && this.remote) return this.#write(bytes, this.remote, null);
        let targets = 0;
        for (const peer of this.#peers) targets += this.sendTo(peer, bytes);
        return targets;
      }
      case 'address': {
        const { host, port } = target;
        if (this.#flow && this.remote)
          throw this.impossible('cannot-send-others', endpointText(this.remote));
        names.check(host);
        const wireHost = names.literal(host);
        if (wireHost !== null) return this.sendTo(this.#peer(wireHost, port), bytes);
        return this.#sendToName(names, host, port, bytes);
      }
      default:
        target satisfies never;
        return 0;
    }
  }

  sendTo(peer: UdpPeer, bytes: Uint8Array, comment?: string): number {
    return this.#write(bytes, peer.endpoint, peer, comment);
  }

  sendToOthers(peer: UdpPeer, bytes: Uint8Array): void {
    for (const other of this.#peers.expectedBut(peer)) this.sendTo(other, bytes);
  }

  override close(): void {
    if (this.isOver) return;
    const wasOpen = this.phase === 'open';
    this.advance('closing', now());
    this.attendance?.closed?.('close');
    // Of a relay, its sockets to the target still send what they have.
    const busy = () => this.sendQueueBytes > 0 || this.attendance?.busy === true;
    if (wasOpen && this.#drain) this.#drain.empty(busy, this.#shut);
    else this.#closed(null);
  }

  override destroy(): void {
    if (this.phase === 'closed') return;
    this.advance('closing', now());
    if (this.#names) this.#shut();
    else this.#closed(null);
  }

  attend(attendant: DatagramAttendant): void {
    this.attendance = attendant;
  }

  override openTarget(target: Address, peer: UdpPeer): UdpSocket {
    return pairedWith(
      peer,
      this.host,
      (id) => new UdpSocket(this.host, this.recording, id, target, this),
    );
  }

  protected override childGone(child: BaseSocket): void {
    if (child.openedAt !== null && child.isCounted) this.openChildren -= 1;
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
      this.trace,
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

  #opened({ socket, reach, local, remote, connected, buffers, groups, joined }: OpenUdp): void {
    const at = now();
    this.#socket = socket;
    this.#names = new UdpNames(reach);
    const events: SenderEvents = {
      sent: (peer, bytes, comment) => {
        const sentAt = now();
        this.sentAt = sentAt;
        if (peer) peer.passed('out', bytes, sentAt, comment);
        else this.#passed('out', bytes, sentAt, comment);
      },
      failed: (error) => {
        this.fault(error);
      },
    };
    this.sender = new UdpSender(socket, events, Pacer.of(this.#address.options.sendRateBytes));
    this.joined = groups;
    this.local = local;
    this.remote = remote;
    this.receiveBuffer = buffers.receive;
    this.sendBuffer = buffers.send;
    if (connected && remote) this.#flow = this.recording.recorder.udp(this.id, local, remote);
    this.note({ event: 'open', text: endpointText(local) }, at);
    for (const group of joined) this.note({ event: 'joined', text: groupText(group) }, at);
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
    const { kernelDrops, network } = this.host;
    this.#drain = new UdpDrain(kernelDrops, local, reach.family, this.#ledgers, (grew) => {
      this.#looked(grew);
    });
    this.#unwatchGroups = groups.watch(network, (change) => {
      this.tellGroup(change, ': its interface has gone; joined again when it is back');
    });
    this.watchAddress();
    this.controlOpen(socket, reach.family);
    this.advance('open', at);
    this.attendance?.opened?.();
  }

  /** The hot path: 200,000 times a second, so nothing is made here for a peer that is known. */
  #received(bytes: Uint8Array, from: RemoteInfo): void {
    const at = now();
    this.receivedAt = at;
    const { address, port } = from;
    const peer = this.#flow
      ? null
      : (this.#peers.find(address, port) ?? this.#newcomer(address, port));
    if (peer) peer.passed('in', bytes, at);
    else this.#passed('in', bytes, at);
    if (this.attendance && peer?.expected !== false) this.attendance.received(bytes, peer, this);
  }

  /** Through a connected socket. */
  #passed(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): void {
    const recorded = this.#flow?.data(direction, bytes, at, comment) ?? false;
    this.count(direction, bytes.byteLength, recorded);
    const { id, remote, address } = this;
    this.host.onChunk?.({ socket: id, direction, bytes, at, remote, address, comment });
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

  /** One that was not heard of before; of those `only-from` does not name all is recorded too. */
  #newcomer(wireHost: string, port: number): UdpPeer {
    const peer = this.#peer(wireHost, port);
    if (this.#filter?.allows(wireHost, port) !== false) return peer;
    peer.markUnexpected();
    this.unexpectedSources += 1;
    this.host.changed(this);
    return peer;
  }

  async #sendToName(names: UdpNames, host: string, port: number, bytes: Uint8Array) {
    const found = await names.find(host);
    if (this.phase !== 'open') throw this.impossible('cannot-send');
    if (typeof found === 'string') return this.sendTo(this.#peer(found, port), bytes);
    this.fault(found);
    return 0;
  }

  /** `peer` null: to the one it is connected to. */
  #write(bytes: Uint8Array, to: Endpoint, peer: UdpPeer | null, comment?: string): number {
    if (!this.sender) throw this.impossible('cannot-send');
    return this.sender.write(bytes, to, peer, comment);
  }

  /** Its own, and that of the relay that it is for. */
  get #ledgers(): Ledger[] {
    return this.parent ? [this.ledger, this.parent.ledger] : [this.ledger];
  }

  #looked(grew: boolean): void {
    const { receivedChunks, kernelDropped, ownDroppedChunks } = (this.parent ?? this).ledger;
    const counts = { received: receivedChunks, kernelDropped, ownDropped: ownDroppedChunks };
    this.recording.recorder.counts(counts, now());
    if (grew) this.host.touch(this);
  }

  readonly #shut = () => {
    if (this.phase === 'closed') return;
    this.attendance?.closed?.('destroy');
    const unread = this.#drain?.stop() ?? null;
    this.#drain = null;
    if (unread !== null) this.note({ event: 'comment', text: unread }, now());
    this.#socket?.close();
    this.#socket = null;
  };

  #closed(error: SocketError | null): void {
    const at = now();
    this.#unwatchGroups();
    this.controlClosed();
    for (const peer of this.#peers) peer.close();
    const left = this.sender?.queuedBytes ?? 0;
    this.sender?.over();
    this.sender = null;
    const text = left > 0 ? { text: `${left} bytes not sent` } : {};
    this.note(error ? { event: 'failed', error, ...text } : { event: 'closed', ...text }, at);
    this.finish(error, at);
  }
}
