// A capture of ten million rows: how long until it is open, how it scrolls, what memory it takes.
import { join } from 'node:path';
import { engineOf, launchApp, rendererOf } from './app.mjs';
import { makeCapture } from './make-capture.mjs';
import { figure, percentile, residentBytes, withFolder } from './support.mjs';

const title = 'Opening a capture of 10 million rows';
const command = 'npm run bench -- open-capture';

const ROWS = 10_000_000;
const FRAME_MS = 16.7;

/** Ms from the event of a scroll to `share` of the whole until the log has the rows from there, by its scroll bar. */
function jump(page, share) {
  return page.evaluate(
    async ({ to, all }) => {
      const grid = document.querySelector('[role=grid]');
      const bar = [
        grid,
        ...grid.querySelectorAll('*'),
        ...grid.parentElement.querySelectorAll('*'),
      ].find((element) => element.scrollHeight > element.clientHeight * 100);
      const there = () =>
        [...document.querySelectorAll('[role=row][aria-rowindex]:not(.hidden)')]
          .slice(1)
          .some(
            (row) =>
              Math.abs(Number(row.getAttribute('aria-rowindex')) - to * all) < all / 100 &&
              /RX/.test(row.textContent),
          );
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return new Promise((done, fail) => {
        const late = setTimeout(() => fail(new Error(`no rows at ${to}`)), 5000);
        let scrolledAt = null;
        bar.addEventListener('scroll', () => (scrolledAt ??= performance.now()), { once: true });
        const observer = new MutationObserver(() => {
          if (scrolledAt === null || !there()) return;
          observer.disconnect();
          clearTimeout(late);
          done(performance.now() - scrolledAt);
        });
        observer.observe(grid, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
        bar.scrollTop = to * (bar.scrollHeight - bar.clientHeight);
      });
    },
    { to: share, all: ROWS },
  );
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
      for (const share of [0.5, 0.123, 0.9, 0.25, 0.75, 0.01, 0.6, 0.33, 0.5, 0.8, 0.1])
        jumps.push(await jump(page, share));
      const engine = residentBytes(engineOf(app).pid) / 1024 ** 2;
      const renderer = residentBytes(rendererOf(app).pid) / 1024 ** 2;
      const slow = percentile(jumps, 90);
      return [
        figure('open, s', seconds.toFixed(2), '< 5', seconds < 5),
        figure(
          'jump anywhere: rows in the page after the scroll, 90 %, ms',
          slow.toFixed(1),
          `≤ ${FRAME_MS} (a frame)`,
          slow <= FRAME_MS,
        ),
        figure('engine, MB', engine.toFixed(0), '< 400', engine < 400),
        figure('renderer, MB', renderer.toFixed(0), '< 250', renderer < 250),
      ];
    } finally {
      await app.close();
    }
  });
}

export const openCapture = { title, command, run };
