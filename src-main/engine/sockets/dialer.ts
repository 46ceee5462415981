import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SocketInfo } from '../../../src-shared/contract/socket';
import type { TlsDetails } from '../../../src-shared/contract/tls';
import { refusal } from '../../../src-shared/refusal/refusal';
import type { AskedBehaviour, AskedRules } from '../behaviours/behaviours';
import { now } from '../clock';
import { CommandError } from '../command-error';
import { addAttempt } from './attempts';
import { Backoff, backoffText } from './backoff';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import { StreamConnection } from './stream-connection';
import { Trace, type Calls } from './trace';

/**
 * The root of a dial with `reconnect`: dials again when an attempt fails or a connection ends. The
 * connections are its children, one at a time; between them it stays open. An attempt that failed is
 * no child but a row and one of `attempts`.
 */
export class Dialer extends BaseSocket {
  readonly #dialled: Address;
  readonly #backoff: Backoff;
  readonly #trace = new Trace();
  #attempts: SocketInfo['attempts'] = [];
  #current: StreamConnection | null = null;
  #lastTls: BaseSocket | null = null;
  /** For the connections to come. */
  #rules: AskedRules | null = null;

  private constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
    backoff: (again: () => void) => Backoff,
  ) {
    super(host, 'dialer', formatAddress(address), recording, null, id);
    this.#dialled = address;
    this.path = address.path;
    this.#backoff = backoff(() => {
      this.#dial();
    });
    host.add(this);
    this.#dial();
  }

  /** A plain connection, or a dialer if the address asks for one. */
  static open(host: SocketHost, recording: Recording, id: number, address: Address): BaseSocket {
    if (Backoff.of(address.options, () => undefined) === null)
      return StreamConnection.dial(host, recording, id, address);
    return new Dialer(host, recording, id, address, (again) =>
      Backoff.always(address.options, again),
    );
  }

  override get reconnect(): SocketInfo['reconnect'] {
    return this.#backoff.state;
  }

  override get attempts(): SocketInfo['attempts'] {
    return this.#attempts;
  }

  override get readingPaused(): boolean {
    return this.#current?.readingPaused ?? false;
  }

  override get sendQueueBytes(): number {
    return this.#current?.sendQueueBytes ?? 0;
  }

  override get behaviour(): SocketInfo['behaviour'] {
    return this.#rules?.name ?? null;
  }

  override get serving(): Pick<SocketInfo, 'rules'> {
    return this.#rules ? { rules: this.#rules.rules.state } : {};
  }

  override setBehaviour(asked: AskedBehaviour | AskedRules | null): void {
    if (this.isOver || (asked && asked.name !== 'rules')) throw this.impossible('cannot-answer');
    this.#rules = asked;
    this.#current?.setBehaviour(asked);
    this.host.changed(this);
  }

  /** Of the attempts that failed; the connections have their own. */
  override calls(): Calls {
    return this.#trace.list();
  }

  override connectNow(): void {
    if (this.isOver || !this.#backoff.now()) throw this.impossible('cannot-connect-now');
  }

  override send(target: SendTarget, bytes: Uint8Array): number {
    return this.#open('send').send(target, bytes);
  }

  override end(): void {
    this.#open('half-close').end();
  }

  /** Of the connection; it is dialled again. */
  override reset(): void {
    this.#open('reset').reset();
  }

  override pauseReading(paused: boolean): void {
    this.#open('pause reading').pauseReading(paused);
  }

  override setReading(on: boolean): void {
    this.#current?.setReading(on);
  }

  override close(): void {
    this.#stop((connection) => {
      connection.close();
    });
  }

  override destroy(): void {
    this.#stop((connection) => {
      connection.destroy();
    });
  }

  /** Of the connection that is open, else of the one before: a refused peer's certificate too. */
  override tlsDetails(): TlsDetails {
    if (this.#lastTls) return this.#lastTls.tlsDetails();
    return super.tlsDetails();
  }

  override startTls(options: string): void {
    this.#open('start TLS').startTls(options);
  }

  #takeTls(child: BaseSocket): void {
    if (!child.tls) return;
    this.tls = child.tls;
    this.#lastTls = child;
  }

  protected override childOpened(child: BaseSocket): void {
    super.childOpened(child);
    this.#backoff.succeeded();
    this.local = child.local;
    this.remote = child.remote;
    this.connectMs = child.connectMs;
    this.#takeTls(child);
    this.#attempts = child.attempts.reduce(addAttempt, this.#attempts);
    const at = now();
    if (this.phase === 'opening') this.advance('open', at);
    else this.host.changed(this);
  }

  protected override childGone(child: BaseSocket): void {
    this.#current = null;
    this.#takeTls(child);
    if (child.openedAt === null) {
      this.#attempts = child.attempts.reduce(addAttempt, this.#attempts);
      this.#trace.takeOver(child.calls().calls);
      // After it has told its end: it was no connection, and there may be one a second for days.
      process.nextTick(() => {
        this.host.forget(child);
      });
    } else super.childGone(child);
    if (this.phase === 'closing') {
      process.nextTick(() => {
        this.#finish();
      });
      return;
    }
    this.#wait(child);
  }

  #dial(): void {
    if (this.isOver) return;
    if (this.phase === 'opening') this.setStep('connecting');
    const dialled = StreamConnection.dial(
      this.host,
      this.recording,
      this.host.nextId(),
      this.#dialled,
      this,
    );
    // It may have failed already, and waits then.
    this.#current = dialled.phase === 'closed' ? null : dialled;
    if (this.#rules) this.#current?.setBehaviour(this.#rules);
  }

  #wait(child: BaseSocket): void {
    const at = now();
    const inMs = this.#backoff.failed();
    this.step = null;
    if (inMs !== null) {
      const text = backoffText(this.#backoff.state, inMs);
      this.note({ event: 'reconnecting', text }, at);
      this.host.changed(this);
      return;
    }
    this.note({ event: 'closed', text: 'after the last attempt' }, at);
    process.nextTick(() => {
      this.finish(child.error, now());
    });
  }

  #open(what: string): StreamConnection {
    const connection = this.#current;
    if (connection?.phase === 'open') return connection;
    const { id, kind } = this;
    throw new CommandError('ERR_NOT_POSSIBLE', refusal('not-connected', { id, kind, what }));
  }

  #stop(how: (connection: StreamConnection) => void): void {
    if (this.phase === 'closed') return;
    this.#backoff.cancel();
    this.advance('closing', now());
    if (this.#current) how(this.#current);
    else this.#finish();
  }

  #finish(): void {
    if (this.phase !== 'closing') return;
    const at = now();
    this.note({ event: 'closed' }, at);
    this.finish(null, at);
  }
}
