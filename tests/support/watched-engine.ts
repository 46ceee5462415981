import { onTestFinished } from 'vitest';
import { Engine } from '../../src-main/engine/engine';
import type { RecordTo } from '../../src-main/engine/engine';
import type { Fault } from '../../src-shared/contract/engine';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { within } from './deadline';

/** An engine that writes down all its host is told, and closes with the test. */
export class WatchedEngine {
  readonly engine: Engine;
  /** What was told, in order, one line each; ids as `#1`. */
  readonly events: string[] = [];
  readonly faults: Fault[] = [];
  readonly #bytes = new Map<string, Buffer[]>();
  readonly #last = new Map<SocketId, string>();
  #look: () => void = () => undefined;

  constructor(options: { captureFolder?: string; captureLimitBytes?: number } = {}) {
    this.engine = new Engine({
      ...options,
      observer: {
        socket: (info) => this.#socket(info),
        chunk: ({ socket, direction, bytes }) => {
          const key = `${direction}#${socket}`;
          this.#bytes.set(key, [...(this.#bytes.get(key) ?? []), Buffer.from(bytes)]);
          this.#add(`#${socket} ${direction} ${bytes.byteLength}`);
        },
        fault: (fault) => {
          this.faults.push(fault);
          this.#add(`#${fault.socket ?? 0} fault ${fault.error.code}`);
        },
      },
    });
    onTestFinished(() => this.engine.close());
  }

  open(address: string, record: RecordTo = 'none'): SocketId {
    return this.engine.open(address, { record });
  }

  /** Opens and waits until it is open (or closed). */
  async opened(address: string, record: RecordTo = 'none'): Promise<SocketInfo> {
    const id = this.open(address, record);
    return await this.until(id, ({ phase }) => phase === 'open' || phase === 'closed', address);
  }

  /** Waits until the socket's own figures say so; looks whenever anything happens. */
  async until(
    id: SocketId,
    is: (info: SocketInfo) => boolean,
    what = `state of #${id}`,
  ): Promise<SocketInfo> {
    await this.when(() => is(this.engine.socketInfo(id)), what);
    return this.engine.socketInfo(id);
  }

  closed(id: SocketId): Promise<SocketInfo> {
    return this.until(id, ({ phase }) => phase === 'closed', `end of #${id}`);
  }

  async when(is: () => boolean, what: string): Promise<void> {
    const look = new Promise<void>((resolve) => {
      this.#look = () => {
        if (!is()) return;
        this.#look = () => undefined;
        resolve();
      };
      this.#look();
    });
    const said = () => `${what}; told so far: ${this.events.slice(-40).join(', ')}`;
    await within(look, what).catch((error: unknown) => {
      throw new Error(`No ${said()}`, { cause: error });
    });
  }

  /** The first child of a socket that is told of. */
  async child(parent: SocketId, after: SocketId = 0): Promise<SocketInfo> {
    const find = () =>
      [...this.engine.registry.all()].find((s) => s.parent?.id === parent && s.id > after);
    await this.when(() => find() !== undefined, `child of #${parent}`);
    return this.engine.socketInfo(find()?.id ?? 0);
  }

  bytes(direction: 'in' | 'out', id: SocketId): Buffer {
    return Buffer.concat(this.chunks(direction, id));
  }

  chunks(direction: 'in' | 'out', id: SocketId): Buffer[] {
    return this.#bytes.get(`${direction}#${id}`) ?? [];
  }

  async send(socket: SocketId, bytes: string | Uint8Array): Promise<number> {
    const payload = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    const target = { to: 'peer' as const };
    return (await this.engine.command('send', { socket, target, bytes: new Uint8Array(payload) }))
      .targets;
  }

  /** The lines of one socket, without the chunks. */
  story(id: SocketId): string[] {
    return this.events
      .filter((line) => line.startsWith(`#${id} `) && !/ (in|out) \d/.test(line))
      .map((line) => line.slice(`#${id} `.length));
  }

  #socket(info: SocketInfo): void {
    const parts = [info.phase, info.step, info.peerEnded && 'peer-ended', info.ended && 'ended'];
    const line = [...parts.filter(Boolean), info.error?.code].filter(Boolean).join(' ');
    const isNews = this.#last.get(info.id) !== line;
    this.#last.set(info.id, line);
    if (isNews) this.events.push(`#${info.id} ${line}`);
    this.#lookSoon();
  }

  #add(line: string): void {
    this.events.push(line);
    this.#lookSoon();
  }

  #lookSoon(): void {
    // After the change itself is complete: it is told from the midst of it.
    queueMicrotask(() => {
      this.#look();
    });
  }
}
