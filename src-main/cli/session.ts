import { LISTENERS } from '../../src-shared/address/kinds';
import type { Fault } from '../../src-shared/contract/engine';
import type { Phase, SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { toCommandError } from '../engine/command-error';
import { Engine } from '../engine/engine';
import type { Chunk } from '../engine/sockets/chunk';
import { REACHES } from './arguments';
import { Conditions } from './conditions';
import type { ErrorAbout } from './error-about';
import { aboutAddress } from './error-about';
import { dialledAddress } from './dialled-address';
import { EXIT } from './exit';
import { sendFile, unreadable } from './file-sending';
import type { FileHow } from './file-sending';
import type { ExitCode } from './exit';
import { Live } from './live';
import { exitCodeOf } from './outcome';
import type { Outcome, Reason } from './outcome';
import { Printer } from './printer';
import { Reading } from './reading';
import type { Hold } from './reading';
import { Sender } from './sender';
import { tellEnd } from './session-end';
import type { Console, SessionOptions } from './session-options';
import type { StartTls } from './start-tls';
import { tellCalls } from './trace-lines';

/** One root socket from open to close, with what is printed, sent and waited for. */
export class Session {
  readonly #options: SessionOptions;
  readonly #console: Console;
  readonly #printer: Printer;
  readonly #conditions: Conditions;
  readonly #engine: Engine;
  readonly #reading: Reading;
  readonly #live: Live | null;
  /** Also of what is recorded for the time being. */
  readonly #recordPath: string | null;
  readonly #phases = new Map<SocketId, Phase>();
  readonly #datagram: boolean;
  readonly #sender: Sender;
  readonly #over: Promise<Reason>;
  #end: (reason: Reason) => void = () => undefined;
  #reason: Reason | null = null;
  #failure: Error | null = null;
  #root: SocketId = 0;
  #rootInfo: SocketInfo | null = null;
  #sendFailed = false;
  #notPrinted = 0;
  #allSent = false;
  #file: Promise<void> = Promise.resolve();
  #unsentBytes = 0;
  #opened: () => void = () => undefined;
  /** Resolves when the root is open, or over. */
  readonly whenOpen: Promise<void>;

  constructor(options: SessionOptions, console: Console) {
    this.#options = { ...options, address: dialledAddress(options.address) };
    this.#console = console;
    this.#datagram = options.address.kind.startsWith('udp');
    const { live, record, charset, print: mode } = options;
    this.#live = live && new Live(live, { record, charset, console, session: this });
    this.#recordPath = record ?? this.#live?.path ?? null;
    const output = this.#live?.printsRows ? this.#live : console.output;
    this.#printer = new Printer({ ...options, ...console, output, mode });
    this.#over = new Promise((resolve) => (this.#end = resolve));
    this.whenOpen = new Promise((resolve) => (this.#opened = resolve));
    this.#conditions = new Conditions(options, (which) => {
      this.stop(which);
    });
    // Without it the hot path does not even make the call.
    const prints = mode !== 'none' && !this.#live?.printsRows;
    const needsChunks = prints || this.#conditions.watches;
    const seesSends = REACHES.includes(options.address.kind);
    this.#engine = new Engine({
      observer: {
        socket: (info) => {
          this.#changed(info);
        },
        fault: (fault) => {
          this.#fault(fault);
        },
        note: (socket, note, at) => {
          this.#printer.note(socket, note, at);
        },
        ...(needsChunks || seesSends ? { chunk: (chunk: Chunk) => this.#chunk(chunk) } : {}),
      },
    });
    this.#sender = new Sender({
      engine: this.#engine,
      isOver: () => this.isOver,
      root: () => this.#root,
      rootInfo: () => this.#rootInfo,
      phaseOf: (socket) => this.#phases.get(socket),
      fault: (fault) => {
        this.#fault(fault);
      },
    });
    this.#reading = new Reading((socket, reading) => {
      this.#engine.setReading(socket, reading);
    });
    console.output.listen({
      full: (full) => {
        this.hold('output', full);
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
    if (this.#reason !== null && reason === 'interrupted') this.#live?.leave();
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#conditions.stop();
    if (reason === 'count') this.#live?.enough();
    this.#end(reason);
    this.#sender.stop();
    this.#opened();
  }

  /** Opens, lives until something ends it, closes; what the process is to end with. */
  async run(): Promise<ExitCode> {
    const { address, record, rules } = this.#options;
    try {
      this.#root = this.#engine.open(address, {
        record: record === null ? (this.#live?.recordTo ?? 'none') : { path: record },
        ...(rules ? { rules } : {}),
      });
    } catch (thrown) {
      const subject = this.#recordPath;
      const error = toCommandError(thrown).toPlain();
      if (subject === null || (record === null && error.errno === undefined)) throw thrown;
      this.#printer.problem(error, { doing: 'file', subject });
      return EXIT.file;
    }
    const { session } = this.#engine.registry.get(this.#root).recording;
    if (session) this.#live?.begin(session);
    this.#conditions.begun();
    const reason = await this.#over;
    const wasOpening = this.#rootInfo?.phase === 'opening';
    await this.#engine.close();
    await this.#file;
    if (this.#failure) throw this.#failure;
    const skippedRows = (await this.#live?.end()) ?? 0;
    const root = this.#engine.socketInfo(this.#root);
    const outcome: Outcome = {
      reason,
      wasOpening,
      error: root.error,
      expects: this.#options.expect !== undefined,
      sendFailed: this.#sendFailed || this.#unsentBytes > 0,
      recordFailed: root.ledger.ownDroppedChunks > 0 || Boolean(root.capture?.error),
      gaveUp: this.#live?.gaveUp === true,
    };
    const ended = { engine: this.#engine, root: this.#root, printer: this.#printer, address };
    await tellEnd({ ...ended, console: this.#console }, outcome);
    const losses = { notPrinted: this.#notPrinted, unsentBytes: this.#unsentBytes, skippedRows };
    if (this.#options.trace) await tellCalls(this.#engine, this.#printer);
    this.#live?.tellStatistics(record ?? root.address);
    this.#printer.stats(root, record, losses);
    this.#live?.close();
    return exitCodeOf(outcome);
  }

  /** For a process that must end now: what was received so far is complete on disk. */
  closeCaptures(): void {
    this.#engine.closeCaptures();
    this.#live?.close();
  }

  /** Asks the server for TLS in its protocol, and begins it. Resolves when it is secured, or over. */
  startTls(how: StartTls): Promise<void> {
    return this.#sender.startTls(how);
  }

  /** Through the root. Resolves when more may be sent, or the session is over. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#sender.send(bytes);
  }

  /** Through the root. Resolves when it is told how that ended; rejects when it cannot be read. */
  async sendFile(path: string, how: FileHow): Promise<void> {
    await this.#sender.connected();
    if (this.isOver) return;
    const status = this.#options.quiet ? null : this.#console.status;
    this.#file = sendFile(this.#engine, this.#root, { path, how, status }).then((result) => {
      this.#printer.file(this.#root, result);
      if (result.end === 'socket') this.#sendFailed = true;
      if (result.end === 'file') this.fail(unreadable(result, path));
    });
    await this.#file;
  }

  /** No more will be sent. Half-closes, unless something else says when to end or rules may answer. */
  async allSent(): Promise<void> {
    this.#allSent = true;
    const stays = this.#conditions.endsByItself || this.#options.rules !== undefined;
    if (this.#rootInfo?.peerEnded === true || !stays) await this.#endRoot();
  }

  async #endRoot(): Promise<void> {
    if (this.#sender.isApart || this.isOver || this.#rootInfo?.phase !== 'open' || this.#datagram)
      return;
    await this.#engine.command('end', { socket: this.#root });
  }

  /** Ends the command with that error. */
  fail(thrown: unknown): void {
    this.#failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    this.stop('closed');
  }

  #chunk(chunk: Chunk): void {
    try {
      // Of a listener: by what it does by itself, which was never counted here.
      const ours = chunk.socket === this.#root || this.#rootInfo?.kind === 'dialer';
      if (chunk.direction === 'out' && ours && chunk.comment === undefined)
        this.#sender.sent(chunk.bytes.byteLength);
      if (!this.#live?.printsRows) this.#print(chunk);
      if (this.isOver) return;
      // What is said to begin TLS is not what is waited for.
      if (!this.#sender.asksForTls) this.#conditions.chunk(chunk, this.#datagram);
      else if (chunk.direction === 'in') this.#sender.answered(chunk.bytes);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  #print(chunk: Chunk): void {
    if (this.#datagram && this.#console.output.full && this.#printer.printsData) this.#notPrinted++;
    else if (this.#reason !== 'count') this.#printer.data(chunk, this.#datagram);
  }

  /** While nothing is read because of us, silence is ours and not the peer's. */
  hold(why: Hold, on: boolean): void {
    this.#conditions.held(this.#reading.hold(why, on));
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
    if (!this.#sender.isApart) this.#sender.wake();
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
    if (socket === this.#root) this.#unsentBytes = this.#sender.waitingBytes;
    this.#phases.delete(socket);
    this.#reading.closed(socket);
    this.#conditions.forget(socket);
  }

  #fault(fault: Fault): void {
    // What the system did not refuse is no failed send, nor what comes when all is decided.
    const refused = fault.error.syscall !== undefined && !this.isOver;
    if (refused && !LISTENERS.includes(this.#options.address.kind)) this.#sendFailed = true;
    this.#printer.fault(fault, this.#about('send'));
  }

  #about(doing: ErrorAbout['doing']): ErrorAbout {
    const subject = doing === 'file' ? this.#recordPath : null;
    return subject === null ? aboutAddress(this.#options.address, doing) : { doing, subject };
  }
}
