import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

/** Sends GBK in pieces of seven bytes, each when a line comes, and says in hex what it is answered. */
const DEVICE = `
import socket, sys, threading
peer = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
def answers():
    got = b''
    while True:
        more = peer.recv(4096)
        if not more: return
        got += more
        print('got', got.hex(), flush=True)
threading.Thread(target=answers, daemon=True).start()
data = '温度：25℃，状态：正常，错误：无'.encode('gbk')
for at in range(0, len(data), 7):
    peer.send(data[at:at + 7])
    sys.stdin.readline()
sys.stdin.readline()
`;

test('a device that speaks GBK is read, answered and remembered', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const requests: string[] = [];
  bench.page.on('request', (request) => requests.push(request.url()));
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const device = peers.python(DEVICE, port);
  for (let rows = 3; rows <= 6; rows++) {
    await expect(bench.logBar.getByText(`${rows} rows`)).toBeVisible();
    device.write('\n');
  }
  const data = async () => (await bench.log.getByRole('row').allInnerTexts()).join('\n');

  await test.step('the tables of other encodings come when one is chosen', async () => {
    await bench.logBar.getByLabel('Show:').click();
    await bench.page.getByRole('option', { name: 'Text', exact: true }).click();
    const tables = () => requests.filter((url) => /\/tables-[^/]*\.js$/.test(url));
    expect(tables()).toEqual([]);
    await bench.logBar.getByLabel('Encoding of text:').click();
    await bench.page.getByRole('option', { name: /^GBK/ }).click();
    await expect.poll(data).toContain('温度：2');
    expect(tables()).toHaveLength(1);
  });

  await test.step('characters that chunks cut are whole, and nothing is replaced', async () => {
    const text = await data();
    expect(text).toContain('态：正‹B3');
    expect(text).toContain('›常，错误');
    expect(text).not.toMatch(/\ufffd|\\x/);
  });

  await test.step('what is typed is sent in it, and what has no bytes in it is not', async () => {
    await bench.editor.fill('好😀');
    await expect(bench.composer.getByText(/1 character can't be encoded in GBK/)).toBeVisible();
    await bench.editor.fill('好');
    await expect(bench.composer.getByText('BA C3', { exact: true })).toBeVisible();
    await bench.editor.press('Control+Enter');
    await device.said(/got bac3\n/);
  });

  await test.step('a profile keeps it', async () => {
    await bench.page.keyboard.press('Control+S');
    const dialog = bench.dialog('Save as profile');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Boiler');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await bench.savedTree.getByRole('treeitem', { name: 'Boiler' }).click();
    await expect(bench.logBar.getByLabel('Encoding of text: GBK')).toBeVisible();
    await expect(bench.composer.getByLabel('Encoding of the text: GBK')).toBeVisible();
  });
});
