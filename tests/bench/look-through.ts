// Opens captures and looks through them with filters and framings, as a window's views do, without
// a window. Bundled and started by look-through.mjs; prints one JSON object.
import { join } from 'node:path';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { openCaptureFile } from '../../src-main/engine/capture/reading/capture-file';
import type { OpenedCapture } from '../../src-main/engine/capture/reading/capture-file';
import { createSession } from '../../src-main/engine/capture/recording/session';
import { now } from '../../src-main/engine/clock';

const [folder = '.', datagrams = '', needle = ''] = process.argv.slice(2);
const GB = 1e9;

/** A stream of lines of 98 bytes, read in chunks of 64 KiB. */
function writeLines(path: string): void {
  const session = createSession({ path, address: 'tcp-listen:9000', rootSocket: 1 });
  const ends = [
    { host: '127.0.0.1', port: 9000 },
    { host: '127.0.0.1', port: 40_000 },
  ] as const;
  const flow = session.tcp(2, ...ends);
  flow.opened('peer', now());
  const line = `T=00000001;H=41.2;status=ok;${'x'.repeat(69)}\n`;
  const lines = Buffer.from(line.repeat(70_000));
  for (let at = 0, done = 0; done < GB; done += 65_536, at = (at + 65_536) % 6_000_000)
    flow.data('in', lines.subarray(at, at + 65_536), now());
  session.close(now());
}

async function open(path: string): Promise<{ capture: OpenedCapture; ms: number }> {
  let socket = 1;
  const started = performance.now();
  const capture = openCaptureFile(path, { rootSocket: 1, allocateSocket: () => ++socket });
  await capture.done;
  return { capture, ms: performance.now() - started };
}

/** Until the first rows are there, and until all was looked at, ms. */
function look(capture: OpenedCapture, shape: ViewShape) {
  const started = performance.now();
  let firstMs = NaN;
  return new Promise<{ rows: number; firstMs: number; ms: number }>((resolve) => {
    const onChange = () => {
      view.refresh?.();
      if (Number.isNaN(firstMs) && view.length > 0) firstMs = performance.now() - started;
      if (view.scanning?.done !== true) return;
      view.close?.();
      resolve({ rows: view.length, firstMs, ms: performance.now() - started });
    };
    const view = capture.view(null, { shape, onChange });
  });
}

/** CPU of this process and its threads until all was looked through, ms. */
async function search(capture: OpenedCapture, text: string) {
  const before = process.cpuUsage();
  const view = capture.view(null);
  const hits = await new Promise<number>((resolve) => {
    const found = view.search({
      search: text,
      onChange: () => {
        found.refresh();
        if (!found.scanning.done) return;
        found.close();
        resolve(found.length);
      },
    });
  });
  const { user, system } = process.cpuUsage(before);
  return { hits, cpuMs: (user + system) / 1000 };
}

const lines = join(folder, 'lines.pcapng');
writeLines(lines);
const before = process.memoryUsage.rss();
const many = await open(datagrams);
const grown = process.memoryUsage.rss() - before;
const figures = {
  openMs: many.ms,
  bytesPerRow: grown / many.capture.state.rows,
  length: await look(many.capture, { filter: 'len>63' }),
  direction: await look(many.capture, { filter: 'dir:tx' }),
  payload: await look(many.capture, { filter: 'hex:de ad be ef' }),
  framed: await look((await open(lines)).capture, { framing: 'delim:0a' }),
  search: await search((await open(lines)).capture, `"${needle}"`),
};
process.stdout.write(JSON.stringify(figures));
