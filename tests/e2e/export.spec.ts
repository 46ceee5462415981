import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { fields } from '../support/tshark';
import { Workbench } from '../support/workbench';

test('rows of a running session become files, from the keyboard', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  const { page } = bench;
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '127.0.0.1', String(port));
  device.write('=first\n');
  await expect(bench.row('RX', '=first')).toBeVisible();
  device.write('second\n');
  await expect(bench.row('RX', 'second')).toBeVisible();
  const dialog = bench.dialog('Export rows');

  await test.step('all of them as CSV', async () => {
    const path = join(folder, 'rows.csv');
    await main.answerDialogs({ save: path });
    await page.keyboard.press('Control+Shift+X');
    await dialog.getByRole('radio', { name: /^CSV/ }).check();
    await page.keyboard.press('Enter');
    await expect(bench.toast(path)).toContainText('rows exported');
    expect(readFileSync(path, 'utf8')).toContain(`"'=first\\n"`);
  });

  await test.step('those that pass the filter as pcapng', async () => {
    const path = join(folder, 'rows.pcapng');
    await main.answerDialogs({ save: path });
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    await expect(bench.row('RX', '=first')).toHaveCount(0);
    await bench.page.getByRole('button', { name: 'Export rows' }).click();
    await expect(dialog.getByRole('radio', { name: /^Rows that pass/ })).toBeChecked();
    await dialog.getByRole('radio', { name: /^pcapng/ }).check();
    await dialog.getByRole('button', { name: 'Export…' }).click();
    await expect(bench.toast(path)).toContainText('1 row exported');
    const payloads = fields(path, 'frame', 'tcp.payload');
    expect(payloads).toEqual([[Buffer.from('second\n').toString('hex')]]);
  });

  await test.step('a place that cannot be written to is told', async () => {
    const path = join(folder, 'no such folder', 'rows.bin');
    await main.answerDialogs({ save: path });
    await page.keyboard.press('Control+Shift+X');
    await dialog.getByRole('radio', { name: /^Received bytes/ }).check();
    await dialog.getByRole('button', { name: 'Export…' }).click();
    await expect(bench.toast('ENOENT')).toBeVisible();
    expect(existsSync(path)).toBe(false);
  });
});
