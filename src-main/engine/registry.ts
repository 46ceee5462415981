import type { Fault } from '../../src-shared/contract/engine';
import type { Note } from '../../src-shared/contract/row';
import type { SocketError, SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { refusal } from '../../src-shared/refusal/refusal';
import { epochMs } from './clock';
import type { Stamp } from './clock';
import { CommandError } from './command-error';
import { NetworkWatch } from './network/network-watch';
import { ServerContent } from './behaviours/server-content';
import { Descriptors } from './sockets/descriptors';
import type { BaseSocket, SocketHost } from './sockets/base-socket';
import type { Chunk } from './sockets/chunk';
import { ReadMemory } from './read-memory';
import { secretResolver } from './secrets';
import { KernelDrops } from './sockets/kernel-drops';
import { TlsSessions } from './sockets/tls-sessions';
import { Updates } from './updates';

/** What a host in the same process may listen to. Called synchronously, so it must be quick. */
export interface Observer {
  /** Lifecycle changes, not counters. The last one of a socket has the phase `closed`. */
  socket?(info: SocketInfo): void;
  /** Each chunk, after it was recorded. */
  chunk?(chunk: Chunk): void;
  fault?(fault: Fault): void;
  /** What is written down besides: states with no packet of their own. */
  note?(socket: SocketId, note: Note, at: Stamp): void;
}

/** All sockets of one engine by id, and who is told about them. */
export class Registry implements SocketHost {
  readonly descriptors = new Descriptors();
  readonly kernelDrops = new KernelDrops();
  /** What `secret:NAME` means: given by the host, by name. */
  readonly storedSecrets = new Map<string, string>();
  readonly secrets = secretResolver((name) => this.storedSecrets.get(name));
  readonly tlsSessions = new TlsSessions();
  readonly network = new NetworkWatch();
  readonly memory = new ReadMemory();
  readonly updates = new Updates();
  readonly onChunk: SocketHost['onChunk'];
  readonly #observer: Observer;
  #content: ServerContent | null = null;
  readonly #sockets = new Map<SocketId, BaseSocket>();
  readonly #networkWatchers = new Map<object, () => void>();
  #lastId = 0;

  constructor(observer: Observer) {
    this.#observer = observer;
    this.onChunk = observer.chunk
      ? (chunk) => {
          observer.chunk?.(chunk);
        }
      : null;
  }

  /** Made when the first server is asked: most engines have none. */
  get content(): ServerContent {
    return (this.#content ??= new ServerContent());
  }

  nextId(): SocketId {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(socket: BaseSocket): void {
    this.#sockets.set(socket.id, socket);
    this.changed(socket);
  }

  forget(socket: BaseSocket): void {
    if (this.#sockets.delete(socket.id)) this.updates.removed(socket);
  }

  touch(socket: BaseSocket): void {
    this.updates.touch(socket);
  }

  noted(socket: BaseSocket, note: Note, at: Stamp): void {
    this.#observer.note?.(socket.id, note, at);
  }

  changed(socket: BaseSocket): void {
    this.updates.touch(socket);
    this.#observer.socket?.(socket.info());
  }

  /** `socket` null: of the engine itself. */
  fault(socket: BaseSocket | null, error: SocketError, at: Stamp): void {
    const fault = { socket: socket?.id ?? null, at: epochMs(at), error };
    this.updates.fault(fault);
    this.#observer.fault?.(fault);
  }

  /** A window wants to hear of changed interfaces, or no longer. Idempotent. */
  watchNetwork(window: object, on: boolean): void {
    const stop = this.#networkWatchers.get(window);
    if (on === (stop !== undefined)) return;
    stop?.();
    if (!on) this.#networkWatchers.delete(window);
    else
      this.#networkWatchers.set(
        window,
        this.network.watch((interfaces) => {
          this.updates.network(interfaces);
        }),
      );
  }

  all(): IterableIterator<BaseSocket> {
    return this.#sockets.values();
  }

  roots(): BaseSocket[] {
    return [...this.#sockets.values()].filter(({ parent }) => parent === null);
  }

  find(id: SocketId): BaseSocket | null {
    return this.#sockets.get(id) ?? null;
  }

  /** Throws ERR_NO_SUCH_SOCKET. */
  get(id: SocketId): BaseSocket {
    const socket = this.#sockets.get(id);
    if (socket) return socket;
    throw new CommandError('ERR_NO_SUCH_SOCKET', refusal('no-socket', { id }));
  }
}
