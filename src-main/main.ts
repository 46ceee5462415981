import { join } from 'node:path';
import { app, Menu, nativeTheme, session } from 'electron';
import { answerer } from './answerer';
import { devServerOf } from './app-url';
import { launchAhead } from './engine-process';
import { readFirstSettings, type Running } from './first-answers';
import { sendEvent, serveCommands, serveDrops } from './ipc';
import { OpenedFiles } from './opened-files';
import { registerAppScheme, serveAppScheme } from './protocol';
import { lockContents, lockSession } from './security';
import { showMenu } from './menu';
import { languageOf, systemLanguage, TEXTS, type Language } from './texts';
import { createWindow } from './window';

/*
 * The start of the app, and all that its window waits for. What is behind the window's commands, with
 * the schemas, is `workbench.ts`: loaded while the page starts, which a window does not wait for.
 */
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
// Electron would make its own menus first, to be replaced by ours.
Menu.setApplicationMenu(null);

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const opened = new OpenedFiles();
  app.on('open-file', (event, path) => {
    event.preventDefault();
    opened.add([path]);
  });
  opened.addArguments(process.argv.slice(1), process.cwd());
  void app.whenReady().then(() => run(opened));
}

function run(opened: OpenedFiles): void {
  const settings = readFirstSettings(join(userData, 'settings.json'));
  const running: Running = {
    version: app.getVersion(),
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    packaged: app.isPackaged,
    systemLanguage: systemLanguage(app.getPreferredSystemLanguages()),
    captureFolder: join(userData, 'captures'),
  };
  let language = languageOf(settings.language, running.systemLanguage);
  const texts = () => TEXTS[language];
  nativeTheme.themeSource = settings.theme;
  lockSession(session.defaultSession, devServer);
  serveAppScheme(session.defaultSession, join(import.meta.dirname, '../renderer'));

  const stateFile = join(userData, 'window-state.json');
  const window = createWindow({ devServer, stateFile, texts });
  const situation = { mac: process.platform === 'darwin', packaged: app.isPackaged };
  const menu = (): void => {
    showMenu(language, situation, (command) => {
      if (!window.isDestroyed()) sendEvent(window.webContents, { type: 'menu', command });
    });
  };
  // Not later, though the page waits for it: a menu bar that comes after the first frame moves all below it.
  menu();
  const follow = (changed: Language): void => {
    if (changed === language) return;
    language = changed;
    menu();
  };
  const base = { window, userData, running, opened, texts, follow };
  let ahead: ReturnType<typeof launchAhead> | null = null;
  serveCommands(
    answerer(settings, running, () => {
      // Beside the loading of what speaks with it, which takes as long as its own start; and once,
      // though that be tried again.
      const launch = (ahead ??= launchAhead());
      return import('./workbench').then(({ openWorkbench }) => openWorkbench({ ...base, launch }));
    }),
    devServer,
  );
  serveDrops((paths) => opened.add(paths), devServer);
  app.on('second-instance', (_event, args, workingFolder) => {
    opened.addArguments(args, workingFolder);
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}
