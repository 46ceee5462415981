// A capture of ten million rows: how long until it is open, how it scrolls, what memory it takes.
import { join } from 'node:path';
import { engineOf, launchApp, rendererOf } from './app.mjs';
import { makeCapture } from './make-capture.mjs';
import { figure, percentile, residentBytes, withFolder } from './support.mjs';

const title = 'Opening a capture of 10 million rows';
const command = 'npm run bench -- open-capture';

const ROWS = 10_000_000;

/** Frames from the one that scrolls to `share` of the whole until one shows the rows from there, by the scroll bar. */
function jump(page, share) {
  return page.evaluate(async (to) => {
    const grid = document.querySelector('[role=grid]');
    const bar = [
      grid,
      ...grid.querySelectorAll('*'),
      ...grid.parentElement.querySelectorAll('*'),
    ].find((element) => element.scrollHeight > element.clientHeight * 100);
    // What a frame has drawn is seen from a task after it.
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await frame();
    bar.scrollTop = to * (bar.scrollHeight - bar.clientHeight);
    // Each wait is one frame, the first that of the scroll itself, which asks for the rows.
    for (let frames = 0; frames < 120; frames++) {
      await frame();
      const rows = [...document.querySelectorAll('[role=row][aria-rowindex]:not(.hidden)')].slice(
        1,
      );
      const expected = to * 10_000_000;
      const there = rows.some(
        (row) =>
          Math.abs(Number(row.getAttribute('aria-rowindex')) - expected) < 100_000 &&
          /RX/.test(row.textContent),
      );
      if (there) return frames;
    }
    throw new Error(`no rows at ${to}`);
  }, share);
}

async function run() {
  return withFolder(async (folder) => {
    const file = join(folder, 'ten-million.pcapng');
    makeCapture(file, ROWS);
    const { app, page } = await launchApp(folder);
    try {
      await app.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
      }, file);
      const started = performance.now();
      await page.getByRole('button', { name: 'Open a capture file' }).first().click();
      await page
        .getByText(/^10,000,000 rows$/)
        .first()
        .waitFor({ timeout: 60_000 });
      const seconds = (performance.now() - started) / 1000;
      const jumps = [];
      for (const share of [0, 0.5, 0.123, 0.9, 0.25, 0.75, 0.01, 0.6, 0.33, 0.5, 0.8, 0.1])
        jumps.push(await jump(page, share));
      const engine = residentBytes(engineOf(app).pid) / 1024 ** 2;
      const renderer = residentBytes(rendererOf(app).pid) / 1024 ** 2;
      const slow = percentile(jumps, 90);
      return [
        figure('open, s', seconds.toFixed(2), '< 5', seconds < 5),
        figure('jump anywhere: frames from the scroll to its rows, 90 %', slow, '≤ 1', slow <= 1),
        figure('engine, MB', engine.toFixed(0), '< 400', engine < 400),
        figure('renderer, MB', renderer.toFixed(0), '< 250', renderer < 250),
      ];
    } finally {
      await app.close();
    }
  });
}

export const openCapture = { title, command, run };
