import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { BehaviourName } from '../../../src-shared/contract/behaviour';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SocketError, SocketInfo, SocketKind } from '../../../src-shared/contract/socket';
import { Attendance } from '../behaviours/attendance';
import { now } from '../clock';
import { AcceptRules } from './accept-rules';
import { Backoff, backoffText } from './backoff';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import type { DataConnections } from './data-connections';
import { Greeter } from './greeter';
import type { Limits } from './socket-actions';
import { toSocketError } from './socket-error';
import type { StreamConnection } from './stream-connection';
import { streamOptions } from './tcp-dial';

/** Connections that wait to be accepted; the system may allow fewer (listen(2)). */
export const BACKLOG = 511;

/**
 * What listens for streams, with the connections it accepted as its children. It stays open while it
 * does not accept: each time it listens there is a new server of Node's behind it.
 */
export abstract class StreamListener extends BaseSocket {
  protected readonly asked: Address;
  readonly #connections = new Set<StreamConnection>();
  readonly #attendance: Attendance;
  readonly #data: DataConnections | null;
  readonly #rules: AcceptRules;
  readonly #greeter: Greeter;
  readonly #backoff: Backoff | null;
  #server: Server | null = null;
  /** Servers that are told to close and have not said that they did. */
  #closing = 0;

  protected constructor(
    host: SocketHost,
    kind: SocketKind,
    recording: Recording,
    id: number,
    address: Address,
  ) {
    super(host, kind, formatAddress(address), recording, null, id);
    const { options } = address;
    this.asked = address;
    this.#rules = new AcceptRules(options);
    this.#greeter = new Greeter(options);
    this.#backoff = Backoff.of(options, () => {
      this.#listen();
    });
    this.#data = this.dataConnections();
    this.#attendance = new Attendance({ content: () => host.content, side: this.#data });
    this.#attendance.set(options.behave ?? null, options.reply ?? null, []);
  }

  /**
   * Begins to listen, each time; the server's own events tell the rest. The reason when it does not
   * come to that. `wanted`: nobody has closed it meanwhile.
   */
  protected abstract listenOn(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): SocketError | null | Promise<SocketError | null>;

  /** For servers that open further connections; null: they cannot. */
  protected dataConnections(): DataConnections | null {
    return null;
  }

  /** It listens: takes over where, and gives the text for the row that tells so. */
  protected abstract bound(server: Server): string;

  /** Makes the child of an accepted connection, whose descriptor is taken. */
  protected abstract adopt(socket: Socket): StreamConnection;

  /** Whom it comes from, for rows: `host` null where there is no such thing. */
  protected abstract remoteOf(socket: Socket): { host: string | null; text: string };

  override get behaviour(): BehaviourName | null {
    return this.#attendance.name;
  }

  override get accepting(): boolean {
    return this.phase === 'open' && this.#server !== null;
  }

  override get limits() {
    return this.#rules.state;
  }

  override get reconnect(): SocketInfo['reconnect'] {
    return this.#backoff?.state ?? null;
  }

  override setBehaviour(behaviour: BehaviourName | null, reply: string | null): void {
    if (this.isOver) throw this.impossible('have a behaviour');
    this.#attendance.set(behaviour, reply, this.#connections);
    this.host.changed(this);
  }

  override setLimits(limits: Limits): void {
    if (this.isOver) throw this.impossible('limit its clients');
    this.#rules.set(limits);
    this.host.changed(this);
  }

  override connectNow(): void {
    if (this.#backoff?.now() !== true) super.connectNow();
  }

  override setAccepting(accepting: boolean): void {
    if (this.phase !== 'open') throw this.impossible(accepting ? 'accept again' : 'stop accepting');
    if (accepting) {
      if (!this.#server) this.#listen();
      return;
    }
    this.#backoff?.cancel();
    if (!this.#server) return;
    this.#closeServer();
    this.note({ event: 'stopped-accepting' }, now());
    this.host.changed(this);
  }

  override send(target: SendTarget, bytes: Uint8Array): number {
    if (this.phase !== 'open' || target.to !== 'all')
      throw this.impossible(target.to === 'all' ? 'send' : 'send but to all of its connections');
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
    this.#data?.closeAll('close');
    this.#finishIfOver();
  }

  override destroy(): void {
    if (this.phase === 'closed') return;
    this.#stop();
    for (const connection of this.#connections) connection.destroy();
    this.#data?.closeAll('destroy');
    this.#finishIfOver();
  }

  protected override childOpened(child: BaseSocket): void {
    super.childOpened(child);
    // After it was told that it is open.
    if (!this.#greeter.silent)
      process.nextTick(() => {
        this.#greeter.greet(child);
      });
  }

  protected override childGone(child: BaseSocket): void {
    super.childGone(child);
    for (const connection of this.#connections)
      if (connection === child) this.#connections.delete(connection);
    this.#data?.delete(child);
    // After the child's own terminal event has gone out.
    if (this.phase === 'closing')
      process.nextTick(() => {
        this.#finishIfOver();
      });
  }

  /** What the system's refusal to listen means. */
  protected explain(error: SocketError): SocketError | Promise<SocketError> {
    return error;
  }

  protected closeServer(server: Server, closed: () => void): void {
    server.close(closed);
  }

  /** Begins to listen; of a subclass that is made. */
  protected start(): void {
    this.host.add(this);
    this.#listen();
  }

  #listen(): void {
    if (this.isOver) return;
    if (!this.host.descriptors.take(1)) {
      this.#failed(this.host.descriptors.exhausted('listen'));
      return;
    }
    if (this.phase === 'opening') this.setStep('binding');
    const server = createServer(streamOptions(this.asked));
    this.#server = server;
    server.on('listening', () => {
      this.#listening(server);
    });
    server.on('error', (error) => {
      if (server === this.#server) this.#serverFailed(server, toSocketError(error));
    });
    server.on('connection', (socket) => {
      this.#accept(socket);
    });
    const wanted = () => server === this.#server;
    const backlog = this.asked.options.backlog ?? BACKLOG;
    const failed = (error: SocketError | null) => {
      if (error && wanted()) this.#serverFailed(server, error);
    };
    try {
      whenKnown(this.listenOn(server, backlog, wanted), failed);
    } catch (thrown) {
      failed(toSocketError(thrown));
    }
  }

  #listening(server: Server): void {
    if (server !== this.#server) {
      // It was stopped while Node looked up the name to bind to.
      server.close();
      return;
    }
    const at = now();
    const again = this.phase === 'open';
    this.#backoff?.succeeded();
    this.note({ event: again ? 'accepting' : 'open', text: this.bound(server) }, at);
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
      if (this.behaviour !== null) this.#attendance.serve(made);
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

  #serverFailed(server: Server, error: SocketError): void {
    // A failed accept leaves the listener as it is.
    if (server.listening) {
      this.fault(error);
      return;
    }
    this.#server = null;
    this.host.descriptors.release(1);
    whenKnown(this.explain(error), (explained) => {
      this.#failed(explained);
    });
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
    this.#closeServer();
  }

  #closeServer(): void {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    this.#closing += 1;
    // Node calls back when the last connection is gone; the port is free at once.
    this.closeServer(server, () => {
      this.#closing -= 1;
      this.#finishIfOver();
    });
    this.host.descriptors.release(1);
  }

  /** The server tells its end before the last connections have told theirs. */
  #finishIfOver(): void {
    if (this.phase !== 'closing' || this.#closing > 0 || this.#connections.size > 0) return;
    if (this.#data && this.#data.size > 0) return;
    const at = now();
    this.note({ event: 'closed' }, at);
    this.finish(null, at);
  }
}

function turnAway(socket: Socket): void {
  socket.on('error', () => {
    // It is being thrown away: that it also failed is no news.
  });
  // Node refuses to reset what is not TCP; local sockets have no address.
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** At once, or when it is known. */
function whenKnown<Value>(value: Value | Promise<Value>, then: (value: Value) => void): void {
  if (value instanceof Promise) void value.then(then);
  else then(value);
}
