import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

/** A Modbus request that python3 packs: transaction, unit, function 3, register, how many. */
const MODBUS = [
  'import socket, struct, sys, time',
  's = socket.create_connection(("127.0.0.1", int(sys.argv[1])))',
  'def ask(n, register): return struct.pack(">HHHBBHH", n, 0, 6, 17, 3, register, 2)',
  's.sendall(ask(1, 107) + ask(2, 200)[:5]); time.sleep(0.2)',
  's.sendall(ask(2, 200)[5:]); sys.stdin.read()',
].join('\n');

test('a decoder is chosen: rows say what they mean, and the tree shows where it stands', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  peers.start('python3', '-c', MODBUS, String(port));
  await page.keyboard.press('Control+Shift+R');
  await page.keyboard.type('proto:modbus');
  await page.keyboard.press('Enter');
  const second = bench.row('RX', /Read Holding Registers @200/);
  await expect(second).toBeVisible();
  await expect(bench.row('RX', /Read Holding Registers @107/)).toBeVisible();
  await second.click();
  const decoded = page.getByRole('region', { name: 'Decoded' });
  await decoded.getByRole('button', { name: /^starting address/ }).click();
  await expect(bench.inspector.getByText('200').first()).toBeVisible();

  await test.step('and they are filtered by what they say', async () => {
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('decode.modbus.starting_address>=200');
    await page.keyboard.press('Enter');
    await expect(bench.row('RX', /@107/)).toBeHidden();
    await expect(second).toBeVisible();
  });
});

test('a layout is made, and rows are read by it', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const { page } = bench;
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const sender = [
    'import socket, sys',
    's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
    's.sendto(bytes([7, 1, 44]), ("127.0.0.1", int(sys.argv[1])))',
  ].join('\n');
  peers.start('python3', '-c', sender, String(port));
  const row = bench.row('RX', '07 01 2C');
  await expect(row).toBeVisible();
  await row.click();
  const decoded = page.getByRole('region', { name: 'Decoded' });
  await decoded.getByRole('button', { name: 'Field layouts and Protobuf' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Empty layout' }).click();
  const fields = dialog.getByLabel('Fields, as JSON');
  // What is wrong is marked where it is: so far there is no name.
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await expect(fields).toHaveAttribute('aria-invalid', 'false');
  await dialog.getByLabel('Name').fill('tank');
  await dialog.getByLabel('Rows say').fill('tank {id} at {level}');
  await fields.fill('[ { "type": "u8", "name": "id" },\n { "type": "u17", "name": "level" } ]');
  await expect(dialog.getByRole('button', { name: /^Line 2, column/ })).toBeVisible();
  await fields.fill(
    '[ { "type": "u8", "name": "id" },\n { "type": "u16", "name": "level", "unit": "mm" } ]',
  );
  await expect(dialog.getByText('tank 7 at 300 mm')).toBeVisible();
  const tried = dialog.getByLabel('Tried on the row in the inspector');
  await tried.fill('07 2');
  await expect(dialog.getByText('“2” is half a byte')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('button', { name: 'Layout: tank', pressed: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await decoded.getByRole('combobox', { name: /^Decode as/ }).click();
  await page.getByRole('option', { name: 'Layout: tank' }).click();
  await expect(bench.row('RX', 'tank 7 at 300 mm')).toBeVisible();
  await expect(decoded.getByRole('button', { name: 'level 300 mm' })).toBeVisible();
});
