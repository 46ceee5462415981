import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { fields } from '../support/tshark';
import { Workbench } from '../support/workbench';

/** What axe finds wrong with what is shown. */
async function wrongs(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('rows are marked, noted, found again and counted from, with the keyboard alone', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await bench.hideInspector();
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '-u', '127.0.0.1', String(port));
  for (const line of ['alpha', 'beta', 'gamma', 'delta']) {
    device.write(`${line}\n`);
    await expect(bench.row('RX', line)).toBeVisible();
  }
  const active = page.locator('.rows .row.active');

  await bench.row('RX', 'beta').click();
  await page.keyboard.press('Space');
  await expect(bench.row('RX', 'beta')).toContainText('★');
  await page.keyboard.press('End');
  await page.keyboard.press('n');
  const note = bench.dialog('Note');
  await expect(note.getByRole('textbox')).toBeFocused();
  expect(await wrongs(page)).toEqual([]);
  await page.keyboard.type('too <b>late</b>?');
  await page.keyboard.press('Control+Enter');
  await expect(bench.row('RX', 'delta').getByTitle('too <b>late</b>?')).toHaveText('★✎');

  await page.keyboard.press('F2');
  await expect(active).toContainText('beta');
  await page.keyboard.press('t');
  await expect(active).toContainText('*REF*');
  await page.keyboard.press('Control+Shift+M');
  const marks = bench.dialog('Marks');
  await expect(marks.getByRole('listitem')).toHaveCount(2);
  expect(await wrongs(page)).toEqual([]);
  await marks.getByText('Take the mark away').first().click();
  await expect(marks.getByRole('listitem')).toHaveCount(1);
  // What is done in a dialog is taken back without leaving it.
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(marks.getByRole('listitem')).toHaveCount(2);
  await marks.getByRole('button', { name: /too <b>late/ }).click();
  await expect(active).toContainText('delta');

  await test.step('a filter shows them, and follows when one is taken away', async () => {
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('mark');
    await page.keyboard.press('Enter');
    await expect(page.locator('.rows .row.in')).toHaveCount(2);
    await bench.row('RX', 'beta').click();
    await page.keyboard.press('Space');
    await expect(page.locator('.rows .row.in')).toHaveCount(1);
    await expect(active).toContainText('delta');
  });

  await test.step('a saved copy says it to other programs', async () => {
    const path = join(folder, 'copy.pcapng');
    await new MainProcess(running).answerDialogs({ save: path });
    await page.keyboard.press('Control+Shift+S');
    await expect(bench.toast(path)).toBeVisible();
    expect(fields(path, 'udp and frame.comment', 'frame.comment')).toEqual([
      ['★ too <b>late</b>?'],
    ]);
  });
});

test('a selection is added up, and two rows are compared byte by byte and word by word', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await bench.hideInspector();
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '-u', '127.0.0.1', String(port));
  for (const line of ['12345', '6789', 'GET one two', 'GET three two']) {
    device.write(line);
    await expect(bench.row('RX', line)).toBeVisible();
  }
  await bench.row('RX', '12345').click();
  await page.keyboard.press('Shift+ArrowDown');
  const sums = page.getByRole('group', { name: 'What the selection comes to' });
  await expect(sums).toContainText('2 rows');
  await expect(sums).toContainText('9 B');
  await sums.getByRole('button', { name: 'Checksums' }).click();
  // The check value of "123456789" in the catalogue.
  await expect(sums).toContainText('CBF43926');
  await sums.getByRole('combobox', { name: 'Another checksum' }).fill('crc_16_xmodem');
  await page.keyboard.press('Enter');
  await expect(sums).toContainText('31C3');
  expect(await wrongs(page)).toEqual([]);

  await bench.row('RX', 'GET one two').click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+Shift+D');
  const dialog = bench.dialog('Comparison');
  await expect(dialog).toContainText('1 difference;');
  await page.keyboard.press('F7');
  await expect(dialog.getByRole('status')).toHaveText('1 of 1');
  expect(await wrongs(page)).toEqual([]);
  await bench.choose(dialog.getByLabel('Compare by'), 'Words');
  await expect(dialog.locator('del', { hasText: /^one$/ })).toBeVisible();
  await expect(dialog.locator('ins', { hasText: /^three$/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Copy as text' }).click();
  await expect
    .poll(() => new MainProcess(running).clipboardText())
    .toBe('GET [-one-]{+three+} two');
});
