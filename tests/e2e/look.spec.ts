import { mkdirSync } from 'node:fs';
import { copyFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Peers, type RunningApp } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { Workbench } from '../support/workbench';
import { command } from './page-bridge';

const root = resolve(import.meta.dirname, '../..');
const pictures = join(root, 'test-results/look');

/** One answers requests for a register in Modbus RTU's frames, the other sends lines. */
const DEVICES = `
import socket, sys
def crc(frame):
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, 'little')
meter = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
sensor = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for line in ('READY', 'T=21.5 C', '正常'):
    sensor.sendall(line.encode())
    sys.stdin.readline()
registers = {0x10: 2150, 0x11: 612, 0x12: 1}
while request := meter.recv(8):
    assert crc(request[:6]) == request[6:], 'the request has a wrong check value'
    answer = b'\\x01\\x03\\x02' + registers[int.from_bytes(request[2:4], 'big')].to_bytes(2, 'big')
    meter.sendall(answer + crc(answer))
`;

/** Asks for one register each. */
const REQUESTS = ['01 03 00 10 00 01 85 CF', '01 03 00 11 00 01 D4 0F', '01 03 00 12 00 01 24 0F'];

const SIZES = [
  [1280, 800],
  [900, 600],
  [720, 480],
] as const;
/** Each theme and each language once: colours do not depend on words, nor the room words take on colours. */
const VARIANTS = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'zh-CN' },
] as const;

async function appear(page: Page, theme: 'light' | 'dark', language: 'en' | 'zh-CN') {
  await command(page, 'changeSettings', { theme, language });
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** What sticks out of the window, and words that are cut without a sign of it. */
function clippings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} px wide`);
    for (const element of document.querySelectorAll('button, h1, h2, p, label, input')) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width === 0 || element.closest('[hidden], .visually-hidden, [role="tablist"]') !== null)
        continue;
      const name = `${element.tagName} "${(element.textContent ?? '').trim().slice(0, 40)}"`;
      if (left < -1 || right > innerWidth + 1) found.push(`${name} sticks out`);
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (element instanceof HTMLButtonElement && element.scrollWidth > element.clientWidth + 1)
        if (overflowX !== 'visible' && textOverflow !== 'ellipsis') found.push(`${name} is cut`);
    }
    return found;
  });
}

/** Rows of tools that have more in them than fits; what has no room goes into a menu, a moment later. */
function crowdedBars(page: Page): Promise<(string | null)[]> {
  return page
    .getByRole('toolbar')
    .evaluateAll((bars) =>
      bars.filter((bar) => bar.scrollWidth > bar.clientWidth).map((bar) => bar.ariaLabel),
    );
}

/** Words in the topmost dialog that lie on each other; what is scrolled out of sight lies nowhere. */
function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const dialog = [...document.querySelectorAll('[role="dialog"]')].at(-1);
    const words = [...(dialog?.querySelectorAll('*') ?? [])].flatMap((element) => {
      if (element.closest('svg, option, .visually-hidden') !== null) return [];
      const isField = element instanceof HTMLInputElement;
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const told = text.map((node) => node.nodeValue ?? '').join('');
      if (!isField && told.trim() === '') return [];
      // A title that only a screen reader tells has a box of nearly nothing; a ruler is not seen.
      const { visibility } = getComputedStyle(element);
      if (element.getBoundingClientRect().width < 2 || visibility !== 'visible') return [];
      const range = document.createRange();
      if (!isField) range.selectNodeContents(element);
      const boxes = isField ? [element.getBoundingClientRect()] : [...range.getClientRects()];
      let [top, bottom] = [0, innerHeight];
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        if (getComputedStyle(around).overflowY === 'visible') continue;
        const box = around.getBoundingClientRect();
        [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
      const seen = boxes.filter((box) => box.width > 1 && box.top >= top && box.bottom <= bottom);
      return seen.map((box) => ({ element, box, told: told.trim().slice(0, 40) }));
    });
    const found = new Set<string>();
    for (const [place, one] of words.entries())
      for (const other of words.slice(place + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const width =
          Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height =
          Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (width > 3 && height > 3) found.add(`"${one.told}" and "${other.told}" overlap`);
      }
    return [...found];
  });
}

/** One screen in a small window, in each theme and language: for what `look` would take long for. */
async function glance(running: RunningApp, name: string): Promise<void> {
  const { page } = running;
  const main = new MainProcess(running);
  const [width, height] = SIZES[1];
  await main.resize(width, height);
  for (const { theme, language } of VARIANTS) {
    await appear(page, theme, language);
    const wrong = [...(await clippings(page)), ...(await overlaps(page))];
    expect.soft(wrong, `${name}, ${language}`).toEqual([]);
    await page.screenshot({ path: join(pictures, `${name}-${theme}-${language}-${width}.png`) });
  }
  await main.resize(...SIZES[0]);
  await appear(page, 'light', 'en');
}

/** One screen in each theme, language and size. */
async function look(running: RunningApp, name: string): Promise<void> {
  const { page } = running;
  const main = new MainProcess(running);
  for (const { theme, language } of VARIANTS) {
    await main.resize(...SIZES[0]);
    await appear(page, theme, language);
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
    expect.soft(told, `${name}, ${theme}, ${language}`).toEqual([]);
    for (const [width, height] of SIZES) {
      await main.resize(width, height);
      await expect.poll(() => crowdedBars(page), `${name}, ${language}, ${width}`).toEqual([]);
      const wrong = [...(await clippings(page)), ...(width < 900 ? [] : await overlaps(page))];
      expect.soft(wrong, `${name}, ${language}, ${width}×${height}`).toEqual([]);
      const picture = `${name}-${theme}-${language}-${width}.png`;
      await page.screenshot({ path: join(pictures, picture) });
    }
  }
  await main.resize(...SIZES[0]);
  await appear(page, 'light', 'en');
}

/** Two devices at a listener; resolves with the name of the one that answers requests. */
async function talk(bench: Workbench, peers: Peers): Promise<string> {
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const devices = peers.python(DEVICES, port);
  for (const line of ['READY', 'T=21.5 C', '正常']) {
    await expect(bench.row('RX', line)).toBeVisible();
    devices.write('\n');
  }
  const meter = bench.openTree.getByRole('treeitem', { level: 2 }).first();
  const name = /127\.0\.0\.1:\d+/.exec(await meter.innerText())?.[0] ?? '';
  await bench.sendTo(name);
  await bench.writeAs('Hex');
  for (const [place, request] of REQUESTS.entries()) {
    await bench.send(request);
    await expect(bench.row('RX', name)).toHaveCount(place + 1);
  }
  return name;
}

test.beforeAll(() => {
  mkdirSync(pictures, { recursive: true });
});

test('first screen, waiting, and failed', async ({ running }) => {
  test.setTimeout(120_000);
  const bench = new Workbench(running);
  await expect(bench.page.getByRole('heading', { name: 'See what your device' })).toBeVisible();
  await look(running, 'first-run');
  await bench.listen('tcp-listen:0');
  await look(running, 'listening');
  await bench.open('tcp:127.0.0.1:9');
  await expect(bench.errorPanel).toBeVisible();
  await look(running, 'refused');
});

test('traffic and what lies above it', async ({ running, peers }) => {
  test.setTimeout(120_000);
  const bench = new Workbench(running);
  const { page } = bench;
  await talk(bench, peers);
  await bench.row('RX').last().click();
  await bench.editor.fill('01 03 00 10 00 0');
  await look(running, 'traffic');
  await page.keyboard.press('Control+,');
  await expect(bench.dialog('Settings')).toBeVisible();
  await look(running, 'settings');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+P');
  await expect(bench.dialog('Command palette')).toBeVisible();
  await look(running, 'palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+/');
  await expect(bench.dialog('Keyboard shortcuts')).toBeVisible();
  await glance(running, 'shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Stored captures' }).click();
  await expect(bench.dialog('Stored captures')).toBeVisible();
  await glance(running, 'captures');
  await page.keyboard.press('Escape');
  await bench.row('RX').first().click();
  await bench
    .row('TX')
    .last()
    .click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+Shift+D');
  await expect(bench.dialog('Comparison')).toBeVisible();
  await glance(running, 'compare');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+P');
  await bench.dialog('Command palette').getByRole('combobox').fill('Create rule from');
  await page.keyboard.press('Enter');
  const rules = bench.dialog('Answer by rules');
  await rules.getByRole('textbox', { name: 'Answer' }).fill('hex:0');
  await glance(running, 'rules');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+G');
  await bench.dialog('Highlight rules').getByRole('button', { name: 'Add a rule' }).click();
  await glance(running, 'highlight');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+P');
  await bench.dialog('Command palette').getByRole('combobox').fill('Field layouts');
  await page.keyboard.press('Enter');
  const layouts = bench.dialog('Field layouts and Protobuf');
  await layouts
    .getByRole('button', { name: /^Example/ })
    .first()
    .click();
  await glance(running, 'layouts');
  await layouts.getByLabel('Fields, as JSON').fill('[ { "type": "u17" } ]');
  await expect(layouts.getByRole('button', { name: /^Line 1/ }).first()).toBeVisible();
  await glance(running, 'layouts-wrong');
});

test('what goes with opening sockets', async ({ running, folder }) => {
  test.setTimeout(240_000);
  const bench = new Workbench(running);
  const { page } = bench;
  const begin = async (title: string): Promise<void> => {
    await page.keyboard.press('Control+Shift+P');
    await bench.dialog('Command palette').getByRole('combobox').fill(title);
    await page.keyboard.press('Enter');
  };
  await begin('Open with options');
  const options = bench.dialog('Options');
  await expect(options).toBeVisible();
  await look(running, 'options');
  await bench.choose(options.getByRole('combobox', { name: /^Kind of socket/ }), /^TLS connect/);
  await bench.choose(options.getByRole('combobox', { name: /^Verify the other side/ }), /^Off/);
  await options.getByRole('textbox', { name: 'Trust exactly these certificates' }).fill('AB:CD');
  await options.getByRole('button', { name: /^TLS/ }).click();
  await glance(running, 'options-tls');
  await page.keyboard.press('Escape');
  await begin('Probe an address');
  const probe = bench.dialog('Probe an address');
  await probe.getByRole('textbox', { name: 'Address' }).fill('tcp:127.0.0.1:9');
  await page.keyboard.press('Enter');
  await expect(probe.getByRole('alert')).toBeVisible();
  await look(running, 'probe');
  await probe.getByRole('textbox', { name: 'Address' }).fill('tcp:127.0.0.1:9-24');
  await page.keyboard.press('Enter');
  await expect(probe.getByText('tcp:127.0.0.1:24').first()).toBeVisible();
  await glance(running, 'sweep');
  await page.keyboard.press('Escape');
  await begin('New from protocol');
  await expect(bench.dialog('New from protocol')).toBeVisible();
  await glance(running, 'protocols');
  await page.keyboard.press('Escape');
  await begin('Make test certificates');
  await expect(bench.dialog('Make test certificates')).toBeVisible();
  await glance(running, 'certificates');
  await page.keyboard.press('Escape');
  await begin('Secrets');
  const secrets = bench.dialog('Secrets');
  await secrets.getByRole('button', { name: 'New secret…' }).click();
  await expect(secrets.getByRole('group', { name: 'New secret' })).toBeVisible();
  await look(running, 'secrets');
  await page.keyboard.press('Escape');
  const damaged = join(folder, 'A device.wirebench.json');
  await writeFile(damaged, '{"version": 1, "name": "A device",');
  await new MainProcess(running).answerDialogs({ open: [damaged] });
  await begin('Import profiles');
  await expect(bench.toast('A device')).toBeVisible();
  await glance(running, 'import');
});

test('the socket panel, the network, and the bars of the log', async ({ running, peers }) => {
  test.setTimeout(420_000);
  const bench = new Workbench(running);
  const { page } = bench;
  await talk(bench, peers);
  await page.keyboard.press('Control+e');
  const parts = page.getByRole('tablist', { name: 'Socket', exact: true });
  for (const part of ['Endpoint', 'Controls', 'Options', 'TLS', 'Calls', 'Code']) {
    await parts.getByRole('tab', { name: part, exact: true }).click();
    await look(running, `panel-${part.toLowerCase()}`);
  }
  await page.keyboard.press('Control+e');
  await bench.logBar.getByRole('button', { name: 'Cut the log into frames' }).click();
  const frames = page.getByRole('search', { name: 'Frames' });
  await look(running, 'frames-empty');
  await frames.getByRole('textbox').fill('len:u16');
  await expect(frames.getByRole('alert')).toBeVisible();
  await look(running, 'frames-wrong');
  await frames.getByRole('textbox').fill('line');
  await bench.logBar.getByRole('button', { name: 'Filter the log' }).click();
  await look(running, 'frames-and-filter');
  await frames.getByRole('textbox').press('Escape');
  await new MainProcess(running).resize(1000, 480);
  await expect.poll(async () => (await bench.visibleNumbers()).length).toBeGreaterThanOrEqual(3);
  await new MainProcess(running).resize(...SIZES[0]);
  await page.keyboard.press('Control+Shift+P');
  await bench.dialog('Command palette').getByRole('combobox').fill('Network of this computer');
  await page.keyboard.press('Enter');
  await expect(bench.dialog('Network of this computer')).toBeVisible();
  await look(running, 'network');
});

test('the picture of the README', async ({ running, peers }) => {
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  await main.resize(1280, 800);
  await appear(bench.page, 'light', 'en');
  const meter = await talk(bench, peers);
  await bench.row('RX', meter).first().click();
  const bytes = bench.inspector.getByRole('grid', { name: 'Bytes' });
  await bytes.focus();
  await bench.page.keyboard.press('Home');
  for (let step = 0; step < 3; step++) await bench.page.keyboard.press('ArrowRight');
  await bench.page.keyboard.press('Shift+ArrowRight');
  await expect(bench.inspector.getByRole('row', { name: /^u16/ })).toContainText('2150');
  await bench.editor.fill(REQUESTS[0] ?? '');
  await expect(bench.composer).toContainText('8 B');
  await expect(bench.ledger).toHaveText(/Nothing lost\s*Received 6\s*Sent 3\s*Recorded 9/);
  const path = join(pictures, 'main-window.png');
  await bench.page.screenshot({ path });
  expect((await stat(path)).size).toBeGreaterThan(30_000);
  if (process.env['WIREBENCH_SCREENSHOTS'] === '1')
    await copyFile(path, join(root, 'docs/images/main-window.png'));
});
