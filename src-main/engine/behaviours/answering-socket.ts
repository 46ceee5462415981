import type { AnsweringName } from '../../../src-shared/contract/behaviour';
import type { Endpoint, SocketError, SocketInfo } from '../../../src-shared/contract/socket';
import type { UdpPeer } from '../sockets/udp-peer';

/** A UDP socket as whoever answers its datagrams sees it. */
export interface AnsweringSocket {
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  /** How many peers it has. */
  readonly openChildren: number;
  /** To the one it is connected to. `comment` is told in the capture. */
  send(target: { to: 'peer' }, bytes: Uint8Array, comment?: string): unknown;
  sendTo(peer: UdpPeer, bytes: Uint8Array, comment?: string): unknown;
  sendToOthers(peer: UdpPeer, bytes: Uint8Array): void;
  tellFault(error: SocketError): void;
}

/** Whoever answers the datagrams of a socket by itself. */
export interface DatagramAttendant {
  readonly name: AnsweringName;
  /** Of one that answers by rules. */
  readonly rules: SocketInfo['rules'];
  /**
   * After it was recorded. `question` is valid during the call; `peer` null: from the one that the
   * socket is connected to.
   */
  received(question: Uint8Array, peer: UdpPeer | null, socket: AnsweringSocket): void;
  /** Of a relay: where to. */
  readonly relayTo?: string;
  /** Of one that closes: something is still to be sent. */
  readonly busy?: boolean;
  /** The socket is open. */
  opened?(): void;
  /** It closes, or something else attends to it; `destroy`: at once. */
  closed?(how: 'close' | 'destroy'): void;
}
