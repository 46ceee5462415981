import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { Workbench } from '../support/workbench';
import { command } from './page-bridge';

const pictures = resolve(import.meta.dirname, '../../test-results/look');

/** Sends until the system takes no more, tells so, and sends the rest when it takes it again. */
const FLOOD = `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
print('connected', flush=True)
sys.stdin.readline()
s.settimeout(1)
left, stalled = 32 * 1024 * 1024, False
while left:
    try:
        left -= s.send(bytes(min(left, 65536)))
    except TimeoutError:
        if not stalled: print('stalled', flush=True)
        stalled = True
s.close()
print('done', flush=True)
`;

/** Stays connected, and says how that ended. */
const GUEST = `
import socket, sys
try:
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)
    s.settimeout(None)
    print('connected', flush=True)
    s.sendall(b'hello')
    print('ended' if s.recv(1) == b'' else 'answered', flush=True)
except ConnectionRefusedError:
    print('refused', flush=True)
except ConnectionResetError:
    print('reset', flush=True)
`;

/** The panel of the socket shown. */
class Panel {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get region(): Locator {
    return this.page.getByRole('region', { name: 'Socket', exact: true });
  }

  async open(section: string): Promise<Locator> {
    if (!(await this.region.isVisible())) await this.page.keyboard.press('Control+e');
    await this.region.getByRole('tab', { name: section, exact: true }).click();
    return this.region.getByRole('tabpanel', { name: section });
  }
}

test('pausing reading makes the peer wait, and loses nothing', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const panel = new Panel(bench.page);
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const flood = peers.python(FLOOD, port);
  await flood.said(/connected/);
  await bench.openTree.getByRole('treeitem', { level: 2 }).click();
  await bench.endpoint.getByRole('button', { name: 'Pause reading' }).click();
  await expect(bench.endpoint.getByText('Reading paused')).toBeVisible();
  await expect(bench.status.getByText('Reading paused')).toBeVisible();
  await expect(bench.openTree.getByRole('treeitem', { level: 2 })).toContainText(
    'Reading is paused',
  );
  await expect(bench.row('SYS', 'Reading paused')).toBeVisible();
  flood.write('\n');
  await flood.said(/stalled/);

  const controls = await panel.open('Controls');
  await controls.getByRole('button', { name: 'Resume reading' }).click();
  await flood.said(/done/);
  await expect(bench.endpoint).toContainText(/Closed at .* after/);
  const calls = await panel.open('Calls');
  await expect(calls.getByText('= 33554432 bytes')).toBeVisible();
  await expect(calls.getByText(/^accept\(/)).toBeVisible();
});

test('a listener stops accepting, blocks, kicks and limits its clients', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const panel = new Panel(bench.page);
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const first = peers.python(GUEST, port);
  await first.said(/connected/);
  await expect(bench.row('RX', '68 65 6C 6C 6F')).toBeVisible();

  await bench.endpoint.getByRole('button', { name: 'Stop accepting' }).click();
  await expect(bench.endpoint.getByText('Not accepting')).toBeVisible();
  await expect(bench.row('SYS', 'Stopped accepting')).toBeVisible();
  await peers.python(GUEST, port).said(/refused/);
  // Who was connected stayed.
  await expect(bench.endpoint).toContainText('1 connection');
  const controls = await panel.open('Controls');
  await controls.getByRole('button', { name: 'Accept again' }).click();
  await expect(bench.row('SYS', 'Accepting again')).toBeVisible();

  await controls.getByRole('textbox', { name: 'At most' }).fill('1');
  await controls.getByRole('textbox', { name: 'At most' }).press('Enter');
  await peers.python(GUEST, port).said(/ended|reset/);
  await expect(bench.row('Client turned away')).toHaveCount(1);
  await expect(bench.endpoint.getByText('1 turned away')).toBeVisible();

  await controls.getByRole('button', { name: /^Block 127\.0\.0\.1/ }).click();
  await first.said(/reset/);
  await expect(controls.getByRole('list', { name: 'Blocked addresses' })).toContainText(
    '127.0.0.1',
  );
  await peers.python(GUEST, port).said(/ended|reset/);
  await expect(bench.row('Client turned away')).toHaveCount(2);
  await controls.getByRole('button', { name: 'Take 127.0.0.1 off the block list' }).click();
  await peers.python(GUEST, port).said(/connected/);
  await expect(bench.endpoint).toContainText('1 connection');
});

test('an option is changed in place, and the kernel has it', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const panel = new Panel(bench.page);
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  await peers.python(GUEST, port).said(/connected/);
  const item = bench.openTree.getByRole('treeitem', { level: 2 });
  await item.click();
  const peer = /127\.0\.0\.1:(\d+)/.exec(await item.innerText())?.[1] ?? '';
  const options = await panel.open('Options');
  await options.getByRole('button', { name: 'Switch TCP_NODELAY to on' }).click();
  await expect(options.getByRole('row', { name: /TCP_NODELAY/ })).toContainText('on');
  await options.getByRole('button', { name: /^Change SO_KEEPALIVE/ }).click();
  const value = options.getByRole('textbox', { name: /^Value of SO_KEEPALIVE/ });
  await value.fill('soon');
  await value.press('Enter');
  await expect(options.getByRole('alert')).toContainText('soon');
  await value.fill('7s');
  await value.press('Enter');
  await expect(options.getByRole('row', { name: /SO_KEEPALIVE/ })).toContainText('7s');
  await expect(bench.row('SYS', 'Socket option set').first()).toBeVisible();
  const filter = ['sport', '=', `:${port}`, 'and', 'dport', '=', `:${peer}`];
  const timers = execFileSync('ss', ['-tnoH', ...filter]).toString();
  // Below ten seconds ss writes `6.396ms` for 6.396 s.
  expect(timers).toMatch(/timer:\(keepalive,[0-7](?:\.\d+)?(?:ms|sec)/);
  // What Node cannot reach is shown with its reason.
  await expect(options.getByRole('row', { name: /SO_LINGER/ })).toContainText(
    'Node has no call for it',
  );
});

test('what is copied as code runs and says the same', async ({ running, peers, folder }) => {
  const bench = new Workbench(running);
  const panel = new Panel(bench.page);
  const server = peers.start(
    ...['socat', '-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1,reuseaddr,fork', 'EXEC:cat'],
  );
  const [, port] = await server.said(/listening on AF=2 127\.0\.0\.1:(\d+)/);
  await bench.open(`tcp:127.0.0.1:${port},nodelay,idle-timeout=1s`);
  await expect(bench.endpoint).toContainText('Connected to');
  await bench.send('it\'s "quoted" \\x00\\xff\\n');
  await expect(bench.row('RX')).toHaveCount(1);
  await bench.log.focus();
  await bench.page.keyboard.press('Control+a');
  const code = await panel.open('Code');
  await expect(code.getByRole('combobox', { name: /^What it does: Replays/ })).toBeVisible();
  const copies = [
    ['Python (socket)', 'python3', 'client.py', 'import socket'],
    ['Node.js (net, dgram, tls)', process.execPath, 'client.cjs', "require('node:net')"],
  ] as const;
  const main = new MainProcess(running);
  for (const [language, program, file, holds] of copies) {
    await bench.choose(code.getByRole('combobox', { name: /^Language/ }), language);
    await code.getByRole('button', { name: 'Copy the code' }).click();
    const path = join(folder, file);
    await expect.poll(() => main.clipboardText()).toContain(holds);
    writeFileSync(path, await main.clipboardText());
    // It sends what was sent, and fails unless the same comes back.
    execFileSync(program, [path], { timeout: 15_000, stdio: 'pipe' });
  }
});

test('the panel and the network are reached with keys, in both languages and themes', async ({
  running,
}) => {
  test.setTimeout(120_000);
  const bench = new Workbench(running);
  const panel = new Panel(bench.page);
  const main = new MainProcess(running);
  mkdirSync(pictures, { recursive: true });
  await bench.listen('tcp-listen:127.0.0.1:0');
  await panel.open('Controls');

  async function look(name: string): Promise<void> {
    // Each theme and each language once: colours do not depend on words.
    for (const [theme, language] of [
      ['light', 'en'],
      ['dark', 'zh-CN'],
    ] as const) {
      await command(bench.page, 'changeSettings', { theme, language });
      await expect(bench.page.locator('html')).toHaveAttribute('lang', language);
      await expect(bench.page.locator('html')).toHaveAttribute('data-theme', theme);
      const { violations } = await new AxeBuilder({ page: bench.page })
        .setLegacyMode(true)
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      expect.soft(told, `${name}, ${theme}, ${language}`).toEqual([]);
      for (const [width, height] of [
        [1280, 800],
        [900, 600],
      ] as const) {
        await main.resize(width, height);
        const wide = await bench.page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect.soft(wide, `${name}, ${language}, ${width}`).toBeLessThanOrEqual(0);
        const picture = `${name}-${theme}-${language}-${width}.png`;
        await bench.page.screenshot({ path: join(pictures, picture) });
      }
    }
    await main.resize(1280, 800);
    await command(bench.page, 'changeSettings', { theme: 'light', language: 'en' });
    await expect(bench.page.locator('html')).toHaveAttribute('lang', 'en');
  }

  await look('socket-controls');
  await bench.page.keyboard.press('ArrowRight');
  await expect(panel.region.getByRole('tab', { name: 'Options' })).toBeFocused();
  await expect(panel.region.getByRole('row', { name: /TCP_NODELAY/ })).toBeVisible();
  await look('socket-options');
  await panel.open('Calls');
  await expect(panel.region.getByText(/^listen\(/)).toBeVisible();
  await look('socket-calls');
  await panel.open('Code');
  await expect(panel.region.getByLabel('The code')).toContainText('listener.bind');
  await look('socket-code');

  await bench.page.keyboard.press('F1');
  await bench.page.keyboard.type('Network of this');
  await bench.page.keyboard.press('Enter');
  const dialog = bench.dialog('Network of this computer');
  await expect(dialog.getByRole('textbox', { name: 'Which interface reaches…' })).toBeFocused();
  await bench.page.keyboard.type('127.0.0.1');
  await bench.page.keyboard.press('Enter');
  await expect(dialog).toContainText('127.0.0.1 is this computer itself');
  await look('network');
});
