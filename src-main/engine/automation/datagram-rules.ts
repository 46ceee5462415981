import type { RuleState } from '../../../src-shared/contract/rules';
import { MAX_JUDGED_BYTES } from '../../../src-shared/contract/rule-words';
import type { Endpoint } from '../../../src-shared/contract/socket';
import { Framer } from '../../../src-shared/framing/framer';
import { refusal } from '../../../src-shared/refusal/refusal';
import { AnswerGuard, type Question } from '../behaviours/answer-guard';
import type { AnsweringSocket, DatagramAttendant } from '../behaviours/answering-socket';
import { CommandError } from '../command-error';
import type { UdpPeer } from '../sockets/udp-peer';
import type { Answer, RuleBook } from './rule-book';

/** Of one datagram so many are judged at most: it may hold thousands. */
const MAX_MESSAGES = 256;

/** Answers whose time has not come: of more, the newest are told as not answered. Told in `AnswerGuard`. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Throws ERR_NOT_POSSIBLE when a rule closes what datagrams do not have. */
export function refuseClosing({ closes }: RuleBook): void {
  if (!closes) return;
  throw new CommandError('ERR_NOT_POSSIBLE', refusal('datagrams-close'));
}

/** Answers datagrams by rules, each on its own: a late answer does not hold up the next one. */
export class DatagramRules implements DatagramAttendant {
  readonly name = 'rules';
  readonly #book: RuleBook;
  readonly #guard = new AnswerGuard();
  #waiting = 0;
  #waitingBytes = 0;

  /** Throws as `refuseClosing`. */
  constructor(book: RuleBook) {
    refuseClosing(book);
    this.#book = book;
  }

  get rules(): RuleState {
    return this.#book.state;
  }

  closed(): void {
    this.#guard.closed();
    this.#book.closed();
  }

  received(question: Uint8Array, peer: UdpPeer | null, socket: AnsweringSocket): void {
    const from = peer ? peer.endpoint : socket.remote;
    const { local } = socket;
    if (!from || !local) return;
    for (const message of this.#messages(question)) {
      const answer = this.#book.judge(message, socket);
      if (answer?.bytes) this.#answer(answer, { bytes: question, from, local }, peer, socket);
    }
  }

  /** What the framing makes of one datagram, whose bytes are valid during the call. */
  #messages(datagram: Uint8Array): Uint8Array[] {
    const { framing } = this.#book;
    if (framing.kind === 'none' || framing.kind === 'gap') return [new Uint8Array(datagram)];
    const framer = new Framer(framing, {
      client: 'in',
      maxBytes: MAX_JUDGED_BYTES,
      datagrams: true,
    });
    const frames = [...framer.push('in', datagram, 0), ...framer.end('in')];
    return frames.flatMap(({ bytes, role }, place) => {
      if (role !== 'outside' && role !== 'bad-length' && place < MAX_MESSAGES) return [bytes];
      this.#book.passOver();
      return [];
    });
  }

  #answer(answer: Answer, question: Question, peer: UdpPeer | null, socket: AnsweringSocket): void {
    const { bytes, comment, delayMs } = answer;
    if (bytes === null || !this.#guard.allows(question, bytes, 1, socket)) return;
    const say = () => {
      this.#guard.send(() => {
        if (!peer) socket.send({ to: 'peer' }, bytes, comment);
        else if (peer.phase === 'open') socket.sendTo(peer, bytes, comment);
      }, socket);
    };
    if (delayMs <= 0) say();
    else this.#later(say, bytes.byteLength, delayMs, question.from, socket);
  }

  #later(
    say: () => void,
    bytes: number,
    delayMs: number,
    from: Endpoint,
    socket: AnsweringSocket,
  ): void {
    if (this.#waiting >= MAX_WAITING || this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#guard.refuse('waiting', from, socket);
      return;
    }
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    const timer = setTimeout(() => {
      this.#waiting -= 1;
      this.#waitingBytes -= bytes;
      say();
    }, delayMs);
    // A socket that is closed meanwhile sends nothing: nobody has to wait for that.
    timer.unref();
  }
}
