import type { Note } from '../../../src-shared/contract/row';
import type {
  Endpoint,
  Ledger,
  Phase,
  SocketError,
  SocketId,
  SocketInfo,
  SocketKind,
} from '../../../src-shared/contract/socket';
import { emptyLedger } from '../../../src-shared/contract/socket';
import { refusal } from '../../../src-shared/refusal/refusal';
import { epochMs, now } from '../clock';
import type { Stamp } from '../clock';
import type { TlsSessions } from './tls-sessions';
import type { ServerContent } from '../behaviours/server-content';
import { CommandError } from '../command-error';
import type { NetworkWatch } from '../network/network-watch';
import type { ReadMemory } from '../read-memory';
import type { SecretResolver } from '../secrets';
import type { Direction, Recorder, Session } from '../types';
import type { Chunk } from './chunk';
import type { Descriptors } from './descriptors';
import type { KernelDrops } from './kernel-drops';
import { addChunk, unrecord } from './ledger';
import { type Deed, SocketActions } from './socket-actions';

/** What a socket needs of the engine. */
export interface SocketHost {
  /** What the small servers serve and store. */
  readonly content: ServerContent;
  readonly descriptors: Descriptors;
  readonly kernelDrops: KernelDrops;
  /** Where streams are read into. */
  readonly memory: ReadMemory;
  readonly network: NetworkWatch;
  /** What `secret:NAME` and the like refer to. */
  readonly secrets: SecretResolver;
  readonly tlsSessions: TlsSessions;
  /** Null when nobody listens, so that the hot path pays nothing. */
  readonly onChunk: ((chunk: Chunk) => void) | null;
  nextId(): SocketId;
  add(socket: BaseSocket): void;
  /** Null when it is forgotten already. */
  find(id: SocketId): BaseSocket | null;
  /** Forgets a closed child. */
  forget(socket: BaseSocket): void;
  /** Counters moved. */
  touch(socket: BaseSocket): void;
  /** Phase, step or another rare thing changed. */
  changed(socket: BaseSocket): void;
  fault(socket: BaseSocket, error: SocketError, at: Stamp): void;
  /** A state with no packet of its own was written down. */
  noted(socket: BaseSocket, note: Note, at: Stamp): void;
}

/** Where a root socket and its children are recorded. */
export interface Recording {
  readonly recorder: Recorder;
  /** Null when the user asked for none: then nothing counts as recorded, and nothing as dropped. */
  readonly session: Session | null;
}

const ORDER: Record<Phase, number> = { opening: 0, open: 1, closing: 2, closed: 3 };

/** So many closed children stay listed; of more, the older half is counted only. */
const MAX_CLOSED = 10_000;

/** What every socket of the engine has: identity, lifecycle, ledger. */
export abstract class BaseSocket extends SocketActions {
  readonly id: SocketId;
  readonly kind: SocketKind;
  readonly parent: BaseSocket | null;
  readonly address: string;
  readonly recording: Recording;
  readonly ledger: Ledger = emptyLedger();
  phase: Phase = 'opening';
  step: SocketInfo['step'] = null;
  local: Endpoint | null = null;
  remote: Endpoint | null = null;
  /** Of a local socket. */
  path: string | null = null;
  openedAt: number | null = null;
  closedAt: number | null = null;
  connectMs: number | null = null;
  peerEnded = false;
  ended = false;
  error: SocketError | null = null;
  openChildren = 0;
  closedChildren = 0;
  tls: SocketInfo['tls'] = null;
  receiveBuffer: SocketInfo['receiveBuffer'] = null;
  sendBuffer: SocketInfo['sendBuffer'] = null;
  unexpectedSources = 0;
  addressGone = false;
  /** Of `Updates`: nothing new, waits to be sent, not listed any more. */
  standing: 'quiet' | 'waiting' | 'gone' = 'quiet';
  /** Of `Updates`: some window knows it. */
  announced = false;
  protected readonly host: SocketHost;
  #whenClosed: (() => void)[] | null = null;
  #unwatchAddress: (() => void) | null = null;
  #closedKept: BaseSocket[] | null = null;

  protected constructor(
    host: SocketHost,
    kind: SocketKind,
    address: string,
    recording: Recording,
    parent: BaseSocket | null,
    id: SocketId,
  ) {
    super();
    this.host = host;
    this.id = id;
    this.kind = kind;
    this.parent = parent;
    this.address = address;
    this.recording = recording;
  }

  /** In good order; again: nothing. What becomes of it is told by `phase`. */
  abstract close(): void;

  /** At once, for an engine that may wait no longer. */
  abstract destroy(): void;

  /** Resolves after the terminal event. */
  whenClosed(): Promise<void> {
    if (this.phase === 'closed') return Promise.resolve();
    return new Promise((resolve) => (this.#whenClosed ??= []).push(resolve));
  }

  info(): SocketInfo {
    const { id, kind, address, phase, step, local, remote, openedAt, closedAt, connectMs } = this;
    const { peerEnded, ended, error, sendQueueBytes, openChildren, closedChildren } = this;
    return {
      id,
      parent: this.parent?.id ?? null,
      kind,
      address,
      phase,
      step,
      local,
      remote,
      path: this.path,
      openedAt,
      closedAt,
      connectMs,
      peerEnded,
      ended,
      error,
      ledger: { ...this.ledger },
      sendQueueBytes,
      openChildren,
      closedChildren,
      tls: this.tls,
      readingPaused: this.readingPaused,
      accepting: this.accepting,
      idle: this.idle,
      reconnect: this.reconnect,
      attempts: this.attempts,
      ...this.limits,
      behaviour: this.behaviour,
      receiveBuffer: this.receiveBuffer,
      sendBuffer: this.sendBuffer,
      groups: this.groups,
      unexpectedSources: this.unexpectedSources,
      addressGone: this.addressGone,
      ...this.serving,
      capture: this.parent ? null : (this.recording.session?.state ?? null),
    };
  }

  protected get isOver(): boolean {
    return this.phase === 'closing' || this.phase === 'closed';
  }

  protected override impossible(what: Deed, about = ''): CommandError {
    const { id, kind, phase } = this;
    return new CommandError('ERR_NOT_POSSIBLE', refusal(what, { id, kind, phase, about }));
  }

  /** Sets the phase, never backwards; the one way to `closed` is `finish`. */
  protected advance(phase: Exclude<Phase, 'closed'>, at: Stamp): void {
    if (ORDER[phase] <= ORDER[this.phase]) return;
    this.phase = phase;
    this.step = null;
    if (phase === 'open') {
      this.openedAt = epochMs(at);
      this.parent?.childOpened(this);
    }
    this.host.changed(this);
  }

  protected setStep(step: SocketInfo['step']): void {
    this.step = step;
    this.host.changed(this);
  }

  /** The terminal event. A second one is ignored. */
  protected finish(error: SocketError | null, at: Stamp): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.step = null;
    this.error = error;
    this.closedAt = epochMs(at);
    this.#unwatchAddress?.();
    if (!this.parent) this.#closeRecord(at);
    this.parent?.childGone(this);
    this.host.changed(this);
    for (const resolve of this.#whenClosed ?? []) resolve();
    this.#whenClosed = null;
  }

  /** Passed through this socket and, of a child, through its parent. */
  protected count(direction: Direction, bytes: number, recorded: boolean): void {
    const kept = this.recording.session !== null;
    addChunk(this.ledger, direction, bytes, recorded, kept);
    this.host.touch(this);
    if (!this.parent) return;
    addChunk(this.parent.ledger, direction, bytes, recorded, kept);
    this.host.touch(this.parent);
  }

  protected note(note: Note, at: Stamp): void {
    this.recording.recorder.note(this.id, note, at);
    this.host.noted(this, note, at);
  }

  /** Something failed that did not end the socket: to the log and to the window. */
  protected fault(error: SocketError, at = now()): void {
    this.note({ event: 'fault', error }, at);
    this.host.fault(this, error, at);
  }

  /** From now on it tells when the address it is bound to goes away and when it is back. */
  protected watchAddress(): void {
    const host = this.local?.host ?? '::';
    this.#unwatchAddress?.();
    this.#unwatchAddress = this.host.network.watchAddress(host, (present) => {
      this.#tellAddress(present);
    });
  }

  #tellAddress(present: boolean): void {
    const at = now();
    this.addressGone = !present;
    const host = this.local?.host ?? '';
    if (present) this.note({ event: 'address-back', text: host }, at);
    else {
      const message = `the address ${host} has gone from this computer; nothing arrives until it is back`;
      const error = { code: 'ERR_ADDRESS_GONE', message };
      this.note({ event: 'address-gone', error }, at);
      this.host.fault(this, error, at);
    }
    this.host.changed(this);
  }

  protected childOpened(child: BaseSocket): void {
    if (child.isCounted) this.openChildren += 1;
    this.host.touch(this);
  }

  /** Called by a child of its own accord, once, after its terminal event. */
  protected childGone(child: BaseSocket): void {
    if (child.openedAt !== null && child.isCounted) this.openChildren -= 1;
    this.closedChildren += 1;
    this.#closedKept ??= [];
    this.#closedKept.push(child);
    // In halves: to shift one off a long array with every child would cost its length each time.
    if (this.#closedKept.length > MAX_CLOSED) {
      for (const old of this.#closedKept.splice(0, MAX_CLOSED / 2)) this.host.forget(old);
    }
    this.host.touch(this);
  }

  #closeRecord(at: Stamp): void {
    const { receivedChunks, kernelDropped, ownDroppedChunks } = this.ledger;
    const counts = { received: receivedChunks, kernelDropped, ownDropped: ownDroppedChunks };
    this.recording.recorder.counts(counts, at);
    for (const { socket, bytes } of this.recording.recorder.close(at)) {
      const of = this.host.find(socket);
      if (of && of !== this) unrecord(of.ledger, bytes);
      unrecord(this.ledger, bytes);
    }
  }
}
