// From launch to a window that takes input, against an empty Electron window in the same run.
import { launchApp, launchEmpty } from './app.mjs';
import { figure, median, withFolder } from './support.mjs';

const title = 'Launch';
const command = 'npm run bench -- launch';

const WARM_UP = 3;
const ROUNDS = 9;

/** Ms from spawning until an input has the focus and a frame after it. */
async function timed(launch, folder) {
  const started = performance.now();
  const { app, page } = await launch(folder);
  await page.waitForFunction(() => document.activeElement?.matches('input'));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done())));
  const ms = performance.now() - started;
  await app.close();
  return ms;
}

// Interactive: in Wirebench the port field has the focus, so that Enter listens.
const kinds = { empty: launchEmpty, wirebench: launchApp };

async function run() {
  const times = { empty: [], wirebench: [] };
  await withFolder(async (folder) => {
    // Each with its user data from the runs before, as on a user's machine; the first starts read
    // everything from disk and fill Chromium's caches.
    for (let round = 0; round < WARM_UP + ROUNDS; round++)
      for (const [name, launch] of Object.entries(kinds)) {
        const ms = await timed(launch, folder);
        if (round >= WARM_UP) times[name].push(ms);
      }
  });
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
