import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

test('a live session is searched from the keyboard, also across chunks', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await bench.hideInspector();
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '127.0.0.1', String(port));
  device.write('first needle\n');
  await expect(bench.row('RX', 'first needle')).toBeVisible();
  device.write('second nee');
  await expect(bench.row('RX', 'second nee')).toBeVisible();
  const bar = page.getByRole('search', { name: 'Search' });
  const active = page.locator('.rows .row.active');

  await page.keyboard.press('Control+f');
  await page.keyboard.type('needle');
  await expect(bar.getByText('1 hit')).toBeVisible();
  device.write('dle\n');
  await expect(bar.getByText('2 hits')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(active).toContainText('first needle');
  await expect(active).toHaveClass(/\bhit\b/);
  await page.keyboard.press('F3');
  await expect(active).toContainText('second nee');
  await expect(bar.getByText('2 of 2')).toBeVisible();
  await page.keyboard.press('F3');
  await expect(active).toContainText('first needle');
  await expect(bar.getByText(/^Past the last row/)).toBeVisible();
  await page.keyboard.press('Shift+F3');
  await expect(active).toContainText('second nee');

  await test.step('in frames, the hit is a whole line', async () => {
    await page.keyboard.press('Control+Shift+R');
    await page.keyboard.type('line');
    await page.keyboard.press('Enter');
    // Where the search was it still is.
    await expect(active).toContainText('second needle');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Shift+Enter');
    await expect(active).toContainText('first needle');
    await page.keyboard.press('Enter');
    await expect(active).toContainText('second needle');
    await expect(bar.getByText('2 of 2')).toBeVisible();
  });

  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(bench.log).toBeFocused();
  await expect(active).toContainText('second needle');
});
