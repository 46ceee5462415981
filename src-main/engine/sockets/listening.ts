import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { SocketError } from '../../../src-shared/contract/socket';
import type { ReadMemory } from '../read-memory';
import type { Descriptors } from './descriptors';
import { directly } from './direct-socket';
import { backlogOf } from './listener-options';
import { toSocketError } from './socket-error';
import { setStreamOptions, streamOptions } from './tcp-dial';
import type { Trace } from './trace';

/** How a kind of listener listens. */
export interface ListenWays {
  /**
   * Begins to listen; the server's own events tell the rest. The reason when it does not come to
   * that. `wanted`: nobody has stopped it meanwhile.
   */
  listenOn(
    server: Server,
    backlog: number,
    wanted: () => boolean,
  ): SocketError | null | Promise<SocketError | null>;
  /** Says more of what the system said. */
  explain(error: SocketError): SocketError | Promise<SocketError>;
  closeServer(server: Server, closed: () => void): void;
}

export interface ListeningEvents {
  listening(server: Server): void;
  accepted(socket: Socket): void;
  /** An accept failed; it goes on listening. */
  faulted(error: SocketError): void;
  /** It does not listen. */
  failed(error: SocketError): void;
  /** A server that was stopped has seen the last of its connections. */
  drained(): void;
}

/** Listening that can be stopped and begun again: each time with a new server of Node's. */
export class Listening {
  readonly #asked: Address;
  readonly #descriptors: Descriptors;
  readonly #memory: ReadMemory;
  readonly #ways: ListenWays;
  readonly #events: ListeningEvents;
  readonly #trace: Trace;
  #server: Server | null = null;
  #draining = 0;

  constructor(
    asked: Address,
    { descriptors, memory }: { descriptors: Descriptors; memory: ReadMemory },
    trace: Trace,
    ways: ListenWays,
    events: ListeningEvents,
  ) {
    this.#asked = asked;
    this.#descriptors = descriptors;
    this.#memory = memory;
    this.#trace = trace;
    this.#ways = ways;
    this.#events = events;
  }

  /** Listens, or is about to. */
  get active(): boolean {
    return this.#server !== null;
  }

  get server(): Server | null {
    return this.#server;
  }

  /** Some stopped server still has connections. */
  get draining(): boolean {
    return this.#draining > 0;
  }

  start(): void {
    if (!this.#descriptors.take(1)) {
      this.#events.failed(this.#descriptors.exhausted('listen'));
      return;
    }
    const given = streamOptions(this.#asked);
    const server = createServer(given);
    this.#server = server;
    server.on('listening', () => {
      // Else it was stopped while the name to bind to was looked up.
      if (server === this.#server) this.#events.listening(server);
      else server.close();
    });
    server.on('error', (error) => {
      if (server === this.#server) this.#failed(server, toSocketError(error));
    });
    const { options } = this.#asked;
    server.on('connection', (accepted) => {
      const socket = directly(accepted, given, this.#memory);
      // Node gives each connection what the server was made with; they may have been changed since.
      if (this.#asked.options !== options) setStreamOptions(socket, this.#asked.options);
      this.#events.accepted(socket);
    });
    const wanted = () => server === this.#server;
    const failed = (error: SocketError | null) => {
      if (error && wanted()) this.#failed(server, error);
    };
    try {
      whenKnown(this.#ways.listenOn(server, backlogOf(this.#asked.options), wanted), failed);
    } catch (thrown) {
      failed(toSocketError(thrown));
    }
  }

  /** The port is free at once. */
  stop(): void {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    this.#draining += 1;
    this.#trace.call('close', 'fd');
    // Node calls back when the last connection is gone.
    this.#ways.closeServer(server, () => {
      this.#draining -= 1;
      this.#events.drained();
    });
    this.#descriptors.release(1);
  }

  #failed(server: Server, error: SocketError): void {
    if (server.listening) {
      this.#events.faulted(error);
      return;
    }
    this.#server = null;
    this.#descriptors.release(1);
    whenKnown(this.#ways.explain(error), (explained) => {
      this.#events.failed(explained);
    });
  }
}

/** At once, or when it is known. */
function whenKnown<Value>(value: Value | Promise<Value>, then: (value: Value) => void): void {
  if (value instanceof Promise) void value.then(then);
  else then(value);
}
