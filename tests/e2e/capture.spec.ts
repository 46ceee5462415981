import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { followTcp, tshark } from '../support/tshark';
import { Workbench } from '../support/workbench';

test('a capture is saved and handed to Wireshark while the session runs', async ({
  running,
  peers,
  folder,
}) => {
  test.skip(process.platform === 'win32', 'the stand-in for Wireshark is a shell script');
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '127.0.0.1', String(port));
  device.write('first\n');
  await expect(bench.row('RX', 'first')).toBeVisible();

  const copy = join(folder, 'kept for the report.pcapng');
  await main.answerDialogs({ save: copy });
  await bench.page.keyboard.press('Control+Shift+S');
  await expect(bench.toast(`Capture saved to ${copy}`)).toBeVisible();
  expect(tshark(copy).code).toBe(0);
  expect(followTcp(copy, 0)[0]).toBe(Buffer.from('first\n').toString('hex'));
  device.write('second\n');
  await expect(bench.row('RX', 'second')).toBeVisible();
  await expect(bench.status).toContainText('recording');

  await test.step('the chosen Wireshark gets the file that is being written', async () => {
    const wireshark = join(folder, 'wireshark stand-in');
    const told = join(folder, 'told');
    writeFileSync(
      wireshark,
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}.part'\nmv '${told}.part' '${told}'\n`,
    );
    chmodSync(wireshark, 0o755);
    await bench.page.keyboard.press('Control+,');
    const settings = bench.dialog('Settings');
    await main.answerDialogs({ open: [wireshark] });
    await settings.getByRole('button', { name: 'Choose …' }).click();
    await expect(settings).toContainText(wireshark);
    await bench.page.keyboard.press('Escape');
    await bench.endpoint.getByRole('button', { name: 'Open in Wireshark' }).click();
    await expect.poll(() => existsSync(told)).toBe(true);
    expect(readFileSync(told, 'utf8').split('\n')).toEqual(['-r', bench.capture('tcp-listen'), '']);
  });
});

test('a stored capture is kept, opened and deleted', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  peers.start('ncat', '127.0.0.1', String(port)).write('to be deleted\n');
  await expect(bench.row('RX')).toBeVisible();
  const file = bench.capture('tcp-listen');
  await bench.page.getByRole('button', { name: 'Stored captures' }).click();
  const dialog = bench.dialog('Stored captures');
  const stored = dialog.getByRole('listitem');
  await expect(stored).toContainText('in use');
  await expect(stored.getByRole('button', { name: 'Delete' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await bench.endpoint.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(bench.status).toContainText('complete');
  await bench.endpoint.getByRole('button', { name: 'More actions' }).click();
  await bench.page.getByRole('menuitem', { name: 'Remove' }).click();

  await bench.page.getByRole('button', { name: 'Stored captures' }).first().click();
  await stored.getByRole('button', { name: 'Keep' }).click();
  await expect(stored).toContainText('kept');
  await stored.getByRole('button', { name: 'Do not keep' }).click();
  await stored.getByRole('button', { name: 'Delete' }).click();
  await expect(stored).toContainText('Delete it for good?');
  await stored.getByRole('button', { name: 'Delete for good' }).click();
  await expect(dialog).toContainText('No capture is stored yet.');
  expect(existsSync(file)).toBe(false);
});
