import type { Socket } from 'node:net';
import type { Address } from '../../../src-shared/address/address';
import { formatAddress } from '../../../src-shared/address/address';
import type { AddressOptions } from '../../../src-shared/address/address-options';
import type { SendTarget } from '../../../src-shared/contract/engine';
import type { Note } from '../../../src-shared/contract/row';
import type { Endpoint, SocketError } from '../../../src-shared/contract/socket';
import { placeName } from '../capture/stand-in';
import { now } from '../clock';
import type { Stamp } from '../clock';
import type { Direction, LocalPlace, Side, TcpFlow } from '../types';
import type { Attendant, Attended } from './attendant';
import type { BaseSocket, Recording, SocketHost } from './base-socket';
import { endpointText } from './endpoint';
import { LocalDial } from './local-dial';
import { SecurableStream } from './securable-stream';
import type { TlsSide } from './securable-stream';
import { MAX_QUEUED_BYTES, SendQueue } from './send-queue';
import { toSocketError } from './socket-error';
import { beginRecord, placeOf, recordFailure, remoteOf } from './stream-ends';
import { Dial } from './tcp-dial';
import { prepareTls } from './tls-setup';
import type { TlsSetup } from './tls-setup';
import type { RawChunk } from './tls-wire';

/** How long a closing connection goes on reading what the peer still sends before its FIN. */
const LINGER_MS = 1000;

/** Codes that tell of an RST by the peer; EPIPE is what a send meets after it. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

/** How a connection came about that nobody dialled as a tab of its own. */
interface Accepted {
  place?: LocalPlace | null;
  /** Who dialled it. */
  by?: Side;
  /** It begins with a handshake. */
  tls?: TlsSetup | null;
}

/**
 * A connection over TCP or a local socket, plain or with TLS, dialled or accepted: they differ in how
 * they open, not in how they live.
 */
export class StreamConnection extends SecurableStream implements Attended {
  readonly #halfOpen: boolean;
  readonly #place: LocalPlace | null;
  #dial: Dial | LocalDial | null = null;
  /** What the system has. */
  #wire: Socket | null = null;
  /** Where payloads pass: the same, or TLS over it; null while there is a handshake. */
  #socket: Socket | null = null;
  #tlsSetup: TlsSetup | null = null;
  #dialled: Address | null = null;
  #flow: TcpFlow | null = null;
  #queue: SendQueue | null = null;
  #failure: SocketError | null = null;
  #linger: NodeJS.Timeout | null = null;
  #attendant: Attendant | null = null;

  private constructor(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: string,
    parent: BaseSocket | null,
    options: AddressOptions,
    place: LocalPlace | null,
  ) {
    const kind = place ? 'local-connection' : 'tcp-connection';
    super(host, kind, address, recording, parent, id);
    this.asked = options;
    this.#halfOpen = options.halfOpen ?? false;
    this.#place = place;
    this.path = parent?.path ?? null;
    host.add(this);
  }

  /** A root, or the child of what dials again and again. */
  static dial(
    host: SocketHost,
    recording: Recording,
    id: number,
    address: Address,
    parent: BaseSocket | null = null,
  ): StreamConnection {
    const { options } = address;
    const place = placeOf(address, null);
    const name = formatAddress(parent ? { ...address, options: {} } : address);
    const made = new StreamConnection(host, recording, id, name, parent, options, place);
    made.path = address.path;
    made.#dialled = address;
    made.#startDial(address);
    return made;
  }

  /** A listener's; its descriptor was taken there. Local ones have a place; `by`: who dialled. */
  static accept(
    parent: BaseSocket,
    host: SocketHost,
    socket: Socket,
    options: Address['options'],
    { place = null, by = 'peer', tls = null }: Accepted = {},
  ): StreamConnection {
    const made = new StreamConnection(
      host,
      parent.recording,
      host.nextId(),
      place ? placeName(place) : endpointText(remoteOf(socket)),
      parent,
      options,
      place,
    );
    made.#tlsSetup = tls;
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
    if (this.isSecuring) throw this.impossible('half-close during the TLS handshake');
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
    this.controlClosing();
    if (this.isSecuring) {
      this.#wire?.destroy();
      return;
    }
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
    if (address.kind === 'tls') void this.#dialSecurely(address);
    else this.#dialNow(address);
  }

  /** A key that cannot be read is told before the device sees anything. */
  async #dialSecurely(address: Address): Promise<void> {
    const { host, options } = address;
    const prepared = await prepareTls('client', host, options, this.host.secrets);
    if (this.phase !== 'opening') return;
    if (prepared.ok) {
      this.#tlsSetup = prepared.setup;
      this.#dialNow(address);
      return;
    }
    this.host.descriptors.release(1);
    this.#failed(prepared.error, null, address);
  }

  #dialNow(address: Address): void {
    const Dialling = this.#place ? LocalDial : Dial;
    this.#dial = new Dialling(address, {
      step: (step) => {
        this.setStep(step);
      },
      attempted: (attempt) => {
        this.attempted(attempt);
      },
      trace: this.trace,
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
    if (this.#wire) {
      this.advance('closing', now());
      this.#wire.destroy();
      return;
    }
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
    this.#wire = socket;
    this.control(socket);
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
    socket.on('error', (error) => {
      this.#failure ??= toSocketError(error);
    });
    socket.on('close', () => {
      this.#closed(now());
    });
    if (this.#tlsSetup) this.secure(socket, this.#tlsSetup);
    else this.carry(socket);
  }

  protected override carry(socket: Socket): void {
    const again = this.phase === 'open';
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#passed('in', bytes, now());
    });
    socket.on('end', () => {
      if (socket === this.#socket) this.#peerEnded(now());
    });
    socket.on('finish', () => {
      if (socket === this.#socket) this.#weEnded(now());
    });
    this.controlOpen(socket);
    // After it: who is told may turn reading off.
    this.advance('open', now());
    if (!again) this.#attendant?.opened();
  }

  protected override get tlsSide(): TlsSide {
    const role = this.#dialled ? 'client' : 'server';
    return { role, host: this.#dialled?.host ?? null, options: this.asked };
  }

  protected override async stopCarrying(): Promise<Socket | null> {
    const queue = this.#queue;
    this.#socket?.pause();
    this.#socket?.removeAllListeners('data');
    this.#socket = null;
    this.#queue = null;
    await queue?.empty();
    return this.phase === 'open' ? this.#wire : null;
  }

  protected override recordRaw({ direction, bytes }: RawChunk): void {
    this.count(direction, bytes.byteLength, this.#flow?.data(direction, bytes, now()) ?? false);
  }

  protected override tlsEnded(error: SocketError): void {
    this.#failure ??= error;
  }

  #passed(direction: Direction, bytes: Uint8Array, at: Stamp): void {
    this.activeAt = at;
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
      this.#wire?.destroy();
    }, LINGER_MS);
  }

  #cutOff(): void {
    const socket = this.#wire;
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

  /** What Node had read while reading was paused: once the connection is gone it tells nobody. */
  #readRest(at: Stamp): void {
    for (;;) {
      const rest: unknown = this.#socket?.read();
      if (!Buffer.isBuffer(rest)) return;
      this.#passed('in', rest, at);
    }
  }

  #closed(at: Stamp): void {
    if (this.#linger) clearTimeout(this.#linger);
    this.#readRest(at);
    this.tlsOver();
    this.controlClosed();
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
    this.#wire = null;
    this.#socket = null;
    this.#queue = null;
    this.#flow = null;
    this.#tlsSetup = null;
    this.finish(error, at);
  }
}
