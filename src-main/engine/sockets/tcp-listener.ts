import { createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { BehaviourName } from '../../../src-shared/contract/behaviour';
import { Attendance } from '../behaviours/attendance';
import { now } from '../clock';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import { endpointText, plainHost } from './endpoint';
import { toSocketError } from './socket-error';
import { StreamConnection } from './stream-connection';
import { streamOptions } from './tcp-dial';

/** Connections that wait to be accepted; the system may allow fewer (listen(2)). */
const BACKLOG = 511;

/** A listening TCP socket and, as its children, the connections it accepted. */
export class TcpListener extends BaseSocket {
  readonly #address: Address;
  readonly #server: Server;
  readonly #connections = new Set<StreamConnection>();
  readonly #attendance = new Attendance();
  #serverClosed = false;
  #holdsDescriptor = false;

  constructor(host: SocketHost, recording: Recording, id: number, address: Address) {
    super(host, 'tcp-listener', formatAddress(address), recording, null, id);
    this.#address = address;
    this.#server = createServer(streamOptions(address));
    this.#attendance.set(address.options.behave ?? null, address.options.reply ?? null, []);
    host.add(this);
    this.#server.on('listening', () => {
      this.#listening();
    });
    this.#server.on('error', (error) => {
      this.#failed(toSocketError(error));
    });
    this.#server.on('connection', (socket) => {
      this.#accept(socket);
    });
    this.#listen();
  }

  override get behaviour(): BehaviourName | null {
    return this.#attendance.name;
  }

  override setBehaviour(behaviour: BehaviourName | null, reply: string | null): void {
    if (this.isOver) throw this.impossible('have a behaviour');
    this.#attendance.set(behaviour, reply, this.#connections);
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
    this.#finishIfOver();
  }

  override destroy(): void {
    if (this.phase === 'closed') return;
    this.#stop();
    for (const connection of this.#connections) connection.destroy();
    this.#finishIfOver();
  }

  protected override childGone(child: BaseSocket): void {
    super.childGone(child);
    if (child instanceof StreamConnection) this.#connections.delete(child);
    // After the child's own terminal event has gone out.
    if (this.phase === 'closing')
      process.nextTick(() => {
        this.#finishIfOver();
      });
  }

  #listen(): void {
    const { host, port, family, options } = this.#address;
    if (!this.host.descriptors.take(1)) {
      this.#failed(this.host.descriptors.exhausted('listen'));
      return;
    }
    this.#holdsDescriptor = true;
    this.setStep('binding');
    const listen: ListenOptions = { port, backlog: options.backlog ?? BACKLOG, exclusive: true };
    // Without a host Node listens on `::` for both families, or on 0.0.0.0 where there is no IPv6.
    const bind = host ?? (family === 4 ? '0.0.0.0' : family === 6 ? '::' : null);
    if (bind !== null) listen.host = bind;
    if (options.v6only !== undefined || family === 6) listen.ipv6Only = options.v6only ?? true;
    try {
      this.#server.listen(listen);
    } catch (thrown) {
      this.#failed(toSocketError(thrown));
    }
  }

  #listening(): void {
    if (this.isOver) {
      // It was closed while Node looked up the name to bind to.
      this.#server.close();
      return;
    }
    const bound = this.#server.address();
    if (typeof bound === 'object' && bound) this.local = { host: bound.address, port: bound.port };
    const at = now();
    this.note({ event: 'open', ...(this.local ? { text: endpointText(this.local) } : {}) }, at);
    this.advance('open', at);
  }

  #accept(socket: Socket): void {
    if (this.host.descriptors.take(1)) {
      const made = StreamConnection.accept(this, this.host, socket, this.#address.options);
      this.#connections.add(made);
      if (this.behaviour !== null) this.#attendance.serve(made);
      return;
    }
    const remote = { host: plainHost(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    socket.on('error', () => {
      // It is being thrown away: that it also failed is no news.
    });
    socket.destroy();
    this.ledger.refusedConnections += 1;
    const at = now();
    const error = this.host.descriptors.exhausted('accept');
    this.note({ event: 'refused-connection', error, text: endpointText(remote) }, at);
    this.host.fault(this, { ...error, message: `${endpointText(remote)}: ${error.message}` }, at);
    this.host.touch(this);
  }

  #failed(error: SocketError): void {
    const at = now();
    // A failed accept leaves the listener as it is.
    if (this.phase === 'open') {
      this.fault(error, at);
      return;
    }
    if (this.phase === 'closed') return;
    this.note({ event: 'failed', error }, at);
    this.#releaseDescriptor();
    this.finish(error, at);
  }

  #stop(): void {
    if (this.phase === 'closing') return;
    this.advance('closing', now());
    this.#server.close(() => {
      this.#serverClosed = true;
      this.#releaseDescriptor();
      this.#finishIfOver();
    });
  }

  /** The server tells its end before the last connections have told theirs. */
  #finishIfOver(): void {
    if (!this.#serverClosed || this.#connections.size > 0 || this.phase === 'closed') return;
    const at = now();
    this.note({ event: 'closed' }, at);
    this.finish(null, at);
  }

  #releaseDescriptor(): void {
    if (!this.#holdsDescriptor) return;
    this.#holdsDescriptor = false;
    this.host.descriptors.release(1);
  }
}
