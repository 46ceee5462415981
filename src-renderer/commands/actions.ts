import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import type { LogView } from '../state/log-view.svelte';
import type { AppState } from './app';
import type { CommandActions } from './commands';
import { controlActions, on, type Some } from './control-commands';
import { paneActions } from './pane-actions';
import { openingActions } from './opening-actions';
import { rowActions } from './row-actions';
import { ruleActions } from './rule-actions';
import {
  captureOff,
  halfCloseOff,
  offerOptions,
  offerProfile,
  openInstead,
  openInWireshark,
  profileOff,
  removeOff,
  reopenOff,
  resetOff,
  saveCapture,
  showCaptureFolder,
  startOff,
  stopOff,
  wiresharkOff,
} from './socket-actions';

/** What commands need of the page. */
export interface Page {
  /** Moves the focus to the next (1) or previous (-1) region. */
  cycleRegion: (by: 1 | -1) => void;
}

/** What every command does in this window. */
export function createActions(app: AppState, page: Page): CommandActions {
  return {
    ...socketActions(app),
    ...openingActions(app, () => shown(app)),
    ...controlActions(app, () => shown(app)),
    ...tabActions(app),
    ...logActions(app),
    ...paneActions(app),
    ...rowActions(app),
    ...ruleActions(app, () => shown(app)),
    ...captureActions(app),
    ...profileActions(app),
    ...viewActions(app, page),
    ...appActions(app),
  };
}

function shown(app: AppState): SocketInfo | undefined {
  const tab = app.workspace.tabs.active;
  return tab === null ? undefined : app.sockets.get(tab.socket);
}

function shownRoot(app: AppState): SocketInfo | undefined {
  const info = shown(app);
  return info === undefined ? undefined : app.sockets.get(info.parent ?? info.id);
}

function socketActions(
  app: AppState,
): Some<
  | 'new-socket'
  | 'focus-address'
  | 'go-to'
  | 'start'
  | 'stop'
  | 'reopen-options'
  | 'half-close'
  | 'reset'
  | 'remove'
> {
  const { workspace, shell } = app;
  const here = (): SocketInfo | undefined => shown(app);
  function reveal(place: 'quick-open' | 'address'): void {
    if (shell.narrow) shell.drawerOpen = true;
    else if (!app.settings.current.sidebarOpen) void app.settings.change({ sidebarOpen: true });
    shell.focus(place);
  }
  return {
    'new-socket': { run: () => reveal('quick-open') },
    'focus-address': { run: () => reveal('address') },
    'go-to': { run: () => shell.open({ kind: 'go-to' }) },
    start: on(here, startOff, (info) => void openInstead(app, info, info.address)),
    stop: on(here, stopOff, (info) => void workspace.closeSocket(info.id)),
    'reopen-options': on(here, reopenOff, (info) => offerOptions(app, info)),
    'half-close': on(here, halfCloseOff, (info) => void workspace.endSocket(info.id)),
    reset: on(here, resetOff, (info) => void workspace.resetSocket(info.id)),
    remove: on(here, removeOff, (info) => void workspace.removeSocket(info.id)),
  };
}

function tabActions(
  app: AppState,
): Some<'close-tab' | 'reopen-tab' | 'next-tab' | 'previous-tab' | 'tab-left' | 'tab-right'> {
  const { workspace } = app;
  const off = (): string | null => (workspace.tabs.active === null ? m.off_no_tab() : null);
  function move(by: number): void {
    const tab = workspace.tabs.active;
    if (tab !== null) workspace.tabs.move(tab, workspace.tabs.all.indexOf(tab) + by);
  }
  return {
    'close-tab': {
      run() {
        if (workspace.tabs.active !== null) workspace.closeTab(workspace.tabs.active);
      },
      offBecause: off,
    },
    'reopen-tab': { run: () => workspace.reopenTab() },
    'next-tab': { run: () => workspace.nextTab(), offBecause: off },
    'previous-tab': { run: () => workspace.previousTab(), offBecause: off },
    'tab-left': { run: () => move(-1), offBecause: off },
    'tab-right': { run: () => move(1), offBecause: off },
  };
}

function logActions(
  app: AppState,
): Some<
  | 'find-log'
  | 'find-next'
  | 'find-previous'
  | 'filter-log'
  | 'display-filter'
  | 'frame-log'
  | 'clear-log'
  | 'pause-log'
  | 'follow-log'
> {
  const { workspace } = app;
  const off = (): string | null => (workspace.tabs.active === null ? m.off_no_tab() : null);
  /** What is looked at: the lines of a stream are a log too. */
  const seen = (): LogView | undefined => {
    const tab = workspace.tabs.active;
    return tab?.log.pane === 'stream' ? (tab.stream.log ?? undefined) : tab?.log;
  };
  /** The rows, which are shown then. */
  const log = (): LogView | undefined => {
    const view = workspace.tabs.active?.log;
    if (view !== undefined) view.pane = 'log';
    return view;
  };
  function step(way: 'next' | 'previous'): void {
    const search = seen()?.search;
    if (search === undefined) return;
    if (search.term.text.trim() === '') search.term.show();
    else search.step(way);
  }
  return {
    'find-log': { run: () => seen()?.search.term.show(), offBecause: off },
    'find-next': { run: () => step('next'), offBecause: off },
    'find-previous': { run: () => step('previous'), offBecause: off },
    'frame-log': { run: () => log()?.shape.framing.show(), offBecause: off },
    'filter-log': {
      run: () => log()?.shape.filter.show(),
      offBecause: off,
    },
    'display-filter': { run: () => log()?.shape.display.show(), offBecause: off },
    'clear-log': {
      run() {
        const view = log();
        if (view !== undefined) workspace.clearLog(view);
      },
      offBecause: off,
    },
    'pause-log': {
      run() {
        const view = seen();
        view?.pause(!view.paused);
      },
      offBecause: off,
    },
    'follow-log': { run: () => seen()?.setFollow(true), offBecause: off },
  };
}

function captureActions(
  app: AppState,
): Some<
  'save-capture' | 'export-rows' | 'open-capture' | 'captures' | 'open-wireshark' | 'capture-folder'
> {
  const root = (): SocketInfo | undefined => shownRoot(app);
  return {
    'save-capture': on(root, captureOff, (info) => void saveCapture(app, info)),
    'export-rows': on(root, captureOff, () => app.shell.open({ kind: 'export' })),
    'open-capture': { run: () => void app.workspace.chooseCapture() },
    captures: {
      run() {
        void app.captures.refresh();
        app.shell.open({ kind: 'captures', crashed: false });
      },
    },
    'open-wireshark': on(
      root,
      (info) => wiresharkOff(info, app.shell.info.wireshark),
      (info) => void openInWireshark(app, info),
    ),
    'capture-folder': { run: () => void showCaptureFolder(app) },
  };
}

function profileActions(
  app: AppState,
): Some<'save-profile' | 'import-profiles' | 'export-profiles'> {
  const { profiles } = app;
  return {
    'save-profile': on(
      () => shownRoot(app),
      profileOff,
      (info) => offerProfile(app, info),
    ),
    'import-profiles': { run: () => void profiles.import() },
    'export-profiles': {
      run: () => void profiles.export(profiles.list.map(({ id }) => id)),
      offBecause: () => (profiles.list.length === 0 ? m.off_no_profiles() : null),
    },
  };
}

function viewActions(
  app: AppState,
  page: Page,
): Some<
  | 'toggle-sidebar'
  | 'toggle-inspector'
  | 'toggle-composer'
  | 'next-region'
  | 'previous-region'
  | 'theme-light'
  | 'theme-dark'
  | 'theme-system'
  | 'language-en'
  | 'language-zh'
> {
  const { shell, settings } = app;
  return {
    'toggle-sidebar': {
      run() {
        if (shell.narrow) shell.drawerOpen = !shell.drawerOpen;
        else void settings.change({ sidebarOpen: !settings.current.sidebarOpen });
      },
    },
    'toggle-inspector': {
      run: () => toggleInspector(app),
    },
    'toggle-composer': { run: () => void (shell.composerOpen = !shell.composerOpen) },
    'next-region': { run: () => page.cycleRegion(1) },
    'previous-region': { run: () => page.cycleRegion(-1) },
    'theme-light': { run: () => void settings.change({ theme: 'light' }) },
    'theme-dark': { run: () => void settings.change({ theme: 'dark' }) },
    'theme-system': { run: () => void settings.change({ theme: 'system' }) },
    'language-en': { run: () => void settings.change({ language: 'en' }) },
    'language-zh': { run: () => void settings.change({ language: 'zh-CN' }) },
  };
}

/** The inspector is there while a row is chosen: asked for without one, it gets the latest. */
function toggleInspector({ settings, workspace }: AppState): void {
  const log = workspace.tabs.active?.log;
  const { inspectorOpen } = settings.current;
  if (inspectorOpen && (log === undefined || log.active !== null || log.length === 0)) {
    void settings.change({ inspectorOpen: false });
    return;
  }
  if (!inspectorOpen) void settings.change({ inspectorOpen: true });
  if (log?.active === null) log.activate(log.end - 1);
}

function appActions({
  shell,
}: AppState): Some<
  | 'palette'
  | 'shortcuts'
  | 'network'
  | 'layouts'
  | 'secrets'
  | 'certificates'
  | 'settings'
  | 'about'
> {
  return {
    palette: { run: () => shell.open({ kind: 'palette' }) },
    shortcuts: { run: () => shell.open({ kind: 'shortcuts' }) },
    network: { run: () => shell.open({ kind: 'network' }) },
    layouts: { run: () => shell.open({ kind: 'layouts' }) },
    secrets: { run: () => shell.open({ kind: 'secrets' }) },
    certificates: { run: () => shell.open({ kind: 'certificates' }) },
    settings: { run: () => shell.open({ kind: 'settings' }) },
    about: { run: () => shell.open({ kind: 'about' }) },
  };
}
