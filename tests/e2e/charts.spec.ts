import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../support/electron-app';
import { Workbench } from '../support/workbench';

/** Ten requests 200 ms apart; the fifth is answered nowhere. Then silence. */
const DEVICE = `
import socket, sys, time
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for n in range(10):
    s.sendall(b'lost' if n == 4 else b'ping %d' % n)
    time.sleep(0.2)
sys.stdin.read()
`;
/** One more message, from another client. */
const LATE = `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.sendall(b'late')
sys.stdin.read()
`;

test('charts show a live session, filter its log to a time, and tell of what does not come', async ({
  running,
  peers,
}) => {
  const bench = new Workbench(running);
  const { page } = bench;
  await bench.hideInspector();
  const port = await bench.listen('tcp-listen:127.0.0.1:0,behave=echo');
  await page.getByRole('button', { name: 'Charts' }).click();
  const charts = page.getByRole('region', { name: 'Charts' });
  await expect(charts.getByText('No message has passed yet.').first()).toBeVisible();

  peers.start('python3', '-c', DEVICE, String(port));
  await expect(charts.getByText('20 messages')).toBeVisible();
  const bytes = charts.getByRole('img', { name: /^Bytes per second\. RX: last .*most .*TX: last/ });
  await expect(bytes).toBeVisible();

  await test.step('a rule that is wrong is told in its place; a right one finds the answers', async () => {
    const rule = page.getByRole('form', { name: 'Answer times' });
    await rule.getByLabel(/^Answer times: /).click();
    await page.getByRole('option', { name: 'Two filters' }).click();
    await rule.getByRole('textbox', { name: /^Request/ }).fill('dir:rx and (');
    await rule.getByRole('textbox', { name: /^Response/ }).fill('dir:tx and ping');
    await rule.getByRole('button', { name: 'Apply' }).click();
    await expect(rule.getByRole('alert')).toBeVisible();
    await rule.getByRole('textbox', { name: /^Request/ }).fill('dir:rx');
    await rule.getByRole('textbox', { name: /^Time-out/ }).fill('100ms');
    await rule.getByRole('button', { name: 'Apply' }).click();
    await expect(charts.getByText('Requests 10 · answered 9')).toBeVisible();
    await expect(charts.getByText('Timed out: 1').first()).toBeVisible();
    await expect(charts.getByRole('img', { name: /^Answer time\. / })).toBeVisible();
  });

  await test.step('silence is told of', async () => {
    await page.getByRole('textbox', { name: 'Alarm after silence of' }).fill('300ms');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await expect(page.getByText(/nothing was received for 300 ms/)).toBeVisible();
    await expect(charts.getByText(/^Nothing received since/)).toBeVisible();
  });

  await test.step('dragging over a chart filters the log, and all time is shown again', async () => {
    await bytes.scrollIntoViewIfNeeded();
    const box = await bytes.boundingBox();
    if (box === null) throw new Error('the chart is not in sight');
    // The first half of it: from beside the axis at its left, which is as wide as its figures.
    const from = box.x + 90;
    const half = (box.width - 110) / 2;
    await page.mouse.move(from, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(from + half / 2, box.y + 70, { steps: 2 });
    // What comes meanwhile takes nothing from the hand.
    peers.start('python3', '-c', LATE, String(port));
    await expect(charts.getByText('22 messages')).toBeVisible();
    await page.mouse.move(from + half, box.y + 70, { steps: 2 });
    await page.mouse.up();
    const filter = page.getByRole('search').getByRole('textbox');
    await expect(filter).toHaveValue(/^time>=\S+ and time<\S+$/);
    await expect(charts.getByText(/^(?:[2-9]|1\d) messages/)).toBeVisible();
    await page.getByRole('button', { name: 'Show all time' }).click();
    await expect(charts.getByText('22 messages')).toBeVisible();
    await expect(filter).toBeHidden();
  });

  await test.step('a plot shows what came after it was first drawn', async () => {
    const chart = charts.locator('[data-chart="bytes"]');
    const box = await bytes.boundingBox();
    if (box === null) throw new Error('the chart is not in sight');
    // At its right edge, but for the room beside it.
    await page.mouse.move(box.x + box.width - 44, box.y + 60);
    const pointed = await chart.locator('.values .muted').innerText();
    await page.getByRole('button', { name: 'Show as table: Bytes per second' }).click();
    await expect(chart.getByRole('row').last()).toContainText(pointed);
    await page.getByRole('button', { name: 'Show as table: Bytes per second' }).click();
  });

  await test.step('every chart is a table too, and nothing is out of reach', async () => {
    await page.getByRole('button', { name: 'Show as table: Message sizes, how often' }).click();
    const table = page.getByRole('table');
    await expect(table.getByRole('row')).toHaveCount(3);
    await expect(table.getByRole('row', { name: /6 B – 7 B/ })).toContainText('9');
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
    expect(told).toEqual([]);
  });
});
