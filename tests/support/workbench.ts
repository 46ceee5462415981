import type { Locator, Page } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type RunningApp } from './electron-app';

/** The window as its user knows it: by roles and words (of `en.json`), never by class. */
export class Workbench {
  readonly #running: RunningApp;

  constructor(running: RunningApp) {
    this.#running = running;
  }

  get page(): Page {
    return this.#running.page;
  }

  get addressBar(): Locator {
    return this.page.getByRole('textbox', { name: 'Address', exact: true });
  }

  /** State, facts and buttons of the socket in the tab shown. */
  get endpoint(): Locator {
    return this.page.getByRole('region', { name: 'Socket shown' });
  }

  get log(): Locator {
    return this.page.getByRole('grid', { name: 'Message log' });
  }

  get logBar(): Locator {
    return this.page.getByRole('toolbar', { name: 'Message log' });
  }

  get inspector(): Locator {
    return this.page.getByRole('region', { name: 'Inspector' });
  }

  get composer(): Locator {
    return this.page.getByRole('form', { name: 'Composer' });
  }

  /** Where text or hex to send is typed. */
  get editor(): Locator {
    return this.composer.getByRole('textbox', { name: /^(Text to send|Bytes to send, as hex)$/ });
  }

  get openTree(): Locator {
    return this.page.getByRole('tree', { name: 'Open sockets' });
  }

  get savedTree(): Locator {
    return this.page.getByRole('tree', { name: 'Saved profiles' });
  }

  get status(): Locator {
    return this.page.getByRole('contentinfo', { name: 'Status' });
  }

  get ledger(): Locator {
    return this.status.getByRole('button', { name: /Received .* Sent .* Recorded/ });
  }

  get errorPanel(): Locator {
    return this.page.getByRole('region', { name: 'What went wrong' });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  toast(text: string | RegExp): Locator {
    return this.page
      .getByRole('region', { name: /^Messages/ })
      .getByRole('listitem')
      .filter({ hasText: text });
  }

  /** Rows of the log that hold all of these texts. */
  row(...texts: (string | RegExp)[]): Locator {
    return texts.reduce<Locator>(
      (rows, hasText) => rows.filter({ hasText }),
      this.log.getByRole('row'),
    );
  }

  /** Numbers of the rows in sight, from top to bottom; the column has to be there. */
  visibleNumbers(): Promise<number[]> {
    return this.log.evaluate((grid) => {
      const { bottom } = grid.getBoundingClientRect();
      const top = grid.querySelector('[role="columnheader"]')?.getBoundingClientRect().bottom ?? 0;
      return [...grid.querySelectorAll('[role="gridcell"][aria-colindex="1"]')]
        .map((cell) => ({ box: cell.getBoundingClientRect(), text: cell.textContent ?? '' }))
        .filter(({ box }) => box.height > 0 && box.bottom > top && box.top < bottom)
        .sort((a, b) => a.box.top - b.box.top)
        .map(({ text }) => Number(text.replaceAll(',', '')));
    });
  }

  /** Leaves all the width to the log, so that rows show more of their bytes. */
  async hideInspector(): Promise<void> {
    const toggle = this.page.getByRole('button', { name: 'Show or hide the inspector' });
    if ((await toggle.getAttribute('aria-pressed')) === 'true') await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  }

  /** Opens an address by the address bar and waits for its tab. */
  async open(address: string): Promise<void> {
    await this.addressBar.fill(address);
    await this.addressBar.press('Enter');
    await expect(this.endpoint).toBeVisible();
    await expect(this.addressBar).toHaveValue('');
  }

  /** Opens what listens or binds; its real port. */
  async listen(address: string): Promise<number> {
    await this.open(address);
    return this.port();
  }

  /** The port of the listener or UDP socket shown, once it has one. */
  async port(): Promise<number> {
    const sentence = this.endpoint.getByText(/^(Listening|Receiving UDP) on .*:\d+/);
    await expect(sentence).toBeVisible();
    return Number(/:(\d+)(,|$)/.exec(await sentence.innerText())?.[1]);
  }

  /** Chooses in one of the lists that look like `To: All peers (2)`. */
  async choose(list: Locator, option: string | RegExp): Promise<void> {
    await list.click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  async sendTo(target: string | RegExp): Promise<void> {
    await this.choose(this.composer.getByRole('combobox', { name: /^To: / }), target);
  }

  async writeAs(mode: 'Text' | 'Hex'): Promise<void> {
    const button = this.composer.getByRole('group', { name: 'Write as' }).getByText(mode);
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
  }

  async send(text: string): Promise<void> {
    await this.editor.fill(text);
    await this.editor.press('Control+Enter');
  }

  /** The one capture in the store whose name holds `part`. */
  capture(part: string): string {
    const folder = join(this.#running.userData, 'captures');
    const names = readdirSync(folder).filter((name) => name.includes(part));
    expect(names, `captures of ${part}`).toHaveLength(1);
    return join(folder, names[0] ?? '');
  }
}
