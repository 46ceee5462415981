import { lstat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import type { SocketError } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import { newSocket } from './direct-socket';
import { hasFile, isAbstract, localPath, paddedName } from './local-path';
import { toSocketError } from './socket-error';
import type { DialEvents } from './tcp-dial';

const CONNECT_TIMEOUT_MS = 10_000;

/** One connect to a local socket: as `Dial`, with a path instead of names and addresses. */
export class LocalDial {
  readonly #address: Address;
  readonly #events: DialEvents;
  readonly #startedAt = now();
  #timer: NodeJS.Timeout | undefined;
  #socket: Socket | null = null;
  #answered: ((outcome: string | SocketError) => void) | null = null;
  #over = false;

  constructor(address: Address, events: DialEvents) {
    this.#address = address;
    this.#events = events;
  }

  start(): void {
    this.#events.step('connecting');
    if (this.#over) return;
    const found = localPath(this.#address, 'connect');
    if (!found.ok) {
      this.#fail(found.error);
      return;
    }
    const limitMs = this.#address.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#timer = setTimeout(() => {
      const message = `no answer from ${this.#address.path ?? ''} within ${limitMs / 1000} s`;
      this.#fail({ code: 'ETIMEDOUT', syscall: 'connect', message });
    }, limitMs);
    const { trace } = this.#events;
    trace?.call('socket', 'AF_UNIX, SOCK_STREAM, 0', 'fd');
    this.#answered = trace?.begin('connect', `fd, "${this.#address.path ?? ''}"`) ?? null;
    const socket = newSocket({ allowHalfOpen: true }, this.#events.memory);
    socket.connect({ path: found.path });
    this.#socket = socket;
    // Bytes that come at once wait until the connection listens for them.
    socket.pause();
    socket.once('connect', () => {
      this.#connected(socket);
    });
    socket.on('error', (error) => {
      void this.#explain(toSocketError(error), found.path);
    });
  }

  /** Nothing is called after it. */
  cancel(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #connected(socket: Socket): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#answered?.('0');
    socket.removeAllListeners('error');
    this.#events.connected(socket, epochMs(now()) - epochMs(this.#startedAt));
  }

  /** Linux says "refused" of a file that is no socket as well (connect(2)). */
  async #explain(error: SocketError, path: string): Promise<void> {
    if (error.code === 'ECONNREFUSED' && isAbstract(path)) {
      this.#fail(paddedName(this.#address.path ?? '', 'connect') ?? error);
      return;
    }
    if (error.code === 'ECONNREFUSED' && hasFile(path)) {
      const isSocket = await lstat(path).then(
        (found) => found.isSocket() || found.isSymbolicLink(),
        () => true,
      );
      if (!isSocket) {
        const message = `${path} is not a socket but another kind of file`;
        this.#fail({ code: 'ENOTSOCK', syscall: 'connect', message });
        return;
      }
    }
    this.#fail(error);
  }

  #fail(error: SocketError): void {
    if (this.#over) return;
    this.#answered?.(error);
    this.cancel();
    this.#events.failed(error, null);
  }
}
