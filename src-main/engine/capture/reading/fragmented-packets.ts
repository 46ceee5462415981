import { emptyPacket, parseJoined, TCP, UDP, UNREAD } from '../format/packet-parser';
import type { Packet } from '../format/packet-parser';
import { FragmentList } from '../rows/fragment-list';
import type { FoundFlows } from './found-flows';
import { IpFragments } from './ip-fragments';
import type { BrokenPacket } from './ip-fragments';
import type { PacketCensus } from './packet-census';

/** Two addresses, in front of what a packet begins with. */
const ADDRESS_BYTES = 16;
const HEAD_AT = 2 * ADDRESS_BYTES;

interface BrokenPackets {
  /** Of a packet that could not be put together, its last fragment stands at that offset. */
  broken(offset: number, flow: number): void;
  /** Of datagrams, for they do not come again. */
  missing(flow: number, bytes: number): void;
}

/** Fragments of IP as a capture is read: packets that are whole, and what is told of others. */
export class FragmentedPackets {
  readonly list = new FragmentList();
  readonly #flows: FoundFlows;
  readonly #census: PacketCensus;
  readonly #events: BrokenPackets;
  readonly #fragments: IpFragments;
  readonly #head = emptyPacket();

  constructor(flows: FoundFlows, census: PacketCensus, events: BrokenPackets) {
    this.#flows = flows;
    this.#census = census;
    this.#events = events;
    this.#fragments = new IpFragments(this.list, {
      broken: (packet) => {
        this.#broken(packet);
      },
      repeated: (fragments) => {
        census.add({ unread: UNREAD.repeatedFragment, detail: 0 }, fragments);
      },
    });
  }

  /**
   * A fragment. When a packet of TCP or UDP is whole with it, `packet` becomes that one, and the headers
   * that its places count in are returned.
   */
  add(
    view: DataView,
    packet: Packet,
    { offset, atMs, told }: { offset: number; atMs: number; told: number },
  ): DataView | null {
    if (packet.fragmentBytes === 0) {
      this.#census.add({ unread: UNREAD.header, detail: 0 });
      return null;
    }
    const flowOf = (head: Uint8Array) => this.#flowOf(view, packet, head, told);
    const whole = this.#fragments.add({ view, packet, offset, atMs, flowOf });
    if (!whole) return null;
    const { protocol, head, trueBytes, capturedBytes, fragments } = whole;
    const headers = headersOf(view, packet, head);
    packet.protocol = protocol;
    if (!parseHead(headers, trueBytes, packet)) {
      this.#census.add({ unread: UNREAD.fragment, detail: packet.protocol }, fragments);
      packet.unread = UNREAD.fragment;
      return null;
    }
    packet.payloadBytes = Math.max(0, HEAD_AT + capturedBytes - packet.payloadStart);
    return headers;
  }

  /** No more will come. */
  end(): void {
    this.#fragments.end();
  }

  #flowOf(view: DataView, packet: Packet, head: Uint8Array, told: number): number {
    const headers = headersOf(view, packet, head);
    Object.assign(this.#head, packet);
    if (!parseHead(headers, head.length, this.#head)) return 0;
    return this.#flows.wayOf(headers, this.#head, told) >>> 1;
  }

  #broken({ offset, flow, protocol, fragments, missingBytes }: BrokenPacket): void {
    if (protocol !== TCP && protocol !== UDP) {
      this.#census.add({ unread: UNREAD.fragment, detail: protocol }, fragments);
      return;
    }
    if (protocol === UDP && flow !== 0) this.#events.missing(flow, missingBytes);
    this.#events.broken(offset, flow);
  }
}

/** The addresses of a fragment, and the beginning of its packet behind them. */
function headersOf(view: DataView, packet: Packet, head: Uint8Array): DataView<ArrayBuffer> {
  const headers = new Uint8Array(HEAD_AT + head.length);
  const addressBytes = packet.v6 ? ADDRESS_BYTES : 4;
  const address = (start: number) =>
    new Uint8Array(view.buffer, view.byteOffset + start, addressBytes);
  headers.set(address(packet.sourceStart));
  headers.set(address(packet.destinationStart), ADDRESS_BYTES);
  headers.set(head, HEAD_AT);
  return new DataView(headers.buffer);
}

function parseHead(headers: DataView, trueBytes: number, packet: Packet): boolean {
  packet.sourceStart = 0;
  packet.destinationStart = ADDRESS_BYTES;
  return parseJoined(headers, HEAD_AT, HEAD_AT + trueBytes, headers.byteLength, packet);
}
