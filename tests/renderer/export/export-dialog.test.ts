import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { ExportRequest } from '../../../src-shared/contract/export';
import type { CaptureState } from '../../../src-shared/contract/socket';
import { openWindow, type FakeWindow, useWindow } from '../shell/fake-window';
import type { FakeWindowOptions } from '../shell/fake-window';
import { dataRow, settle, socketInfo, update } from '../state/fakes';

/** The dialog is loaded when it is first asked for; the first time that means compiling it. */
const LOADED = { timeout: 20_000 };

let bench: FakeWindow;
useWindow(() => bench);

const capture: CaptureState = {
  ...{ file: 'a.pcapng', bytes: 100, rows: 50 },
  state: 'recording',
  ...{ error: null, progress: null, damage: null },
};

/** A window with one log of 50 rows. */
async function withLog(options: FakeWindowOptions): Promise<FakeWindow> {
  const opened = await openWindow({
    ...options,
    engine: {
      openView: () => ({ length: 50 }),
      rows: ({ from, count }: { from: number; count: number }) => ({
        length: 50,
        rows: Array.from({ length: Math.min(count, 50 - from) }, (_, n) => dataRow(from + n)),
      }),
      ...options.engine,
    },
  });
  await opened.tell(update({ first: true, sockets: [socketInfo({ id: 1, capture })] }));
  await settle();
  return opened;
}

const dialog = async () =>
  within(await screen.findByRole('dialog', { name: 'Export rows' }, LOADED));
const log = () => {
  const tab = bench.app.workspace.tabs.active;
  if (tab === null) throw new Error('no tab is open');
  return tab.log;
};

describe('the export dialog', { timeout: 30_000 }, () => {
  test('asks for all rows as they are, and shows the file in its folder', async () => {
    const asked: ExportRequest[] = [];
    const shown: unknown[] = [];
    bench = await withLog({
      main: {
        exportRows: (request: ExportRequest) => {
          asked.push(request);
          return { path: '/home/a/rows.csv', cancelled: false, rows: 50, bytes: 2048 };
        },
        showExported: (params: unknown) => {
          shown.push(params);
          return {};
        },
      },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Export rows' }));
    const box = await dialog();
    expect(box.getByRole('radio', { name: /^All rows/ })).toBeChecked();
    expect(box.getByRole('radio', { name: /^Rows that pass/ })).toBeDisabled();
    expect(box.getByRole('radio', { name: /^Selected rows/ })).toBeDisabled();
    await fireEvent.click(box.getByRole('radio', { name: /^CSV/ }));
    await fireEvent.click(box.getByRole('button', { name: 'Export…' }));
    expect(await screen.findByText('50 rows exported, 2.0 KiB')).toBeVisible();
    expect(screen.getByText('/home/a/rows.csv')).toBeVisible();
    expect(asked).toEqual([{ job: asked[0]?.job, socket: 1, format: 'csv' }]);
    await fireEvent.click(screen.getByRole('button', { name: 'Show in folder' }));
    await waitFor(() => expect(shown).toEqual([{ job: asked[0]?.job }]));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('offers what is selected first, of the rows the log shows', async () => {
    const asked: ExportRequest[] = [];
    bench = await withLog({
      main: {
        exportRows: (request: ExportRequest) => {
          asked.push(request);
          return { path: null, cancelled: true, rows: 0, bytes: 0 };
        },
      },
    });
    log().shape.filter.set('dir:rx');
    await settle();
    log().activate(3);
    log().activate(5, 'extend');
    bench.app.commands.run('export-rows');
    const box = await dialog();
    expect(box.getByRole('radio', { name: 'Selected rows (3)' })).toBeChecked();
    await fireEvent.click(box.getByRole('button', { name: 'Export…' }));
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({
      ...{ format: 'pcapng', shape: { filter: 'dir:rx' } },
      rows: [{ from: 3, end: 6 }],
    });
    await settle();
    expect(bench.app.toasts.list).toEqual([]);
  });

  test("takes rows by Wireshark's filter and by rules as the log does", async () => {
    const asked: ExportRequest[] = [];
    bench = await withLog({
      engine: { highlight: () => ({}) },
      main: {
        exportRows: (request: ExportRequest) => {
          asked.push(request);
          return { path: null, cancelled: true, rows: 0, bytes: 0 };
        },
      },
    });
    const { shape, highlight } = log();
    highlight.rules.set([{ name: 'alarm', expression: 'len>9', colour: 'red', enabled: true }]);
    shape.display.set('tcp.len > 0');
    await settle();
    bench.app.commands.run('export-rows');
    const box = await dialog();
    expect(box.getByRole('radio', { name: /^Rows that pass/ })).toBeChecked();
    await fireEvent.click(box.getByRole('button', { name: 'Export…' }));
    await waitFor(() => expect(asked).toHaveLength(1));
    shape.filter.set('rule:alarm');
    await bench.app.exports.run(log(), 'filtered', 'jsonl');
    await bench.app.exports.run(log(), 'all', 'jsonl');
    expect(asked.map((one) => one.shape)).toEqual([
      { displayFilter: 'tcp.len > 0' },
      { displayFilter: 'tcp.len > 0', filter: '(len>9)' },
      undefined,
    ]);
  });

  test('says why frames are no pcapng', async () => {
    bench = await withLog({});
    log().shape.framing.set('line');
    await settle();
    bench.app.commands.run('export-rows');
    const box = await dialog();
    const pcapng = box.getByRole('radio', { name: /^pcapng Frames are not packets/ });
    expect(pcapng).toBeDisabled();
    expect(box.getByRole('radio', { name: /^CSV/ })).toBeChecked();
  });

  test('tells how far a long one is, and stops it', async () => {
    let end: (result: unknown) => void = () => undefined;
    const stopped: unknown[] = [];
    bench = await withLog({
      main: { exportRows: () => new Promise((resolve) => (end = resolve)) },
      engine: {
        exportProgress: () => ({ progress: { rows: 1234, bytes: 9, part: 0.425 } }),
        cancelExport: (params: unknown) => {
          stopped.push(params);
          end({ path: null, cancelled: true, rows: 0, bytes: 0 });
          return {};
        },
      },
    });
    bench.app.commands.run('export-rows');
    await fireEvent.click((await dialog()).getByRole('button', { name: 'Export…' }));
    expect(await screen.findByText('Exporting, 42 %')).toBeVisible();
    expect(screen.getByText('1,234 rows written')).toBeVisible();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('Export cancelled. No file was written.')).toBeVisible();
    expect(stopped).toHaveLength(1);
  });
});
