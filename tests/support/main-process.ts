import type { ElectronApplication } from '@playwright/test';
import type { RunningApp } from './electron-app';

/** What a test does to the main process; a packaged one cannot be reached. */
export class MainProcess {
  readonly #running: RunningApp;

  constructor(running: RunningApp) {
    this.#running = running;
  }

  get #app(): ElectronApplication {
    const { app } = this.#running;
    if (app === undefined) throw new Error('only the app of the built folder can be asked this');
    return app;
  }

  /** Answers the next dialogs of the system, which no test can press, as its user would. */
  async answerDialogs(answers: { open?: string[]; save?: string; button?: number }): Promise<void> {
    await this.#app.evaluate(({ dialog }, { open, save, button }) => {
      Object.assign(dialog, {
        showOpenDialog: () =>
          Promise.resolve({ canceled: open === undefined, filePaths: open ?? [] }),
        showSaveDialog: () =>
          Promise.resolve({ canceled: save === undefined, filePath: save ?? '' }),
        showMessageBox: () => Promise.resolve({ response: button ?? 0, checkboxChecked: false }),
      });
    }, answers);
  }

  clipboardText(): Promise<string> {
    return this.#app.evaluate(({ clipboard }) => clipboard.readText());
  }

  /** Sizes the page itself, in CSS pixels, frame and menu not counted. */
  async resize(width: number, height: number): Promise<void> {
    await this.#app.evaluate(
      ({ BrowserWindow }, [width, height]) => {
        for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height);
      },
      [width, height] as const,
    );
    await this.#running.page.waitForFunction(
      ([width, height]) => innerWidth === width && innerHeight === height,
      [width, height] as const,
    );
  }
}
