import type { EngineUpdate, Fault } from '../../src-shared/contract/engine';
import type { NetworkInterface } from '../../src-shared/contract/network';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import type { BaseSocket } from './sockets/base-socket';

/**
 * The first change is told at once, those that follow together. A window that draws what nobody can
 * read, 60 times a second, takes two thirds of a processor from the sockets: the more passes, the less
 * often it is told.
 */
const INTERVAL_MS = 50;
const BUSY_INTERVAL_MS = 150;
/** Chunks between two updates from which on it counts as busy: 20,000 a second. */
const BUSY_CHUNKS = 1000;
const MAX_SOCKETS = 256;

/** The writer's own delay and a little: by then what was recorded is in the file. */
const SETTLE_MS = 40;

/** A flood of failures is in the capture; a window is told of so many at a time. */
const MAX_FAULTS = 256;

export interface Receiver {
  /** False while so many updates are on their way that more would only pile up. */
  readonly ready: boolean;
  send(update: EngineUpdate): void;
  /** The views that grew since it was asked before. */
  grown(): EngineUpdate['views'];
}

/**
 * Tells windows what changed: at most every 50 ms and 256 sockets at a time, first come first
 * served; nothing is scheduled while nothing changes or nobody looks.
 */
export class Updates {
  readonly #receivers = new Set<Receiver>();
  #waiting: BaseSocket[] = [];
  #removed: SocketId[] = [];
  #faults: Fault[] = [];
  #network: NetworkInterface[] | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Captures that may have grown since, and what was told of them. */
  readonly #toldBytes = new Map<BaseSocket, number>();
  #settling: NodeJS.Timeout | null = null;
  #sentAt = -Infinity;
  /** Since the update before. */
  #chunks = 0;
  #intervalMs = INTERVAL_MS;

  /** Sends every socket to it at once, and what changes from then on. */
  attach(receiver: Receiver, sockets: Iterable<BaseSocket>): () => void {
    const all = [...sockets];
    for (const socket of all) socket.announced = true;
    receiver.send({
      first: true,
      sockets: all.map((socket) => socket.info()),
      removed: [],
      views: [],
      faults: [],
    });
    this.#receivers.add(receiver);
    return () => {
      this.#receivers.delete(receiver);
      if (this.#receivers.size === 0) this.#forgetAll();
    };
  }

  /** Called with every chunk. */
  touch(socket: BaseSocket): void {
    this.#chunks += 1;
    if (socket.standing !== 'quiet' || this.#receivers.size === 0) return;
    socket.standing = 'waiting';
    this.#waiting.push(socket);
    this.#schedule();
  }

  removed(socket: BaseSocket): void {
    socket.standing = 'gone';
    if (!socket.announced || this.#receivers.size === 0) return;
    this.#removed.push(socket.id);
    this.#schedule();
  }

  fault(fault: Fault): void {
    if (this.#receivers.size === 0 || this.#faults.length >= MAX_FAULTS) return;
    this.#faults.push(fault);
    this.#schedule();
  }

  /** The interfaces, when they changed. */
  network(interfaces: readonly NetworkInterface[]): void {
    if (this.#receivers.size === 0) return;
    this.#network = [...interfaces];
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer) return;
    const inMs = Math.max(0, this.#sentAt + this.#intervalMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#send();
    }, inMs);
  }

  /** A receiver that was behind is ready again. */
  resume(): void {
    if (this.#receivers.size > 0) this.#schedule();
  }

  #send(): void {
    this.#timer = null;
    // A host has one window: while that one is frozen, what changed waits here, each socket once.
    for (const { ready } of this.#receivers) if (!ready) return;
    this.#sentAt = performance.now();
    this.#intervalMs = this.#chunks < BUSY_CHUNKS ? INTERVAL_MS : BUSY_INTERVAL_MS;
    this.#chunks = 0;
    const sockets = this.#waiting
      .splice(0, MAX_SOCKETS)
      .filter(({ standing }) => standing === 'waiting');
    for (const socket of sockets) {
      socket.standing = 'quiet';
      socket.announced = true;
    }
    const infos = sockets.map((socket) => this.#told(socket));
    const removed = this.#removed;
    const faults = this.#faults;
    const network = this.#network ? { network: this.#network } : {};
    const news = infos.length + removed.length + faults.length + (this.#network ? 1 : 0);
    this.#removed = [];
    this.#faults = [];
    this.#network = null;
    for (const receiver of this.#receivers) {
      const views = receiver.grown();
      if (news + views.length > 0)
        receiver.send({ first: false, sockets: infos, removed, views, faults, ...network });
    }
    this.#settle();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #told(socket: BaseSocket): SocketInfo {
    const info = socket.info();
    if (info.capture?.state === 'recording') this.#toldBytes.set(socket, info.capture.bytes);
    return info;
  }

  /** A capture's file grows after the last chunk has been told; the figures shown must end right. */
  #settle(): void {
    if (this.#toldBytes.size === 0 || this.#settling) return;
    this.#settling = setTimeout(() => {
      this.#settling = null;
      const told = [...this.#toldBytes];
      this.#toldBytes.clear();
      for (const [socket, bytes] of told)
        if (socket.recording.session?.state.bytes !== bytes) this.touch(socket);
    }, SETTLE_MS);
  }

  #forgetAll(): void {
    for (const socket of this.#waiting)
      if (socket.standing === 'waiting') socket.standing = 'quiet';
    this.#waiting = [];
    this.#removed = [];
    this.#faults = [];
    this.#network = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = null;
    this.#toldBytes.clear();
  }
}
