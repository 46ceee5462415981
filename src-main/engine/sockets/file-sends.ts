import type {
  FileSendProgress,
  FileSendRequest,
  FileSendResult,
} from '../../../src-shared/contract/file-send';
import { isListener } from '../../../src-shared/contract/socket';
import type { SocketId } from '../../../src-shared/contract/socket';
import { CommandError } from '../command-error';
import type { BaseSocket } from './base-socket';
import { FileSend } from './file-send';
import type { FileTarget } from './file-send';

/** Where a file's targets are found. */
interface Known {
  get(id: SocketId): BaseSocket;
  all(): IterableIterator<BaseSocket>;
}

/** The files on their way, by the socket that was asked. */
export class FileSends {
  readonly #running = new Map<SocketId, FileSend>();

  /** Rejects before anything is sent; what becomes of it after that is the result. */
  async run(known: Known, request: FileSendRequest & { path: string }): Promise<FileSendResult> {
    const { socket } = request;
    const targets = targetsOf(known, request);
    const busy = [...this.#running.values()].flatMap((one) => one.targets.map((to) => to.socket));
    if (this.#running.has(socket) || targets.some((to) => busy.includes(to.socket)))
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        'A file is on its way there already. Wait until it is sent, or cancel it',
      );
    const sending = new FileSend(targets, request);
    this.#running.set(socket, sending);
    try {
      return await sending.run();
    } finally {
      this.#running.delete(socket);
    }
  }

  progress(socket: SocketId): FileSendProgress | null {
    return this.#running.get(socket)?.progress ?? null;
  }

  cancel(socket: SocketId): void {
    this.#running.get(socket)?.cancel();
  }

  close(): void {
    for (const one of this.#running.values()) one.cancel();
  }
}

/**
 * Those there are now, each by itself: who connects later, and the connection that is dialled when
 * this one breaks, would get the file from its middle.
 */
function targetsOf(known: Known, { socket: id, target }: FileSendRequest): FileTarget[] {
  const socket = known.get(id);
  const many = isListener(socket.kind) || (socket.kind === 'udp-socket' && socket.remote === null);
  const targets =
    socket.kind === 'dialer' || (target.to === 'all' && many)
      ? childrenOf(known, socket)
      : [{ socket, target }];
  const open = targets.filter((to) => to.socket.phase === 'open' && !to.socket.ended);
  if (open.length > 0) return open;
  const message = `Socket ${id} (${socket.kind}, ${socket.phase}) has nobody to send a file to now`;
  throw new CommandError('ERR_NOT_POSSIBLE', message);
}

function childrenOf(known: Known, parent: BaseSocket): FileTarget[] {
  return [...known.all()]
    .filter((one) => one.parent === parent)
    .map((socket) => ({ socket, target: { to: 'peer' } }));
}
