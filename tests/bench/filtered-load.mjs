// The window under the same load while its log is filtered and some of what passes stands out.
import { figure, percentile } from './support.mjs';
import { framesAt } from './window-load.mjs';

const title = 'The window at 100,000 datagrams/s with a filter and highlight rules on';
const command = 'npm run bench -- filtered-load';

const RATE = 100_000;
const SECONDS = 10;

/** Both look at every payload; the filter lets nearly all pass, so that the log goes on. */
const FILTER = 'dir:rx and not hex:ff ff ff ff';
const RULES = [
  ['even', 'hex:00 ?2'],
  ['words', '/[a-z]{3}\\d/i'],
];

async function prepare(page) {
  await page.keyboard.press('Control+Shift+g');
  const dialog = page.getByRole('dialog', { name: 'Highlight rules' });
  for (const [name, expression] of RULES) {
    await dialog.getByRole('button', { name: 'Add a rule' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).last().fill(name);
    await dialog
      .getByRole('textbox', { name: /^Expression/ })
      .last()
      .fill(expression);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+Shift+f');
  await page.getByRole('textbox', { name: 'Filter' }).fill(FILTER);
  await page.keyboard.press('Enter');
}

async function run() {
  const load = await framesAt(RATE, SECONDS, prepare);
  const lost = load.sent - load.received;
  const p99 = percentile(load.times, 99);
  const within = load.times.filter((ms) => ms <= 20).length / load.times.length;
  return [
    figure('sent per second', Math.round(load.rate).toLocaleString('en'), `${RATE}`, null),
    figure('lost', `${lost} of ${load.sent}`, '0', lost === 0),
    figure('frames within 20 ms, %', (within * 100).toFixed(1), '99', within >= 0.99),
    figure('frame time, p99 ms', p99.toFixed(1), '', null),
    figure('click to next frame, worst ms', Math.max(16, ...load.answered), '100', null),
    figure('renderer grew, MiB', load.grown.toFixed(0), '', null),
  ];
}

export const filteredLoad = { title, command, run };
