import { parseRate, parseSize } from '../../src-shared/address/quantity';
import type { FileSendProgress, FileSendResult } from '../../src-shared/contract/file-send';
import {
  FILE_DATAGRAM_BYTES,
  MAX_FILE_DATAGRAM_BYTES,
} from '../../src-shared/contract/send-limits';
import type { SendTo } from '../../src-shared/contract/send-target';
import type { SocketId } from '../../src-shared/contract/socket';
import type { Problem } from '../../src-shared/refusal/refusal';
import { toProblem } from './command-error';
import type { Commands } from './engine-client';
import type { MainCommands } from './main-client';

/** How often it is asked how far a file is. */
const ASK_MS = 250;

/** Sending files from the composer of one socket: what is asked for, how far it is, how it ended. */
export class FileSending {
  /** The strip is shown. */
  open = $state.raw(false);
  /** Bytes per second as written; empty: as fast as it goes. */
  rate = $state('');
  datagram = $state(String(FILE_DATAGRAM_BYTES));
  running = $state.raw(false);
  progress = $state.raw<FileSendProgress | null>(null);
  result = $state.raw<FileSendResult | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #engine: Commands;
  readonly #main: MainCommands;
  #socket: SocketId | null = null;

  constructor(engine: Commands, main: MainCommands) {
    this.#engine = engine;
    this.#main = main;
  }

  /** Null: what is written is no rate; undefined: none is asked for. */
  get rateBytes(): number | null | undefined {
    if (this.rate.trim() === '') return undefined;
    return parseRate(this.rate);
  }

  /** Null: what is written is no size a datagram can have. */
  get datagramBytes(): number | null {
    const bytes = parseSize(this.datagram) ?? 0;
    return bytes >= 1 && bytes <= MAX_FILE_DATAGRAM_BYTES ? bytes : null;
  }

  /** Asks for a file; resolves when it is sent, stopped or nothing was chosen. Never rejects. */
  async run(socket: SocketId, target: SendTo, datagrams: boolean): Promise<void> {
    const { rateBytes, datagramBytes } = this;
    if (this.running || rateBytes === null || (datagrams && datagramBytes === null)) return;
    this.running = true;
    this.result = null;
    this.problem = null;
    this.progress = null;
    this.#socket = socket;
    const asking = setInterval(() => void this.#ask(socket), ASK_MS);
    try {
      const { sent } = await this.#main.command('sendFile', {
        socket,
        target,
        ...(rateBytes === undefined ? {} : { rateBytes }),
        ...(datagrams && datagramBytes !== null ? { datagramBytes } : {}),
      });
      this.result = sent;
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      clearInterval(asking);
      this.running = false;
      this.progress = null;
    }
  }

  /** One that was begun before this page was loaded: how far it is, and how it ends. Never rejects. */
  async takeUp(socket: SocketId): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.open = true;
    this.#socket = socket;
    try {
      for (;;) {
        const { progress, ended } = await this.#engine.command('fileSendProgress', { socket });
        this.progress = progress;
        this.result = ended;
        if (progress === null) return;
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      }
    } catch (thrown) {
      this.problem = toProblem(thrown);
    } finally {
      this.running = false;
    }
  }

  async cancel(): Promise<void> {
    if (this.#socket === null) return;
    try {
      await this.#engine.command('cancelFileSend', { socket: this.#socket });
    } catch (thrown) {
      this.problem = toProblem(thrown);
    }
  }

  async #ask(socket: SocketId): Promise<void> {
    try {
      const { progress } = await this.#engine.command('fileSendProgress', { socket });
      if (this.running) this.progress = progress;
    } catch {
      // The engine is gone: the send itself says so.
    }
  }
}

/** One for each socket, also while no tab shows it. */
export class FileSendings {
  readonly #engine: Commands;
  readonly #main: MainCommands;
  readonly #all = new Map<SocketId, FileSending>();

  constructor(engine: Commands, main: MainCommands) {
    this.#engine = engine;
    this.#main = main;
  }

  /**
   * Shows those that were begun before this page was loaded, beside whom they go to and beside their
   * listener or UDP socket: from which of the two it was begun nobody remembers.
   */
  async takeUp(parentOf: (socket: SocketId) => SocketId | null): Promise<void> {
    try {
      const { sockets } = await this.#engine.command('fileSends', {});
      for (const socket of sockets) {
        const parent = parentOf(socket);
        void this.of(socket).takeUp(socket);
        if (parent !== null) void this.of(parent).takeUp(socket);
      }
    } catch {
      // The engine is gone, and the files with it: the window says so.
    }
  }

  of(socket: SocketId): FileSending {
    let found = this.#all.get(socket);
    if (found === undefined) {
      found = new FileSending(this.#engine, this.#main);
      this.#all.set(socket, found);
    }
    return found;
  }
}
