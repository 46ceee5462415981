import { expect, test } from '../support/electron-app';
import { capinfos, followTcp, tshark } from '../support/tshark';
import { Workbench } from '../support/workbench';

const DEVICE = `
import socket, sys
device = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
device.sendall(bytes.fromhex('010300000002C40B'))
answer = b''
while len(answer) < 13:
    answer += device.recv(100)
print('got', answer.hex(), flush=True)
sys.stdin.read()
`;
const hex = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('hex');

test('the main job: devices connect, every byte is shown, answered and recorded @packaged', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  await bench.hideInspector();
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  await expect(bench.page).toHaveTitle(`tcp-listen:127.0.0.1:${port} – Wirebench`);

  const ncat = peers.start('ncat', '127.0.0.1', String(port));
  ncat.write('hello 温度\r\n');
  await expect(bench.row('RX', 'hello 温度')).toContainText(
    '68 65 6C 6C 6F 20 E6 B8 A9 E5 BA A6 0D 0A',
  );
  const device = peers.python(DEVICE, port);
  const modbus = bench.row('RX', '01 03 00 00 00 02 C4 0B');
  await expect(modbus.getByRole('gridcell').nth(-2)).toHaveText('8');
  await expect(bench.endpoint).toContainText('2 connections');
  const peer = await modbus.getByText(/^127\.0\.0\.1:\d+$/).innerText();
  expect(peer).not.toBe(
    await bench
      .row('hello')
      .getByText(/^127\.0\.0\.1:\d+$/)
      .innerText(),
  );
  await expect(bench.openTree.getByRole('treeitem', { name: /Connected/ })).toHaveCount(2);

  await test.step('the inspector shows all of a row', async () => {
    await modbus.dblclick();
    await expect(bench.inspector).toContainText(`Peer ${peer}`);
    await expect(bench.inspector).toContainText('8 B');
    await expect(bench.inspector.getByRole('grid', { name: 'Bytes' })).toContainText(
      '01 03 00 00 00 02 C4 0B',
    );
  });

  const toNcat = hex('OK\0 é\r\n');
  const toDevice = `010304002a${toNcat}`;
  await test.step('one peer is answered, in hex, with what the preview says', async () => {
    await bench.sendTo(peer);
    await bench.writeAs('Hex');
    await bench.editor.fill('01 03 04 00 2A 0');
    await expect(bench.composer).toContainText(
      '“0” is half a byte: one digit is missing. (at character 16)',
    );
    await bench.editor.press('Control+Enter');
    await bench.editor.fill('0x01,0x03 0400:2A');
    await expect(bench.composer).toContainText('Sends 01 03 04 00 2A 5 B');
    await bench.editor.press('Control+Enter');
    await expect(bench.row('TX', peer)).toContainText('01 03 04 00 2A');
  });

  await test.step('all are answered, in text with escapes', async () => {
    await bench.sendTo('All peers (2)');
    await bench.editor.fill('');
    await bench.writeAs('Text');
    await bench.send('OK\\x00 é\\r\\n');
    await ncat.said(/\n/);
    expect(hex(ncat.stdout())).toBe(toNcat);
    const [, got] = await device.said(/got ([0-9a-f]+)/);
    expect(got).toBe(toDevice);
    await expect(bench.row('TX')).toHaveCount(3);
  });

  await test.step('the ledger knows every chunk', async () => {
    await expect(bench.ledger).toHaveText(/Nothing lost\s*Received 2\s*Sent 3\s*Recorded 5/);
    await bench.ledger.click();
    const line = (name: RegExp) => bench.page.getByRole('table').getByRole('row', { name });
    await expect(line(/^Received/)).toHaveText(/Received\s*2\s*22 B/);
    await expect(line(/^Sent/)).toHaveText(/Sent\s*3\s*21 B/);
    await expect(line(/^Recorded/)).toHaveText(/Recorded\s*5\s*43 B/);
    await expect(line(/^Not recorded/)).toHaveText(/Not recorded\s*0\s*0 B/);
    await bench.page.keyboard.press('Escape');
  });

  await test.step('Wireshark reads the capture while the session runs', async () => {
    const file = bench.capture('tcp-listen');
    await expect(() => {
      expect(followTcp(file, 0)).toEqual([hex('hello 温度\r\n'), toNcat]);
      expect(followTcp(file, 1)).toEqual(['010300000002c40b', toDevice]);
    }).toPass({ timeout: 5000 });
    const flags = tshark(file, '-Y', 'tcp.analysis.flags || ip.checksum.status == 0');
    expect([flags.code, flags.stdout, flags.stderr]).toEqual([0, '', expect.any(String)]);
    expect(flags.stderr).not.toMatch(/cut short|damaged|corrupt/);
  });

  await test.step('it stops in good order', async () => {
    await bench.endpoint.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(bench.endpoint).toContainText(/Closed at \d\d:\d\d:\d\d\.\d{3} after 00:00:\d\d/);
    await expect(bench.status).toContainText('complete');
    ncat.end();
    expect(await ncat.exited()).toBe(0);
    const { code, stdout } = capinfos(bench.capture('tcp-listen'), '-c');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Number of packets:\s*\d+/);
  });
});

test('the first screen is ready for the keyboard: Enter listens @packaged', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await expect(page.getByRole('heading', { name: 'See what your device sends.' })).toBeVisible();
  const port = page.getByRole('main').getByRole('textbox', { name: 'Port' });
  await expect(port).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('0');
  await page.keyboard.press('Enter');
  const real = await bench.port();
  await expect(bench.page.getByText('Waiting for a device. Point it at')).toBeVisible();

  await test.step('the test message shows that it works', async () => {
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await expect(bench.row('RX', 'Hello from')).toBeVisible();
  });
  const device = peers.start('socat', '-u', 'SYSTEM:printf abc', `TCP:127.0.0.1:${real}`);
  await expect(bench.row('RX', '61 62 63')).toBeVisible();
  expect(await device.exited()).toBe(0);
  await expect(bench.row('SYS', 'The peer will send no more (FIN)').last()).toBeVisible();
});
