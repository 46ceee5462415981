import { cleanup, render, waitFor } from '@testing-library/svelte';
// In the app they come when the window stands; compiling them in a test would take its time.
import '../../../src-renderer/ui/shell/Overlays.svelte';
import '../../../src-renderer/ui/shell/SocketPanel.svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Bridge } from '../../../src-shared/contract/bridge';
import * as engineContract from '../../../src-shared/contract/engine';
import type {
  EngineCommandName,
  EngineRequest,
  EngineUpdate,
} from '../../../src-shared/contract/engine';
import type { MainCommandName } from '../../../src-shared/contract/main';
import type { AppInfo } from '../../../src-shared/contract/app-info';
import { mainCommands } from '../../../src-shared/contract/main';
import { settings as settingsSchema, type Settings } from '../../../src-shared/contract/settings';
import App from '../../../src-renderer/App.svelte';
import { createActions } from '../../../src-renderer/commands/actions';
import type { AppState } from '../../../src-renderer/commands/app';
import { Commands } from '../../../src-renderer/commands/commands';
import { followLocale } from '../../../src-renderer/i18n/locale.svelte';
import { Captures } from '../../../src-renderer/state/captures.svelte';
import { EngineClient } from '../../../src-renderer/state/engine-client';
import { EngineWatch } from '../../../src-renderer/state/engine-watch.svelte';
import { Exports } from '../../../src-renderer/state/exports';
import { FileSendings } from '../../../src-renderer/state/file-sending.svelte';
import { Layouts } from '../../../src-renderer/state/layouts.svelte';
import { Interfaces } from '../../../src-renderer/state/interfaces.svelte';
import { MainClient } from '../../../src-renderer/state/main-client';
import { NameBook } from '../../../src-renderer/state/peer-names.svelte';
import { Profiles } from '../../../src-renderer/state/profiles.svelte';
import { RowTools } from '../../../src-renderer/state/row-tools.svelte';
import { Secrets } from '../../../src-renderer/state/secrets.svelte';
import { SettingsState } from '../../../src-renderer/state/settings.svelte';
import { Shell } from '../../../src-renderer/state/shell.svelte';
import { Sockets } from '../../../src-renderer/state/sockets.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import { Workspace } from '../../../src-renderer/state/workspace.svelte';
import { cycleRegion } from '../../../src-renderer/ui/shell/regions';
import { decodingHere, settle, update } from '../state/fakes';

type Handlers<Name extends string> = Partial<Record<Name, (params: never) => unknown>>;

export interface FakeWindowOptions {
  engine?: Handlers<EngineCommandName>;
  main?: Handlers<MainCommandName>;
  settings?: Partial<Settings>;
  info?: Partial<AppInfo>;
}

const info: AppInfo = {
  version: '0.1.0',
  electron: '45.0.0',
  chrome: '150.0.0.0',
  node: '22.0.0',
  platform: 'linux',
  packaged: false,
  systemLanguage: 'en',
  wireshark: null,
  captureFolder: '/home/a/captures',
  hostname: 'bench',
};

/** What jsdom has not: sizes, and what is told of them. */
function layOut(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #told: ResizeObserverCallback;
      constructor(told: ResizeObserverCallback) {
        this.#told = told;
      }
      observe(target: Element): void {
        const height = target.getAttribute('role') === 'tree' ? 400 : 26;
        const contentRect = new DOMRect(0, 0, 800, height);
        const entry = { target, contentRect } as ResizeObserverEntry;
        queueMicrotask(() => this.#told([entry], this));
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal('matchMedia', (media: string) => ({
    ...{ media, matches: false },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  const size = (px: number) => ({ configurable: true, get: () => px });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', size(400));
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', size(1200));
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', size(400));
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', size(1200));
  Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
    configurable: true,
    get: () => document.body,
  });
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.setPointerCapture = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
}

function layOutNoMore(): void {
  vi.unstubAllGlobals();
  for (const name of ['clientHeight', 'clientWidth', 'offsetHeight', 'offsetWidth', 'offsetParent'])
    Reflect.deleteProperty(HTMLElement.prototype, name);
}

/**
 * The whole window over a fake port and a fake bridge. They answer what they were told to expect,
 * and reject anything else by name; what passes is checked against the contract in both directions.
 */
export async function openWindow(options: FakeWindowOptions = {}) {
  const asked: { name: string; params: unknown }[] = [];
  const complaints: string[] = [];
  const complain = (message: string) => void complaints.push(message);
  let listener: (message: unknown) => void = () => undefined;
  const engineHandlers: Handlers<EngineCommandName> = {
    interfaces: () => ({ interfaces: [] }),
    neighbours: () => ({ neighbours: [], reason: null }),
    network: () => ({ interfaces: [] }),
    captures: () => ({ captures: [] }),
    openView: () => ({ length: 0 }),
    closeView: () => ({}),
    rows: () => ({ length: 0, rows: [] }),
    suggestFraming: () => ({ suggestions: [] }),
    selectionSums: () => ({ sums: null }),
    dissector: () => ({ program: null, path: null, version: null }),
    ...options.engine,
  };
  let current: Settings = settingsSchema.parse({ ...options.settings });
  const mainHandlers: Handlers<MainCommandName> = {
    appInfo: () => ({ ...info, ...options.info }),
    getSettings: () => current,
    changeSettings: (patch: Partial<Settings>) => (current = { ...current, ...patch }),
    profiles: () => ({ profiles: [], problems: [] }),
    definitions: () => ({ definitions: [], problems: [] }),
    secretNames: () => ({ names: [], unreadable: [], kept: 'encrypted' }),
    ...options.main,
  };
  const answer = async ({ id, command, params }: EngineRequest) => {
    asked.push({ name: command, params });
    const name = command as EngineCommandName;
    const handler = engineHandlers[name];
    await Promise.resolve();
    try {
      if (handler === undefined) throw new Error(`unexpected command "${command}"`);
      const checked = engineContract.engineCommands[name].params.parse(structuredClone(params));
      listener({ type: 'result', id, result: await handler(checked as never) });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      complain(message);
      listener({ type: 'rejected', id, error: { code: 'UNEXPECTED', message } });
    }
  };
  const bridge: Bridge = {
    async command(command, params) {
      asked.push({ name: command, params });
      const name = command as MainCommandName;
      const handler = mainHandlers[name];
      if (handler === undefined) {
        complain(`unexpected command "${command}"`);
        return { ok: false, error: { code: 'UNEXPECTED', message: `unexpected "${command}"` } };
      }
      const checked = mainCommands[name].params.parse(structuredClone(params));
      return { ok: true, result: await handler(checked as never) };
    },
    onEvent: () => () => undefined,
  };

  // Loaded already: how long that takes is no part of how long the window takes.
  const engine = new EngineClient(complain, () => Promise.resolve(engineContract));
  engine.attach({
    postMessage: (message) => void answer(message),
    listen: (heard) => (listener = heard),
    close: () => undefined,
  });
  const main = new MainClient(bridge, complain);
  const toasts = new Toasts();
  const sockets = new Sockets();
  const settings = new SettingsState(main, toasts);
  const shell = new Shell();
  shell.painted = true;
  const decoding = decodingHere();
  const copied: string[] = [];
  const copyText = async (text: string) => void copied.push(await Promise.resolve(text));
  const state: AppState = {
    ...{ engine, main, toasts, sockets, settings },
    watch: new EngineWatch(engine),
    profiles: new Profiles(main, toasts, () => crypto.randomUUID()),
    captures: new Captures(engine, toasts),
    exports: new Exports(engine, main, toasts),
    files: new FileSendings(engine, main),
    secrets: new Secrets(main, toasts),
    interfaces: new Interfaces(engine, toasts),
    names: new NameBook(engine),
    workspace: new Workspace({ engine, main, sockets, settings, toasts, decoding, copyText }),
    decoding,
    layouts: new Layouts({ main, toasts, decoding }),
    rows: new RowTools(engine, toasts, shell),
    shell,
  };
  engine.onUpdate((told) => state.workspace.applyUpdate(told));
  state.shell.info = await main.command('appInfo', {});
  state.workspace.desks.supply.hostname = state.shell.info.hostname;
  await settings.load();
  await state.profiles.load();
  followLocale(() => (settings.current.language === 'zh-CN' ? 'zh-CN' : 'en'));
  const page = { cycleRegion: (by: 1 | -1) => cycleRegion(document, by) };
  const commands = new Commands(createActions(state, page), false);
  const unbind = commands.bindKeys(window);
  const app = { ...state, commands };
  // Made ready before: how long that takes is no part of how long the window takes.
  await Promise.all([
    import('../../../src-renderer/ui/shell/SocketPanel.svelte'),
    import('../../../src-renderer/ui/shell/Overlays.svelte'),
    import('../../../src-renderer/ui/shell/ToastHost.svelte'),
  ]);
  const shown = render(App, { props: { app } });
  await waitFor(() => {
    flushSync();
    if (document.querySelector('.window[aria-busy=false]') === null)
      throw new Error('not all is loaded');
  });

  /** Tells what the engine would tell. */
  const tell = async (over: Partial<EngineUpdate>) => {
    listener({ type: 'update', update: update(over) });
    flushSync();
    await settle();
  };
  await tell({ first: true });
  return {
    ...{ app, shown, tell, asked, copied, complaints, unbind },
    named: (name: string) => asked.filter((one) => one.name === name),
  };
}

/**
 * Lays the page out for each test; after it takes down the window it opened, of which nothing the fakes
 * did not expect may have been asked.
 */
export function useWindow(opened: () => FakeWindow): void {
  beforeEach(layOut);
  afterEach(() => {
    expect(opened().complaints).toEqual([]);
    opened().unbind();
    cleanup();
    layOutNoMore();
  });
}

export type FakeWindow = Awaited<ReturnType<typeof openWindow>>;
