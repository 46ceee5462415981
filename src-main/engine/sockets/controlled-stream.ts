import type { Socket } from 'node:net';
import type { AddressOptions, IdleAction } from '../../../src-shared/address/address-options';
import { formatTime } from '../../../src-shared/address/quantity';
import type { OptionReading } from '../../../src-shared/contract/control-commands';
import type { Attempt, SocketInfo } from '../../../src-shared/contract/socket';
import { epochMs, now } from '../clock';
import type { Stamp } from '../clock';
import type { ReadingHolder } from './attendant';
import { addAttempt } from './attempts';
import { BaseSocket } from './base-socket';
import { IdleWatch } from './idle-watch';
import type { Watched } from './idle-watch';
import { descriptorOf, oneOption, readOptions } from './option-readings';
import { shownRate } from './pacer';
import { ReadingHolds } from './reading-holds';
import { keepaliveArguments, streamCalls } from './stream-calls';
import { Trace } from './trace';
import type { Calls } from './trace';
import { KEEPALIVE_MS } from './tcp-dial';

/** Shared by all that have none. */
const NO_ATTEMPTS: SocketInfo['attempts'] = [];

/** What a stream may be set to while it is open: reading, its idle limit and its options. */
export abstract class ControlledStream extends BaseSocket implements Watched {
  /** When there was a connection; with TLS that is before it was open. */
  wiredAt: number | null = null;
  /** When we have sent FIN. */
  endedAt: number | null = null;
  receivedAt: Stamp = 0;
  sentAt: Stamp = 0;
  /** Options of its address, or of its listener's; live ones as they are now. */
  protected asked: AddressOptions = {};
  readonly #holds = new ReadingHolds();
  #attempts = NO_ATTEMPTS;
  #idle: IdleWatch | null = null;
  /** Made when a call is worth telling: most connections only open, pass bytes and close. */
  #trace: Trace | null = null;
  #controlled: Socket | null = null;
  /** What is read: the same, or TLS over it. */
  #read: Socket | null = null;

  override get readingPaused(): boolean {
    return this.#holds.by('user');
  }

  override get attempts(): SocketInfo['attempts'] {
    return this.#attempts;
  }

  override get idle(): SocketInfo['idle'] {
    return this.#idle?.state ?? null;
  }

  /** By us; else it was accepted. */
  abstract get dialled(): boolean;

  override get serving(): BaseSocket['serving'] {
    return { ...super.serving, ...shownRate(this.asked) };
  }

  /** The rate of `asked` has changed. */
  protected abstract pace(): void;

  protected get trace(): Trace {
    return (this.#trace ??= new Trace());
  }

  override pauseReading(paused: boolean): void {
    if (this.phase === 'closed') throw this.impossible('cannot-pause');
    if (paused === this.readingPaused) return;
    this.holdReading('user', paused);
    if (this.phase === 'open') {
      this.note({ event: paused ? 'paused' : 'resumed' }, now());
      this.#idle?.hold(paused);
    }
    this.host.changed(this);
  }

  override setReading(on: boolean): void {
    this.holdReading('host', !on);
  }

  holdReading(by: ReadingHolder, held: boolean): void {
    this.#holds.set(by, held, this.#read);
  }

  idleFor(action: IdleAction, text: string): void {
    if (this.phase !== 'open') return;
    this.note({ event: 'idle', text }, now());
    switch (action) {
      case 'warn':
        break;
      case 'half-close':
        this.end();
        break;
      case 'close':
        this.close();
        break;
      case 'reset':
        this.reset();
        break;
      default:
        action satisfies never;
    }
    this.host.changed(this);
  }

  override setOption(option: string, value: string | null): void {
    const socket = this.#controlled;
    if (this.phase !== 'open' || !socket) throw this.impossible('cannot-set', option);
    const set = oneOption(this.path === null ? 'tcp' : 'unix', option, value);
    const { nodelay, keepaliveMs, ...more } = set;
    const { idleTimeoutMs, idleAction, idleDirection, sendRateBytes, ...others } = more;
    if (Object.keys(others).length > 0) throw this.impossible('cannot-set-open', option);
    if (nodelay !== undefined) {
      socket.setNoDelay(nodelay);
      this.trace.call('setsockopt', `fd, IPPROTO_TCP, TCP_NODELAY, ${nodelay ? 1 : 0}`);
    }
    if (keepaliveMs !== undefined) {
      socket.setKeepAlive(keepaliveMs !== false, keepaliveMs === false ? 0 : keepaliveMs);
      for (const args of keepaliveArguments(keepaliveMs)) this.trace.call('setsockopt', args);
    }
    this.asked = { ...this.asked, ...set };
    if (sendRateBytes !== undefined) this.pace();
    if ([idleTimeoutMs, idleAction, idleDirection].some((one) => one !== undefined)) {
      this.#idle?.stop();
      this.#idle = IdleWatch.of(this, this.asked);
      this.#idle?.start(this.readingPaused);
    }
    this.note({ event: 'option-set', text: value === null ? option : `${option}=${value}` }, now());
    this.host.changed(this);
  }

  override socketOptions(): OptionReading[] {
    const where = this.path === null ? 'tcp' : 'local';
    const open = this.phase === 'open' && this.#controlled !== null;
    const { nodelay = false, keepaliveMs = KEEPALIVE_MS, idleTimeoutMs } = this.asked;
    const effective = {
      TCP_NODELAY: nodelay ? 'on' : 'off',
      'SO_KEEPALIVE, TCP_KEEPIDLE': keepaliveMs === false ? 'off' : formatTime(keepaliveMs),
      SO_RCVTIMEO: idleTimeoutMs ? formatTime(idleTimeoutMs) : null,
      O_NONBLOCK: 'on',
      fileno: descriptorOf(this.#controlled),
    };
    const tls = this.tls !== null;
    const of = { holder: 'stream', where, tls, open, asked: this.asked } as const;
    return readOptions(of, open ? effective : {});
  }

  override calls(): Calls {
    return (this.#trace ?? new Trace()).list(streamCalls(this, this.asked));
  }

  protected attempted(attempt: Attempt): void {
    this.#attempts = addAttempt(this.#attempts, attempt);
    this.host.changed(this);
  }

  /** Before anything is read from it: what was asked for and concerns reading. */
  protected control(socket: Socket): void {
    this.wiredAt = epochMs(now());
    this.#controlled = socket;
    this.#read = socket;
    if (this.asked.paused === true) this.#holds.set('user', true, null);
    if (this.#holds.held) socket.pause();
  }

  /** Bytes are read from there; null: there is a handshake that nobody may hold. */
  protected controlVia(socket: Socket | null): void {
    this.#read = socket;
    if (!socket) this.#idle?.stop();
    if (this.#holds.held) socket?.pause();
  }

  /** It is open and listened to. */
  protected controlOpen(socket: Socket): void {
    if (!this.#holds.held) socket.resume();
    this.#idle?.stop();
    this.#idle = IdleWatch.of(this, this.asked);
    this.#idle?.start(this.readingPaused);
  }

  /** Closing: what waits with the kernel is still read, or the close would throw it away. */
  protected controlClosing(): void {
    this.#idle?.stop();
    this.#holds.set('user', false, this.#read);
  }

  protected controlClosed(): void {
    this.#idle?.stop();
    this.#controlled = null;
    this.#read = null;
  }
}
