import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { CANARIES, CANARY_GLOBAL, CANARY_NAME, DECEIVING, FOREIGN } from '../support/canaries';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { Workbench } from '../support/workbench';

/** Sends each text as a chunk of its own, then numbered lines until its input ends. */
const SENDER = `
import json, select, socket, sys, time
sender = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for text in json.loads(sys.argv[2]):
    sender.sendall(text.encode('utf-8', 'surrogatepass') + b'\\r\\n'); time.sleep(0.005)
n = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    n += 1
    sender.sendall(b'line %d\\r\\nhalf' % n); time.sleep(0.01)
`;

/** Sends a request of HTTP and a value of JSON, all of whose words are such texts: a datagram each. */
const DECODED = `
import json, socket, sys
texts = [text.encode('utf-8', 'surrogatepass').decode('utf-8', 'replace') for text in json.loads(sys.argv[2])]
lines = [text.replace('\\r', ' ').replace('\\n', ' ') for text in texts]
head = 'POST /%s HTTP/1.1\\r\\n' % lines[0].replace(' ', '%20')
head += ''.join('X-%d%s: %s\\r\\n' % (n, line[:9].replace(':', ''), line) for n, line in enumerate(lines))
value = json.dumps([{text: text} for text in texts] + [{'deep': {texts[1]: [texts[6], texts[-2]]}}], ensure_ascii=False)
head += 'Content-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(value.encode())
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for one in (head + value, value):
    sender.sendto(one.encode(), ('127.0.0.1', int(sys.argv[1])))
`;

/** Texts and attributes with what must not be shown; fields to write in hold what is written. */
function deceiving(page: Page): Promise<string[]> {
  return page.evaluate((expression) => {
    const wrong = new RegExp(expression, 'u');
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode())
      if (wrong.test(node.nodeValue ?? '')) found.push(node.nodeValue ?? '');
    for (const one of document.querySelectorAll('[title], [aria-label]'))
      for (const name of ['title', 'aria-label'])
        if (wrong.test(one.getAttribute(name) ?? '')) found.push(`${name} ${one.outerHTML}`);
    return wrong.test(document.title) ? [...found, document.title] : found;
  }, DECEIVING);
}

/** A capture by another program, whose application, interface and packet say what deceives. */
function foreignCapture(): Buffer {
  const text = Buffer.from(CANARY_NAME);
  const option = (code: number): Buffer => {
    const head = Buffer.from(Uint16Array.of(code, text.length).buffer);
    return Buffer.concat([head, text, Buffer.alloc((4 - (text.length % 4)) % 4)]);
  };
  const block = (type: number, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat([...parts, Buffer.alloc(4)]);
    const head = Buffer.from(Uint32Array.of(type, body.length + 12).buffer);
    return Buffer.concat([head, body, head.subarray(4)]);
  };
  const words = (...all: number[]): Buffer => Buffer.from(Uint32Array.from(all).buffer);
  return Buffer.concat([
    block(0x0a0d0d0a, words(0x1a2b3c4d, 1, 0xffffffff, 0xffffffff), option(1), option(4)),
    block(1, words(101, 65_535), option(1), option(2), option(3)),
    block(6, words(0, 0, 0, 4, 4), Buffer.alloc(4), option(1)),
  ]);
}

test('texts made to deceive are only read, in every view and name', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const sender = peers.python(SENDER, port, JSON.stringify(CANARIES));
  const harmless = async (where: string): Promise<void> => {
    const foreign = await page.locator(FOREIGN).evaluateAll((all) =>
      // What the app itself begins with.
      all.map((one) => one.outerHTML).filter((html) => !/^<script [^>]*src=/.test(html)),
    );
    expect(foreign, where).toEqual([]);
    const ran = await page.evaluate((name) => Reflect.has(globalThis, name), CANARY_GLOBAL);
    expect(ran, where).toBe(false);
    expect(await deceiving(page), where).toEqual([]);
  };
  await expect(bench.row('line').first()).toBeVisible();

  await test.step('names of highlight rules', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+G');
    const dialog = bench.dialog('Highlight rules');
    for (const name of CANARIES.slice(0, 4)) {
      await dialog.getByRole('button', { name: 'Add a rule' }).click();
      await dialog.getByRole('textbox', { name: 'Name' }).last().fill(name.slice(0, 40));
      await dialog
        .getByRole('textbox', { name: /^Expression/ })
        .last()
        .fill('dir:rx');
    }
    await expect(page.locator('.hl-badge').getByText('<script>').first()).toBeVisible();
    await harmless('highlight rules');
    await page.keyboard.press('Escape');
  });

  await test.step('log, inspector, framing that is tried', async () => {
    await bench.row('line').first().click();
    await expect(bench.inspector).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Shift+R');
    await page.getByRole('textbox', { name: 'Frames' }).fill('delim:0d0a');
    await expect(page.getByRole('list', { name: /framing that is typed/ })).toBeVisible();
    await harmless('framing');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/wait for the end of their frame/)).toBeVisible();
    await expect(bench.row('RX').first()).toBeVisible();
  });

  await test.step('stream and charts', async () => {
    await page.keyboard.press('ControlOrMeta+2');
    await page
      .getByRole('button', { name: 'Stream' })
      .and(page.locator('[aria-pressed=true]'))
      .waitFor();
    await expect(bench.log.getByRole('row').nth(3)).toBeVisible();
    await harmless('stream');
    await page.keyboard.press('ControlOrMeta+3');
    await page
      .getByRole('button', { name: 'Charts' })
      .and(page.locator('[aria-pressed=true]'))
      .waitFor();
    await harmless('charts');
    await page.keyboard.press('ControlOrMeta+1');
  });

  await test.step('notes, marks, and two rows compared', async () => {
    await bench.row('RX').first().click();
    await page.keyboard.press('n');
    await bench.dialog('Note').getByRole('textbox').fill(`${CANARY_NAME}\u0007`);
    await page.keyboard.press('Control+Enter');
    await expect(bench.log.getByText('★').first()).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Shift+M');
    await expect(bench.dialog('Marks').getByText('safe').first()).toBeVisible();
    await harmless('marks');
    await page.keyboard.press('Escape');
    await bench
      .row('RX')
      .nth(2)
      .click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('ControlOrMeta+Shift+D');
    const compared = bench.dialog('Comparison');
    await expect(compared).toBeVisible();
    await harmless('bytes compared');
    await bench.choose(compared.getByRole('combobox'), 'Lines of text');
    await harmless('lines compared');
    await page.keyboard.press('Escape');
  });

  await test.step('a capture by another program', async () => {
    const path = join(folder, `${CANARY_NAME}.pcapng`);
    await writeFile(path, foreignCapture());
    await new MainProcess(running).answerDialogs({ open: [path] });
    await page.keyboard.press('ControlOrMeta+O');
    await expect(bench.endpoint.getByText('safe')).toBeVisible();
    await bench.row('SYS').first().click();
    await expect(bench.inspector.getByText('safe').first()).toBeVisible();
    await harmless('a capture of others');
    await bench.openTree.getByRole('treeitem').first().click();
  });

  await test.step('the trees of decoders', async () => {
    const udp = await bench.listen('udp-listen:127.0.0.1:0');
    peers.start('python3', '-c', DECODED, String(udp), JSON.stringify(CANARIES));
    await expect(bench.row('RX')).toHaveCount(2);
    const decoded = page.getByRole('region', { name: 'Decoded' });
    for (const [place, name, seen] of [
      [0, /^HTTP/, 'Content-Length'],
      [1, 'JSON', 'deep'],
    ] as const) {
      await bench.row('RX').nth(place).click();
      await decoded.getByRole('combobox', { name: /^Decode as/ }).click();
      await page.getByRole('option', { name }).click();
      await expect(decoded.getByText(seen, { exact: true })).toBeAttached();
      // Of several messages in one row each is opened by its reader.
      const closed = decoded.locator('details:not([open]) > summary');
      while ((await closed.count()) > 0) await closed.first().click();
      await expect(decoded.getByText(seen, { exact: true })).toBeVisible();
      await expect(decoded.getByText('<iframe').first()).toBeVisible();
      await harmless(`decoded as ${seen}`);
      for (const field of (await decoded.getByRole('listitem').all()).slice(0, 4)) {
        await field.getByRole('button').first().click();
        await harmless('a field chosen');
      }
    }
    await bench.openTree.getByRole('treeitem').first().click();
  });

  await test.step('the name of a profile', async () => {
    await page.keyboard.press('ControlOrMeta+S');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill(CANARIES[1] ?? '');
    await page.keyboard.press('Enter');
    await expect(bench.savedTree.getByText('<img').first()).toBeVisible();
    await harmless('profile');
  });
  sender.end();
});

test('a row leads to its place in the stream and back, and a framing switched live keeps following', async ({
  running,
  peers,
  folder,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await bench.hideInspector();
  const port = await bench.listen('tcp-listen:127.0.0.1:0');
  const sender = peers.python(
    SENDER,
    port,
    JSON.stringify([`first ${join(folder, 'x')}`, 'second']),
  );
  const follow = bench.logBar.getByRole('button', { name: 'Follow the latest' });

  await test.step('the framing is switched while lines arrive', async () => {
    await expect(bench.row('line').first()).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Shift+R');
    await page.getByRole('textbox', { name: 'Frames' }).fill('delim:0d0a');
    await page.keyboard.press('Enter');
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
    const latest = async () => Math.max(...(await bench.visibleNumbers()));
    const before = await latest();
    await expect.poll(latest).toBeGreaterThan(before + 20);
  });

  await test.step('there and back', async () => {
    await bench.log.press('Home');
    await bench.row('second').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show in the stream' }).click();
    const line = bench.log.locator('[role=row][aria-selected=true]');
    await expect(line).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await page.keyboard.press('ControlOrMeta+F');
    await page.getByRole('textbox', { name: 'Search' }).fill('text:"line 7\\r\\n"');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 of 1')).toBeVisible();
    await page.keyboard.press('Escape');
    await bench.log.press('Enter');
    await expect(bench.log.getByRole('columnheader', { name: 'Peer' })).toBeVisible();
    // The line of hex begins in the row before, or in it.
    await expect(line).toContainText(/halfline [67]/);
  });
  sender.end();
});
