import type { Server, Socket } from 'node:net';
import { formatAddress, type Address } from '../../../src-shared/address/address';
import type { AnsweringName } from '../../../src-shared/contract/behaviour';
import type { OptionReading } from '../../../src-shared/contract/control-commands';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SocketError, SocketInfo, SocketKind } from '../../../src-shared/contract/socket';
import { askedBehaviour, type AskedBehaviour, type AskedRules } from '../behaviours/behaviours';
import { now } from '../clock';
import { AcceptRules, turnAway } from './accept-rules';
import { Backoff, backoffText } from './backoff';
import { BaseSocket, type Recording, type SocketHost } from './base-socket';
import { Greeter } from './greeter';
import type { Limits } from './socket-actions';
import { shownRate } from './pacer';
import { StreamConnection } from './stream-connection';
import { ListenerService } from './listener-service';
import { Listening, type ListenWays } from './listening';
import {
  idleToCome,
  listenerOptions,
  liveListenerOption,
  traceListening,
} from './listener-options';
import { Trace, type Calls } from './trace';

/**
 * What listens for streams, with the connections it accepted as its children. It stays open while it
 * does not accept: each time it listens there is a new server of Node's behind it.
 */
export abstract class StreamListener extends BaseSocket implements ListenWays {
  readonly asked: Address;
  readonly #connections = new Set<StreamConnection>();
  readonly #service: ListenerService;
  readonly #rules: AcceptRules;
  readonly #greeter: Greeter;
  readonly #backoff: Backoff | null;
  readonly #trace = new Trace();
  readonly #listening: Listening;

  protected constructor(
    host: SocketHost,
    kind: SocketKind,
    recording: Recording,
    id: number,
    address: Address,
  ) {
    super(host, kind, formatAddress(address), recording, null, id);
    const { options } = address;
    // Of its own: live options change it.
    this.asked = { ...address };
    this.#rules = new AcceptRules(options);
    this.#greeter = new Greeter(options);
    this.#backoff = Backoff.of(options, () => {
      this.#listen();
    });
    this.#listening = new Listening(this.asked, host, this.#trace, this, {
      listening: this.#begun.bind(this),
      accepted: this.#accept.bind(this),
      faulted: this.fault.bind(this),
      failed: this.#failed.bind(this),
      drained: this.#finishIfOver.bind(this),
    });
    this.#service = new ListenerService(this, host);
    this.#service.set(askedBehaviour(options), []);
  }

  abstract listenOn(
    ...args: Parameters<ListenWays['listenOn']>
  ): ReturnType<ListenWays['listenOn']>;

  get opensData(): boolean {
    return false;
  }

  /** It listens: takes over where, and gives the text for the row that tells so. */
  protected abstract bound(server: Server): string;

  /** Makes the child of an accepted connection, whose descriptor is taken. */
  protected abstract adopt(socket: Socket): StreamConnection;

  /** Whom it comes from, for rows: `host` null where there is no such thing. */
  protected abstract remoteOf(socket: Socket): { host: string | null; text: string };

  override get behaviour(): AnsweringName | null {
    return this.#service.behaviour;
  }

  override get serving(): BaseSocket['serving'] {
    return { ...this.#service.serving, ...shownRate(this.asked.options) };
  }

  override get accepting(): boolean {
    return this.phase === 'open' && this.#listening.active;
  }

  override get limits() {
    return this.#rules.state;
  }

  override get idle(): SocketInfo['idle'] {
    return this.isOver ? null : idleToCome(this.asked.options);
  }

  override get reconnect(): SocketInfo['reconnect'] {
    return this.#backoff?.state ?? null;
  }

  override setBehaviour(asked: AskedBehaviour | AskedRules | null): void {
    if (this.isOver) throw this.impossible('cannot-answer');
    this.#service.set(asked, this.#connections);
    this.host.changed(this);
  }

  override setLimits(limits: Limits): void {
    if (this.isOver) throw this.impossible('cannot-limit');
    this.#rules.set(limits);
    this.host.changed(this);
  }

  override connectNow(): void {
    if (this.#backoff?.now() !== true) super.connectNow();
  }

  override setAccepting(accepting: boolean): void {
    if (this.phase !== 'open')
      throw this.impossible(accepting ? 'cannot-accept-again' : 'cannot-stop-accepting');
    if (accepting) {
      if (!this.#listening.active) this.#listen();
      return;
    }
    this.#backoff?.cancel();
    if (!this.#listening.active) return;
    this.#listening.stop();
    this.note({ event: 'stopped-accepting' }, now());
    this.host.changed(this);
  }

  override setOption(option: string, value: string | null): void {
    const set = this.isOver ? null : liveListenerOption(this.asked, option, value);
    if (!set) throw this.impossible('cannot-set-open', option);
    this.#rules.setLive(set);
    this.#greeter.setLive(set);
    // Not into the old ones: the connections that are there have those.
    this.asked.options = { ...this.asked.options, ...set };
    this.note({ event: 'option-set', text: value === null ? option : `${option}=${value}` }, now());
    this.host.changed(this);
  }

  override socketOptions(): OptionReading[] {
    return listenerOptions(this.asked, this.#listening.server);
  }

  override calls(): Calls {
    return this.#trace.list();
  }

  override send(target: SendTarget, bytes: Uint8Array): number {
    if (this.phase !== 'open' || target.to !== 'all')
      throw this.impossible(target.to === 'all' ? 'cannot-send' : 'cannot-send-one');
    let targets = 0;
    for (const connection of this.#connections) {
      if (connection.phase === 'open' && !connection.ended)
        targets += connection.send({ to: 'peer' }, bytes);
    }
    return targets;
  }

  override close(): void {
    if (this.isOver) return;
    this.#stop();
    for (const connection of this.#connections) connection.close();
    this.#service.data.closeAll('close');
    this.#finishIfOver();
  }

  override destroy(): void {
    if (this.phase === 'closed') return;
    this.#stop();
    for (const connection of this.#connections) connection.destroy();
    this.#service.data.closeAll('destroy');
    this.#finishIfOver();
  }

  protected override childOpened(child: BaseSocket): void {
    super.childOpened(child);
    // After it was told that it is open.
    if (!this.#greeter.silent)
      process.nextTick(() => {
        if (child instanceof StreamConnection && this.#connections.has(child))
          this.#greeter.greet(child);
      });
  }

  protected override childGone(child: BaseSocket): void {
    super.childGone(child);
    if (child instanceof StreamConnection) this.#connections.delete(child);
    this.#service.data.delete(child);
    // After the child's own terminal event has gone out.
    if (this.phase === 'closing')
      process.nextTick(() => {
        this.#finishIfOver();
      });
  }

  explain(error: SocketError): SocketError | Promise<SocketError> {
    return error;
  }

  closeServer(server: Server, closed: () => void): void {
    server.close(closed);
  }

  /** Begins to listen; of a subclass that is made. */
  protected start(): void {
    this.host.add(this);
    this.#listen();
  }

  #listen(): void {
    if (this.isOver) return;
    if (this.phase === 'opening') this.setStep('binding');
    this.#listening.start();
  }

  #begun(server: Server): void {
    const at = now();
    const again = this.phase === 'open';
    this.#backoff?.succeeded();
    this.note({ event: again ? 'accepting' : 'open', text: this.bound(server) }, at);
    traceListening(this.#trace, this.asked, this.local);
    if (again) this.host.changed(this);
    else this.advance('open', at);
  }

  #accept(socket: Socket): void {
    const remote = this.remoteOf(socket);
    const refusal = this.#rules.refusal(remote.host, this.#connections.size);
    if (refusal) {
      turnAway(socket);
      this.note({ event: 'rejected', error: refusal, text: remote.text }, now());
      this.host.touch(this);
      return;
    }
    if (this.host.descriptors.take(1)) {
      const made = this.adopt(socket);
      this.#connections.add(made);
      this.#service.serve(made);
      return;
    }
    turnAway(socket);
    this.ledger.refusedConnections += 1;
    const at = now();
    const error = this.host.descriptors.exhausted('accept');
    this.note({ event: 'refused-connection', error, text: remote.text }, at);
    this.host.fault(this, { ...error, message: `${remote.text}: ${error.message}` }, at);
    this.host.touch(this);
  }

  /** It could not begin to listen. */
  #failed(error: SocketError): void {
    if (this.isOver) return;
    const at = now();
    const inMs = this.#backoff?.failed() ?? null;
    if (this.#backoff && inMs !== null) {
      const text = backoffText(this.#backoff.state, inMs);
      this.note({ event: 'reconnecting', error, text }, at);
      this.host.fault(this, error, at);
      this.host.changed(this);
      return;
    }
    if (this.phase === 'open') {
      // Its connections go on; it can be told to accept again.
      this.fault(error, at);
      this.host.changed(this);
      return;
    }
    this.note({ event: 'failed', error }, at);
    this.finish(error, at);
  }

  #stop(): void {
    if (this.phase === 'closing') return;
    this.#backoff?.cancel();
    this.advance('closing', now());
    this.#listening.stop();
  }

  /** The server tells its end before the last connections have told theirs. */
  #finishIfOver(): void {
    if (this.phase !== 'closing' || this.#listening.draining) return;
    if (this.#connections.size > 0 || this.#service.data.size > 0) return;
    const at = now();
    this.note({ event: 'closed' }, at);
    this.finish(null, at);
  }
}
