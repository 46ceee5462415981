import type { Endpoint } from '../../../src-shared/contract/socket';
import type { Attendant, Attended } from '../sockets/attendant';
import { toSocketError } from '../sockets/socket-error';
import { Input } from './input';
import { WAIT, type Hearing } from './hearing';
import type { Client, Piece, Talk } from './talk';

/** While so much waits to be sent, nothing more is said and nothing more is read. */
const QUEUE_BYTES = 256 * 1024;
const RESUME_BYTES = 64 * 1024;

/** While so much was received and not used, nothing more is read. */
const INPUT_BYTES = 64 * 1024;

/** What is said in one go is sent in one go, up to this size. */
const GATHERED_BYTES = 16 * 1024;

/** Of another connection's bytes so much may wait here. */
const PUSHED_BYTES = 4 * 1024 * 1024;

const NOWHERE: Endpoint = { host: '', port: 0 };

/**
 * Holds one talk on one connection, at the pace of the peer: what it has not read bounds what is said
 * to it and what is read from it, so a peer that never reads holds at most about half a MiB here
 * (a stored file that is being sent is not copied).
 */
export class Conversation implements Attendant, Client {
  readonly input = new Input();
  readonly #connection: Attended;
  readonly #start: (client: Client) => Talk;
  readonly #whenClosed: ((unsentBytes: number) => void) | null;
  #talk: Talk | null = null;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #full = false;
  #talking = false;
  #woken = false;
  #over = false;

  /** `whenClosed` is told how much of what was said was not sent. */
  constructor(
    connection: Attended,
    start: (client: Client) => Talk,
    whenClosed: ((unsentBytes: number) => void) | null = null,
  ) {
    this.#connection = connection;
    this.#start = start;
    this.#whenClosed = whenClosed;
  }

  get local(): Endpoint {
    return this.#connection.local ?? NOWHERE;
  }

  get remote(): Endpoint {
    return this.#connection.remote ?? NOWHERE;
  }

  opened(): void {
    this.input.ended = this.#connection.peerEnded;
    this.#talk = this.#start(this);
    this.#goOn();
  }

  received(bytes: Uint8Array): void {
    if (this.#over) return;
    this.input.push(bytes);
    this.#goOn();
  }

  sent(): void {
    if (!this.#full || this.#connection.sendQueueBytes > RESUME_BYTES) return;
    this.#full = false;
    this.#goOn();
  }

  secured(): void {
    this.#goOn();
  }

  peerEnded(): void {
    this.input.ended = true;
    this.#goOn();
  }

  /** Also when something else attends from now on. */
  closed(): void {
    this.#over = true;
    this.#connection.holdReading('behaviour', false);
    // One that is running is ended when it pauses.
    if (!this.#talking) this.#endTalk();
    this.#whenClosed?.(this.#connection.sendQueueBytes);
  }

  wake(): void {
    if (this.#talking) this.#woken = true;
    else this.#goOn();
  }

  get isSecure(): boolean {
    return this.#connection.tls?.state === 'secure';
  }

  get canStartTls(): boolean {
    return this.#connection.isCertified && this.#connection.tls === null;
  }

  *startTls(): Hearing<boolean> {
    this.#flush();
    this.input.clear();
    if (!this.#canSend() || this.#connection.peerEnded) return false;
    this.#connection.startTls('');
    while (this.#connection.tls?.state === 'handshaking') yield WAIT;
    return this.isSecure;
  }

  push(bytes: Uint8Array): boolean {
    if (!this.#canSend() || this.#connection.sendQueueBytes + bytes.byteLength > PUSHED_BYTES)
      return false;
    this.#connection.send({ to: 'peer' }, bytes);
    return true;
  }

  cutOff(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.tellFault({ code: 'ENOBUFS', message: why });
    this.#connection.reset();
  }

  #canSend(): boolean {
    const { phase, ended, tls } = this.#connection;
    return !this.#over && phase === 'open' && !ended && tls?.state !== 'handshaking';
  }

  #goOn(): void {
    if (this.#talking || this.#over || !this.#talk) return;
    this.#talking = true;
    this.#woken = false;
    try {
      this.#talkOn(this.#talk);
    } catch (thrown) {
      // A mistake of ours in one conversation must not end the sockets and captures of all others.
      const { message } = toSocketError(thrown);
      this.#connection.tellFault({ code: 'ERR_BEHAVIOUR', message: `our mistake: ${message}` });
      this.#connection.reset();
    } finally {
      this.#talking = false;
    }
    if (this.#over) this.#endTalk();
    this.#connection.holdReading('behaviour', !this.#over && this.#isHeld());
  }

  /** It gives back what it holds, wherever it stands. */
  #endTalk(): void {
    this.#talk?.return();
    this.#talk = null;
  }

  #isHeld(): boolean {
    return this.#full || this.input.length >= INPUT_BYTES;
  }

  #talkOn(talk: Talk): void {
    for (;;) {
      if (!this.#canSend()) return;
      if (this.#gatheredBytes + this.#connection.sendQueueBytes >= QUEUE_BYTES) {
        this.#flush();
        this.#full = true;
        return;
      }
      const { done, value } = talk.next();
      if (done === true) {
        this.#flush();
        this.#over = true;
        this.#connection.close();
        return;
      }
      // Woken by its own doing: it looks again before it waits.
      if (value === WAIT && this.#woken) {
        this.#woken = false;
        continue;
      }
      if (value === WAIT) {
        this.#flush();
        return;
      }
      this.#say(value);
    }
  }

  #say(piece: Piece): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
    if (this.#gatheredBytes + bytes.byteLength > GATHERED_BYTES) this.#flush();
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.byteLength;
  }

  #flush(): void {
    const pieces = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const [first] = pieces;
    if (!first || !this.#canSend()) return;
    this.#connection.send({ to: 'peer' }, pieces.length === 1 ? first : Buffer.concat(pieces));
  }
}
