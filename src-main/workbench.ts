import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { app, dialog, nativeTheme, type BrowserWindow } from 'electron';
import type { MainEvent } from '../src-shared/contract/main';
import type { Settings } from '../src-shared/contract/settings';
import { plainLines, plainText } from '../src-shared/payload/plain-text';
import { messageOf } from './command-error';
import { answerCommand, bindCommands } from './commands';
import { DefinitionStore } from './definitions';
import { EngineHost, type EngineProcess } from './engine-host';
import type { Running } from './first-answers';
import { commandHandlers } from './handlers';
import { sendEvent, type Answerer } from './ipc';
import type { OpenedFiles } from './opened-files';
import { ProfileStore } from './profiles';
import { systemCipher } from './secret-cipher';
import { SecretStore } from './secrets';
import { SettingsStore } from './settings';
import { languageOf, type Language, type Texts } from './texts';
import { groundColour } from './window';

/** What stands before the workbench does. */
export interface Base {
  readonly window: BrowserWindow;
  readonly userData: string;
  readonly running: Running;
  readonly opened: OpenedFiles;
  readonly launch: () => EngineProcess;
  readonly texts: () => Texts;
  /** Shows what main itself says in this language from now on. */
  readonly follow: (language: Language) => void;
}

/**
 * Everything behind the window's commands: settings, profiles, secrets and the engine. The engine's
 * process starts when the page asks for it, which is after its first frame: beside the page's own
 * start it would hold that up.
 */
export async function openWorkbench(base: Base): Promise<Answerer> {
  const { window, userData, running } = base;
  const settings = await SettingsStore.open(join(userData, 'settings.json'));
  const profiles = new ProfileStore(join(userData, 'profiles'));
  const definitions = new DefinitionStore(join(userData, 'decoders'));
  const secrets = new SecretStore(join(userData, 'secrets.json'), systemCipher());
  const send = (event: MainEvent): void => {
    if (!window.isDestroyed()) sendEvent(window.webContents, event);
  };
  const { captureFolder } = running;
  const engine = new EngineHost({
    launch: base.launch,
    configuration: () => ({ captureFolder, ...engineSettings(settings.current) }),
    secrets: () => secrets.values,
    onExited: (code, restarted) => send({ type: 'engine-exited', code, restarted }),
  });
  secrets.onChange(() => engine.giveSecrets());
  followSettings(settings, engine, base, send);
  nativeTheme.on('updated', () => {
    const dark = nativeTheme.shouldUseDarkColors;
    if (!window.isDestroyed()) window.setBackgroundColor(groundColour(dark));
    send({ type: 'dark', dark });
  });
  quitInOrder(engine);

  const { opened, texts } = base;
  const onConnected = (): void =>
    opened.deliver((paths) => openCapture({ window, engine, send }, paths));
  const stores = { settings, profiles, definitions, secrets };
  const commands = bindCommands(
    commandHandlers({ window, engine, ...stores, running, texts, onConnected }),
  );
  return (name, params, caller) => answerCommand(commands, name, params, caller);
}

/** What of the settings the engine is told. */
function engineSettings({ captureLimitBytes, wiresharkPath, recordingSplit }: Settings) {
  return { captureLimitBytes, wireshark: wiresharkPath, split: recordingSplit };
}

function followSettings(
  settings: SettingsStore,
  engine: EngineHost,
  { running, follow }: Base,
  send: (event: MainEvent) => void,
): void {
  let before = settings.current;
  settings.onChange((current) => {
    nativeTheme.themeSource = current.theme;
    follow(languageOf(current.language, running.systemLanguage));
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

interface Opening {
  window: BrowserWindow;
  engine: EngineHost;
  send: (event: MainEvent) => void;
}

function openCapture({ window, engine, send }: Opening, paths: readonly string[]): void {
  engine
    .request('openCaptureFile', { paths: [...paths] })
    .then(({ socket }) => send({ type: 'opened', socket }))
    .catch((error: unknown) => {
      if (window.isDestroyed()) return;
      const message = paths.map((path) => plainText(path)).join('\n');
      const detail = plainLines(messageOf(error));
      void dialog.showMessageBox(window, { type: 'error', message, detail });
    });
}
