import { connect, createServer, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { Endpoint, SocketId } from '../../../src-shared/contract/socket';
import type { SideConnections, SideEvents } from '../behaviours/side-connections';
import type { Side } from '../types';
import type { BaseSocket } from './base-socket';
import type { Descriptors } from './descriptors';
import { endpointText, plainHost } from './endpoint';
import { toSocketError } from './socket-error';
import type { StreamConnection } from './stream-connection';

/** What makes children of the listener that are no clients. */
export interface Makers {
  /** Of a socket that is connected; its descriptor is taken. */
  adopt(socket: Socket, by: Side): StreamConnection;
  /** One that is being dialled. */
  dial(address: Address, id: SocketId): StreamConnection;
}

/**
 * Further connections of a listener, of its servers (FTP's data) or to what it relays to: its
 * children like those it accepted, but no clients: what is sent to all does not go to them, and no
 * limit counts them.
 */
export class DataConnections implements SideConnections {
  readonly #descriptors: Descriptors;
  readonly #makers: Makers;
  readonly #connections = new Set<BaseSocket>();
  readonly #waiting = new Set<() => void>();

  constructor(descriptors: Descriptors, makers: Makers) {
    this.#descriptors = descriptors;
    this.#makers = makers;
  }

  /** To the target of a relay. It may have failed already. */
  relay(address: Address, id: SocketId): StreamConnection {
    const made = this.#makers.dial(address, id);
    if (made.phase !== 'closed') this.#connections.add(made);
    return made;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Of one that is gone. */
  delete(connection: BaseSocket): void {
    this.#connections.delete(connection);
  }

  closeAll(how: 'close' | 'destroy'): void {
    for (const stop of [...this.#waiting]) stop();
    for (const connection of this.#connections) connection[how]();
  }

  listen(at: string, from: string, events: SideEvents): () => void {
    if (!this.#descriptors.take(1)) {
      events.failed(this.#descriptors.exhausted('listen'));
      return () => undefined;
    }
    const server = createServer({ allowHalfOpen: true });
    const stop = this.#wait(() => {
      server.close();
      this.#descriptors.release(1);
    });
    server.on('listening', () => {
      const bound = server.address();
      if (typeof bound === 'object' && bound)
        events.listening({ host: bound.address, port: bound.port });
    });
    server.on('error', (error) => {
      if (stop()) events.failed(toSocketError(error));
    });
    server.on('connection', (socket) => {
      // Anybody else who finds the port must not get the file (RFC 2577 §4).
      if (plainHost(socket.remoteAddress ?? '') !== from) socket.resetAndDestroy();
      else if (stop()) this.#connected(socket, 'peer', events);
      else socket.resetAndDestroy();
    });
    server.listen({ host: at, port: 0, backlog: 1, exclusive: true });
    return stop;
  }

  dial(to: Endpoint, from: string, events: SideEvents): () => void {
    const socket = connect({
      ...to,
      family: isIPv6(to.host) ? 6 : 4,
      localAddress: from,
      allowHalfOpen: true,
    });
    const stop = this.#wait(() => {
      if (socket.connecting) socket.destroy();
    });
    const failed = (error: Error) => {
      if (!stop()) return;
      const { message, ...rest } = toSocketError(error);
      events.failed({ ...rest, message: `${message} (data connection to ${endpointText(to)})` });
    };
    socket.on('error', failed);
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      if (stop()) this.#connected(socket, 'us', events);
      else socket.destroy();
    });
    return stop;
  }

  /** What undoes the waiting: true the first time. */
  #wait(undo: () => void): () => boolean {
    const stop = () => {
      if (!this.#waiting.delete(stop)) return false;
      undo();
      return true;
    };
    this.#waiting.add(stop);
    return stop;
  }

  #connected(socket: Socket, by: Side, events: SideEvents): void {
    if (!this.#descriptors.take(1)) {
      socket.destroy();
      events.failed(this.#descriptors.exhausted(by === 'us' ? 'connect' : 'accept'));
      return;
    }
    const connection = this.#makers.adopt(socket, by);
    this.#connections.add(connection);
    events.connected(connection);
  }
}
