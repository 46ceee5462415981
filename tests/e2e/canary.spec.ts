import { join } from 'node:path';
import { CANARIES, CANARY_GLOBAL, FOREIGN } from '../support/canaries';
import { expect, test } from '../support/electron-app';
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

test('texts made to deceive are only read, in every view and name', async ({ running, peers }) => {
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
