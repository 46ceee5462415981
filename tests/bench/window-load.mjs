// The app under load with its window open and the log following: loss, frames, a click, memory.
import { launchApp, rendererOf } from './app.mjs';
import {
  figure,
  freePort,
  median,
  percentile,
  residentBytes,
  until,
  withFolder,
} from './support.mjs';
import { flood, lossFigures, ROUNDS } from './udp.mjs';

const title = 'The window while datagrams of 64 bytes arrive and the log follows';
const command = 'npm run bench -- window-load';

/** Opens an address by the address bar, as a user would. */
async function open(page, address) {
  const bar = page.getByRole('textbox', { name: 'Address', exact: true });
  await bar.fill(address);
  await bar.press('Enter');
  await page.getByText(/^Receiving UDP on/).waitFor();
}

/** The ledger in the status bar: how many were received, and all it says. */
async function ledger(page) {
  const text = await page.getByRole('button', { name: /Received [\d,]+/ }).innerText();
  return { received: Number(/Received\s+([\d,]+)/.exec(text)?.[1].replaceAll(',', '')), text };
}

/** Waits until the ledger stands still and gives it. */
async function settled(page) {
  let before = '';
  return until(
    'the ledger stands still',
    async () => {
      const now = await ledger(page);
      const same = now.text === before;
      before = now.text;
      return same && now;
    },
    20_000,
    300,
  );
}

/** Starts measuring frames in the page; the returned function ends it and gives their times, ms. */
async function frames(page) {
  await page.evaluate(() => {
    const times = [];
    let last = performance.now();
    let running = true;
    const tick = (now) => {
      times.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    globalThis.benchFrames = () => {
      running = false;
      return times.slice(1);
    };
  });
  return () => page.evaluate(() => globalThis.benchFrames());
}

/** Ms from the pointer going down to the next frame that shows its effect (Event Timing API). */
async function clicks(page, count) {
  await page.evaluate(() => {
    globalThis.benchClicks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.name === 'click') globalThis.benchClicks.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  });
  for (let i = 0; i < count; i++) {
    await page.getByRole('button', { name: 'Hex', exact: true }).click();
    await page.getByRole('button', { name: 'Text', exact: true }).click();
  }
  // Clicks answered within 16 ms are not reported at all.
  return page.evaluate(() => globalThis.benchClicks);
}

async function lossAt(rate, seconds) {
  return withFolder(async (folder) => {
    const { app, page } = await launchApp(folder);
    try {
      const port = await freePort();
      await open(page, `udp-listen:127.0.0.1:${port}`);
      const sent = await flood(folder, port, rate, seconds);
      const told = await settled(page);
      return { ...sent, lost: sent.sent - told.received, text: told.text };
    } finally {
      await app.close();
    }
  });
}

/** `prepare` sets up what is looked at, once the socket is open. */
export async function framesAt(rate, seconds, prepare = () => undefined) {
  return withFolder(async (folder) => {
    const { app, page } = await launchApp(folder);
    try {
      const port = await freePort();
      await open(page, `udp-listen:127.0.0.1:${port}`);
      await prepare(page);
      await flood(folder, port, rate, 1); // What is compiled and allocated once.
      const warm = await settled(page);
      const stop = await frames(page);
      const sending = flood(folder, port, rate, seconds);
      await page.waitForTimeout(1000);
      const answered = await clicks(page, 10);
      const sent = await sending;
      const times = await stop();
      const received = (await settled(page)).received - warm.received;
      // The page's heap takes its size in the first million rows; what leaks goes on in the second.
      const renderer = rendererOf(app).pid;
      const before = residentBytes(renderer);
      await flood(folder, port, rate, seconds);
      const grown = (residentBytes(renderer) - before) / 1024 ** 2;
      return { ...sent, received, times, answered, grown };
    } finally {
      await app.close();
    }
  });
}

async function run() {
  const fast = [];
  for (let round = 0; round < ROUNDS; round++) fast.push(await lossAt(150_000, 5));
  const steady = await framesAt(100_000, 10);
  const p99 = percentile(steady.times, 99);
  const click = Math.max(16, ...steady.answered);
  const rows = steady.sent;
  return [
    figure(
      `150,000/s for 5 s: sent per second (median of ${ROUNDS})`,
      Math.round(median(fast.map(({ rate }) => rate))),
      '',
      null,
    ),
    ...lossFigures('150,000/s for 5 s', fast),
    figure('said by the ledger in the last', fast.at(-1).text.replaceAll('\n', ' '), '', null),
    figure('100,000/s: sent per second', Math.round(steady.rate), '', null),
    figure('100,000/s: 99 % of frames within, ms', p99.toFixed(1), '≤ 20', p99 <= 20),
    figure('100,000/s: median frame, ms', percentile(steady.times, 50).toFixed(1), '', null),
    figure(
      '100,000/s: slowest of 20 clicks answered within, ms',
      click.toFixed(0),
      '≤ 50',
      click <= 50,
    ),
    figure(
      `renderer memory grown over the next ${rows} rows, MB`,
      grownText(steady.grown),
      'flat: ≤ 10',
      steady.grown <= 10,
    ),
  ];
}

const grownText = (mb) => mb.toFixed(1);

export const windowLoad = { title, command, run };
