import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { app, dialog, nativeTheme, session, type BrowserWindow } from 'electron';
import type { MainEvent } from '../src-shared/contract/main';
import type { Settings } from '../src-shared/contract/settings';
import { plainLines, plainText } from '../src-shared/payload/plain-text';
import { devServerOf } from './app-url';
import { messageOf } from './command-error';
import { bindCommands } from './commands';
import { DefinitionStore } from './definitions';
import { EngineHost } from './engine-host';
import { launchEngine } from './engine-process';
import { commandHandlers } from './handlers';
import { sendEvent, serveCommands } from './ipc';
import { showMenu } from './menu';
import { ProfileStore } from './profiles';
import { registerAppScheme, serveAppScheme } from './protocol';
import { systemCipher } from './secret-cipher';
import { SecretStore } from './secrets';
import { lockContents, lockSession } from './security';
import { SettingsStore } from './settings';
import { languageOf, systemLanguage, TEXTS } from './texts';
import { OpenedFiles } from './opened-files';
import { createWindow, groundColour } from './window';

const devServer = devServerOf(process.env, app.isPackaged);
const userData = app.getPath('userData');

// Before 'ready', and before any await: an ES module is loaded asynchronously, so 'ready' may come
// at the first one.
registerAppScheme();
app.enableSandbox();
// Chromium's files apart from ours, so that each can be looked at and deleted by itself.
app.setPath('sessionData', join(userData, 'session'));
app.on('web-contents-created', (_event, contents) => lockContents(contents, devServer));
app.on('window-all-closed', () => app.quit());

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const opened = new OpenedFiles();
  app.on('open-file', (event, path) => {
    event.preventDefault();
    opened.add(path);
  });
  opened.addArguments(process.argv.slice(1), process.cwd());
  void app.whenReady().then(async () => {
    const settings = await SettingsStore.open(join(userData, 'settings.json'));
    run(settings, opened);
  });
}

function run(settings: SettingsStore, opened: OpenedFiles): void {
  const captureFolder = join(userData, 'captures');
  const system = systemLanguage(app.getPreferredSystemLanguages());
  const texts = () => TEXTS[languageOf(settings.current.language, system)];
  const profiles = new ProfileStore(join(userData, 'profiles'));
  const definitions = new DefinitionStore(join(userData, 'decoders'));
  const secrets = new SecretStore(join(userData, 'secrets.json'), systemCipher());
  nativeTheme.themeSource = settings.current.theme;
  lockSession(session.defaultSession, devServer);
  serveAppScheme(session.defaultSession, join(import.meta.dirname, '../renderer'));

  const stateFile = join(userData, 'window-state.json');
  const window = createWindow({ devServer, stateFile, texts });
  const send = (event: MainEvent): void => {
    if (!window.isDestroyed()) sendEvent(window.webContents, event);
  };
  const engine = new EngineHost({
    launch: launchEngine,
    configuration: () => ({ captureFolder, ...engineSettings(settings.current) }),
    secrets: () => secrets.values,
    onExited: (code, restarted) => send({ type: 'engine-exited', code, restarted }),
  });
  secrets.onChange(() => engine.giveSecrets());
  // The page asks for it once it stands; beside the page's own start it would hold that up.
  window.once('ready-to-show', () => engine.start());
  const parts = { window, engine, settings, profiles, definitions, secrets, captureFolder, texts };
  serveCommands(bindCommands(commandHandlers({ ...parts, systemLanguage: system })), devServer);

  const menu = ({ language }: Settings): void => {
    const situation = { mac: process.platform === 'darwin', packaged: app.isPackaged };
    showMenu(languageOf(language, system), situation, (command) => send({ type: 'menu', command }));
  };
  menu(settings.current);
  followSettings(settings, engine, menu, send);
  nativeTheme.on('updated', () => {
    const dark = nativeTheme.shouldUseDarkColors;
    if (!window.isDestroyed()) window.setBackgroundColor(groundColour(dark));
    send({ type: 'dark', dark });
  });
  window.once('ready-to-show', () => opened.deliver((path) => openCapture(window, engine, path)));
  app.on('second-instance', (_event, args, workingFolder) => {
    opened.addArguments(args, workingFolder);
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  quitInOrder(engine);
}

/** What of the settings the engine is told. */
function engineSettings({ captureLimitBytes, wiresharkPath, recordingSplit }: Settings) {
  return { captureLimitBytes, wireshark: wiresharkPath, split: recordingSplit };
}

function followSettings(
  settings: SettingsStore,
  engine: EngineHost,
  menu: (current: Settings) => void,
  send: (event: MainEvent) => void,
): void {
  let before = settings.current;
  settings.onChange((current) => {
    nativeTheme.themeSource = current.theme;
    if (current.language !== before.language) menu(current);
    if (!isDeepStrictEqual(engineSettings(current), engineSettings(before))) engine.configure();
    before = current;
    send({ type: 'settings', settings: current });
  });
}

/** Holds the end of the app back until the sockets are closed and the captures complete. */
function quitInOrder(engine: EngineHost): void {
  app.on('will-quit', (event) => {
    event.preventDefault();
    void engine.close().finally(() => app.exit(0));
  });
}

function openCapture(window: BrowserWindow, engine: EngineHost, path: string): void {
  engine.request('openCaptureFile', { paths: [path] }).catch((error: unknown) => {
    if (window.isDestroyed()) return;
    const [message, detail] = [plainText(path), plainLines(messageOf(error))];
    void dialog.showMessageBox(window, { type: 'error', message, detail });
  });
}
