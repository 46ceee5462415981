import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { APP_PAGE, isOwnDocument } from './app-url';
import type { Texts } from './texts';
import { DEFAULT, MINIMUM, placeOn, readWindowState, writeWindowState } from './window-state';

const CRASHES_ALLOWED = 3;
const CRASHES_WITHIN_MS = 60_000;

export interface WindowOptions {
  devServer: string | null;
  /** Where size and place are kept from one run to the next. */
  stateFile: string;
  texts: () => Texts;
}

/** The window's ground before the page has painted: that of the page, so that it does not flash. */
export function groundColour(dark: boolean): string {
  return dark ? '#16181d' : '#ffffff';
}

export function createWindow({ devServer, stateFile, texts }: WindowOptions): BrowserWindow {
  const state = readWindowState(stateFile);
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const place = state && placeOn(areas, state.bounds);
  const window = new BrowserWindow({
    ...DEFAULT,
    ...place,
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    show: false,
    backgroundColor: groundColour(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      disableDialogs: true, // alert() and its like would hold the page up.
      devTools: !app.isPackaged,
    },
  });
  if (state?.maximised) window.maximize();
  // maximize() shows the window too; before the page has painted it is only its ground.
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const bounds = window.getNormalBounds();
    writeWindowState(stateFile, { bounds, maximised: window.isMaximized() });
  });
  const load = (): void => {
    window
      .loadURL(devServer ?? APP_PAGE)
      .catch((error: unknown) => console.error('[window] did not load:', error));
  };
  // about:blank is the one address a page can go to unasked: Chromium lets nobody refuse it.
  window.webContents.on('did-navigate', (_event, url) => {
    if (!isOwnDocument(url, devServer)) load();
  });
  reviveAfterCrashes(window, load, texts);
  load();
  return window;
}

/**
 * Loads the page again when its process died; sockets and captures live elsewhere. When that does
 * not help, asks in a dialog of the system, which needs no page.
 */
function reviveAfterCrashes(window: BrowserWindow, load: () => void, texts: () => Texts): void {
  let crashesAt: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    console.error(`[window] its process is gone: ${reason}, ${exitCode}`);
    const now = performance.now();
    crashesAt = [...crashesAt.filter((at) => now - at < CRASHES_WITHIN_MS), now];
    if (crashesAt.length <= CRASHES_ALLOWED) return load();
    void askAfterCrashes(window, texts()).then((again) => {
      crashesAt = [];
      if (again) load();
      else app.quit();
    });
  });
}

async function askAfterCrashes(window: BrowserWindow, texts: Texts): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: texts.crashed,
    detail: texts.crashedDetail,
    buttons: [texts.loadAgain, texts.quit],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 0;
}
