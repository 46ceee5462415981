// From launch to a window that takes input, against an empty Electron window in the same run.
import { launchApp, launchEmpty } from './app.mjs';
import { figure, median, withFolder } from './support.mjs';

const title = 'Launch';
const command = 'npm run bench -- launch';

const ROUNDS = 7;

/** Ms from spawning until `ready` and a frame after it. */
async function timed(launch, ready) {
  return withFolder(async (folder) => {
    const started = performance.now();
    const { app, page } = await launch(folder);
    await ready(page);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done())));
    const ms = performance.now() - started;
    await app.close();
    return ms;
  });
}

const kinds = {
  empty: () => timed(launchEmpty, (page) => page.locator('input').waitFor()),
  // Interactive: the port field has the focus, so that Enter listens.
  wirebench: () =>
    timed(launchApp, (page) =>
      page.waitForFunction(() => document.activeElement?.matches('input')),
    ),
};

async function run() {
  const times = { empty: [], wirebench: [] };
  await kinds.empty(); // The first start reads everything from disk.
  await kinds.wirebench();
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, once] of Object.entries(kinds)) times[name].push(await once());
  const empty = median(times.empty);
  const ours = median(times.wirebench);
  const ratio = ours / empty;
  return [
    figure(`empty Electron window, ms (median of ${ROUNDS})`, empty.toFixed(0), '', null),
    figure(`Wirebench, ms (median of ${ROUNDS})`, ours.toFixed(0), '', null),
    figure('Wirebench ÷ empty', ratio.toFixed(2), '≤ 1.3', ratio <= 1.3),
  ];
}

export const launch = { title, command, run };
