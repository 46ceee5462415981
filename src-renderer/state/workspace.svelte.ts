import type { EngineUpdate, Fault } from '../../src-shared/contract/engine';
import type { MainEvent } from '../../src-shared/contract/main';
import type { Draft, NamedPayload, Profile } from '../../src-shared/contract/profile';
import type { SocketId, SocketInfo } from '../../src-shared/contract/socket';
import { socketName } from '../format/socket-text';
import { toProblem } from './command-error';
import { Composer } from './composer.svelte';
import { type CopyFormat, copyRows } from './copy-rows';
import type { Decoding } from './decoding.svelte';
import { Desks } from './desks.svelte';
import type { Kit } from './drafts.svelte';
import type { EngineClient } from './engine-client';
import { FramingHelp } from './framing-help.svelte';
import { LogStream } from './log-stream.svelte';
import { LogView } from './log-view.svelte';
import type { MainCommands } from './main-client';
import { openAnswering } from './open-answering';
import { OpenViews } from './open-views';
import { rowOrigin } from './row-origin';
import { QuickOpen } from './quick-open.svelte';
import type { SettingsState } from './settings.svelte';
import { shownDecoder } from './shown-decoder';
import type { Sockets } from './sockets.svelte';
import { TabList } from './tab-list.svelte';
import type { Toasts } from './toasts.svelte';

/** A socket being looked at. */
export interface Tab {
  readonly socket: SocketId;
  readonly log: LogView;
  /** One connection of it as it ran. */
  readonly stream: LogStream;
  readonly framing: FramingHelp;
  readonly composer: Composer;
}

/** What ended with the engine. */
export interface LostEngine {
  /** A new engine runs. */
  restarted: boolean;
  exitCode: number | null;
  /** Root sockets that were not closed. All but their last moment is in `info.capture`. */
  sockets: readonly SocketInfo[];
}

/** What main.ts gives: the state classes touch nothing of the page themselves. */
export interface WorkspaceParts {
  engine: EngineClient;
  main: MainCommands;
  sockets: Sockets;
  settings: SettingsState;
  toasts: Toasts;
  decoding: Decoding;
  /** Puts text on the clipboard. */
  copyText: (text: string) => Promise<void>;
}

/** What is open in this window. Tell it of every engine update and of the engine's end. */
export class Workspace {
  readonly quickOpen = new QuickOpen();
  readonly tabs = new TabList<Tab>();
  /** Why nothing of before is here, until the user has seen it. */
  lost = $state.raw<LostEngine | null>(null);
  readonly desks: Desks;
  readonly #parts: WorkspaceParts;
  readonly #views = new OpenViews();
  #nextView = 1;

  constructor(parts: WorkspaceParts) {
    this.#parts = parts;
    this.desks = new Desks(parts.sockets, parts.main);
  }

  applyUpdate(update: EngineUpdate): void {
    const { sockets } = this.#parts;
    sockets.apply(update);
    this.#views.apply(update.views);
    this.tabs.active?.stream.grew();
    for (const fault of update.faults) this.#tellFault(fault);
    for (const id of update.removed) this.#forget(id);
    // After a reload of the window the sockets are still there: so are their tabs.
    if (update.first) this.desks.restore();
    if (update.first && this.tabs.all.length === 0)
      for (const id of sockets.roots) if (sockets.get(id)?.phase !== 'closed') this.show(id);
  }

  engineExited(exit: Extract<MainEvent, { type: 'engine-exited' }>): void {
    const { engine, sockets } = this.#parts;
    const open = sockets.roots.flatMap((id) => {
      const info = sockets.get(id);
      return info === undefined || info.phase === 'closed' ? [] : [info];
    });
    // A second exit must not wipe out the account of the first.
    const before = this.lost?.sockets ?? [];
    this.lost = { restarted: exit.restarted, exitCode: exit.code, sockets: [...before, ...open] };
    engine.detach();
    sockets.clear();
    this.tabs.clear();
    this.#views.clear();
    this.desks.clear();
  }

  dismissLost(): void {
    this.lost = null;
  }

  /** Opens again what was lost with the engine. */
  async reopenLost(): Promise<void> {
    const lost = this.lost?.sockets.filter(({ kind }) => kind !== 'capture-file') ?? [];
    this.lost = null;
    for (const { address } of lost) await this.openAddress(address);
  }

  /** Opens what the address says, in a tab. Null when the engine would not. */
  async openAddress(address: string, kit?: Kit): Promise<SocketId | null> {
    return this.#openWith(() => openAnswering(this.#parts, address, kit?.rules), kit);
  }

  openProfile(profile: Profile): Promise<SocketId | null> {
    return this.openAddress(profile.address, profile);
  }

  async openCapture(name: string): Promise<SocketId | null> {
    return this.#openWith(() => this.#parts.engine.command('openCapture', { name }));
  }

  /** Asks for a capture file. Null when cancelled or not opened. */
  async chooseCapture(): Promise<SocketId | null> {
    return this.#openWith(() => this.#parts.main.command('openCaptureFile', {}));
  }

  async quickOpenFields(): Promise<SocketId | null> {
    const address = this.quickOpen.check(this.quickOpen.composed);
    return address === null ? null : this.openAddress(address);
  }

  async quickOpenAddress(): Promise<SocketId | null> {
    const address = this.quickOpen.check(this.quickOpen.address);
    if (address === null) return null;
    const id = await this.openAddress(address);
    if (id !== null) this.quickOpen.address = '';
    return id;
  }

  /** Brings the tab of a socket to the front; makes one if there is none. */
  show(id: SocketId): void {
    const there = this.tabs.all.find(({ socket }) => socket === id);
    this.activate(there ?? this.tabs.add(this.#makeTab(id)));
  }

  activate(tab: Tab): void {
    if (this.tabs.active !== tab) this.tabs.active?.log.release();
    this.tabs.active = tab;
  }

  /** Closes the tab, not the socket: it stays in the sidebar, and the toast takes it back. */
  closeTab(tab: Tab): void {
    const info = this.#parts.sockets.get(tab.socket);
    this.#closeTab(tab);
    this.#parts.toasts.show({
      kind: 'tab-closed',
      name: info?.address ?? '',
      running: info !== undefined && info.phase !== 'closed',
      undo: () => this.reopenTab(tab.socket),
      stop: () => void this.closeSocket(tab.socket),
    });
  }

  /** The last one closed, or that of a given socket. */
  reopenTab(socket?: SocketId): void {
    const closed = this.tabs.takeClosed(socket, (id) => this.#parts.sockets.get(id) !== undefined);
    if (closed === null) return;
    this.activate(this.tabs.add(this.#makeTab(closed.socket), closed.place));
  }

  nextTab(): void {
    this.#step(1);
  }

  previousTab(): void {
    this.#step(-1);
  }

  closeSocket(socket: SocketId): Promise<boolean> {
    return this.#try(() => this.#parts.engine.command('close', { socket }));
  }

  /** FIN: sends no more, keeps receiving. */
  endSocket(socket: SocketId): Promise<boolean> {
    return this.#try(() => this.#parts.engine.command('end', { socket }));
  }

  resetSocket(socket: SocketId): Promise<boolean> {
    return this.#try(() => this.#parts.engine.command('reset', { socket }));
  }

  /** Forgets a closed root; its capture stays. */
  removeSocket(socket: SocketId): Promise<boolean> {
    return this.#try(() => this.#parts.engine.command('remove', { socket }));
  }

  /** What is being written for the root of this socket, to be saved in a profile or taken along. */
  kitOf(socket: SocketId): Kit & { draft: Draft; payloads: readonly NamedPayload[] } {
    return this.desks.of(this.#parts.sockets.rootOf(socket)).kit;
  }

  clearLog(view: LogView): void {
    const rows = view.length;
    const undo = view.clear();
    if (rows > 0) this.#parts.toasts.show({ kind: 'log-cleared', rows, undo });
  }

  async copyRows(view: LogView, format: CopyFormat): Promise<void> {
    await this.#try(async () => {
      const copied = await copyRows(this.#parts.engine, view, format);
      if (copied === null) return;
      await this.#parts.copyText(copied.text);
      const { rows, bytes, truncated } = copied;
      this.#parts.toasts.show({ kind: 'copied', rows, bytes, truncated });
    });
  }

  copyText(text: string): Promise<boolean> {
    return this.#try(() => this.#parts.copyText(text));
  }

  async #openWith(
    open: () => Promise<{ socket: SocketId | null }>,
    kit?: Kit,
  ): Promise<SocketId | null> {
    try {
      const { socket } = await open();
      if (socket === null) return null;
      if (kit !== undefined) this.desks.begin(socket, kit);
      this.show(socket);
      return socket;
    } catch (thrown) {
      this.#parts.toasts.failed(toProblem(thrown));
      return null;
    }
  }

  #makeTab(socket: SocketId): Tab {
    const { engine, sockets, settings } = this.#parts;
    const root = sockets.rootOf(socket);
    const log = new LogView(engine, socket, `view-${this.#nextView++}`, {
      showAs: settings.current.showAs,
      source: () => sockets.source(root),
    });
    this.#views.add(log);
    const desk = this.desks.of(root);
    desk.frames(log.shape.framing);
    desk.pairs(log.statistics);
    if (desk.encoding !== undefined) log.shape.encoding.begin(desk.encoding);
    log.shape.encoding.used = desk.readIn;
    log.highlight.use(desk.highlights);
    log.highlight.described = () => this.#parts.decoding.names;
    void log.open();
    // Its address is not known yet when its tab is made.
    log.inspected.usualDecoder = shownDecoder(desk, socket, () => sockets.get(root)?.address);
    log.inspected.decodeWith(this.#parts.decoding, rowOrigin(sockets, socket));
    const stream = new LogStream(engine, log, this.#views);
    const framing = new FramingHelp(engine, socket, log.shape.framing);
    return { socket, log, stream, framing, composer: new Composer(engine, sockets, socket, desk) };
  }

  #closeTab(tab: Tab): void {
    this.tabs.remove(tab);
    this.#views.remove(tab.log);
    tab.stream.close();
    void tab.log.close();
  }

  #forget(id: SocketId): void {
    this.desks.forget(id);
    const tab = this.tabs.all.find(({ socket }) => socket === id);
    if (tab !== undefined) this.#closeTab(tab);
  }

  #step(by: number): void {
    const tab = this.tabs.beside(by);
    if (tab !== null) this.activate(tab);
  }

  #tellFault({ socket, error }: Fault): void {
    const info = socket === null ? undefined : this.#parts.sockets.get(socket);
    const name = info === undefined ? '' : socketName(info);
    this.#parts.toasts.fault({ name, path: info?.path ?? null }, error);
  }

  async #try(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.#parts.toasts.failed(toProblem(thrown));
      return false;
    }
  }
}
