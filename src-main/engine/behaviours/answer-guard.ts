import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import { DatagramAnswers, type Refusal } from './datagram-answers';

/** A refusal is told once in this time, with how many there were. */
const TELL_MS = 1000;

const WHY: Record<Refusal | 'waiting', string> = {
  'answering-port': 'it comes from a port whose service answers everything (7, 13, 17, 19 or 37)',
  'own-address': 'it comes from this socket itself',
  'too-many': 'more would be answered to its address than 10,000 a second (100, if much longer)',
  'our-own-answers': '10,000 in a row were our own answers coming back',
  waiting: '10,000 answers or 16 MiB of them wait for their time already',
};

/** A datagram that may be answered, and where it was heard. */
export interface Question {
  bytes: Uint8Array;
  from: Endpoint;
  local: Endpoint;
}

interface Telling {
  tellFault(error: SocketError): void;
}

/** Decides which datagrams are answered, and tells of those that are not. */
export class AnswerGuard {
  readonly #answers = new DatagramAnswers();
  #toldAtMs = -Infinity;
  #notTold = 0;

  /** That it is answered `copies` times counts. */
  allows(
    { bytes, from, local }: Question,
    answer: Uint8Array,
    copies: number,
    of: Telling,
  ): boolean {
    const said = { bytes: answer, copies };
    const refusal = this.#answers.refusal(from, local, bytes, said, performance.now());
    if (refusal !== null) this.refuse(refusal, from, of);
    return refusal === null;
  }

  /** Runs what sends an answer: one that is larger than a datagram is told, one too late is not. */
  send(how: () => void, of: Telling): void {
    try {
      how();
    } catch (thrown) {
      // The socket is closing while it reads the last ones.
      if (!(thrown instanceof CommandError)) throw thrown;
      const { code, message } = thrown;
      if (code !== 'ERR_NOT_POSSIBLE') of.tellFault({ code, message });
    }
  }

  refuse(refusal: Refusal | 'waiting', { host, port }: Endpoint, of: Telling): void {
    const atMs = performance.now();
    this.#notTold += 1;
    if (atMs - this.#toldAtMs < TELL_MS) return;
    const message = `not answered: ${host} port ${port}: ${WHY[refusal]}; ${this.#notTold} datagrams since this was last told`;
    this.#toldAtMs = atMs;
    this.#notTold = 0;
    of.tellFault({ code: 'ERR_NOT_ANSWERED', message });
  }
}
