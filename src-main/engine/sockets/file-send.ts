import { basename } from 'node:path';
import { FILE_DATAGRAM_BYTES } from '../../../src-shared/contract/send-limits';
import type {
  FileSendProgress,
  FileSendRequest,
  FileSendResult,
} from '../../../src-shared/contract/file-send';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { SocketError } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { BaseSocket } from './base-socket';
import { FilePieces } from './file-pieces';
import { Pacer } from './pacer';
import type { Taken } from './socket-actions';
import { toSocketError } from './socket-error';

/** Of a stream, a piece at a time; four writes of the send queue. */
const PIECE_BYTES = 4 * 65_495;

/** One connection or address that gets the whole file. */
export interface FileTarget {
  readonly socket: BaseSocket;
  readonly target: SendTarget;
}

const CLOSED: SocketError = {
  code: 'ERR_CLOSED',
  message: 'the connection was closed, or its sending side was, before the file was whole',
};
const NOT_ACCEPTED: SocketError = {
  code: 'ERR_NOT_ACCEPTED',
  message: 'the socket took nothing more; the event before this one says why',
};

type End = Pick<FileSendResult, 'end' | 'error'>;

/**
 * A file on its way through open sockets: a piece is handed over when the system has taken the one
 * before from all of them, and not before its time by the rate.
 */
export class FileSend {
  readonly targets: readonly FileTarget[];
  readonly #request: FileSendRequest & { path: string };
  readonly #datagrams: boolean;
  readonly #pacer: Pacer | null;
  readonly #startedAt = epochMs(now());
  /** Those that have all so far. */
  #left: readonly FileTarget[];
  #takenBytes = 0;
  #totalBytes: number | null = null;
  /** Handed over and not answered for. */
  #pieceBytes = 0;
  #broken: SocketError | null = null;
  #cancelled = false;
  #wake: () => void = () => undefined;

  constructor(targets: readonly FileTarget[], request: FileSendRequest & { path: string }) {
    this.targets = targets;
    this.#left = targets;
    this.#request = request;
    this.#pacer = Pacer.of(request.rateBytes);
    this.#datagrams = targets.some(({ socket }) => socket.kind.startsWith('udp'));
  }

  get progress(): FileSendProgress {
    return {
      name: basename(this.#request.path).slice(0, 1000),
      sentBytes: this.#takenBytes + this.#pieceBytes - this.#queuedBytes,
      totalBytes: this.#totalBytes,
      ms: Math.max(0, epochMs(now()) - this.#startedAt),
    };
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake();
  }

  /** Resolves when the file is with the system, or will not be. Never rejects. */
  async run(): Promise<FileSendResult> {
    for (const { socket } of this.targets)
      void socket.whenClosed().then(() => {
        // What was taken of the last piece is told first.
        setImmediate(() => {
          if (this.#isStopped) this.#wake();
        });
      });
    const { end, error } = await this.#run();
    const queuedBytes = end === 'cancelled' ? this.#queuedBytes : 0;
    const { progress, targets } = this;
    if (end === 'done') progress.totalBytes = progress.sentBytes;
    const gone = targets.length - this.#left.length;
    return { ...progress, end, error, queuedBytes, targets: targets.length, gone };
  }

  async #run(): Promise<End> {
    let pieces: FilePieces | null = null;
    try {
      pieces = await FilePieces.open(this.#request.path, this.#pieceSize());
      this.#totalBytes = pieces.totalBytes;
      return await this.#sendAll(pieces);
    } catch (thrown) {
      return { end: 'file', error: toSocketError(thrown) };
    } finally {
      // Not waited for: a read that is on its way may, of a pipe, take for ever.
      pieces?.close().catch(() => undefined);
    }
  }

  async #sendAll(pieces: FilePieces): Promise<End> {
    for (;;) {
      const piece = await this.#orStopped(pieces.next());
      if (piece === null) return { end: 'done', error: null };
      await this.#turn();
      if (this.#cancelled) return { end: 'cancelled', error: null };
      if (piece) await this.#sendPiece(piece);
      if (this.#cancelled) return { end: 'cancelled', error: null };
      if (!piece || this.#left.length === 0)
        return { end: 'socket', error: this.#broken ?? this.#closedError() };
      this.#pacer?.passed(piece.byteLength);
    }
  }

  async #sendPiece(piece: Uint8Array): Promise<void> {
    this.#pieceBytes = piece.byteLength;
    const sends = this.#left.map(async (to) => ({ to, ...(await this.#sendTo(to, piece)) }));
    const answers = await this.#orStopped(Promise.all(sends));
    if (this.#cancelled) return;
    const whole = answers?.filter(({ leftBytes }) => leftBytes === 0) ?? [];
    const broken = answers?.find(({ error }) => error !== null)?.error ?? null;
    this.#broken ??= broken ?? (whole.length === 0 ? this.#closedError() : null);
    const least = Math.min(piece.byteLength, ...(answers ?? []).map(({ leftBytes }) => leftBytes));
    this.#takenBytes += piece.byteLength - least;
    this.#pieceBytes = 0;
    this.#left = whole.map(({ to }) => to);
  }

  async #sendTo({ socket, target }: FileTarget, piece: Uint8Array): Promise<Taken> {
    const leftBytes = piece.byteLength;
    try {
      if ((await socket.send(target, piece)) > 0) return await socket.taken();
      return { leftBytes, error: NOT_ACCEPTED };
    } catch (thrown) {
      const ended = socket.phase !== 'open' || socket.ended || socket.peerEnded;
      return { leftBytes, error: ended ? (socket.error ?? CLOSED) : toSocketError(thrown) };
    }
  }

  get #isStopped(): boolean {
    return this.#cancelled || this.#left.every(({ socket }) => socket.phase === 'closed');
  }

  /** Of the piece that was handed over last, what the slowest has not taken. */
  get #queuedBytes(): number {
    if (this.#datagrams) return this.#pieceBytes;
    const queued = this.#left.map(({ socket }) => socket.sendQueueBytes);
    return Math.min(this.#pieceBytes, Math.max(0, ...queued));
  }

  #closedError(): SocketError {
    return this.targets.find(({ socket }) => socket.error)?.socket.error ?? CLOSED;
  }

  #pieceSize(): number {
    const { datagramBytes = FILE_DATAGRAM_BYTES } = this.#request;
    if (this.#datagrams) return datagramBytes;
    return this.#pacer?.pieceBytes(PIECE_BYTES) ?? PIECE_BYTES;
  }

  /** Undefined: it was cancelled, or nobody is left to send to, before. */
  #orStopped<Result>(what: Promise<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        resolve(undefined);
      };
      what.then(resolve, reject);
      if (this.#isStopped) this.#wake();
    });
  }

  async #turn(): Promise<void> {
    const ms = this.#pacer?.waitMs ?? 0;
    if (ms <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    const due = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await this.#orStopped(due);
    clearTimeout(timer);
  }
}
