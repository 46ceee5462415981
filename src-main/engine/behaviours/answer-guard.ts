import { counted } from '../../../src-shared/counted';
import type { Endpoint } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import { CountedFaults, type Telling } from '../counted-faults';
import { DatagramAnswers, type Refusal } from './datagram-answers';

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

/** Decides which datagrams are answered, and tells of those that are not. */
export class AnswerGuard {
  readonly #answers = new DatagramAnswers();
  readonly #faults = new CountedFaults();

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
    this.#faults.add(of, (count) => ({
      code: 'ERR_NOT_ANSWERED',
      message: `not answered: ${host} port ${port}: ${WHY[refusal]}; ${counted(count, 'datagram')} since this was last told`,
    }));
  }

  /** The socket closes, or is answered by something else. */
  closed(): void {
    this.#faults.flush();
  }
}
