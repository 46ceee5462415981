import { existsSync } from 'node:fs';
import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

const installed = ['/usr/bin/sharkd', '/usr/bin/tshark', '/usr/local/bin/tshark'].some(existsSync);

test('Wireshark dissects a row in place, and its filter shows the rows it lets pass', async ({
  running,
  peers,
}) => {
  test.skip(!installed, 'neither sharkd nor tshark is installed');
  const bench = new Workbench(running);
  const { page } = bench;
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const device = peers.start('ncat', '-u', '127.0.0.1', String(port));
  device.write('first');
  await expect(bench.row('RX', 'first')).toBeVisible();
  device.write('second one');
  await bench.row('RX', 'second one').click();

  const section = bench.inspector.locator('details', { hasText: 'Wireshark' }).first();
  await section.locator('summary').first().click();
  await section.getByText(/^User Datagram Protocol, Src Port: \d+, Dst Port: \d+$/).click();
  await section.getByRole('button', { name: 'Length: 18' }).click();
  await expect(section.getByText('udp.length == 18')).toBeVisible();
  await section.getByText(/^Data \(10 bytes\)$/).click();
  await expect(bench.inspector.getByText(/10 bytes/).first()).toBeVisible();

  await section.getByRole('button', { name: 'Length: 18' }).click();
  await section.getByRole('button', { name: 'Filter the log by it' }).click();
  const bar = page.getByRole('search', { name: 'Wireshark' });
  await expect(bar.getByText('1 packet passes')).toBeVisible();
  // The row is still the one inspected; beside the inspector its bytes are cut short.
  await expect(page.locator('.rows .row.active')).toContainText('seco');
  await bench.hideInspector();
  await expect(bench.row('RX', 'second one')).toBeVisible();
  await expect(bench.row('RX', 'first')).toBeHidden();

  await test.step('what comes later is looked at when it is asked for', async () => {
    device.write('second two');
    await expect(bar.getByText(/more have come since/)).toBeVisible();
    await bar.getByRole('button', { name: 'Look again' }).click();
    await expect(bench.row('RX', 'second two')).toBeVisible();
  });

  await test.step('what Wireshark does not understand is said in its words', async () => {
    await bar.getByRole('textbox').fill('udp.lenght == 18');
    await bar.getByRole('textbox').press('Enter');
    await expect(bar.getByRole('alert')).toContainText('udp.lenght');
  });
});
