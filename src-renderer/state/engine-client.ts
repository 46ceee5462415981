import type * as Contract from '../../src-shared/contract/engine';
import type {
  EngineCommandName,
  EngineRequest,
  EngineUpdate,
  ParamsOf,
  ResultOf,
} from '../../src-shared/contract/engine';
import { BAD_ANSWER, CommandError, ENGINE_LOST, rejectedWith, toProblem } from './command-error';
import { latePart } from './late-part';

/** One end of the channel to the engine. */
export interface EnginePort {
  postMessage(message: EngineRequest): void;
  /** There is one listener; messages that came earlier are given to it too, in their order. */
  listen(listener: (message: unknown) => void): void;
  close(): void;
}

/** The port the window was given, as an `EnginePort`. */
export function fromMessagePort(port: MessagePort): EnginePort {
  return {
    postMessage: (message) => port.postMessage(message),
    listen: (listener) => {
      port.onmessage = (event) => listener(event.data);
    },
    close: () => port.close(),
  };
}

interface Pending {
  name: EngineCommandName;
  resolve(result: unknown): void;
  reject(error: CommandError): void;
}

/** What is made of the parameters of a command before it is sent. */
export type Preparing = {
  readonly [Name in EngineCommandName]?: (params: ParamsOf<Name>) => ParamsOf<Name>;
};

/** What the log and the composer need of the engine; tests give a fake. */
export type Commands = Pick<EngineClient, 'command' | 'onUpdate'>;

/**
 * Commands to the engine and updates from it, over whichever port is attached now. Those given before
 * the first port comes wait for it. Nothing times out: an answer comes, or the engine is lost and
 * every waiting command is rejected.
 *
 * What checks messages is loaded when there is a port; until it is there, they wait in the port.
 */
export class EngineClient {
  #port: EnginePort | null = null;
  #ports = 0;
  /** Given before the first port came: the window is ready for input before the engine is. */
  #early: EngineRequest[] = [];
  /** Why no command can be given now; null: one can. */
  #refusal: CommandError | null = null;
  /** Has an engine asked for again, when none could be had. */
  #again: (() => void) | null = null;
  #nextId = 1;
  /** Updates that came through the port attached now. */
  #updates = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(update: EngineUpdate) => void>();
  readonly #onProblem: (message: string) => void;
  readonly #contract: () => Promise<typeof Contract>;
  prepare: Preparing = {};
  /** Called with every message that comes through the port attached now, whatever is in it. */
  onHeard: () => void = () => undefined;

  /** `onProblem` hears of messages that do not fit the contract, or cannot be checked against it. */
  constructor(
    onProblem: (message: string) => void,
    contract: () => Promise<typeof Contract> = () => import('../../src-shared/contract/engine'),
  ) {
    this.#onProblem = onProblem;
    this.#contract = latePart(contract);
  }

  get attached(): boolean {
    return this.#port !== null;
  }

  /** The number of the port attached now, counted from 1; 0: there is none. */
  get port(): number {
    return this.#port === null ? 0 : this.#ports;
  }

  /** Talks through this port from now on; commands waiting on the one before are rejected. */
  attach(port: EnginePort): void {
    if (this.#port !== null) this.detach();
    this.#port = port;
    this.#ports += 1;
    this.#refusal = null;
    this.#again = null;
    this.#updates = 0;
    for (const request of this.#early.splice(0)) this.#post(port, request);
    this.#contract().then(
      (contract) => this.#listen(port, contract),
      (thrown: unknown) => {
        const { code, message } = toProblem(thrown);
        this.#onProblem(message);
        const error = new CommandError(code, message);
        if (this.#port === port) this.#end(error, () => error);
      },
    );
  }

  detach(): void {
    const ended = (name: string) => `The engine ended before it answered "${name}".`;
    this.#end(
      new CommandError(ENGINE_LOST, 'The engine is not running.'),
      (name) => new CommandError(ENGINE_LOST, ended(name)),
    );
  }

  /**
   * No engine could be had: what waits for one is rejected with `error`. The next command has one asked
   * for with `again`, and waits for it. Nothing happens when there is one.
   */
  giveUp(error: CommandError, again: () => void): void {
    if (this.#port !== null) return;
    this.#end(error, () => error);
    this.#refusal = null;
    this.#again = again;
  }

  /** Rejects with a `CommandError`. */
  async command<Name extends EngineCommandName>(
    name: Name,
    params: ParamsOf<Name>,
  ): Promise<ResultOf<Name>> {
    const answer = await this.#request(name, params);
    const { engineCommands } = await this.#contract();
    const result = engineCommands[name].result.safeParse(answer);
    if (!result.success) {
      const what = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw new CommandError(
        BAD_ANSWER,
        `Answer to "${name}" is not understood (${what.join('; ')})`,
      );
    }
    // The schema of this very name was applied; TypeScript cannot tie the union to the parameter.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return result.data as ResultOf<Name>;
  }

  /** Asks for a sign of life: says again what was taken in, which changes nothing. */
  ask(): void {
    // Lost with the port at worst, and then there is nobody to answer.
    this.command('updatesSeen', { count: this.#updates }).catch(() => undefined);
  }

  /** Returns what ends the subscription. */
  onUpdate(listener: (update: EngineUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #request<Name extends EngineCommandName>(name: Name, params: ParamsOf<Name>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== null) {
        reject(this.#refusal);
        return;
      }
      const id = this.#nextId++;
      this.#pending.set(id, { name, resolve, reject });
      const request = { id, command: name, params: this.prepare[name]?.(params) ?? params };
      if (this.#port !== null) {
        this.#post(this.#port, request);
        return;
      }
      this.#early.push(request);
      const again = this.#again;
      this.#again = null;
      again?.();
    });
  }

  #post(port: EnginePort, request: EngineRequest): void {
    try {
      port.postMessage(request);
    } catch (thrown) {
      const pending = this.#pending.get(request.id);
      this.#pending.delete(request.id);
      const what = `"${request.command}" could not be sent: ${String(thrown)}`;
      pending?.reject(new CommandError('ENOTSENT', what));
    }
  }

  /** Later commands are refused with `refusal`, until there is a port again. */
  #end(refusal: CommandError, unanswered: (name: EngineCommandName) => CommandError): void {
    this.#port?.close();
    this.#port = null;
    this.#refusal = refusal;
    this.#again = null;
    this.#early = [];
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const command of waiting) command.reject(unanswered(command.name));
  }

  #listen(port: EnginePort, contract: typeof Contract): void {
    // Replaced, or given up, meanwhile; and a late message of such a port would answer a command that
    // it has not seen.
    if (this.#port !== port) return;
    port.listen((message) => {
      if (this.#port !== port) return;
      this.onHeard();
      this.#receive(message, contract);
    });
  }

  #receive(raw: unknown, { engineMessage, UPDATES_PER_RECEIPT }: typeof Contract): void {
    const parsed = engineMessage.safeParse(raw);
    if (!parsed.success) {
      this.#onProblem(`A message of the engine is not understood: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'update':
        for (const listener of this.#listeners) listener(message.update);
        this.#acknowledge(UPDATES_PER_RECEIPT);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.result);
        return;
      case 'rejected':
        this.#take(message.id)?.reject(rejectedWith(message.error));
        return;
      default:
        message satisfies never;
    }
  }

  /** The engine holds back updates from a window that does not say it has taken them in. */
  #acknowledge(every: number): void {
    this.#updates += 1;
    if (this.#updates % every === 0) this.ask();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending === undefined) this.#onProblem(`The engine answered ${id}, which was not asked.`);
    return pending;
  }
}
