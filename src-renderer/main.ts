// First of all: main answers while the rest of the scripts runs.
import { bridge } from './first-asked';
// Before any schema, those that are loaded later too: zod looks for `new Function` when a schema is made,
// which the page's policy reports.
import './state/zod-jitless';
import { mount } from 'svelte';
import { ENGINE_PORT, type Bridge } from '../src-shared/contract/bridge';
import type { MainEvent } from '../src-shared/contract/main';
import App from './App.svelte';
import './app.css';
import { createActions } from './commands/actions';
import type { AppState } from './commands/app';
import { Commands } from './commands/commands';
import { socketName } from './format/socket-text';
import { m } from './i18n/generated/messages';
import { followLocale } from './i18n/locale.svelte';
import {
  keepDesks,
  keepLayoutDrafts,
  readMemory,
  recallDesks,
  recallLayoutDrafts,
  writeMemory,
} from './page-memory';
import { decodeWords } from './format/decode-words';
import { startDecodeWorker } from './decode-worker-link';
import { begin, connect } from './state/begin';
import { Decoding } from './state/decoding.svelte';
import { Layouts } from './state/layouts.svelte';
import { withDefinitions } from './state/with-definitions';
import { Captures } from './state/captures.svelte';
import { toProblem } from './state/command-error';
import { EngineClient, fromMessagePort } from './state/engine-client';
import { EngineWatch } from './state/engine-watch.svelte';
import { Exports } from './state/exports';
import { FileSendings } from './state/file-sending.svelte';
import { Interfaces } from './state/interfaces.svelte';
import { MainClient } from './state/main-client';
import { NameBook } from './state/peer-names.svelte';
import { OpenedElsewhere } from './state/opened-elsewhere';
import { Profiles } from './state/profiles.svelte';
import { RowTools } from './state/row-tools.svelte';
import { Secrets } from './state/secrets.svelte';
import { SettingsState } from './state/settings.svelte';
import { Shell } from './state/shell.svelte';
import { SilenceWatch } from './state/silence-watch';
import { Sockets } from './state/sockets.svelte';
import { Toasts } from './state/toasts.svelte';
import { Workspace } from './state/workspace.svelte';
import { cycleRegion } from './ui/shell/regions';

/** How often rates and up times are measured. */
const TICK_MS = 250;

/** How often what is being written is kept for the page after a crash. */
const KEEP_MS = 5000;

/** How long the engine waits for the first frame: a window that nobody sees paints none. */
const UNSEEN_MS = 300;

/** How often the addresses of this computer are asked for: cables are plugged at any time. */
const INTERFACES_MS = 5000;

if (bridge === undefined) sayNoBridge();
else void start(bridge);

/** The page in a plain browser: a sentence, not a blank page. */
function sayNoBridge(): void {
  followLocale(() => (navigator.language.startsWith('zh') ? 'zh-CN' : 'en'));
  const text = document.createElement('p');
  text.textContent = m.no_bridge();
  text.className = 'no-bridge';
  document.body.replaceChildren(text);
}

async function start(bridge: Bridge): Promise<void> {
  const app = makeState(bridge);
  recall(app);
  followWindow(app);
  const { sockets, workspace } = app;
  const elsewhere = new OpenedElsewhere(
    (socket) => sockets.get(socket) !== undefined,
    (socket) => workspace.show(socket),
  );
  followMain(app, elsewhere);
  followEngine(app, elsewhere);
  // Language and theme are known before the first paint; the sockets come when they come.
  await Promise.all([app.settings.load(), loadInfo(app)]);
  const { systemLanguage, platform } = app.shell.info;
  followLocale(() => {
    const { language } = app.settings.current;
    return language === 'system' ? systemLanguage : language;
  });
  const page = { cycleRegion: (by: 1 | -1) => cycleRegion(document, by) };
  const commands = new Commands(createActions(app, page), platform === 'darwin');
  commands.bindKeys(window);
  app.main.onEvent((event) => {
    if (event.type === 'menu' && !commands.runNamed(event.command))
      complain(`The menu names an unknown command "${event.command}".`);
  });
  const target = document.getElementById('app');
  if (target !== null) mount(App, { target, props: { app: { ...app, commands } } });
  // Not before the page is seen: what main and the engine's process load would hold up its first frame.
  afterFirstPaint(() => void goOn(app));
}

async function goOn(app: AppState): Promise<void> {
  app.shell.painted = true;
  // Before the engine tells which sockets there are.
  await recallDrafts(app);
  begin(app);
}

function complain(message: string): void {
  console.error(`[page] ${message}`);
}

function makeState(bridge: Bridge): AppState {
  const engine = new EngineClient(complain);
  const main = new MainClient(bridge, complain);
  const decoding = new Decoding(startDecodeWorker, decodeWords);
  engine.prepare = withDefinitions(() => decoding.definitions);
  const toasts = new Toasts();
  const sockets = new Sockets();
  const settings = new SettingsState(main, toasts);
  const shell = new Shell();
  const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text);
  return {
    engine,
    watch: new EngineWatch(engine),
    main,
    toasts,
    sockets,
    settings,
    profiles: new Profiles(main, toasts, () => crypto.randomUUID()),
    captures: new Captures(engine, toasts),
    exports: new Exports(engine, main, toasts),
    files: new FileSendings(engine, main),
    secrets: new Secrets(main, toasts),
    interfaces: new Interfaces(engine, toasts),
    names: new NameBook(engine),
    decoding,
    layouts: new Layouts({ main, toasts, decoding }),
    workspace: new Workspace({ engine, main, sockets, settings, toasts, decoding, copyText }),
    rows: new RowTools(engine, toasts, shell),
    shell,
  };
}

/** Takes up the layout of the run before, and keeps this page's. */
function recall({ shell }: AppState): void {
  const memory = readMemory(localStorage);
  shell.layout = memory.layout;
  shell.composerOpen = memory.composerOpen;
  shell.toldCaptures = new Set(memory.toldCaptures);
  window.addEventListener('pagehide', () => {
    const { layout, composerOpen, toldCaptures } = shell;
    writeMemory(localStorage, { layout, composerOpen, toldCaptures: [...toldCaptures] });
  });
}

/** Takes up what was begun before a reload, and keeps what is begun on this page. */
async function recallDrafts({ workspace: { desks }, layouts }: AppState): Promise<void> {
  try {
    desks.takeUp(await recallDesks(sessionStorage));
    layouts.unsaved = await recallLayoutDrafts(sessionStorage);
  } catch (thrown) {
    // What was kept stays as it is: this page could only write over it.
    complain(`What was being written could not be read: ${toProblem(thrown).message}`);
    return;
  }
  const keep = (): void => {
    keepDesks(sessionStorage, desks.toKeep());
    keepLayoutDrafts(sessionStorage, layouts.toKeep);
  };
  // A page that crashes has no last moment.
  setInterval(keep, KEEP_MS);
  window.addEventListener('pagehide', keep);
}

async function loadInfo({ main, shell, workspace, toasts }: AppState): Promise<void> {
  try {
    shell.info = await main.command('appInfo', {});
    workspace.desks.supply.hostname = shell.info.hostname;
  } catch (thrown) {
    toasts.failed(toProblem(thrown));
  }
}

function followWindow({ shell, sockets, engine, watch, interfaces }: AppState): void {
  const narrow = matchMedia('(max-width: 959px)');
  const slim = matchMedia('(max-width: 799px) and (min-height: 560px)');
  const short = matchMedia('(max-height: 559px)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const look = (): void => {
    shell.narrow = narrow.matches;
    if (!narrow.matches) shell.drawerOpen = false;
    shell.slim = slim.matches;
    shell.short = short.matches;
    shell.systemDark = dark.matches;
  };
  look();
  for (const query of [narrow, slim, short]) query.addEventListener('change', look);
  dark.addEventListener('change', look);
  setInterval(() => {
    sockets.tick(performance.now());
    watch.tick(performance.now(), Date.now(), document.hidden);
  }, TICK_MS);
  const second = (): void => {
    const now = Date.now();
    shell.now = Math.floor(now / 1000) * 1000;
    // With the second, not some time after it: a countdown would stand too high for as long.
    setTimeout(second, 1000 - (now % 1000));
  };
  second();
  setInterval(() => {
    if (engine.attached && !document.hidden) void interfaces.refresh();
  }, INTERFACES_MS);
}

function followMain(app: AppState, elsewhere: OpenedElsewhere): void {
  app.main.onEvent((event: MainEvent) => {
    switch (event.type) {
      case 'opened':
        elsewhere.opened(event.socket);
        return;
      case 'engine-exited':
        elsewhere.clear();
        app.workspace.engineExited(event);
        if (event.restarted) void connect(app);
        return;
      case 'settings': {
        const before = app.settings.current.wiresharkPath;
        app.settings.apply(event.settings);
        if (event.settings.wiresharkPath !== before) void loadInfo(app);
        return;
      }
      case 'dark':
        app.shell.systemDark = event.dark;
        return;
      case 'menu':
        // Taken by the commands, once they are there.
        return;
      default:
        event satisfies never;
    }
  });
}

function followEngine(app: AppState, elsewhere: OpenedElsewhere): void {
  let attachedBefore = false;
  const silence = new SilenceWatch((socket, idle) => {
    app.toasts.silent(socketName(socket), idle);
  });
  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source === window && event.data === ENGINE_PORT && port !== undefined)
      app.engine.attach(fromMessagePort(port));
  });
  app.engine.onHeard = () => app.watch.heard(Date.now());
  app.engine.onUpdate((update) => {
    app.workspace.applyUpdate(update);
    elsewhere.updated();
    silence.apply(update);
    if (!update.first) return;
    void app.interfaces.refresh();
    void app.files.takeUp((socket) => app.sockets.get(socket)?.parent ?? null);
    if (!attachedBefore) {
      attachedBefore = true;
      if (update.sockets.some(({ kind }) => kind !== 'capture-file'))
        app.toasts.show({ kind: 'view-restored' });
    }
    void offerLeftOver(app);
  });
}

/** Calls `then` when the first frame with something in it is on the screen; at the latest in 300 ms. */
function afterFirstPaint(then: () => void): void {
  const done = (): void => {
    observer.disconnect();
    clearTimeout(timer);
    then();
  };
  const observer = new PerformanceObserver(done);
  observer.observe({ type: 'paint', buffered: true });
  const timer = setTimeout(done, UNSEEN_MS);
}

/** Points out captures that a crash left behind, each of them once. */
async function offerLeftOver({ captures, shell, workspace }: AppState): Promise<void> {
  await captures.refresh();
  const fresh = captures.leftOver.filter(({ name }) => !shell.toldCaptures.has(name));
  // When the engine died under this window, its strip tells of them.
  if (fresh.length === 0 || workspace.lost !== null) return;
  for (const { name } of fresh) shell.toldCaptures.add(name);
  if (shell.overlay === null) shell.open({ kind: 'captures', crashed: true });
}
