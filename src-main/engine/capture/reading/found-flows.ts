import type { SocketId } from '../../../../src-shared/contract/socket';
import { noStreamFigures } from '../../../../src-shared/contract/stream-figures';
import type { StreamFigures } from '../../../../src-shared/contract/stream-figures';
import type { FoundFlow } from './found-flow';
import { FlowTable } from './flow-table';
import { formatIp, formatPeer } from '../format/ip-address';
import { TCP } from '../format/packet-parser';
import type { Packet } from '../format/packet-parser';
import { TCP_FLAG } from '../recording/packet-writer';
import { placeName } from '../format/stand-in';

/** Children of one capture; the rows of further flows belong to the file itself. */
const MAX_FOUND_FLOWS = 65_536;

/** What is known of a flow besides what is shown. */
interface FlowState {
  found: FoundFlow | null;
  /** Sequence number of the SYN, to tell a new connection on the same ports from a repetition. */
  syn: number | null;
  /** The SYN was answered. */
  opened: boolean;
}

/**
 * The flows of a capture, found by their packets. The first is the file itself.
 *
 * Which side is "us": what `epb_flags` says; else the side that dialled (sent SYN, or got SYN-ACK);
 * else the side with the higher port, as the lower one is usually the service; else the sender of the
 * first packet.
 */
export class FoundFlows {
  readonly all: FoundFlow[] = [];
  readonly #states: FlowState[] = [];
  readonly #table = new FlowTable();
  readonly #byPeer = new Map<string, number>();
  /** Of a relay's connections to its target, which have their remote in common. */
  readonly #byPair = new Map<string, number>();
  /** Remotes of UDP that `only-from` did not name, as the capture tells before their first datagram. */
  readonly #unexpected = new Set<string>();
  /** Of a relay's connections to its target: those of their clients. */
  readonly #joined = new Map<SocketId, SocketId>();
  readonly #rootSocket: SocketId;
  readonly #allocateSocket: () => SocketId;
  /** A flow was replaced by a new connection on the same ports. */
  readonly #replaced: (flow: number) => void;

  constructor(
    rootSocket: SocketId,
    allocateSocket: () => SocketId,
    replaced: (flow: number) => void,
  ) {
    this.#rootSocket = rootSocket;
    this.#allocateSocket = allocateSocket;
    this.#replaced = replaced;
    this.#states.push({ found: null, syn: null, opened: true });
  }

  state(flow: number): FlowState | undefined {
    return this.#states[flow];
  }

  /** In whose log its rows are: both halves of a relay's pair are one. */
  socketOf(flow: number): SocketId {
    const found = this.#states[flow]?.found;
    return found?.pair?.dialled === true ? found.pair.socket : (found?.socket ?? this.#rootSocket);
  }

  /** Nothing of it was looked at yet. */
  isNew(flow: number): boolean {
    const found = this.#states[flow]?.found;
    return found ? found.receivedChunks + found.sentChunks === 0 : false;
  }

  /** In whose log a flow is, by its socket. */
  logOf(socket: SocketId): SocketId {
    return this.#joined.get(socket) ?? socket;
  }

  /** A relay dialled it for a client, which is the latest flow with that remote. */
  pair(flow: number, client: string): void {
    const made = this.#states[flow]?.found;
    const found = this.#states[this.withPeer(client)]?.found;
    if (!made || !found || made === found) return;
    made.pair = { socket: found.socket, dialled: true };
    found.pair = { socket: made.socket, dialled: false };
    this.#joined.set(made.socket, found.socket);
    this.#byPair.set(pairName(formatPeer(made.remote.host, made.remote.port), client), flow);
  }

  nameOf(flow: number): string | null {
    const place = this.#states[flow]?.found?.place ?? null;
    return place === null ? null : placeName(place);
  }

  protocolOf(flow: number): FoundFlow['protocol'] | null {
    return this.#states[flow]?.found?.protocol ?? null;
  }

  /** The root among them. */
  get count(): number {
    return this.#states.length;
  }

  /** `host:port` of a flow's remote, or what a local socket calls it; empty for the root. */
  peerOf(flow: number): string {
    const name = this.nameOf(flow);
    if (name !== null) return name;
    const remote = this.#states[flow]?.found?.remote;
    return remote ? formatPeer(remote.host, remote.port) : '';
  }

  /** Whom a note concerns: the latest of that remote and client, or that client before it is told of; else the root. */
  concerned(peer: string, client?: string): number {
    if (client === undefined) return this.withPeer(peer);
    return this.#byPair.get(pairName(peer, client)) ?? this.withPeer(client);
  }

  /** The latest with that remote; else the root. */
  withPeer(peer: string): number {
    return this.#byPeer.get(peer) ?? 0;
  }

  /** All datagrams of that remote are of a source that was not expected. */
  expectNot(peer: string): void {
    if (peer !== '' && this.#unexpected.size < MAX_FOUND_FLOWS) this.#unexpected.add(peer);
    const found = this.#states[this.withPeer(peer)]?.found;
    if (found?.protocol === 'udp') found.unexpected = true;
  }

  isUnexpected(flow: number): boolean {
    return this.#states[flow]?.found?.unexpected === true;
  }

  /** Twice the flow's number, and 1 if the packet is ours. */
  wayOf(view: DataView, packet: Packet, told: number): number {
    const { protocol, flags, seq } = packet;
    const way = this.#table.find(view, packet);
    const dials = protocol === TCP && (flags & TCP_FLAG.syn) !== 0 && (flags & TCP_FLAG.ack) === 0;
    if (way >= 0) {
      const state = this.#states[way >>> 1];
      if (!dials || state === undefined || state.syn === seq) return way;
    }
    if (way >= 0) this.#replaced(way >>> 1);
    return this.#newFlow(view, packet, told, dials);
  }

  #newFlow(view: DataView, packet: Packet, told: number, dials: boolean): number {
    const out = (told === 0 ? guessOut(packet, dials) : told - 1) & 1;
    if (this.all.length >= MAX_FOUND_FLOWS) return out;
    const sender = endpointAt(view, packet, packet.sourceStart, packet.sourcePort);
    const receiver = endpointAt(view, packet, packet.destinationStart, packet.destinationPort);
    const found: FoundFlow = {
      socket: this.#allocateSocket(),
      protocol: packet.protocol === TCP ? 'tcp' : 'udp',
      local: out === 1 ? sender : receiver,
      remote: out === 1 ? receiver : sender,
      place: null,
      receivedChunks: 0,
      receivedBytes: 0,
      sentChunks: 0,
      sentBytes: 0,
      reassembly: null,
      pair: null,
      unexpected: false,
    };
    this.all.push(found);
    const peer = formatPeer(found.remote.host, found.remote.port);
    found.unexpected = found.protocol === 'udp' && this.#unexpected.has(peer);
    const flow = this.#states.push({ found, syn: dials ? packet.seq : null, opened: !dials }) - 1;
    this.#byPeer.set(peer, flow);
    this.#table.set(flow * 2 + out);
    this.#table.setReverse(flow * 2 + 1 - out);
    return flow * 2 + out;
  }
}

function pairName(peer: string, client: string): string {
  return `${peer} for ${client}`;
}

function guessOut(
  { protocol, flags, sourcePort, destinationPort }: Packet,
  dials: boolean,
): number {
  if (dials) return 1;
  if (protocol === TCP && (flags & TCP_FLAG.syn) !== 0) return 0;
  return sourcePort >= destinationPort ? 1 : 0;
}

function endpointAt(view: DataView, { v6 }: Packet, start: number, port: number) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, v6 ? 16 : 4);
  return { host: formatIp(bytes), port };
}

/** Of all of them; null: all came as they were sent. */
export function summedFigures(flows: readonly FoundFlow[]): StreamFigures | null {
  let sums: StreamFigures | null = null;
  for (const { reassembly } of flows) {
    if (!reassembly) continue;
    sums ??= noStreamFigures();
    sums.retransmittedSegments += reassembly.retransmittedSegments;
    sums.retransmittedBytes += reassembly.retransmittedBytes;
    sums.outOfOrderSegments += reassembly.outOfOrderSegments;
    sums.gaps += reassembly.gaps;
    sums.missingBytes += reassembly.missingBytes;
    sums.cutBytes += reassembly.cutBytes;
    sums.keepAlives += reassembly.keepAlives;
    sums.lateBytes += reassembly.lateBytes;
  }
  return sums;
}
