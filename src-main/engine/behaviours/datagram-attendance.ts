import {
  DATAGRAM_BEHAVIOURS,
  isSmallService,
  type BehaviourName,
} from '../../../src-shared/contract/behaviour';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import type { UdpPeer } from '../sockets/udp-peer';
import { smallService, type AskedBehaviour, type Behaviour } from './behaviours';
import { DatagramAnswers, type Refusal } from './datagram-answers';

/** A refusal is told once in this time, with how many there were. */
const TELL_MS = 1000;

const WHY: Record<Refusal, string> = {
  'answering-port': 'it comes from a port whose service answers everything (7, 13, 17, 19 or 37)',
  'own-address': 'it comes from this socket itself',
  'too-many': 'more would be answered to its address than 10,000 a second (100, if much longer)',
  'our-own-answers': '10,000 in a row were our own answers coming back',
};

/** A UDP socket as it is seen from here. */
export interface AnsweringSocket {
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  /** How many peers it has. */
  readonly openChildren: number;
  /** To the one it is connected to. */
  send(target: { to: 'peer' }, bytes: Uint8Array): unknown;
  sendTo(peer: UdpPeer, bytes: Uint8Array): unknown;
  sendToOthers(peer: UdpPeer, bytes: Uint8Array): void;
  tellFault(error: SocketError): void;
}

/** What a UDP socket answers by itself. */
export class DatagramAttendance {
  readonly #behaviour: Behaviour;
  readonly #answers = new DatagramAnswers();
  #toldAtMs = -Infinity;
  #notTold = 0;

  private constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  /** Throws a `CommandError`: a behaviour that needs a connection, a reply that is wrong. */
  static make({ name, reply }: AskedBehaviour): DatagramAttendance {
    if (!isSmallService(name))
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        `"${name}" needs connections; datagrams can be answered by ${DATAGRAM_BEHAVIOURS.join(', ')}`,
      );
    return new DatagramAttendance(smallService(name, reply));
  }

  get name(): BehaviourName {
    return this.#behaviour.name;
  }

  /**
   * After it was recorded. `question` is valid during the call; `peer` null: from the one that the
   * socket is connected to.
   */
  received(question: Uint8Array, peer: UdpPeer | null, socket: AnsweringSocket): void {
    const answer = this.#behaviour.answer?.(question) ?? null;
    const from = peer ? peer.endpoint : socket.remote;
    const { local } = socket;
    if (answer === null || !from || !local) return;
    const bytes = answer === 'all-others' ? new Uint8Array(question) : answer;
    const copies = answer === 'all-others' ? socket.openChildren - 1 : 1;
    const said = { bytes, copies };
    const refusal = this.#answers.refusal(from, local, question, said, performance.now());
    if (refusal !== null) this.#tell(refusal, from, socket);
    else if (answer !== 'all-others') this.#send(bytes, peer, socket);
    else if (peer) socket.sendToOthers(peer, bytes);
  }

  #send(bytes: Uint8Array, peer: UdpPeer | null, socket: AnsweringSocket): void {
    try {
      if (peer) socket.sendTo(peer, bytes);
      else socket.send({ to: 'peer' }, bytes);
    } catch (thrown) {
      // The answer is larger than a datagram, or the socket is closing while it reads the last ones.
      if (thrown instanceof CommandError) this.#notSent(thrown, socket);
      else throw thrown;
    }
  }

  #notSent({ code, message }: CommandError, socket: AnsweringSocket): void {
    if (code !== 'ERR_NOT_POSSIBLE') socket.tellFault({ code, message });
  }

  #tell(refusal: Refusal, { host, port }: Endpoint, socket: AnsweringSocket): void {
    const atMs = performance.now();
    this.#notTold += 1;
    if (atMs - this.#toldAtMs < TELL_MS) return;
    const message = `not answered: ${host} port ${port}: ${WHY[refusal]}; ${this.#notTold} datagrams since this was last told`;
    this.#toldAtMs = atMs;
    this.#notTold = 0;
    socket.tellFault({ code: 'ERR_NOT_ANSWERED', message });
  }
}
