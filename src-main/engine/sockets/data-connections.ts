import { connect, createServer, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { Endpoint } from '../../../src-shared/contract/socket';
import type { SideConnections, SideEvents } from '../behaviours/side-connections';
import type { Side } from '../types';
import type { Attended } from './attendant';
import type { BaseSocket } from './base-socket';
import type { Descriptors } from './descriptors';
import { endpointText, plainHost } from './endpoint';
import { toSocketError } from './socket-error';

/** What makes a child of a socket that is connected; its descriptor is taken. */
type Adopt = (socket: Socket, by: Side) => BaseSocket & Attended;

/**
 * Further connections of a listener's servers (FTP's data): its children like those it accepted, but
 * no clients: what is sent to all does not go to them, and no limit counts them.
 */
export class DataConnections implements SideConnections {
  readonly #descriptors: Descriptors;
  readonly #adopt: Adopt;
  readonly #connections = new Set<BaseSocket>();
  readonly #waiting = new Set<() => void>();

  constructor(descriptors: Descriptors, adopt: Adopt) {
    this.#descriptors = descriptors;
    this.#adopt = adopt;
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
    const connection = this.#adopt(socket, by);
    this.#connections.add(connection);
    events.connected(connection);
  }
}
