import type { Address } from '../../src-shared/address/address';
import { formatAddress } from '../../src-shared/address/address';
import type {
  EngineCommandName,
  EngineMessage,
  HostCommandName,
  ParamsOf,
  ResultOf,
} from '../../src-shared/contract/engine';
import type { SocketError, SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { refusal } from '../../src-shared/refusal/refusal';
import { Attachment } from './attachment';
import type { CommandingWindow } from './attachment';
import { WiresharkEngine } from './dissect/dissector';
import { Exports } from './export/exports';
import { FileSends } from './sockets/file-sends';
import { joinedName, partsOf } from './capture/reading/part-names';
import { nullRecorder } from './capture/recording/null-recorder';
import { splitPlan } from './split-plan';
import type { SplitPlan } from './capture/recording/recording-parts';
import { Captures } from './captures';
import { now } from './clock';
import { addressOf } from './addresses';
import { CommandError, toCommandError } from './command-error';
import { engineHandlers, hostHandlers } from './commands';
import { sessionOf } from './command-handler';
import type { Handler } from './command-handler';
import type { RuleBook } from './automation/rule-book';
import { refuseClosing } from './automation/datagram-rules';
import { Registry } from './registry';
import type { Observer } from './registry';
import type { Recording } from './sockets/base-socket';
import { CaptureFile } from './sockets/capture-file';
import { Dialer } from './sockets/dialer';
import { LocalListener } from './sockets/local-listener';
import { Probes } from './sockets/probes';
import { TcpListener } from './sockets/tcp-listener';
import { UdpSocket } from './sockets/udp-socket';
import { Views } from './views';
import { within } from './within';

/** Of the 2 s that closing may take, what sockets get to close in good order. */
const CLOSE_MS = 1700;
const DESTROY_MS = 200;

export interface EngineOptions {
  observer?: Observer;
  /** Both or neither; may be given later with the command `configure`. */
  captureFolder?: string;
  captureLimitBytes?: number;
  /** Where Wireshark is looked for; left out: on this computer. */
  wireshark?: WiresharkEngine;
}

/** Where a socket is recorded: a new file (`split`: not as the address says), one in the store, or nowhere. */
export type RecordTo = { path: string; split?: SplitPlan } | 'store' | 'none';

interface OpenOptions {
  record: RecordTo;
  /** What it answers by itself from its first message on. */
  rules?: RuleBook;
}

/** A window's connection to the engine. */
export interface EngineAttachment {
  /** What the window sent: anything, it is checked here. */
  receive(data: unknown): void;
  detach(): void;
}

/** The open sockets, and the one door to them. Knows neither Electron nor the screen. */
export class Engine {
  readonly registry: Registry;
  readonly captures: Captures;
  readonly exports = new Exports();
  readonly fileSends = new FileSends();
  readonly probes = new Probes();
  readonly wireshark: WiresharkEngine;
  /** The process that holds the engine, when it gives commands itself: it gets no updates. */
  readonly #self: CommandingWindow = { views: new Views(), seen: () => undefined };
  readonly #attachments = new Set<Attachment>();
  #closing: Promise<void> | null = null;

  constructor(options: EngineOptions = {}) {
    const { observer = {}, captureFolder, captureLimitBytes } = options;
    this.registry = new Registry(observer);
    this.wireshark = options.wireshark ?? new WiresharkEngine();
    this.captures = new Captures((error) => {
      this.registry.fault(null, error, now());
    }, this.registry.memory);
    if (captureFolder !== undefined && captureLimitBytes !== undefined)
      this.captures.configure(captureFolder, captureLimitBytes);
  }

  /**
   * A command as a window may give it. Rejects with a `CommandError`, which has the shape of
   * `SocketError`, and then has done nothing.
   */
  command<Name extends EngineCommandName>(
    name: Name,
    params: ParamsOf<Name>,
  ): Promise<ResultOf<Name>>;
  command(name: string, params: unknown): Promise<unknown>;
  command(name: string, params: unknown): Promise<unknown> {
    return this.#run(engineHandlers, name, params, this.#self);
  }

  /** A command that only the process which owns the engine may give; `command`'s besides. */
  hostCommand<Name extends EngineCommandName | HostCommandName>(
    name: Name,
    params: ParamsOf<Name>,
  ): Promise<ResultOf<Name>>;
  hostCommand(name: string, params: unknown): Promise<unknown>;
  hostCommand(name: string, params: unknown): Promise<unknown> {
    return this.#run({ ...engineHandlers, ...hostHandlers }, name, params, this.#self);
  }

  /**
   * Opens what the address says. Throws a `CommandError` when it does not parse or no capture can
   * be started; all else comes as events of the socket.
   */
  open(address: Address | string, { record, rules }: OpenOptions): SocketId {
    if (this.#closing) throw new CommandError('ERR_NOT_POSSIBLE', refusal('engine-closing'));
    const parsed = typeof address === 'string' ? addressOf(address) : address;
    if (rules && parsed.kind.startsWith('udp')) refuseClosing(rules);
    const id = this.#open(parsed, record);
    if (rules) this.registry.get(id).setBehaviour({ name: 'rules', rules });
    return id;
  }

  #open(parsed: Address, record: RecordTo): SocketId {
    const { registry } = this;
    const id = registry.nextId();
    const recording = this.#startRecording(parsed, id, record);
    switch (parsed.kind) {
      case 'tcp':
      case 'tls':
        return Dialer.open(registry, recording, id, parsed).id;
      case 'tcp-listen':
      case 'tls-listen':
        return new TcpListener(registry, recording, id, parsed).id;
      case 'udp':
      case 'udp-listen':
      case 'udp-mcast':
        return new UdpSocket(registry, recording, id, parsed).id;
      case 'unix':
      case 'pipe':
        return Dialer.open(registry, recording, id, parsed).id;
      case 'unix-listen':
      case 'pipe-listen':
        return new LocalListener(registry, recording, id, parsed).id;
      default:
        return parsed.kind satisfies never;
    }
  }

  /** Opens a capture from disk as a socket, several files as one, unless it is open. */
  openCapture(given: readonly string[]): SocketId {
    if (this.#closing) throw new CommandError('ERR_NOT_POSSIBLE', refusal('engine-closing'));
    const { captures, registry } = this;
    const names = captures.namesOf(given);
    const paths = names?.map((name) => captures.pathOf(name)) ?? given;
    const [open] = CaptureFile.among(registry.roots(), paths);
    // One that is open may have been opened before its folder became the store.
    if (open !== undefined) captures.use(open, names);
    if (open !== undefined) return open;
    const { id, recording } = CaptureFile.open(registry, paths, joinedName(names ?? paths));
    captures.use(id, names);
    if (recording.session) captures.keepMarks(id, recording.session);
    return id;
  }

  /** Opens all parts of the recording that a socket shows one of. */
  openWhole(id: SocketId): SocketId {
    return this.openCapture(partsOf(sessionOf(this, id).session.path));
  }

  socketInfo(id: SocketId): SocketInfo {
    return this.registry.get(id).info();
  }

  /** For a host that cannot take more now: off, the peer's bytes wait with it. Nothing for UDP. */
  setReading(id: SocketId, on: boolean): void {
    this.registry.find(id)?.setReading(on);
  }

  /** Resolves after the terminal event of a socket. */
  whenClosed(id: SocketId): Promise<void> {
    return this.registry.get(id).whenClosed();
  }

  /** A window: gets every socket at once and then what changes. `send` must not throw. */
  attach(send: (message: EngineMessage) => void): EngineAttachment {
    const attachment = new Attachment(send, (name, params, window) =>
      this.#run(engineHandlers, name, params, window),
    );
    attachment.onReady = () => {
      this.registry.updates.resume();
    };
    this.#attachments.add(attachment);
    const stop = this.registry.updates.attach(attachment, this.registry.all());
    return {
      receive: (data) => {
        attachment.receive(data);
      },
      detach: () => {
        stop();
        this.registry.watchNetwork(attachment, false);
        this.#attachments.delete(attachment);
      },
    };
  }

  /** Forgets a closed root and its children. */
  remove(id: SocketId): void {
    const root = this.registry.get(id);
    if (root.parent || root.phase !== 'closed')
      throw new CommandError('ERR_NOT_POSSIBLE', refusal('not-a-closed-root', { id }));
    this.#self.views.closeOf(id);
    for (const { views } of this.#attachments) views.closeOf(id);
    for (const socket of [...this.registry.all()])
      if (socket === root || socket.parent === root) this.registry.forget(socket);
    root.dispose();
    this.captures.release(id);
  }

  /** Closes everything in good order within 2 s, what is left after that by force. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** Our own failure, in every capture that is open: it may explain what is missing. */
  recordFault(error: SocketError): void {
    for (const { id, phase, recording } of this.registry.roots())
      if (phase !== 'closed') recording.recorder.note(id, { event: 'fault', error }, now());
  }

  /** For a process that must end now: what was received so far is complete on disk. Never throws. */
  closeCaptures(): void {
    for (const { recording } of this.registry.roots()) {
      try {
        recording.recorder.close(now());
      } catch {
        // The others still can be closed.
      }
    }
  }

  async #closeAll(): Promise<void> {
    this.wireshark.close();
    this.probes.close();
    this.fileSends.close();
    const exported = this.exports.close();
    const roots = this.registry.roots().filter(({ phase }) => phase !== 'closed');
    const closed = Promise.all(roots.map((root) => root.whenClosed()));
    for (const root of roots) root.close();
    if (!(await within(closed, CLOSE_MS))) {
      for (const root of roots) root.destroy();
      await within(closed, DESTROY_MS);
    }
    await within(exported, DESTROY_MS);
    await within(this.captures.marksWritten(), DESTROY_MS);
    this.closeCaptures();
    for (const root of this.registry.roots()) root.dispose();
    this.captures.close();
  }

  async #run(
    handlers: Readonly<{ [name: string]: Handler }>,
    name: string,
    params: unknown,
    window: CommandingWindow,
  ): Promise<unknown> {
    try {
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (!handler)
        throw new CommandError({
          code: 'ERR_BAD_COMMAND',
          message: `There is no command "${name}"`,
        });
      return await handler(this, params, window);
    } catch (thrown) {
      throw toCommandError(thrown);
    }
  }

  #startRecording(parsed: Address, id: SocketId, record: RecordTo): Recording {
    const split = (typeof record === 'object' && record.split) || splitPlan(parsed.options);
    if (record === 'none') return { recorder: nullRecorder(), session: null };
    const onChange = () => {
      // Not there yet while the socket that is to be recorded is being made.
      const root = this.registry.find(id);
      if (root) this.registry.changed(root);
    };
    const address = formatAddress(parsed);
    const session = this.captures.start({ address, split, rootSocket: id, onChange }, record);
    return { recorder: session, session };
  }
}
