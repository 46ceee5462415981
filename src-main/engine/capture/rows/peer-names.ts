import { formatIp, formatPeer } from '../format/ip-address';
import type { Packet } from '../format/packet-parser';

/** `host:port` of packets. Rows after each other are mostly of one peer: its text is made once. */
export class PeerNames {
  /** Of the one made last. */
  readonly #address = new DataView(new ArrayBuffer(16));
  #v6 = false;
  #port = -1;
  #name = '';

  /** The one that it went to, or came from. */
  of(
    { packet, bytes, view }: { packet: Packet; bytes: Uint8Array; view: DataView },
    outgoing: boolean,
  ): string {
    const { v6, sourceStart, destinationStart, sourcePort, destinationPort } = packet;
    const start = outgoing ? destinationStart : sourceStart;
    const port = outgoing ? destinationPort : sourcePort;
    if (port === this.#port && v6 === this.#v6 && this.#isAt(view, start)) return this.#name;
    const address = bytes.slice(start, start + (v6 ? 16 : 4));
    for (const [at, byte] of address.entries()) this.#address.setUint8(at, byte);
    this.#v6 = v6;
    this.#port = port;
    this.#name = formatPeer(formatIp(address), port);
    return this.#name;
  }

  #isAt(view: DataView, start: number): boolean {
    for (let at = 0; at < (this.#v6 ? 16 : 4); at += 4)
      if (view.getUint32(start + at) !== this.#address.getUint32(at)) return false;
    return true;
  }
}
