import {
  DATAGRAM_BEHAVIOURS,
  isSmallService,
  type AnsweringName,
} from '../../../src-shared/contract/behaviour';
import { refusal } from '../../../src-shared/refusal/refusal';
import { DatagramRules } from '../automation/datagram-rules';
import { CommandError } from '../command-error';
import type { UdpPeer } from '../sockets/udp-peer';
import { AnswerGuard } from './answer-guard';
import type { AnsweringSocket, DatagramAttendant } from './answering-socket';
import { smallService, type AskedBehaviour, type AskedRules, type Behaviour } from './behaviours';

/** Throws a `CommandError`: a behaviour that needs a connection, a reply that is wrong. */
export function attendDatagrams(asked: AskedBehaviour | AskedRules): DatagramAttendant {
  if (asked.name === 'rules') return new DatagramRules(asked.rules);
  const { name, reply } = asked;
  if (isSmallService(name)) return new DatagramService(smallService(name, reply));
  throw new CommandError(
    'ERR_NOT_POSSIBLE',
    refusal('needs-connections', { name, names: DATAGRAM_BEHAVIOURS.join(', ') }),
  );
}

/** A small service of a UDP socket. */
class DatagramService implements DatagramAttendant {
  readonly rules = undefined;
  readonly #behaviour: Behaviour;
  readonly #guard = new AnswerGuard();

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  get name(): AnsweringName {
    return this.#behaviour.name;
  }

  closed(): void {
    this.#guard.closed();
  }

  received(question: Uint8Array, peer: UdpPeer | null, socket: AnsweringSocket): void {
    const answer = this.#behaviour.answer?.(question) ?? null;
    const from = peer ? peer.endpoint : socket.remote;
    const { local } = socket;
    if (answer === null || !from || !local) return;
    const bytes = answer === 'all-others' ? new Uint8Array(question) : answer;
    const copies = answer === 'all-others' ? socket.openChildren - 1 : 1;
    if (!this.#guard.allows({ bytes: question, from, local }, bytes, copies, socket)) return;
    if (answer === 'all-others') {
      if (peer) socket.sendToOthers(peer, bytes);
      return;
    }
    this.#guard.send(() => {
      if (peer) socket.sendTo(peer, bytes);
      else socket.send({ to: 'peer' }, bytes);
    }, socket);
  }
}
