import type { Note } from '../../../../src-shared/contract/row';
import type { Endpoint } from '../../../../src-shared/contract/socket';
import type { Stamp } from '../../clock';
import type { Direction, Side, TcpFlow, UdpFlow } from '../../types';
import { RowKind } from '../rows/capture-index';
import { packAddresses } from '../format/ip-address';
import { formatNote } from '../format/note-text';
import { PacketTemplate, SYN_OPTIONS, TCP_FLAG } from './packet-writer';
import type { PacketWriter } from './packet-writer';
import type { FirstWords } from './recorded-flows';
import { relayNote } from '../format/relay-note';
import { openedBy, placeNote } from '../format/stand-in';

/** An IP packet is at most 65,535 bytes: so much payload fits beside the shortest headers. */
const MAX_SEGMENT_BYTES = 65_495;

/** A stream that flows one way is acknowledged this often, as a real receiver would. */
const ACK_EVERY_BYTES = 1024 * 1024;

const NONE = new Uint8Array(0);

/** What a flow needs of its session. */
export interface FlowHost {
  readonly packets: PacketWriter;
  /** Where the next block will stand. */
  readonly position: number;
  /** Takes back all from there on. */
  rollBack(position: number): void;
  /** The packets written since `position` are one row. */
  addRow(position: number, flow: number, kind: number, lengthBytes: number): void;
  lostChunk(bytes: number, at: Stamp): void;
  lostState(at: Stamp): void;
}

/** A first sequence number. */
export function randomSequence(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function templates(protocol: 'tcp' | 'udp', local: Endpoint, remote: Endpoint) {
  const [ourIp, theirIp] = packAddresses(local.host, remote.host);
  const us = { ip: ourIp, port: local.port };
  const them = { ip: theirIp, port: remote.port };
  return {
    incoming: new PacketTemplate(protocol, 'in', them, us),
    outgoing: new PacketTemplate(protocol, 'out', us, them),
  };
}

/** One peer of a UDP socket: a packet a datagram. */
export class UdpRecord implements UdpFlow {
  readonly #host: FlowHost;
  readonly #flow: number;
  readonly #in: PacketTemplate;
  readonly #out: PacketTemplate;
  /** What goes with the first datagram; null: nothing does, or it is told. */
  #first: string | null;

  constructor(
    host: FlowHost,
    flow: number,
    ends: { local: Endpoint; remote: Endpoint },
    { client }: FirstWords,
  ) {
    this.#host = host;
    this.#flow = flow;
    this.#first = client === null ? null : formatNote(relayNote({ event: 'comment' }, client));
    const { incoming, outgoing } = templates('udp', ends.local, ends.remote);
    this.#in = incoming;
    this.#out = outgoing;
  }

  data(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): boolean {
    const host = this.#host;
    const incoming = direction === 'in';
    const position = host.position;
    const told = comment ?? this.#first;
    if (!host.packets.udp(incoming ? this.#in : this.#out, bytes, at, told)) {
      host.lostChunk(bytes.length, at);
      return false;
    }
    this.#first = null;
    host.addRow(position, this.#flow, incoming ? RowKind.in : RowKind.out, bytes.length);
    return true;
  }
}

/** One end of a recorded connection. */
class TcpEnd {
  readonly template: PacketTemplate;
  readonly kind: number;
  /** The next sequence number, modulo 2^32. */
  next: number;
  /** Bytes sent since the other end last acknowledged. */
  unacknowledged = 0;
  ended = false;

  constructor(template: PacketTemplate, kind: number, next: number) {
    this.template = template;
    this.kind = kind;
    this.next = next;
  }

  advance(bytes: number): void {
    this.next = (this.next + bytes) >>> 0;
    this.unacknowledged += bytes;
  }
}

/**
 * One TCP connection: handshake, running numbers, FIN and RST. A chunk ends with the segment that
 * carries PSH, so that a reader finds the reads and sends of the application again.
 */
export class TcpRecord implements TcpFlow {
  readonly #host: FlowHost;
  readonly #flow: number;
  readonly #first: FirstWords;
  readonly #us: TcpEnd;
  readonly #peer: TcpEnd;

  constructor(
    host: FlowHost,
    flow: number,
    ends: { local: Endpoint; remote: Endpoint },
    initialSequence: () => number,
    first: FirstWords,
  ) {
    this.#host = host;
    this.#first = first;
    this.#flow = flow;
    const { incoming, outgoing } = templates('tcp', ends.local, ends.remote);
    this.#us = new TcpEnd(outgoing, RowKind.out, initialSequence());
    this.#peer = new TcpEnd(incoming, RowKind.in, initialSequence());
  }

  opened(by: Side, at: Stamp): void {
    const [from, to] = this.#ends(by);
    const { place, client } = this.#first;
    const told = place || client !== null;
    const note: Note = place ? placeNote(place, by) : { event: openedBy(by) };
    this.#state(from, to, TCP_FLAG.syn, at, told ? this.#formatted(note) : null);
    this.#put(to, from, TCP_FLAG.syn | TCP_FLAG.ack, SYN_OPTIONS, at, null);
    to.advance(1);
    this.#acknowledge(from, to, at);
  }

  failed(note: Note, refused: boolean, at: Stamp): void {
    this.#state(this.#us, this.#peer, TCP_FLAG.syn, at, this.#formatted(note));
    if (!refused) return;
    this.#peer.next = 0;
    this.#put(this.#peer, this.#us, TCP_FLAG.rst | TCP_FLAG.ack, NONE, at, null);
  }

  data(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): boolean {
    if (bytes.length === 0) return true;
    const [from, to] = this.#ends(direction === 'in' ? 'peer' : 'us');
    const host = this.#host;
    const position = host.position;
    const before = { next: from.next, unacknowledged: from.unacknowledged };
    for (let begin = 0; begin < bytes.length; begin += MAX_SEGMENT_BYTES) {
      const end = Math.min(begin + MAX_SEGMENT_BYTES, bytes.length);
      const flags = end === bytes.length ? TCP_FLAG.psh | TCP_FLAG.ack : TCP_FLAG.ack;
      const numbers = { seq: from.next, ack: to.next, flags };
      const range = { begin, end };
      const told = begin === 0 ? (comment ?? null) : null;
      if (!host.packets.tcp(from.template, numbers, bytes, range, at, told, false)) {
        host.rollBack(position);
        // The numbers run on: Wireshark then shows how much is missing at this place.
        from.next = (before.next + bytes.length) >>> 0;
        from.unacknowledged = before.unacknowledged;
        host.lostChunk(bytes.length, at);
        return false;
      }
      to.unacknowledged = 0;
      from.advance(end - begin);
      if (from.unacknowledged >= ACK_EVERY_BYTES) this.#acknowledge(to, from, at);
    }
    host.packets.settle();
    host.addRow(position, this.#flow, from.kind, bytes.length);
    return true;
  }

  ended(by: Side, at: Stamp): void {
    const [from, to] = this.#ends(by);
    if (from.ended) return;
    from.ended = true;
    this.#state(from, to, TCP_FLAG.fin | TCP_FLAG.ack, at, null);
    this.#acknowledge(to, from, at);
  }

  reset(by: Side, at: Stamp, note?: Note): void {
    const [from, to] = this.#ends(by);
    const comment = note === undefined ? null : formatNote(note);
    this.#state(from, to, TCP_FLAG.rst | TCP_FLAG.ack, at, comment);
  }

  #formatted(note: Note): string {
    const { client } = this.#first;
    return formatNote(client === null ? note : relayNote(note, client));
  }

  #ends(by: Side): [from: TcpEnd, to: TcpEnd] {
    return by === 'us' ? [this.#us, this.#peer] : [this.#peer, this.#us];
  }

  /** A segment that is a row: SYN, FIN, RST. */
  #state(from: TcpEnd, to: TcpEnd, flags: number, at: Stamp, comment: string | null): void {
    const position = this.#host.position;
    const options = (flags & TCP_FLAG.syn) === 0 ? NONE : SYN_OPTIONS;
    if (!this.#put(from, to, flags, options, at, comment)) this.#host.lostState(at);
    else this.#host.addRow(position, this.#flow, from.kind, 0);
    if ((flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0) from.advance(1);
  }

  #acknowledge(from: TcpEnd, to: TcpEnd, at: Stamp): void {
    this.#put(from, to, TCP_FLAG.ack, NONE, at, null);
  }

  #put(
    from: TcpEnd,
    to: TcpEnd,
    flags: number,
    payload: Uint8Array,
    at: Stamp,
    comment: string | null,
  ): boolean {
    const acknowledges = (flags & TCP_FLAG.ack) !== 0;
    const numbers = { seq: from.next, ack: acknowledges ? to.next : 0, flags };
    const range = { begin: 0, end: payload.length };
    if (acknowledges) to.unacknowledged = 0;
    return this.#host.packets.tcp(from.template, numbers, payload, range, at, comment, true);
  }
}
