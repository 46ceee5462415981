import type { MessagePortMain } from 'electron';
import {
  engineMessage,
  hostCommands,
  type HostCommandName,
  type ParamsOf,
  type ResultOf,
} from '../src-shared/contract/engine';
import { refusal } from '../src-shared/refusal/refusal';
import { CommandError, messageOf } from './command-error';

/** What the host needs of the engine's process; `engine-process.ts` makes it of Electron's. */
export interface EngineProcess {
  post(message: unknown, port?: MessagePortMain): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export interface EngineHostOptions {
  launch(): EngineProcess;
  /** Asked at every start. */
  configuration(): ParamsOf<'configure'>;
  secrets(): ParamsOf<'secrets'>['values'];
  /** The engine died. `restarted`: a new one runs. */
  onExited(code: number | null, restarted: boolean): void;
}

/** Waits before the new start after the n-th death within a minute; beyond the last none follows. */
const RESTART_DELAYS_MS = [0, 1000, 2000, 4000, 8000];
const DEATHS_WITHIN_MS = 60_000;
const SHUTDOWN_MS = 2000;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** Keeps one engine running, passes it the host's commands, and gives its port to the window. */
export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #pending = new Map<number, Pending>();
  #process: EngineProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #deathsAt: number[] = [];
  /** Asked for while no engine ran; the last window to ask gets the next engine. */
  #waitingPort: MessagePortMain | null = null;
  #lastId = 0;
  #closing: Promise<void> | null = null;

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#process || this.#closing) return;
    const started = this.#options.launch();
    this.#process = started;
    started.onMessage((message) => this.#receive(message));
    started.onExit((code) => this.#exited(started, code));
    this.configure();
    this.giveSecrets();
    if (this.#waitingPort) started.post({ type: 'attach' }, this.#waitingPort);
    this.#waitingPort = null;
  }

  /** Tells the engine where captures go, and how much they may take. */
  configure(): void {
    if (!this.#process) return; // The next one asks for it when it starts.
    this.request('configure', this.#options.configuration()).catch((error: unknown) => {
      console.error(`[engine] not configured: ${messageOf(error)}`);
    });
  }

  /** Tells the engine what `secret:NAME` means now. */
  giveSecrets(): void {
    if (!this.#process) return; // As above.
    this.request('secrets', { values: this.#options.secrets() }).catch((error: unknown) => {
      console.error(`[engine] has no secrets: ${messageOf(error)}`);
    });
  }

  /**
   * Gives the engine one end of a channel; it drops the end it had before. While a new engine is
   * on its way the port waits for it; after the host has given up, asking starts one.
   */
  attach(port: MessagePortMain): void {
    if (this.#process) return this.#process.post({ type: 'attach' }, port);
    this.#waitingPort = port;
    if (this.#restart) return;
    this.#deathsAt = [];
    this.start();
  }

  /**
   * Rejects with a CommandError: the engine's own refusal, or `engine-exited` when none runs or it
   * dies before it answers. There is no deadline: copying a capture may take minutes.
   */
  async request<Name extends HostCommandName>(
    command: Name,
    params: ParamsOf<Name>,
  ): Promise<ResultOf<Name>> {
    const engine = this.#process;
    if (!engine) throw engineExited();
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    engine.post({ id, command, params });
    const result = await answer;
    if (isResult(command, result)) return result;
    throw new Error(`the engine answered ${command} with something that is not in the contract`);
  }

  /** Closes all sockets in good order; ends the engine after 2 s whatever it does. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#restart) clearTimeout(this.#restart);
    const engine = this.#process;
    if (!engine) return;
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      deadline = setTimeout(() => {
        console.error(`[engine] did not close within ${SHUTDOWN_MS} ms`);
        done();
      }, SHUTDOWN_MS);
    });
    const closed = this.request('shutdown', {}).then(
      () => undefined,
      (error: unknown) => console.error(`[engine] while closing: ${messageOf(error)}`),
    );
    await Promise.race([closed, late]);
    clearTimeout(deadline);
    engine.kill();
  }

  #receive(message: unknown): void {
    const parsed = engineMessage.safeParse(message);
    if (!parsed.success || parsed.data.type === 'update') {
      console.error('[engine] said something that is not in the contract');
      return;
    }
    const { data } = parsed;
    const pending = this.#pending.get(data.id);
    this.#pending.delete(data.id);
    if (data.type === 'result') pending?.resolve(data.result);
    else pending?.reject(new CommandError(data.error.code, data.error));
  }

  #exited(engine: EngineProcess, code: number | null): void {
    if (this.#process !== engine) return;
    this.#process = null;
    for (const { reject } of this.#pending.values()) reject(engineExited());
    this.#pending.clear();
    if (this.#closing) return;

    const now = performance.now();
    this.#deathsAt = [...this.#deathsAt.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    const delay = RESTART_DELAYS_MS[this.#deathsAt.length - 1];
    console.error(`[engine] ended with ${code ?? 'no code'}, death ${this.#deathsAt.length}`);
    if (delay === undefined) return this.#options.onExited(code, false);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.start();
      this.#options.onExited(code, true);
    }, delay);
  }
}

function isResult<Name extends HostCommandName>(
  command: Name,
  value: unknown,
): value is ResultOf<Name> {
  return hostCommands[command].result.safeParse(value).success;
}

function engineExited(): CommandError {
  return new CommandError('engine-exited', refusal('engine-exited'));
}
