import type { Address } from '../../src-shared/address/address';
import { DIALS, LISTENERS } from '../../src-shared/address/kinds';
import type { Fault } from '../../src-shared/contract/engine';
import type { Phase, SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { toCommandError } from '../engine/command-error';
import { Engine } from '../engine/engine';
import type { Chunk } from '../engine/sockets/base-socket';
import { REACHES } from './arguments';
import { Conditions } from './conditions';
import type { ConditionOptions } from './conditions';
import type { ErrorAbout } from './error-about';
import { aboutAddress } from './error-about';
import { EXIT } from './exit';
import type { ExitCode } from './exit';
import type { PrintMode } from './lines';
import { endText, exitCodeOf } from './outcome';
import type { Outcome, Reason } from './outcome';
import type { Output } from './output';
import { Printer } from './printer';
import type { PrinterOptions } from './printer';
import { Reading } from './reading';

/** So much may wait to be sent before its source is paused. */
const MAX_WAITING_BYTES = 1024 * 1024;

export interface SessionOptions extends ConditionOptions, Pick<PrinterOptions, 'quiet' | 'frames'> {
  address: Address;
  record: string | null;
  print: PrintMode;
  /** The peer's end ends it although not all is sent: for what a person types. */
  endWithPeer: boolean;
}

/** Of the process: where lines go. */
export interface Console {
  output: Output;
  tell: (line: string) => void;
}

/** One root socket from open to close, with what is printed, sent and waited for. */
export class Session {
  readonly #options: SessionOptions;
  readonly #console: Console;
  readonly #printer: Printer;
  readonly #conditions: Conditions;
  readonly #engine: Engine;
  readonly #reading: Reading;
  readonly #phases = new Map<SocketId, Phase>();
  readonly #datagram: boolean;
  /** Accepted for sending and not yet told as sent. */
  readonly #waiting = new Map<SocketId, number>();
  readonly #over: Promise<Reason>;
  #end: (reason: Reason) => void = () => undefined;
  #reason: Reason | null = null;
  #failure: Error | null = null;
  #root: SocketId = 0;
  #rootInfo: SocketInfo | null = null;
  #sendFailed = false;
  #notPrinted = 0;
  #allSent = false;
  #unsentBytes = 0;
  #wakeSender: () => void = () => undefined;
  #opened: () => void = () => undefined;
  /** Resolves when the root is open, or over. */
  readonly whenOpen: Promise<void>;

  constructor(options: SessionOptions, console: Console) {
    this.#options = { ...options, address: halfOpen(options.address) };
    this.#console = console;
    this.#datagram = options.address.kind.startsWith('udp');
    this.#printer = new Printer({ ...options, ...console, mode: options.print });
    this.#over = new Promise((resolve) => (this.#end = resolve));
    this.whenOpen = new Promise((resolve) => (this.#opened = resolve));
    this.#conditions = new Conditions(options, (which) => {
      this.stop(which);
    });
    // Without it the hot path does not even make the call.
    const needsChunks = options.print !== 'none' || this.#conditions.watches;
    const seesSends = REACHES.includes(options.address.kind);
    this.#engine = new Engine({
      observer: {
        socket: (info) => {
          this.#changed(info);
        },
        fault: (fault) => {
          this.#fault(fault);
        },
        ...(needsChunks || seesSends ? { chunk: (chunk: Chunk) => this.#chunk(chunk) } : {}),
      },
    });
    this.#reading = new Reading((socket, reading) => {
      this.#engine.setReading(socket, reading);
    });
    console.output.listen({
      full: (full) => {
        this.#reading.outputFull(full);
        this.#conditions.outputFull(full);
      },
      gone: () => {
        this.stop('gone');
      },
    });
  }

  get isOver(): boolean {
    return this.#reason !== null;
  }

  /** Ends the command; the first reason decides what it ends with. */
  stop(reason: Reason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#conditions.stop();
    this.#end(reason);
    this.#wakeSender();
    this.#opened();
  }

  /** Opens, lives until something ends it, closes; what the process is to end with. */
  async run(): Promise<ExitCode> {
    const { address, record } = this.#options;
    try {
      this.#root = this.#engine.open(address, {
        record: record === null ? 'none' : { path: record },
      });
    } catch (thrown) {
      if (record === null) throw thrown;
      this.#printer.problem(toCommandError(thrown).toPlain(), { doing: 'file', subject: record });
      return EXIT.file;
    }
    this.#conditions.begun();
    const reason = await this.#over;
    const wasOpening = this.#rootInfo?.phase === 'opening';
    await this.#engine.close();
    if (this.#failure) throw this.#failure;
    const root = this.#engine.socketInfo(this.#root);
    const outcome: Outcome = {
      reason,
      wasOpening,
      error: root.error,
      expects: this.#options.expect !== undefined,
      sendFailed: this.#sendFailed || this.#unsentBytes > 0,
      recordFailed: root.ledger.ownDroppedChunks > 0 || Boolean(root.capture?.error),
    };
    this.#tellEnd(outcome);
    const losses = { notPrinted: this.#notPrinted, unsentBytes: this.#unsentBytes };
    this.#printer.stats(root, record, losses);
    return exitCodeOf(outcome);
  }

  #tellEnd(outcome: Outcome): void {
    const doing = this.#options.address.kind.endsWith('-listen') ? 'listen' : 'connect';
    if (outcome.reason === 'closed' && outcome.error)
      this.#printer.problem(outcome.error, this.#about(doing));
    const text = endText(outcome);
    if (text !== null) this.#console.tell(`wirebench: ${text}`);
  }

  /** For a process that must end now: what was received so far is complete on disk. */
  closeCaptures(): void {
    this.#engine.closeCaptures();
  }

  /** Through the root. Resolves when more may be sent, or the session is over. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#send(this.#root, bytes);
    while (!this.isOver && (this.#waiting.get(this.#root) ?? 0) > MAX_WAITING_BYTES)
      await new Promise<void>((resolve) => (this.#wakeSender = resolve));
  }

  /** No more will be sent. Half-closes, unless something else says when to end. */
  async allSent(): Promise<void> {
    this.#allSent = true;
    if (this.#rootInfo?.peerEnded === true || !this.#conditions.endsByItself) await this.#endRoot();
  }

  async #endRoot(): Promise<void> {
    if (this.isOver || this.#rootInfo?.phase !== 'open' || this.#datagram) return;
    await this.#engine.command('end', { socket: this.#root });
  }

  /** Ends the command with that error. */
  fail(thrown: unknown): void {
    this.#failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    this.stop('closed');
  }

  async #send(socket: SocketId, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.isOver || this.#phases.get(socket) !== 'open') return;
    this.#waiting.set(socket, (this.#waiting.get(socket) ?? 0) + bytes.byteLength);
    try {
      const { targets } = await this.#engine.command('send', {
        socket,
        target: { to: 'peer' },
        bytes,
      });
      if (targets === 0) this.#sent(socket, bytes.byteLength);
    } catch (thrown) {
      this.#sent(socket, bytes.byteLength);
      const error = toCommandError(thrown).toPlain();
      // It closed meanwhile: its own events tell why.
      if (error.code === 'ERR_NOT_POSSIBLE' || error.code === 'ERR_NO_SUCH_SOCKET') return;
      this.#fault({ socket, at: Date.now(), error });
    }
  }

  #sent(socket: SocketId, bytes: number): void {
    // A behaviour sends too, and what it sends was never counted here.
    const waiting = Math.max(0, (this.#waiting.get(socket) ?? 0) - bytes);
    this.#waiting.set(socket, waiting);
    if (waiting > MAX_WAITING_BYTES) return;
    if (socket === this.#root) this.#wakeSender();
  }

  #chunk(chunk: Chunk): void {
    try {
      if (chunk.direction === 'out') this.#sent(chunk.socket, chunk.bytes.byteLength);
      if (this.#datagram && this.#console.output.full && this.#printer.printsData)
        this.#notPrinted++;
      else if (this.#reason !== 'count') this.#printer.data(chunk, this.#datagram);
      if (this.isOver) return;
      this.#conditions.chunk(chunk, this.#datagram);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  #changed(info: SocketInfo): void {
    const before = this.#phases.get(info.id);
    if (info.parent === null) this.#rootChanged(info);
    // A closed one is forgotten, and may yet be told again when its capture is complete.
    if (before === info.phase || (before === undefined && info.phase !== 'opening')) return;
    this.#phases.set(info.id, info.phase);
    if (info.phase === 'open') this.#reading.opened(info.id);
    if (info.phase === 'closed') this.#forget(info.id);
    this.#printer.phase(info);
    if (info.parent !== null) return;
    if (info.phase === 'open') {
      this.#conditions.opened();
      this.#opened();
    }
    if (info.phase === 'closed') this.stop('closed');
  }

  /** A peer that only listens may end its side at once: what is to be sent still goes out. */
  #rootChanged(info: SocketInfo): void {
    const endedNow = info.peerEnded && this.#rootInfo?.peerEnded === false;
    this.#tellBlocked(info);
    this.#rootInfo = info;
    if (!endedNow || !(this.#allSent || this.#options.endWithPeer)) return;
    this.#endRoot().catch((thrown: unknown) => {
      this.fail(thrown);
    });
  }

  /** Recording has stopped: said at once, once each time. */
  #tellBlocked({ id, capture }: SocketInfo): void {
    if (capture?.state !== 'blocked' || this.#rootInfo?.capture?.state === 'blocked') return;
    if (!capture.error) return;
    this.#printer.fault({ socket: id, at: Date.now(), error: capture.error }, this.#about('file'));
  }

  #forget(socket: SocketId): void {
    if (socket === this.#root) this.#unsentBytes = this.#waiting.get(socket) ?? 0;
    this.#phases.delete(socket);
    this.#reading.closed(socket);
    this.#waiting.delete(socket);
    this.#conditions.forget(socket);
  }

  #fault(fault: Fault): void {
    if (!LISTENERS.includes(this.#options.address.kind)) this.#sendFailed = true;
    this.#printer.fault(fault, this.#about('send'));
  }

  #about(doing: ErrorAbout['doing']): ErrorAbout {
    const { address, record } = this.#options;
    return doing === 'file' && record !== null
      ? { doing, subject: record }
      : aboutAddress(address, doing);
  }
}

/** This end, not the engine, decides when a dialled connection is over: see `#rootChanged`. */
function halfOpen(address: Address): Address {
  if (!DIALS.includes(address.kind) || address.options.halfOpen !== undefined) return address;
  return { ...address, options: { ...address.options, halfOpen: true } };
}
