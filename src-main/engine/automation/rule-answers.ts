import { MAX_JUDGED_BYTES } from '../../../src-shared/contract/rule-words';
import type { ClientDirection } from '../../../src-shared/framing/frame';
import type { Frame } from '../../../src-shared/framing/framer';
import { Framer } from '../../../src-shared/framing/framer';
import type { Attendant, Attended } from '../sockets/attendant';
import type { Answer, RuleBook } from './rule-book';

/** While so much of answers waits, in them or to be sent, nothing more is read. */
const HELD_BYTES = 256 * 1024;
const HELD_ANSWERS = 1000;
const RESUME_BYTES = 64 * 1024;

/** One read may hold thousands of messages: after so long the engine's other sockets have their turn. */
const TURN_MS = 10;

interface Waiting extends Answer {
  /** On `performance.now()`; never before that of the answer before it. */
  dueMs: number;
}

/**
 * Answers on one connection by rules: what comes is cut into messages, each is judged when its last byte
 * is there, and the answers go out in the order of the messages, each not before its time.
 */
export class RuleAnswers implements Attendant {
  readonly #connection: Attended;
  readonly #book: RuleBook;
  readonly #framer: Framer;
  /** Of `gap`: after so long a silence a message has ended. */
  readonly #gapMs: number | null;
  /** Not judged yet, from `#next` on. */
  #frames: Frame[] = [];
  #next = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #gapTimer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  #peerEnded = false;
  /** A rule that waits for its time ends the connection: what comes after it is answered by none. */
  #ending = false;
  /** The answer that is being sent is the last: then RST. */
  #resetting = false;
  #held = false;
  #over = false;

  /** `client`: which direction the bytes of the side that dialled have. */
  constructor(connection: Attended, book: RuleBook, client: ClientDirection) {
    this.#connection = connection;
    this.#book = book;
    const { framing } = book;
    this.#framer = new Framer(framing, { client, maxBytes: MAX_JUDGED_BYTES });
    this.#gapMs = framing.kind === 'gap' ? framing.ms : null;
  }

  opened(): void {
    if (this.#connection.peerEnded) this.peerEnded();
  }

  received(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#add(this.#framer.push('in', bytes, performance.now()));
    if (this.#gapMs !== null) this.#watchGap(this.#gapMs);
    this.#goOn();
  }

  sent(): void {
    if (this.#over) return;
    if (this.#resetting && this.#connection.sendQueueBytes === 0) this.#reset();
    else this.#goOn();
  }

  secured(): void {
    this.#goOn();
  }

  peerEnded(): void {
    this.#add(this.#framer.end('in'));
    this.#peerEnded = true;
    this.#goOn();
  }

  closed(): void {
    this.#over = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#gapTimer) clearTimeout(this.#gapTimer);
    if (this.#turn) clearImmediate(this.#turn);
    this.#drop();
    this.#connection.holdReading('behaviour', false);
    this.#book.closed();
  }

  #drop(): void {
    this.#frames = [];
    this.#next = 0;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #add(frames: readonly Frame[]): void {
    for (const frame of frames) if (frame.direction === 'in') this.#frames.push(frame);
  }

  /** False: there is none, or enough answers wait already. */
  #judgeNext(): boolean {
    const frame = this.#frames[this.#next];
    const waitingBytes = this.#waitingBytes + this.#connection.sendQueueBytes;
    if (!frame || this.#waiting.length >= HELD_ANSWERS || waitingBytes >= HELD_BYTES) return false;
    this.#next += 1;
    if (this.#next === this.#frames.length) {
      this.#frames = [];
      this.#next = 0;
    }
    const { bytes, role, part, incomplete, lastMs } = frame;
    // Of a message that was cut off nobody knows what it would have been.
    const isOne = role !== 'outside' && role !== 'bad-length' && part === 'whole';
    if (!isOne || incomplete || this.#ending) this.#book.passOver();
    else this.#take(this.#book.judge(bytes, this.#connection), lastMs);
    return true;
  }

  #take(answer: Answer | null, cameMs: number): void {
    if (answer === null || (answer.bytes === null && answer.close === 'none')) return;
    this.#ending ||= answer.close !== 'none';
    const lastMs = this.#waiting.at(-1)?.dueMs ?? 0;
    this.#waiting.push({ ...answer, dueMs: Math.max(cameMs + answer.delayMs, lastMs) });
    this.#waitingBytes += answer.bytes?.byteLength ?? 0;
  }

  #watchGap(ms: number): void {
    if (this.#gapTimer) {
      this.#gapTimer.refresh();
      return;
    }
    // The framer counts a gap as over when more than it has passed.
    this.#gapTimer = setTimeout(() => {
      this.#add(this.#framer.tick(performance.now()));
      this.#goOn();
    }, ms + 1);
  }

  #goOn(): void {
    // What cannot be answered any more must not hold reading: the peer's end would never be heard.
    if (this.#connection.ended) this.#drop();
    const untilMs = performance.now() + TURN_MS;
    do {
      this.#sayDue();
      if (this.#over) return;
      if (performance.now() > untilMs) {
        this.#turn ??= setImmediate(() => {
          this.#turn = null;
          this.#goOn();
        });
        break;
      }
    } while (this.#judgeNext());
    const nothingLeft = this.#frames.length === 0 && this.#waiting.length === 0;
    if (this.#peerEnded && nothingLeft && !this.#resetting) {
      this.#over = true;
      this.#connection.close();
    } else this.#hold();
  }

  #sayDue(): void {
    while (!this.#over && this.#canSay) {
      const [next] = this.#waiting;
      if (!next) return;
      const inMs = next.dueMs - performance.now();
      if (inMs > 0) {
        this.#wakeIn(inMs);
        return;
      }
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes?.byteLength ?? 0;
      this.#say(next);
    }
  }

  #wakeIn(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#goOn();
    }, ms);
  }

  #say({ bytes, comment, close }: Answer): void {
    if (bytes !== null) {
      const sent = this.#connection.send({ to: 'peer' }, bytes, comment);
      if (sent > 0) this.#framer.push('out', bytes, performance.now());
    }
    switch (close) {
      case 'none':
        return;
      case 'end':
        this.#over = true;
        this.#connection.close();
        return;
      case 'reset':
        // What the system has not taken yet would be thrown away by it.
        if (this.#connection.sendQueueBytes === 0) this.#reset();
        else this.#resetting = true;
        return;
      default:
        close satisfies never;
    }
  }

  #reset(): void {
    this.#over = true;
    this.#connection.reset();
  }

  get #canSay(): boolean {
    const { phase, ended, tls, sendQueueBytes } = this.#connection;
    const open = phase === 'open' && !ended && tls?.state !== 'handshaking';
    return open && !this.#resetting && sendQueueBytes < HELD_BYTES;
  }

  #hold(): void {
    const { sendQueueBytes, peerEnded } = this.#connection;
    const waitingBytes = this.#waitingBytes + sendQueueBytes;
    const most = this.#held ? RESUME_BYTES : HELD_BYTES;
    const full = waitingBytes >= most || this.#waiting.length >= HELD_ANSWERS;
    this.#held = !peerEnded && (full || this.#frames.length > 0);
    this.#connection.holdReading('behaviour', this.#held);
  }
}
