import type { Socket } from 'node:net';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Note } from '../../../src-shared/contract/row';
import type { SocketError } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { Stamp } from '../clock';
import type { Direction, TcpFlow } from '../types';
import type { Attendant, Attended } from './attendant';
import { DirectSocket } from './direct-socket';
import { Pacer } from './pacer';
import { SecurableStream } from './securable-stream';
import { MAX_QUEUED_BYTES, SendQueue } from './send-queue';
import type { Taken } from './socket-actions';
import type { RawChunk } from './tls-wire';

/** What is told at once of what was received. */
const ATTENDED_BYTES = 64 * 1024;

/** How long a closing connection goes on reading what the peer still sends before its FIN. */
const LINGER_MS = 1000;

/** Codes that tell of an RST by the peer; EPIPE is what a send meets after it. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

/** How a stream lives from open to closed: bytes pass and are recorded, each side ends, it is over. */
export abstract class RecordedStream extends SecurableStream implements Attended {
  /** What the system has. */
  protected wire: Socket | null = null;
  protected flow: TcpFlow | null = null;
  protected failure: SocketError | null = null;
  /** Where payloads pass: the wire, or TLS over it; null while there is a handshake. */
  #socket: Socket | null = null;
  #stopCarrying: () => void = () => undefined;
  #queue: SendQueue | null = null;
  #linger: NodeJS.Timeout | null = null;
  #attendant: Attendant | null = null;

  /** It is closed before it was open. */
  protected abstract cancelOpening(): void;

  /** A stream of this computer, without addresses. */
  protected abstract get isLocal(): boolean;

  protected get halfOpen(): boolean {
    return this.asked.halfOpen ?? false;
  }

  get isCertified(): boolean {
    return this.asked.cert !== undefined || this.asked.pfx !== undefined;
  }

  override get sendQueueBytes(): number {
    return this.phase === 'closed' ? 0 : (this.#queue?.queuedBytes ?? 0);
  }

  override send(target: SendTarget, bytes: Uint8Array, comment?: string): number {
    // Ended from when the FIN is asked for, not only from when it is out: what came after is lost.
    const ending = this.ended || this.#queue?.isEnding === true || this.#socket?.writableEnded;
    if (this.phase !== 'open' || !this.#socket || ending || target.to === 'address')
      throw this.impossible(target.to === 'address' ? 'cannot-send-elsewhere' : 'cannot-send');
    this.#queue ??= this.#newQueue(this.#socket);
    if (this.#queue.push(bytes, comment)) {
      this.host.touch(this);
      return 1;
    }
    const message = `the peer does not read: ${MAX_QUEUED_BYTES} bytes wait already, ${bytes.byteLength} more were not accepted`;
    this.fault({ code: 'ENOBUFS', syscall: 'write', message });
    return 0;
  }

  #newQueue(socket: Socket): SendQueue {
    const queue = new SendQueue(socket, socket === this.wire ? null : this.wire, (piece, told) => {
      this.#passed('out', piece, now(), told);
      this.#attendant?.sent();
    });
    queue.pace(Pacer.of(this.asked.sendRateBytes));
    return queue;
  }

  protected override pace(): void {
    this.#queue?.pace(Pacer.of(this.asked.sendRateBytes));
  }

  override async taken(): Promise<Taken> {
    return { leftBytes: (await this.#queue?.taken()) ?? 0, error: null };
  }

  override end(): void {
    if (this.phase !== 'open') {
      if (this.isOver) return;
      throw this.impossible('cannot-half-close');
    }
    if (this.isSecuring) throw this.impossible('cannot-half-close-yet');
    this.#endAfterQueue();
  }

  override reset(): void {
    if (this.phase === 'closed') return;
    if (this.phase === 'opening') {
      this.cancelOpening();
      return;
    }
    this.#cutOff();
  }

  attend(attendant: Attendant | null, name: string): void {
    const before = this.#attendant;
    this.#attendant = attendant;
    before?.closed(null);
    if (this.isOver) return;
    if (attendant && name !== '') this.note({ event: 'comment', text: name }, now());
    if (this.phase === 'open') attendant?.opened();
    if (before && !attendant && this.peerEnded && !this.halfOpen) this.#endAfterQueue();
  }

  tellFault(error: SocketError): void {
    this.fault(error);
  }

  override close(): void {
    if (this.isOver) return;
    if (this.phase === 'opening') {
      this.cancelOpening();
      return;
    }
    this.advance('closing', now());
    this.controlClosing();
    if (this.isSecuring) {
      this.wire?.destroy();
      return;
    }
    if (this.ended) this.#startLinger();
    else this.#endAfterQueue();
  }

  override destroy(): void {
    this.reset();
  }

  protected override carry(socket: Socket): void {
    const again = this.phase === 'open';
    this.#socket = socket;
    const onData = (bytes: Buffer) => {
      if (socket !== this.wire) this.#queue?.heard();
      this.#passed('in', bytes, now());
      this.#attendant?.received(bytes);
    };
    const onEnd = () => {
      this.#peerEnded(now());
    };
    const onFinish = () => {
      this.#weEnded(now());
    };
    socket.on('data', onData).on('end', onEnd).on('finish', onFinish);
    const direct = socket instanceof DirectSocket ? socket : null;
    if (direct)
      direct.direct = (bytes) => {
        this.#passed('in', bytes, now());
        this.#attend(bytes);
      };
    this.#stopCarrying = () => {
      socket.pause();
      if (direct) direct.direct = null;
      socket.off('data', onData).off('end', onEnd).off('finish', onFinish);
    };
    this.controlOpen(socket);
    // After it: who is told may turn reading off.
    this.advance('open', now());
    if (again) this.#attendant?.secured();
    else this.#attendant?.opened();
  }

  protected override async stopCarrying(): Promise<Socket | null> {
    const queue = this.#queue;
    this.#stopCarrying();
    this.#socket = null;
    this.#queue = null;
    await queue?.taken();
    return this.phase === 'open' ? this.wire : null;
  }

  protected override recordRaw({ direction, bytes }: RawChunk): void {
    this.count(direction, bytes.byteLength, this.flow?.data(direction, bytes, now()) ?? false);
  }

  protected override tlsEnded(error: SocketError): void {
    this.failure ??= error;
  }

  #passed(direction: Direction, bytes: Uint8Array, at: Stamp, comment?: string): void {
    if (direction === 'in') this.receivedAt = at;
    else this.sentAt = at;
    const recorded = this.flow?.data(direction, bytes, at, comment) ?? false;
    this.count(direction, bytes.byteLength, recorded);
    const { id, remote, address } = this;
    this.host.onChunk?.({ socket: id, direction, bytes, at, remote, address, comment });
  }

  /** Who attends may keep what it gets, and judges no message that is longer. */
  #attend(bytes: Uint8Array): void {
    for (let begin = 0; this.#attendant && begin < bytes.length; begin += ATTENDED_BYTES)
      this.#attendant.received(Buffer.from(bytes.subarray(begin, begin + ATTENDED_BYTES)));
  }

  #endAfterQueue(): void {
    if (this.#queue) this.#queue.end();
    else this.#socket?.end();
  }

  #peerEnded(at: Stamp): void {
    this.peerEnded = true;
    this.flow?.ended('peer', at);
    this.host.changed(this);
    if (this.#attendant) this.#attendant.peerEnded();
    else if (!this.halfOpen) this.#endAfterQueue();
  }

  #weEnded(at: Stamp): void {
    if (this.failure) return;
    this.ended = true;
    this.endedAt = epochMs(at);
    this.flow?.ended('us', at);
    this.host.changed(this);
    if (this.phase === 'closing') this.#startLinger();
  }

  /**
   * Closing a socket with unread bytes makes the kernel send an RST, and the peer may lose what we
   * sent last (RFC 2525 §2.17); so the peer's FIN is waited for, but not for ever.
   */
  #startLinger(): void {
    this.#linger ??= setTimeout(() => {
      this.wire?.destroy();
    }, LINGER_MS);
  }

  #cutOff(): void {
    const socket = this.wire;
    if (!socket || socket.destroyed) return;
    const at = now();
    this.advance('closing', at);
    if (this.isLocal) {
      // Local sockets know no reset: the peer sees the end, or ECONNRESET if it left bytes unread.
      this.flow?.ended('us', at);
      socket.destroy();
      return;
    }
    const { writableEnded, writableFinished, writableLength } = socket;
    if (writableEnded && !writableFinished && writableLength === 0) {
      // libuv refuses to reset while a FIN is on its way (EINVAL), and Node then never closes it.
      socket.once('finish', () => {
        this.#cutOff();
      });
      return;
    }
    // So libuv makes the close send RST (uv_tcp_close_reset).
    this.trace.call('setsockopt', 'fd, SOL_SOCKET, SO_LINGER, {1, 0}');
    socket.resetAndDestroy();
    this.flow?.reset('us', at);
  }

  /** What Node had read while reading was paused: once the connection is gone it tells nobody. */
  #readRest(at: Stamp): void {
    for (;;) {
      const rest: unknown = this.#socket?.read();
      if (!Buffer.isBuffer(rest)) return;
      this.#passed('in', rest, at);
      this.#attendant?.received(rest);
    }
  }

  /** The wire is closed, in whatever way: the terminal event. */
  protected wireClosed(at: Stamp): void {
    if (this.#linger) clearTimeout(this.#linger);
    this.#readRest(at);
    this.tlsOver();
    this.controlClosed();
    this.host.descriptors.release(1);
    const unsent = this.#queue?.queuedBytes ?? 0;
    this.#queue?.over();
    const text = unsent > 0 ? { text: `${unsent} bytes not sent` } : {};
    const error = this.failure;
    if (error) {
      const note: Note = { event: 'failed', error, ...text };
      if (RESET_CODES.has(error.code))
        this.flow?.reset('peer', at, { ...note, event: 'peer-reset' });
      else this.note(note, at);
    } else this.note({ event: 'closed', ...text }, at);
    this.#attendant?.closed(error);
    this.#attendant = null;
    // Thousands may stay listed: none of them holds on to its buffers.
    this.wire = null;
    this.#socket = null;
    this.#stopCarrying = () => undefined;
    this.#queue = null;
    this.flow = null;
    this.finish(error, at);
  }
}
