import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test, type Peers, type RunningApp } from '../support/electron-app';
import { Workbench } from '../support/workbench';

/** Answers the next dialogs of the main process with this path: nobody can click in them here. */
async function answerDialogs({ app }: RunningApp, path: string): Promise<void> {
  if (app === undefined) throw new Error('a packaged app has no main process to be asked');
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, path);
}

/** Of the option editor. */
class Options {
  readonly form: Locator;
  readonly #bench: Workbench;

  constructor(bench: Workbench) {
    this.#bench = bench;
    this.form = bench.dialog('Options');
  }

  async open(): Promise<void> {
    await this.#bench.page.getByRole('button', { name: 'More options…' }).first().click();
    await expect(this.form).toBeVisible();
  }

  choose(name: string, option: string | RegExp): Promise<void> {
    const list = this.form.getByRole('combobox', { name: new RegExp(`^${name}: `) });
    return this.#bench.choose(list, option);
  }

  fill(name: string, value: string): Promise<void> {
    return this.form.getByRole('textbox', { name, exact: true }).fill(value);
  }

  press(name: string): Promise<void> {
    return this.form.getByRole('button', { name, exact: true }).click();
  }
}

async function run(bench: Workbench, command: string): Promise<void> {
  await bench.page.keyboard.press('Control+Shift+P');
  await bench.dialog('Command palette').getByRole('combobox').fill(command);
  await bench.page.keyboard.press('Enter');
}

/** Test certificates of every kind in `folder`, made by the window's own dialog. */
async function makeCertificates(running: RunningApp, folder: string): Promise<Locator> {
  const bench = new Workbench(running);
  await answerDialogs(running, folder);
  await run(bench, 'Make test certificates');
  const dialog = bench.dialog('Make test certificates');
  await dialog.getByRole('checkbox', { name: /^Expired server/ }).check();
  await dialog.getByRole('checkbox', { name: /^Server of another name/ }).check();
  await dialog.getByRole('button', { name: 'Choose a folder and make' }).click();
  await expect(dialog.getByText(/^Made in /)).toBeVisible();
  return dialog;
}

/** A server of OpenSSL with a certificate of the folder; what it is sent is its output. */
async function opensslServer(peers: Peers, folder: string, kind: string): Promise<number> {
  const port = await freePort(peers);
  const files = ['-cert', join(folder, `${kind}.pem`), '-key', join(folder, `${kind}-key.pem`)];
  const args = ['-accept', `127.0.0.1:${port}`, ...files, '-quiet'];
  peers.start('openssl', 's_server', ...args);
  const wait = `
import socket, sys, time
end = time.monotonic() + 10
while True:
    try: socket.create_connection(('127.0.0.1', int(sys.argv[1]))).close(); break
    except ConnectionRefusedError:
        if time.monotonic() > end: raise
print('up')`;
  await peers.python(wait, port).said(/up/);
  return port;
}

async function freePort(peers: Peers): Promise<number> {
  const program =
    "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])";
  const [port] = await peers.python(program).said(/\d+/);
  return Number(port);
}

test('makes certificates and serves TLS with them to openssl', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const made = await makeCertificates(running, folder);
  await made.getByRole('button', { name: 'Use it for a TLS listener…' }).click();
  const options = new Options(bench);
  await options.fill('Host', '127.0.0.1');
  await options.fill('Port', '0');
  await options.press('Listen');
  const port = await bench.port();
  const ca = ['-CAfile', join(folder, 'ca.pem'), '-verify_return_error'];
  const client = peers.start(
    ...['openssl', 's_client', '-connect', `127.0.0.1:${port}`, ...ca, '-verify_ip', '127.0.0.1'],
  );
  await client.said(/Verification: OK|Verify return code: 0 \(ok\)/);
  client.write('hello over TLS\n');
  await expect(bench.row('RX', '68 65 6C 6C 6F 20 6F 76 65 72')).toBeVisible();
  await bench.send('and back\\r\\n');
  await client.said(/and back/);
});

test('a certificate nobody vouches for is refused, shown, and trusted by its fingerprint', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  await makeCertificates(running, folder);
  await bench.page.keyboard.press('Escape');
  const port = await opensslServer(peers, folder, 'expired');
  await bench.open(`tls:127.0.0.1:${port},ca=${join(folder, 'ca.pem')}`);
  const { errorPanel } = bench;
  await expect(errorPanel.getByRole('alert')).toContainText('has expired');
  const shown = errorPanel.getByRole('region', { name: 'The certificate it showed' });
  await expect(shown).toContainText('expired');
  await expect(shown.getByText(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}/)).toBeVisible();
  await shown.getByRole('button', { name: 'Trust this certificate and connect' }).click();
  await expect(bench.endpoint).toContainText(/Connected to/);
  await expect(errorPanel).toBeHidden();
  // The refused one stays: what passed in its handshake is recorded, and tells why.
  const items = bench.openTree.getByRole('treeitem');
  await expect(items.filter({ hasText: 'Failed' })).toHaveCount(1);
  await expect(items.filter({ hasText: 'Connected' })).toHaveCount(1);
});

test('a Unix socket: what is left of another one is removed when asked', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const path = join(folder, 'device.sock');
  const old = peers.python(
    'import socket, sys, os; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os._exit(0)',
    path,
  );
  await old.exited();
  expect(existsSync(path)).toBe(true);
  const options = new Options(bench);
  await options.open();
  await options.choose('Kind of socket', /^Unix socket listen/);
  await options.fill('File', path);
  await options.press('Listen');
  await expect(bench.errorPanel.getByRole('alert')).toContainText('was left behind');
  await bench.errorPanel.getByRole('button', { name: 'Remove it and listen' }).click();
  await expect(bench.errorPanel).toBeHidden();
  await expect(bench.endpoint).toContainText(path);
  const client = peers.start('socat', 'STDIO', `UNIX-CONNECT:${path}`);
  client.write('over a file\n');
  await expect(bench.row('RX', '6F 76 65 72 20 61 20 66 69 6C 65')).toBeVisible();
  await bench.send('answer\\n');
  await client.said(/answer/);
});

test('joins a multicast group and hears it', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const port = await freePort(peers);
  const options = new Options(bench);
  await options.open();
  await options.choose('Kind of socket', /^UDP multicast/);
  await options.fill('Group', '239.77.1.5');
  await options.fill('Port', String(port));
  await options.fill('Interface for multicast', '127.0.0.1');
  await options.press('Join');
  await expect(bench.endpoint).toContainText(`:${port}`);
  const sender = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1'))
s.sendto(b'to the group', ('239.77.1.5', int(sys.argv[1])))`;
  expect(await peers.python(sender, port).exited()).toBe(0);
  await expect(bench.row('RX', '74 6F 20 74 68 65 20 67 72 6F 75 70')).toBeVisible();
});

test('answers HTTP as a protocol picked from the list, and asks as a client with an example', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  await run(bench, 'New from protocol');
  const dialog = bench.dialog('New from protocol');
  await dialog.getByRole('button', { name: 'Server: answer a device' }).click();
  await dialog.getByRole('button', { name: 'Listen' }).click();
  const port = await bench.port();
  expect(port).toBe(10_080);
  const curl = peers.start('curl', '-sS', '-i', `http://127.0.0.1:${port}/`);
  await curl.said(/^HTTP\/1\.1 200 OK\r\n/);
  expect(await curl.exited()).toBe(0);
  await expect(bench.row('RX', 'GET /')).toBeVisible();

  await run(bench, 'New from protocol');
  await dialog.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
  await dialog.getByRole('button', { name: 'Save as profile' }).click();
  await expect(bench.savedTree.getByRole('treeitem')).toContainText('HTTP to 127.0.0.1');
  await bench.savedTree.getByRole('treeitem').click({ button: 'right' });
  await bench.page.getByRole('menuitem', { name: 'Options…' }).click();
  const options = new Options(bench);
  await options.fill('Port', String(port));
  await options.press('Save in the profile');
  await bench.savedTree.getByRole('treeitem').click();
  await expect(bench.endpoint).toContainText(`Connected to 127.0.0.1:${port}`);
  await bench.composer.getByRole('button', { name: 'Payloads' }).click();
  await bench.page.getByRole('button', { name: /^HEAD/ }).click();
  await expect(bench.editor).toHaveValue(/^HEAD /);
  await bench.editor.press('Alt+1');
  await expect(bench.editor).toHaveValue(/^GET /);
  await bench.editor.press('Control+Enter');
  // The profile brought its framing and decoder along.
  await expect(bench.row('RX', '200 OK')).toBeVisible();
});

test('a secret is typed once and never shown again', async ({ running }) => {
  const bench = new Workbench(running);
  await run(bench, 'Secrets');
  const dialog = bench.dialog('Secrets');
  await dialog.getByRole('button', { name: 'New secret…' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('device-key');
  await dialog.getByLabel('Secret', { exact: true }).fill('0011223344');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog.getByRole('list', { name: 'Secrets kept' })).toContainText('device-key');
  expect(await bench.page.content()).not.toContain('0011223344');
  await dialog.getByRole('button', { name: 'Delete device-key' }).click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog.getByText('No secrets yet.')).toBeVisible();
});
