import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Note } from '../../../src-shared/contract/row';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { placeName } from '../capture/stand-in';
import { now } from '../clock';
import type { Stamp } from '../clock';
import type { Direction, LocalPlace, Side, TcpFlow } from '../types';
import type { Attendant, Attended, ReadingHolder } from './attendant';
import { BaseSocket } from './base-socket';
import type { Recording, SocketHost } from './base-socket';
import { endpointText } from './endpoint';
import { LocalDial } from './local-dial';
import { ReadingHolds } from './reading-holds';
import { MAX_QUEUED_BYTES, SendQueue } from './send-queue';
import { toSocketError } from './socket-error';
import { beginRecord, placeOf, recordFailure, remoteOf } from './stream-ends';
import { Dial } from './tcp-dial';

/** How long a closing connection goes on reading what the peer still sends before its FIN. */
const LINGER_MS = 1000;

/** Codes that tell of an RST by the peer; EPIPE is what a send meets after it. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

/**
 * A connection over TCP or a local socket, dialled or accepted: they differ in how they open, not in
 * how they live.
 */
export class StreamConnection extends BaseSocket implements Attended {
  readonly #halfOpen: boolean;
  readonly #place: LocalPlace | null;
  #dial: Dial | LocalDial | null = null;
  #socket: Socket | null = null;
  #flow: TcpFlow | null = null;
  #queue: SendQueue | null = null;
  #failure: SocketError | null = null;
  #linger: NodeJS.Timeout | null = null;
  #attendant: Attendant | null = null;
  readonly #holds = new ReadingHolds();

  private constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: string,
    parent: BaseSocket | null,
    halfOpen: boolean,
    place: LocalPlace | null,
  ) {
    const kind = place ? 'local-connection' : 'tcp-connection';
    super(host, kind, address, recording, parent, id);
    this.#halfOpen = halfOpen;
    this.#place = place;
    this.path = parent?.path ?? null;
    host.add(this);
  }

  static dial(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
  ): StreamConnection {
    const halfOpen = address.options.halfOpen ?? false;
    const place = placeOf(address, null);
    const name = formatAddress(address);
    const made = new StreamConnection(host, recording, id, name, null, halfOpen, place);
    made.path = address.path;
    made.#startDial(address);
    return made;
  }

  /** A listener's; its descriptor was taken there. Local ones have a place; `by`: who dialled. */
  static accept(
    parent: BaseSocket,
    host: SocketHost,
    socket: Socket,
    options: Address['options'],
    place: LocalPlace | null = null,
    by: Side = 'peer',
  ): StreamConnection {
    const made = new StreamConnection(
      host,
      parent.recording,
      host.nextId(),
      place ? placeName(place) : endpointText(remoteOf(socket)),
      parent,
      options.halfOpen ?? false,
      place,
    );
    made.#opened(socket, by, now());
    return made;
  }

  override get sendQueueBytes(): number {
    return this.phase === 'closed' ? 0 : (this.#queue?.queuedBytes ?? 0);
  }

  override send(target: SendTarget, bytes: Uint8Array): number {
    if (this.phase !== 'open' || !this.#socket || this.ended || target.to === 'address')
      throw this.impossible(target.to === 'address' ? 'send to another address' : 'send');
    this.#queue ??= new SendQueue(this.#socket, (piece) => {
      this.#passed('out', piece, now());
    });
    if (this.#queue.push(bytes)) {
      this.host.touch(this);
      return 1;
    }
    const message = `the peer does not read: ${MAX_QUEUED_BYTES} bytes wait already, ${bytes.byteLength} more were not accepted`;
    this.fault({ code: 'ENOBUFS', syscall: 'write', message });
    return 0;
  }

  override end(): void {
    if (this.phase !== 'open') {
      if (this.isOver) return;
      throw this.impossible('half-close');
    }
    this.#endAfterQueue();
  }

  override reset(): void {
    if (this.phase === 'closed') return;
    if (this.phase === 'opening') {
      this.#cancel();
      return;
    }
    this.#cutOff();
  }

  override setReading(on: boolean): void {
    this.holdReading('host', !on);
  }

  holdReading(by: ReadingHolder, held: boolean): void {
    this.#holds.set(by, held, this.#socket);
  }

  attend(attendant: Attendant | null, name: string): void {
    const before = this.#attendant;
    this.#attendant = attendant;
    before?.closed();
    if (this.isOver) return;
    if (attendant) this.note({ event: 'comment', text: name }, now());
    if (this.phase === 'open') attendant?.opened();
    if (before && !attendant && this.peerEnded && !this.#halfOpen) this.#endAfterQueue();
  }

  tellFault(error: SocketError): void {
    this.fault(error);
  }

  override close(): void {
    if (this.isOver) return;
    if (this.phase === 'opening') {
      this.#cancel();
      return;
    }
    this.advance('closing', now());
    if (this.ended) this.#startLinger();
    else this.#endAfterQueue();
  }

  override destroy(): void {
    this.reset();
  }

  #startDial(address: Address): void {
    if (!this.host.descriptors.take(1)) {
      this.#failed(this.host.descriptors.exhausted('connect'), null, address);
      return;
    }
    const Dialling = this.#place ? LocalDial : Dial;
    this.#dial = new Dialling(address, {
      step: (step) => {
        this.setStep(step);
      },
      connected: (socket, ms) => {
        this.connectMs = ms;
        this.#opened(socket, 'us', now());
      },
      failed: (error, remote) => {
        this.host.descriptors.release(1);
        this.#failed(error, remote, address);
      },
    });
    this.#dial.start();
  }

  #cancel(): void {
    this.#dial?.cancel();
    this.host.descriptors.release(1);
    const at = now();
    this.note({ event: 'closed', text: 'before it was connected' }, at);
    this.finish(null, at);
  }

  #failed(error: SocketError, remote: Endpoint | null, { options }: Address): void {
    const at = now();
    const note: Note = { event: 'failed', error };
    this.remote = remote;
    recordFailure(this.recording.recorder, this.id, note, { remote, options }, at);
    this.finish(error, at);
  }

  #opened(socket: Socket, by: Side, at: Stamp): void {
    this.#socket = socket;
    const { local, remote, flow } = beginRecord(
      this.recording.recorder,
      this.id,
      socket,
      this.#place,
    );
    this.local = local;
    this.remote = remote;
    this.#flow = flow;
    flow.opened(by, at);
    socket.on('data', (bytes: Buffer) => {
      this.#passed('in', bytes, now());
    });
    socket.on('end', () => {
      this.#peerEnded(now());
    });
    socket.on('finish', () => {
      this.#weEnded(now());
    });
    socket.on('error', (error) => {
      this.#failure ??= toSocketError(error);
    });
    socket.on('close', () => {
      this.#closed(now());
    });
    if (!this.#holds.held) socket.resume();
    // After it: who is told may turn reading off.
    this.advance('open', at);
    this.#attendant?.opened();
  }

  #passed(direction: Direction, bytes: Uint8Array, at: Stamp): void {
    const recorded = this.#flow?.data(direction, bytes, at) ?? false;
    this.count(direction, bytes.byteLength, recorded);
    const { id, remote, address } = this;
    this.host.onChunk?.({ socket: id, direction, bytes, at, remote, address });
    if (this.#attendant === null) return;
    if (direction === 'in') this.#attendant.received(bytes);
    else this.#attendant.sent();
  }

  #endAfterQueue(): void {
    if (this.#queue) this.#queue.end();
    else this.#socket?.end();
  }

  #peerEnded(at: Stamp): void {
    this.peerEnded = true;
    this.#flow?.ended('peer', at);
    this.host.changed(this);
    if (this.#attendant) this.#attendant.peerEnded();
    else if (!this.#halfOpen) this.#endAfterQueue();
  }

  #weEnded(at: Stamp): void {
    if (this.#failure) return;
    this.ended = true;
    this.#flow?.ended('us', at);
    this.host.changed(this);
    if (this.phase === 'closing') this.#startLinger();
  }

  /**
   * Closing a socket with unread bytes makes the kernel send an RST, and the peer may lose what we
   * sent last (RFC 2525 §2.17); so the peer's FIN is waited for, but not for ever.
   */
  #startLinger(): void {
    this.#linger ??= setTimeout(() => {
      this.#socket?.destroy();
    }, LINGER_MS);
  }

  #cutOff(): void {
    const socket = this.#socket;
    if (!socket || socket.destroyed) return;
    const at = now();
    this.advance('closing', at);
    if (this.#place) {
      // Local sockets know no reset: the peer sees the end, or ECONNRESET if it left bytes unread.
      this.#flow?.ended('us', at);
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
    socket.resetAndDestroy();
    this.#flow?.reset('us', at);
  }

  #closed(at: Stamp): void {
    if (this.#linger) clearTimeout(this.#linger);
    this.host.descriptors.release(1);
    const unsent = this.#queue?.queuedBytes ?? 0;
    const text = unsent > 0 ? { text: `${unsent} bytes not sent` } : {};
    const error = this.#failure;
    if (error) {
      const note: Note = { event: 'failed', error, ...text };
      if (RESET_CODES.has(error.code))
        this.#flow?.reset('peer', at, { ...note, event: 'peer-reset' });
      else this.note(note, at);
    } else this.note({ event: 'closed', ...text }, at);
    this.#attendant?.closed();
    this.#attendant = null;
    // Thousands may stay listed: none of them holds on to its buffers.
    this.#socket = null;
    this.#queue = null;
    this.#flow = null;
    this.finish(error, at);
  }
}
