import { join } from 'node:path';
import { makeCapture } from '../bench/make-capture.mjs';
import { expect, test } from '../support/electron-app';
import { MainProcess } from '../support/main-process';
import { Workbench } from '../support/workbench';

/** Numbered datagrams, some thousand a second until its input ends; then it says how many. */
const STREAM = `
import select, socket, sys, time
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
start = time.monotonic()
n = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    while n < (time.monotonic() - start) * 3000:
        n += 1
        sender.sendto(b'#%06d' % n, ('127.0.0.1', int(sys.argv[1])))
    time.sleep(0.005)
print('sent', n, flush=True)
`;

const number = (text: string): number => Number(text.replaceAll(/\D/g, ''));

test('follows, lets go of the tail without moving, comes back, and pauses', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  await bench.hideInspector();
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const stream = peers.python(STREAM, port);
  const follow = bench.logBar.getByRole('button', { name: 'Follow the latest' });
  const pill = bench.page.getByRole('button', { name: /new rows? below/ });
  const rows = bench.logBar.getByText(/^[\d,]+ rows$/);
  const rowCount = async () => number(await rows.innerText());
  await expect.poll(rowCount).toBeGreaterThan(2000);
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(pill).toBeHidden();

  await test.step('the wheel lets go, and the rows stay where they are', async () => {
    await bench.log.hover();
    await bench.page.mouse.wheel(0, -400);
    await expect(follow).toHaveAttribute('aria-pressed', 'false');
    await expect(pill).toBeVisible();
    const before = await bench.visibleNumbers();
    expect(before.length).toBeGreaterThan(5);
    const fresh = number(await pill.innerText());
    await expect.poll(async () => number(await pill.innerText())).toBeGreaterThan(fresh + 1000);
    expect(await bench.visibleNumbers()).toEqual(before);
  });

  await test.step('End goes back to the latest', async () => {
    await bench.log.press('End');
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
    await expect(pill).toBeHidden();
  });

  await test.step('the pill does so too', async () => {
    await bench.log.hover();
    await bench.page.mouse.wheel(0, -400);
    // Not while the wheel's own scrolling is still on its way.
    await expect.poll(async () => number(await pill.innerText())).toBeGreaterThan(500);
    await pill.click();
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('a pause holds the view and says how much it holds', async () => {
    await bench.log.press('p');
    const strip = bench.page.getByText(/View paused, [\d,]+ rows? held\. Recording goes on\./);
    await expect(strip).toBeVisible();
    const shown = await rows.innerText();
    await expect.poll(async () => number(await strip.innerText())).toBeGreaterThan(1000);
    expect(await rows.innerText()).toBe(shown);
    await bench.page.getByRole('button', { name: 'Resume' }).first().click();
    await expect(strip).toBeHidden();
    await expect.poll(rowCount).toBeGreaterThan(number(shown) + 1000);
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
  });

  stream.end();
  const [, sent] = await stream.said(/sent (\d+)/);
  await expect(bench.ledger).toHaveText(
    new RegExp(`Nothing lost\\s*Received ${Number(sent).toLocaleString('en')}\\s`),
  );
  await expect(bench.row('RX', `#${String(sent).padStart(6, '0')}`)).toBeVisible();
});

test('selects, copies in every format, changes what it shows, clears and takes back', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const main = new MainProcess(running);
  await bench.hideInspector();
  const port = await bench.listen('udp-listen:127.0.0.1:0');
  const device = peers.python(
    `
import socket, sys
device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(1, 41):
    device.sendto(b'\\x02n%02d\\r\\n' % n, ('127.0.0.1', int(sys.argv[1])))
`,
    port,
  );
  await device.exited();
  await expect(bench.row('n40')).toBeVisible();

  await test.step('a range with Shift, by mouse and by keys', async () => {
    await bench.log.press('Home');
    await bench.row('n03').click();
    await bench.row('n05').click({ modifiers: ['Shift'] });
    await expect(bench.logBar).toContainText('3 of 41 selected');
    await bench.log.press('Shift+ArrowUp');
    await expect(bench.logBar).toContainText('2 of 41 selected');
    await bench.row('n08').click({ modifiers: ['ControlOrMeta'] });
    await expect(bench.logBar).toContainText('3 of 41 selected');
    await expect(bench.log.getByRole('row', { selected: true })).toHaveCount(3);
  });

  await test.step('each format on the clipboard', async () => {
    await bench.log.press('c');
    await expect(bench.toast('3 rows copied (18 B)')).toBeVisible();
    expect(await main.clipboardText()).toBe(
      '02 6E 30 33 0D 0A\n02 6E 30 34 0D 0A\n02 6E 30 38 0D 0A',
    );
    const formats: [string, string | RegExp][] = [
      ['Copy as compact hex', /^026e30330d0a\s026e30340d0a\s026e30380d0a$/i],
      ['Copy as text', '\x02n03\r\n\x02n04\r\n\x02n08\r\n'],
      ['Copy as C array', /0x02, 0x6E, 0x30, 0x33, 0x0D, 0x0A[^]*0x02, 0x6E, 0x30, 0x38/],
      ['Copy as hexdump', /^00000000 {2}02 6e 30 33 0d 0a .*\|\.n03\.\.\|$/m],
    ];
    for (const [item, expected] of formats) {
      await bench.logBar.getByRole('button', { name: 'Copy as…' }).click();
      await bench.page.getByRole('menuitem', { name: item, exact: true }).click();
      await expect.poll(() => main.clipboardText()).toMatch(expected);
    }
  });

  await test.step('as hex, as text, and by other clocks', async () => {
    const row = bench.row('RX').filter({ hasText: /n06|6E 30 36/ });
    await bench.choose(bench.logBar.getByRole('combobox', { name: /^Show/ }), 'Hex');
    await expect(row.getByRole('gridcell').last()).toHaveText('02 6E 30 36 0D 0A');
    await bench.choose(bench.logBar.getByRole('combobox', { name: /^Show/ }), 'Text');
    await expect(row.getByRole('gridcell').last()).toHaveText(/^\\x02n06/);
    const time = bench.logBar.getByRole('combobox', { name: /^Time/ });
    const first = row.getByRole('gridcell').nth(1);
    await bench.choose(time, 'Since the first row');
    await expect(first).toHaveText(/^\+\d+\.\d{3}$/);
    await bench.choose(time, 'UTC (ISO 8601)');
    await expect(first).toHaveText(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    await bench.logBar.getByRole('button', { name: 'Microseconds' }).click();
    await expect(first).toHaveText(/\.\d{6}Z$/);
  });

  await test.step('cleared from sight, and taken back', async () => {
    await bench.logBar.getByRole('button', { name: 'Clear' }).click();
    await expect(bench.row('RX')).toHaveCount(0);
    const toast = bench.toast('41 rows cleared from sight; they stay in the capture');
    await toast.getByRole('button', { name: 'Undo' }).click();
    await expect(bench.row('n06')).toBeVisible();
  });
});

test('opens a capture of a million rows and goes anywhere in it', async ({ running, folder }) => {
  const bench = new Workbench(running);
  await bench.hideInspector();
  const file = join(folder, 'million.pcapng');
  makeCapture(file, 1_000_000);
  await new MainProcess(running).answerDialogs({ open: [file] });
  await bench.page.keyboard.press('Control+O');
  await expect(bench.endpoint).toContainText('1,000,000 rows');
  await expect(bench.endpoint).toContainText('million.pcapng');

  await bench.log.press('End');
  await expect.poll(async () => (await bench.visibleNumbers()).at(-1)).toBe(1_000_000);
  await bench.log.press('Home');
  await expect.poll(async () => (await bench.visibleNumbers())[0]).toBe(1);

  await test.step('the bar goes to the middle', async () => {
    const box = await bench.log.boundingBox();
    if (box === null) throw new Error('the log has a place');
    const { mouse } = bench.page;
    const x = box.x + box.width - 5;
    await mouse.move(x, box.y + 8);
    await mouse.down();
    await mouse.move(x, box.y + box.height / 2, { steps: 5 });
    await mouse.up();
    await expect.poll(async () => (await bench.visibleNumbers())[0] ?? 0).toBeGreaterThan(300_000);
    const numbers = await bench.visibleNumbers();
    expect(numbers.at(-1)).toBeLessThan(700_000);
    expect(numbers).toEqual(numbers.map((_, place) => (numbers[0] ?? 0) + place));
  });

  await test.step('the bytes of a row are those of the file', async () => {
    const [first = 0] = await bench.visibleNumbers();
    const number = (first + 2).toLocaleString('en');
    await bench.row(number).dblclick();
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(first + 1);
    await expect(bench.inspector.getByRole('grid', { name: 'Bytes' })).toContainText(
      bytes
        .toString('hex')
        .toUpperCase()
        .replaceAll(/(..)(?=.)/g, '$1 '),
    );
  });
});
