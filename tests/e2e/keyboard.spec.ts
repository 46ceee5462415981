import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

test('the main job without a mouse', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const { page } = bench;
  const { keyboard } = page;
  const type = async (...keys: string[]) => {
    for (const key of keys) await keyboard.press(key);
  };

  await test.step('listen by the address bar', async () => {
    await expect(page.getByRole('main').getByRole('textbox', { name: 'Port' })).toBeFocused();
    await type('Control+L');
    await expect(bench.addressBar).toBeFocused();
    await keyboard.type('tcp-listen:127.0.0.1:0');
    await type('Enter');
  });
  await test.step('a button tells what it does and its keys when it has the focus', async () => {
    const composer = page.getByRole('button', { name: 'Show or hide the composer' });
    const inspector = page.getByRole('button', { name: 'Show or hide the inspector' });
    await composer.focus();
    await expect(composer).toHaveAccessibleDescription('Show or hide the composer Ctrl+J');
    await type('Tab');
    await expect(inspector).toHaveAccessibleDescription('Show or hide the inspector Ctrl+I');
    await expect(composer).toHaveAccessibleDescription('');
    await type('Escape');
    await expect(inspector).toHaveAccessibleDescription('');
  });
  const port = await bench.port();
  const first = peers.start('ncat', '127.0.0.1', String(port));
  first.write('one\n');
  await expect(bench.row('RX', 'one')).toBeVisible();
  const second = peers.start('ncat', '127.0.0.1', String(port));
  second.write('two\n');
  await expect(bench.row('RX', 'two')).toBeVisible();

  const regionTo = async (target: ReturnType<typeof page.getByRole>) => {
    // Once round and back to where it began is too far.
    for (let step = 0; step < 12; step++) {
      await type('F6');
      if (await target.evaluate((element) => element.contains(document.activeElement))) return;
    }
    throw new Error('F6 does not come to it');
  };
  await test.step('rows by keys, and a row in the inspector', async () => {
    await regionTo(bench.log);
    await expect(bench.log).toBeFocused();
    await type('End', 'ArrowUp', 'ArrowDown', 'Enter');
    await expect(bench.inspector).toContainText('74 77 6F 0A');
    await expect(bench.log.getByRole('row', { selected: true })).toContainText('two');
    await type('Control+A');
    await expect(bench.logBar).toContainText('5 of 5 selected');
    await type('Escape', 'p');
    await expect(page.getByText(/View paused, 0 rows held/)).toBeVisible();
    await type('p');
    await expect(page.getByText(/View paused/)).toBeHidden();
    await type('Shift+F10');
    await expect(page.getByRole('menu', { name: 'Row' })).toBeVisible();
    await type('Escape');
    await expect(bench.log).toBeFocused();
  });

  await test.step('all bytes of the row by keys', async () => {
    const bytes = bench.inspector.getByRole('grid', { name: 'Bytes' });
    await regionTo(bench.inspector);
    await expect(bytes).toBeFocused();
    await type('Home', 'Shift+ArrowRight');
    await expect(bench.inspector).toContainText('(2)');
    await expect(bench.inspector.getByRole('row', { name: /^u16/ })).toContainText('29815');
  });

  await test.step('a connection gets its tab from the tree', async () => {
    await regionTo(bench.openTree);
    await type('Home', 'ArrowDown', 'Enter');
    await expect(bench.endpoint).toContainText(/connected to/);
    await expect(page.getByRole('tab')).toHaveCount(2);
    await expect(bench.row('two')).toHaveCount(0);
    await type('Home', 'ArrowLeft');
    await expect(bench.openTree.getByRole('treeitem')).toHaveCount(1);
    await type('ArrowRight');
    await expect(bench.openTree.getByRole('treeitem')).toHaveCount(3);
  });

  await test.step('answer it, and go to the other tab', async () => {
    await regionTo(bench.composer);
    await expect(bench.editor).toBeFocused();
    await keyboard.type('reply');
    await type('Control+Enter');
    await first.said(/reply/);
    await type('Control+A', 'Delete', 'Alt+ArrowUp');
    await expect(bench.editor).toHaveValue('reply');
    await type('Control+Tab');
    await expect(bench.endpoint).toContainText('Listening on');
    await type('Control+PageUp');
    await expect(bench.endpoint).toContainText(/connected to/);
    await type('Control+W');
    await expect(page.getByRole('tab')).toHaveCount(1);
    await type('Control+Shift+T');
    await expect(page.getByRole('tab')).toHaveCount(2);
    expect(second.stdout().toString()).toBe('');
  });

  await test.step('the palette finds and runs', async () => {
    await type('Control+Shift+P');
    const palette = bench.dialog('Command palette');
    await expect(palette.getByRole('combobox')).toBeFocused();
    await keyboard.type('dark theme');
    await type('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(palette).toBeHidden();
    await type('F1');
    await keyboard.type('udp-listen:127.0.0.1:0');
    await type('Enter');
    await expect(bench.endpoint).toContainText('Receiving UDP on 127.0.0.1:');
    await type('Control+P');
    await keyboard.type(`tcp-listen:127.0.0.1:${port}`);
    await type('Enter');
    await expect(bench.endpoint).toContainText(`Listening on 127.0.0.1:${port}`);
  });

  await test.step('the sheet of shortcuts opens and closes', async () => {
    await type('Control+/');
    const sheet = bench.dialog('Keyboard shortcuts');
    await expect(sheet).toContainText('Ctrl+Shift+P');
    await type('Escape');
    await expect(sheet).toBeHidden();
  });

  await test.step('a dialog keeps the focus, also while a tooltip is shown', async () => {
    await type('Control+Shift+P');
    await keyboard.type('Answer by rules');
    await type('Enter');
    const rules = bench.dialog('Answer by rules');
    await rules.getByRole('button', { name: 'Add a rule' }).press('Enter');
    await rules.getByRole('button', { name: 'Close' }).focus();
    await type('Shift+Tab');
    await expect(rules.getByRole('button', { name: 'Answer by these rules' })).toBeFocused();
    await expect(page.locator('.tooltip')).toContainText('Something is wrong');
    await type('Tab');
    await expect(rules.getByRole('button', { name: 'Close' })).toBeFocused();
    await type('Escape');
    await expect(rules).toBeHidden();
  });

  await test.step('panes come and go, and it stops', async () => {
    await type('Control+J');
    await expect(bench.composer).toBeHidden();
    await type('Control+J');
    await expect(bench.composer).toBeVisible();
    await type('Control+B');
    await expect(bench.openTree).toBeHidden();
    await type('Control+B', 'Shift+F5');
    await expect(bench.endpoint).toContainText('Closed at');
    await type('F5');
    await expect(bench.endpoint).toContainText(/Listening on 127\.0\.0\.1:\d+/);
  });
});
