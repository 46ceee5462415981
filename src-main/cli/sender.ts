import type { Fault } from '../../src-shared/contract/engine';
import type { Phase, SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { toCommandError } from '../engine/command-error';
import type { Engine } from '../engine/engine';
import { SendWaits } from './send-waits';
import { StartTlsDialogue } from './start-tls';
import type { StartTls } from './start-tls';

/** What sending needs to know of its session. */
interface Sending {
  readonly engine: Engine;
  readonly isOver: () => boolean;
  readonly root: () => SocketId;
  readonly rootInfo: () => SocketInfo | null;
  readonly phaseOf: (socket: SocketId) => Phase | undefined;
  /** A send was refused. */
  readonly fault: (fault: Fault) => void;
}

/** Sends through the root of a session, no faster than it goes out. */
export class Sender {
  readonly #of: Sending;
  readonly #waits = new SendWaits();
  /** While a server is asked for TLS. */
  #dialogue: StartTlsDialogue | null = null;

  constructor(of: Sending) {
    this.#of = of;
  }

  /** Accepted for sending, and not told as sent. */
  get waitingBytes(): number {
    return this.#waits.bytes;
  }

  /** Something changed that a send may wait for. */
  wake(): void {
    this.#waits.wake();
  }

  /** The session is over. */
  stop(): void {
    this.#waits.wake();
    this.#dialogue?.end();
  }

  sent(bytes: number): void {
    this.#waits.sent(bytes);
  }

  /** A server answers to what begins TLS. */
  answered(received: Uint8Array): void {
    this.#dialogue?.push(received);
  }

  get asksForTls(): boolean {
    return this.#dialogue !== null;
  }

  /** Asks the server for TLS in its protocol, and begins it. Resolves when it is secured, or over. */
  async startTls({ protocol, options }: StartTls): Promise<void> {
    const of = this.#of;
    const dialogue = new StartTlsDialogue();
    this.#dialogue = dialogue;
    const ready = await dialogue.run(protocol, (text) =>
      this.send(Uint8Array.from(Buffer.from(text))),
    );
    this.#dialogue = null;
    if (!ready || of.isOver()) return;
    await of.engine.command('startTls', { socket: of.root(), options });
    while (!of.isOver() && of.rootInfo()?.tls?.state !== 'secure') await this.#waits.moved();
  }

  /** Resolves when more may be sent, or the session is over. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.connected();
    await this.#send(this.#of.root(), bytes);
    while (!this.#of.isOver() && this.#waits.tooMuch) await this.#waits.moved();
  }

  /** What dials again and again can send only while it is connected. */
  async connected(): Promise<void> {
    while (!this.#of.isOver() && this.isApart) await this.#waits.moved();
  }

  /** A dialer without a connection. */
  get isApart(): boolean {
    const rootInfo = this.#of.rootInfo();
    return rootInfo?.kind === 'dialer' && rootInfo.openChildren === 0;
  }

  async #send(socket: SocketId, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { isOver, engine, phaseOf, fault } = this.#of;
    if (isOver() || phaseOf(socket) !== 'open') return;
    this.#waits.add(bytes.byteLength);
    try {
      const { targets } = await engine.command('send', { socket, target: { to: 'peer' }, bytes });
      if (targets === 0) this.#waits.sent(bytes.byteLength);
    } catch (thrown) {
      this.#waits.sent(bytes.byteLength);
      const error = toCommandError(thrown).toPlain();
      // It closed meanwhile: its own events tell why.
      if (error.code === 'ERR_NOT_POSSIBLE' || error.code === 'ERR_NO_SUCH_SOCKET') return;
      fault({ socket, at: Date.now(), error });
    }
  }
}
