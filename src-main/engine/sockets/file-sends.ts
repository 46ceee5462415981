import type {
  FileSendProgress,
  FileSendRequest,
  FileSendResult,
} from '../../../src-shared/contract/file-send';
import type { SocketId } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { CommandError } from '../command-error';
import { FileSend } from './file-send';
import type { FileTarget } from './file-send';
import { type Known, targetsOf } from './send-to';

/** Whoever asks how it ended was there while it went: a page that is loaded again takes a second. */
const MAX_ENDED = 64;

/** The files on their way, by the socket that was asked. */
export class FileSends {
  readonly #running = new Map<SocketId, FileSend>();
  readonly #ended = new Map<SocketId, FileSendResult>();

  /** Rejects before anything is sent; what becomes of it after that is the result. */
  async run(known: Known, request: FileSendRequest & { path: string }): Promise<FileSendResult> {
    const { socket, target } = request;
    const targets: FileTarget[] = targetsOf(known, socket, target);
    const busy = [...this.#running.values()].flatMap((one) => one.targets.map((to) => to.socket));
    if (this.#running.has(socket) || targets.some((to) => busy.includes(to.socket)))
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('file-on-its-way'));
    const sending = new FileSend(targets, request);
    this.#running.set(socket, sending);
    try {
      const result = await sending.run();
      this.#keep(socket, result);
      return result;
    } finally {
      this.#running.delete(socket);
    }
  }

  get sockets(): SocketId[] {
    return [...this.#running.keys()];
  }

  progress(socket: SocketId): { progress: FileSendProgress | null; ended: FileSendResult | null } {
    return {
      progress: this.#running.get(socket)?.progress ?? null,
      ended: this.#ended.get(socket) ?? null,
    };
  }

  #keep(socket: SocketId, result: FileSendResult): void {
    this.#ended.delete(socket);
    this.#ended.set(socket, result);
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined && this.#ended.size > MAX_ENDED) this.#ended.delete(oldest);
  }

  cancel(socket: SocketId): void {
    this.#running.get(socket)?.cancel();
  }

  close(): void {
    for (const one of this.#running.values()) one.cancel();
  }
}
