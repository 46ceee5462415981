import { onTestFinished } from 'vitest';
import { Engine } from '../../src-main/engine/engine';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { decode } from '../../src-shared/decode/decode';
import { Framer } from '../../src-shared/framing/framer';
import type { Frame } from '../../src-shared/framing/framer';
import { parseFraming } from '../../src-shared/framing/framing';
import { compilePayload } from '../../src-shared/payload/compile-payload';
import { countOn } from '../../src-shared/payload/payload-template';
import type { PresetId } from '../../src-shared/protocols/preset';
import { presetOf } from '../../src-shared/protocols/presets';
import { within } from './deadline';

/** What is said at once to a frame of the server; null: nothing. */
type Answer = (frame: Frame) => Uint8Array<ArrayBuffer> | null;

/** What placeholders stand for, but for counters. */
const WORLD = {
  ...{ now: 0, variables: new Map<string, string>(), files: new Map<string, Uint8Array>() },
  ...{ hostname: 'localhost', host: '127.0.0.1', request: null },
  random: (length: number) => new Uint8Array(length),
};

/** A connection of the engine to a real server, in the words of a preset. */
export class Talk {
  readonly engine: Engine;
  readonly frames: Frame[] = [];
  /** `> GET /` of each frame, in the order in which they were complete. */
  readonly labels: string[] = [];
  readonly #counters = new Map<string, number>();
  readonly #answer: Answer;
  readonly #preset;
  readonly #framer: Framer;
  #socket: SocketId = 0;
  /** The labels before this one have been waited for. */
  #seen = 0;
  #look: () => void = () => undefined;

  constructor(protocol: PresetId, answer: Answer) {
    this.#answer = answer;
    const preset = presetOf(protocol);
    if (!preset?.decoder) throw new Error(`no decoder for ${protocol}`);
    this.#preset = { ...preset, decoder: preset.decoder };
    const framing = parseFraming(preset.framing);
    if (!framing.ok) throw new Error(framing.error.message);
    this.#framer = new Framer(framing.framing, { client: 'out' });
    this.engine = new Engine({
      observer: {
        chunk: ({ socket, direction, bytes, at }) => {
          if (socket === this.#socket) this.#told(this.#framer.push(direction, bytes, at / 1e6));
        },
        socket: (info) => {
          if (info.id === this.#socket && info.phase === 'closed')
            this.#told([...this.#framer.end('out'), ...this.#framer.end('in')]);
          // After the change itself is complete: it is told from the midst of it.
          queueMicrotask(() => this.#look());
        },
      },
    });
    onTestFinished(() => this.engine.close());
  }

  /**
   * Dials and waits until it is open. The server must be started before: what is begun last ends
   * first, and a server waits for its connections to end.
   */
  static async dial(protocol: PresetId, port: number, answer: Answer = () => null): Promise<Talk> {
    const talk = new Talk(protocol, answer);
    talk.#socket = talk.engine.open(`tcp:127.0.0.1:${port},half-open`, { record: 'none' });
    await talk.until(({ phase }) => phase === 'open', 'connection');
    return talk;
  }

  get info(): SocketInfo {
    return this.engine.socketInfo(this.#socket);
  }

  /** Sends the preset's payload of that name, or with another text in it. */
  async send(name: string, text?: string): Promise<void> {
    const found = this.#preset.payloads.find((one) => one.name === name);
    if (!found) throw new Error(`${this.#preset.id} has no payload ${name}`);
    const draft = { ...found.draft, text: text ?? found.draft.text };
    const compiled = compilePayload(draft, 'send');
    if (!compiled.ok) throw new Error(compiled.error.message);
    const parsed = compiled.template.expand({ ...WORLD, counters: this.#counters });
    if (!parsed.ok) throw new Error(parsed.error.message);
    countOn(compiled.template, this.#counters);
    await this.sendBytes(parsed.bytes);
  }

  async sendBytes(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.engine.command('send', { socket: this.#socket, target: { to: 'peer' }, bytes });
  }

  /** The label of the next frame from the server that matches. */
  async hears(pattern: RegExp): Promise<string> {
    const find = () =>
      this.labels.findIndex(
        (label, n) => n >= this.#seen && label.startsWith('<') && pattern.test(label.slice(2)),
      );
    await this.#when(() => find() !== -1, String(pattern));
    const at = find();
    this.#seen = at + 1;
    return this.labels[at]?.slice(2) ?? '';
  }

  /** Sends, and waits for the answer. */
  async ask(name: string, answer: RegExp, text?: string): Promise<string> {
    await this.send(name, text);
    return await this.hears(answer);
  }

  /** Makes the connection TLS, as client that trusts this authority. */
  async startTls(ca: string): Promise<void> {
    await this.engine.command('startTls', { socket: this.#socket, options: `ca=${ca}` });
    await this.until(({ tls }) => tls?.state === 'secure', 'TLS');
  }

  async until(is: (info: SocketInfo) => boolean, what: string): Promise<void> {
    await this.#when(() => is(this.info), what);
  }

  /** Until the server has closed, and all it said is told. */
  async over(): Promise<void> {
    await this.until(({ peerEnded, phase }) => peerEnded || phase === 'closed', 'end');
    if (this.info.phase !== 'closed') await this.engine.command('close', { socket: this.#socket });
    await this.until(({ phase }) => phase === 'closed', 'close');
  }

  #told(frames: readonly Frame[]): void {
    for (const frame of frames) {
      const side = frame.direction === 'out' ? 'client' : 'server';
      this.frames.push(frame);
      const { label } = decode(this.#preset.decoder, { ...frame, side });
      this.labels.push(`${side === 'client' ? '>' : '<'} ${label}`);
      const answer = side === 'server' ? this.#answer(frame) : null;
      // After this chunk is told: what is sent is told too.
      if (answer) queueMicrotask(() => void this.sendBytes(answer));
    }
    queueMicrotask(() => this.#look());
  }

  async #when(is: () => boolean, what: string): Promise<void> {
    const look = new Promise<void>((resolve) => {
      this.#look = () => {
        if (!is()) return;
        this.#look = () => undefined;
        resolve();
      };
      this.#look();
    });
    await within(look, what).catch((cause: unknown) => {
      throw new Error(`No ${what}; told so far:\n${this.labels.join('\n')}`, { cause });
    });
  }
}
