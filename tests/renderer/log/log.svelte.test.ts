import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followLocale, type Locale } from '../../../src-renderer/i18n/locale.svelte';
import { FramingHelp } from '../../../src-renderer/state/framing-help.svelte';
import { LogView } from '../../../src-renderer/state/log-view.svelte';
import Log from '../../../src-renderer/ui/log/Log.svelte';
import type { Row } from '../../../src-shared/contract/row';
import { emptyLedger } from '../../../src-shared/contract/socket';
import { dataRow, fakeEngine, rowsOf, settle, socketInfo } from '../state/fakes';

let locale = $state<Locale>('en');
followLocale(() => locale);

/** jsdom has no layout: a grid of 800 × 464 px, of which 24 are the header. */
beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  const size = (px: number) => ({ configurable: true, get: () => px });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', size(464));
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', size(1400));
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', size(24));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  locale = 'en';
  for (const name of ['clientHeight', 'clientWidth', 'offsetHeight'])
    Reflect.deleteProperty(HTMLElement.prototype, name);
});

async function shown(count: number, make: (index: number) => Row = dataRow) {
  const length = { now: count };
  const engine = fakeEngine({
    openView: () => ({ length: length.now }),
    closeView: () => ({}),
    rows: rowsOf(() => length.now, make),
    suggestFraming: () => ({ suggestions: [] }),
  });
  const view = new LogView(engine, 1, 'view-1');
  await view.open();
  const socket = socketInfo({
    id: 1,
    kind: 'tcp-connection',
    connectMs: 0.36,
    ledger: { ...emptyLedger(), receivedChunks: count },
  });
  const calls = { copy: [] as string[], clear: 0, inspect: 0, deeds: [] as string[] };
  const props = {
    view,
    framing: new FramingHelp(engine, 1, view.shape.framing),
    onstream: () => undefined,
    socket,
    rowHeight: 22,
    oncopy: (format: string) => void calls.copy.push(format),
    onexport: () => undefined,
    onclear: () => void calls.clear++,
    oninspect: () => void calls.inspect++,
    ondeed: (deed: string) => void calls.deeds.push(deed),
  };
  const { rerender } = render(Log, props);
  const grid = screen.getByRole('grid');
  await frames();
  const grow = async (to: number): Promise<void> => {
    view.grew((length.now = to));
    await frames();
  };
  return { view, engine, grid, grow, calls, rerender, socket };
}

/** Until answers have come and what they changed is drawn. */
async function frames(): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await settle();
    flushSync();
    await new Promise((done) => requestAnimationFrame(done));
  }
}

function rowTexts(): string[] {
  return visibleRows().map((row) => row.textContent);
}

function visibleRows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.rows .row:not(.hidden)')]
    .filter((row) => Number(/-?[\d.]+/.exec(row.style.transform)?.[0]) > -22)
    .sort((a, b) => indexOf(a) - indexOf(b));
}

function indexOf(row: HTMLElement): number {
  return Number(row.getAttribute('aria-rowindex'));
}

describe('rows', () => {
  test('show number, time, delta, direction in a word, peer, length and data', async () => {
    await shown(2, (index) => dataRow(index, { direction: index === 0 ? 'in' : 'out' }));
    const [first, second] = visibleRows();
    const cells = [...(first?.querySelectorAll('[role=gridcell]') ?? [])].map((c) => c.textContent);
    expect(cells.slice(3)).toEqual([
      '←RX',
      '192.168.1.50:40122',
      '3',
      expect.stringMatching(/^00 0D 0A +│ ···$/),
      // What it says, shown while a decoder is chosen.
      '',
    ]);
    expect(cells[0]).toBe('1');
    expect(cells[1]).toMatch(/^\d\d:02:11\.000$/);
    expect(second?.textContent).toContain('→TX');
    expect(second?.textContent).toContain('+0.001');
  });

  test('a payload that looks like markup is only ever text', async () => {
    const preview = new TextEncoder().encode('<b>bold</b><img src=x>');
    const { grid } = await shown(1, (index) => dataRow(index, { preview }));
    expect(grid.querySelector('b, img')).toBeNull();
    expect(grid.textContent).toContain('<b>bold</b><img src=x>');
  });

  test('only those in sight are on the page, with their place among all', async () => {
    const { grid } = await shown(1_000_000);
    expect(grid).toHaveAttribute('aria-rowcount', '1000001');
    const rows = visibleRows();
    expect(rows).toHaveLength(20);
    expect(rows.at(-1)).toHaveAttribute('aria-rowindex', '1000001');
    expect(rows.at(-1)?.textContent).toContain('1,000,000');
  });

  test('the same elements serve other rows', async () => {
    const { grow } = await shown(1000);
    const before = new Set(visibleRows());
    await grow(5000);
    expect(visibleRows().at(-1)?.textContent).toContain('5,000');
    expect(visibleRows().every((row) => before.has(row))).toBe(true);
  });

  test('states stand between as a sentence, faults with their figures', async () => {
    await shown(1, (index) =>
      dataRow(index, {
        direction: 'fault',
        lengthBytes: 0,
        preview: new Uint8Array(),
        note: { event: 'failed', error: { code: 'ECONNREFUSED', errno: -111, message: 'x' } },
      }),
    );
    expect(rowTexts()[0]).toContain('!ERR');
    expect(rowTexts()[0]).toMatch(/Failed · .+\(-111\)/);
  });

  test('the language changes without a reload', async () => {
    await shown(1);
    locale = 'zh-CN';
    await frames();
    expect(rowTexts()[0]).toContain('←接收');
    expect(screen.getByRole('columnheader', { name: '对端' })).toBeInTheDocument();
  });
});

describe('keys', () => {
  test('move, extend, select all, inspect, copy and pause, while the log keeps the focus', async () => {
    const { grid, view, calls } = await shown(1000);
    grid.focus();
    await fireEvent.keyDown(grid, { key: 'End' });
    expect(view.active).toBe(999);
    await fireEvent.keyDown(grid, { key: 'ArrowUp' });
    await fireEvent.keyDown(grid, { key: 'PageUp', shiftKey: true });
    expect(view.selection.spans).toEqual([{ from: 978, end: 999 }]);
    await frames();
    const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    expect(active?.textContent).toContain('979');
    await fireEvent.keyDown(grid, { key: 'Home' });
    await frames();
    expect(visibleRows()[0]?.textContent).toContain('192.168.1.50');
    expect(view.active).toBe(0);
    await fireEvent.keyDown(grid, { key: 'a', ctrlKey: true });
    expect(view.selection.count).toBe(1000);
    await fireEvent.keyDown(grid, { key: 'Enter' });
    await fireEvent.keyDown(grid, { key: 'c' });
    await fireEvent.keyDown(grid, { key: 'p' });
    expect([calls.inspect, calls.copy, view.paused]).toEqual([1, ['hex'], true]);
    expect(document.activeElement).toBe(grid);
  });

  test('the active row stays findable when it is scrolled out of sight', async () => {
    const { grid, view } = await shown(1000);
    await fireEvent.keyDown(grid, { key: 'Home' });
    view.setFollow(true);
    await frames();
    const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    expect(active).toHaveAttribute('aria-rowindex', '2');
    expect(active).toHaveAttribute('aria-selected', 'true');
    expect(visibleRows()).not.toContain(active);
  });
});

describe('following', () => {
  test('going up ends it: nothing moves as rows arrive, and a button leads back', async () => {
    const { grid, view, grow } = await shown(1000);
    await fireEvent.keyDown(grid, { key: 'Home' });
    await frames();
    const before = rowTexts();
    await grow(1128);
    expect(rowTexts()).toEqual(before);
    expect(view.follow).toBe(false);
    await fireEvent.click(screen.getByRole('button', { name: /128 new rows below/ }));
    await frames();
    expect(rowTexts().at(-1)).toContain('1,128');
    expect(screen.queryByRole('button', { name: /new rows below/ })).toBeNull();
  });

  test('the wheel up ends it', async () => {
    const { grid, view } = await shown(1000);
    await fireEvent.wheel(grid, { deltaY: -66 });
    expect(view.follow).toBe(false);
  });

  test('arriving rows take no focus', async () => {
    const { grow } = await shown(10);
    const button = screen.getByRole('button', { name: 'Clear' });
    button.focus();
    await grow(500);
    expect(document.activeElement).toBe(button);
  });
});

describe('around the rows', () => {
  test('paused: a strip counts what is held back and resumes', async () => {
    const { view, grow } = await shown(10);
    await fireEvent.click(screen.getByRole('button', { name: 'Pause the view' }));
    await grow(1214);
    expect(screen.getByText(/1,204 rows held/)).toBeInTheDocument();
    const [resume] = screen.getAllByRole('button', { name: 'Resume' });
    if (resume !== undefined) await fireEvent.click(resume);
    await frames();
    expect(view.paused).toBe(false);
    expect(rowTexts().at(-1)).toContain('1,214');
  });

  test('connected without data, and cleared, say so', async () => {
    const { view, rerender, socket } = await shown(0);
    expect(screen.getByText('Connected in 0.4 ms. Nothing received yet.')).toBeInTheDocument();
    view.grew(50);
    await rerender({ socket: { ...socket, ledger: { ...emptyLedger(), receivedChunks: 50 } } });
    await frames();
    view.clear();
    await frames();
    expect(screen.getByText(/Cleared: 50 earlier rows/)).toBeInTheDocument();
    expect(rowTexts()).toEqual([]);
  });

  test('rows that cannot be read are told, and can be tried again', async () => {
    const { view, engine, grow } = await shown(10);
    engine.handlers.rows = () => Promise.reject(new Error('the disk failed'));
    await grow(600);
    expect(screen.getByRole('alert')).toHaveTextContent('the disk failed');
    engine.handlers.rows = rowsOf(() => 600);
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(view.problem).toBeNull();
  });

  test('a marked row says so before its data, its note only ever as text', async () => {
    const note = '<img src=x onerror=alert(1)>';
    const { grid, view, calls } = await shown(4, (index) => {
      if (index === 0) return dataRow(0);
      const mark = { note: index === 2 ? note : null };
      return dataRow(index, { mark, ...(index === 3 ? { unexpected: true } : {}) });
    });
    const stars = [...grid.querySelectorAll<HTMLElement>('.rows .row.in .star')];
    expect(stars.slice(0, 4).map(({ textContent, title }) => [textContent, title])).toEqual([
      ['', ''],
      ['★', 'Marked'],
      ['★✎', note],
      ['★ ≠ unexpected', expect.stringMatching(/^Marked\nFrom a source that only-from/)],
    ]);
    expect(grid.querySelector('img')).toBeNull();
    await fireEvent.keyDown(grid, { key: 'End' });
    for (const key of [' ', 'n', 't']) await fireEvent.keyDown(grid, { key });
    expect(calls.deeds).toEqual(['mark-row', 'note-row', 'time-reference']);
    view.times.refer(dataRow(1));
    await frames();
    const times = [...grid.querySelectorAll('.rows .row.in .cell.time')].map(
      (cell) => cell.textContent,
    );
    expect(times.slice(0, 3)).toEqual(['-0.001', '*REF*', '+0.001']);
  });

  test('a menu of the row copies in every format', async () => {
    const { grid, calls } = await shown(10);
    await fireEvent.keyDown(grid, { key: 'End' });
    await fireEvent.contextMenu(grid);
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((item) => item.textContent.trim().replace(/\s+/g, ' '))).toEqual([
      expect.stringContaining('Inspect'),
      'Show in the stream',
      ...['Mark Space', 'Add a note… N', 'Count times from here T', 'Compare with… Ctrl+Shift+D'],
      'Create rule from this row…',
      expect.stringContaining('Copy as hex'),
      'Copy as compact hex',
      'Copy as text',
      'Copy as C array',
      'Copy as hexdump',
      'Filter by this peer',
      'Select all rows',
    ]);
    const dump = screen.getByRole('menuitem', { name: 'Copy as hexdump' });
    await fireEvent.pointerUp(dump);
    expect(calls.copy).toEqual(['hexdump']);
  });

  test('what came is announced at most once in five seconds', async () => {
    const ticks: (() => void)[] = [];
    const real = setInterval;
    vi.spyOn(globalThis, 'setInterval').mockImplementation((run, ms, ...rest) => {
      if (ms !== 5000) return real(run, ms, ...rest);
      ticks.push(run);
      return real(() => undefined, 1 << 30);
    });
    const { rerender, socket } = await shown(3);
    const status = [...document.querySelectorAll('[role=status]')].at(-1);
    const received = (receivedChunks: number) =>
      rerender({ socket: { ...socket, ledger: { ...emptyLedger(), receivedChunks } } });
    const tick = (): void => {
      for (const run of ticks) run();
      flushSync();
    };
    for (let n = 4; n <= 15; n++) await received(n);
    expect(status).toHaveTextContent('');
    expect(ticks).toHaveLength(1);
    tick();
    expect(status).toHaveTextContent('Received since the last report: 12. Last: 02 0D 0A');
    await received(16);
    expect(status).toHaveTextContent('report: 12.');
    tick();
    expect(status).toHaveTextContent('report: 1.');
  });
});

test('another log leaves nothing of the one before, and comes back to where it was left', async () => {
  const { view, grid, rerender } = await shown(1000);
  await fireEvent.keyDown(grid, { key: 'Home' });
  await frames();
  const engine = fakeEngine({
    openView: () => ({ length: 1 }),
    rows: rowsOf(
      () => 1,
      (index) => dataRow(index, { peer: 'other:1' }),
    ),
  });
  const other = new LogView(engine, 2, 'view-2');
  await other.open();
  await rerender({ view: other });
  await frames();
  expect(rowTexts()).toHaveLength(1);
  expect(rowTexts()[0]).toContain('other:1');
  await rerender({ view });
  await frames();
  expect(visibleRows()[0]).toHaveAttribute('aria-rowindex', '2');
  expect(view.follow).toBe(false);
});

describe('the filter', () => {
  test('is told wrong while it is typed, used after a pause, and given up with Escape', async () => {
    const { view, engine } = await shown(10);
    await fireEvent.click(screen.getByRole('button', { name: 'Filter the log' }));
    const field = screen.getByRole('textbox', { name: 'Filter' });
    expect(document.activeElement).toBe(field);
    await fireEvent.click(screen.getByRole('button', { name: 'len>64' }));
    expect(view.shape.filter.applied).toBe('len>64');
    await fireEvent.input(field, { target: { value: 'len>64 and dir:up' } });
    expect(screen.getByRole('alert').textContent).toMatch(/dir:up.*rx, tx, sys or err.*Example/);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await fireEvent.input(field, { target: { value: 'dir:tx' } });
    expect(screen.queryByRole('alert')).toBeNull();
    await waitFor(() => expect(view.shape.filter.applied).toBe('dir:tx'));
    expect(engine.named('openView').at(-1)?.params).toMatchObject({ shape: { filter: 'dir:tx' } });
    await waitFor(() =>
      view.grew(2, { scannedRows: 1_000_000, pendingBytes: 0, problem: null, done: false }),
    );
    await waitFor(() => expect(screen.getByText('10 of 1,000,000 rows pass')).toBeTruthy());
    view.grew(10, {
      scannedRows: 1_000_000,
      pendingBytes: 0,
      done: false,
      problem: { code: 'ERR_FILTER_TOO_SLOW', message: 'It takes too long.' },
    });
    await waitFor(() =>
      expect(screen.getByRole('alert').textContent).toContain('It takes too long.'),
    );
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.queryByRole('textbox', { name: 'Filter' })).toBeNull();
    expect(view.shape.filter.applied).toBeNull();
  });

  test('says that no row passes', async () => {
    const { view, engine } = await shown(10);
    engine.handlers.openView = () => ({ length: 0 });
    view.shape.filter.set('peer:10.9.9.9');
    await waitFor(() => expect(screen.getByText('No row passes this filter so far.')).toBeTruthy());
  });
});

describe('the search', () => {
  test('counts, goes to hits by Enter and buttons, marks rows, and leaves the row active', async () => {
    const preview = new TextEncoder().encode('a needle');
    const make = (index: number): Row => dataRow(index, { preview, lengthBytes: 8 });
    const { view, engine, grid } = await shown(1000, make);
    engine.handlers.search = () => ({});
    engine.handlers.hits = ({ from, end }) => ({
      at: [500, 503].filter((at) => at >= from && at < end),
    });
    engine.handlers.findHit = ({ from, backwards }) => {
      const at = backwards ? (from >= 503 ? 503 : 500) : from <= 500 ? 500 : 503;
      return { hit: { at, ordinal: at === 500 ? 0 : 1, wrapped: !backwards && from > 503 } };
    };
    const told = { scannedRows: 1000, pendingBytes: 0, problem: null, done: false };
    await fireEvent.click(screen.getByRole('button', { name: 'Search the log' }));
    const field = screen.getByRole('textbox', { name: 'Search' });
    expect(document.activeElement).toBe(field);
    await fireEvent.input(field, { target: { value: '/(/' } });
    expect(screen.getByRole('alert').textContent).toContain('this is no pattern');
    await fireEvent.input(field, { target: { value: 'needle' } });
    expect(screen.queryByRole('alert')).toBeNull();
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(engine.named('search').at(-1)?.params).toEqual({ view: 'view-1', search: 'needle' });
    view.search.grew({ ...told, hits: 1204, whole: false });
    await frames();
    expect(view.active).toBe(500);
    expect(screen.getByText('1 of 1,204+ …')).toBeTruthy();
    expect(view.inspected.selection).toEqual({ from: 2, end: 8 });
    view.search.grew({ ...told, hits: 1204, whole: true });
    await fireEvent.click(screen.getByRole('button', { name: 'Next hit' }));
    await frames();
    expect(view.active).toBe(503);
    expect(screen.getByText('2 of 1,204')).toBeTruthy();
    const marked = visibleRows().filter((row) => row.classList.contains('hit'));
    expect(marked.map(indexOf)).toEqual([502, 505]);
    await fireEvent.keyDown(field, { key: 'Enter' });
    await frames();
    expect(screen.getByText('Past the last row: went on at the first.')).toBeTruthy();
    await fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    await frames();
    expect(view.active).toBe(500);
    await fireEvent.keyDown(field, { key: 'Escape' });
    await frames();
    expect(screen.queryByRole('textbox', { name: 'Search' })).toBeNull();
    expect(document.activeElement).toBe(grid);
    expect(view.active).toBe(500);
    expect(visibleRows().some((row) => row.classList.contains('hit'))).toBe(false);
  });

  test('says that there is none, and why it stopped', async () => {
    const { view, engine } = await shown(10);
    engine.handlers.search = () => ({});
    engine.handlers.hits = () => ({ at: [] });
    view.search.term.set('needle');
    const told = { hits: 0, scannedRows: 10, pendingBytes: 0, problem: null, done: true };
    view.search.grew({ ...told, whole: true });
    await frames();
    expect(screen.getByText('No hit')).toBeTruthy();
    const problem = { code: 'ERR_FILTER_TOO_SLOW', message: 'It takes too long.' };
    view.search.grew({ ...told, whole: false, problem });
    await frames();
    expect(screen.getByRole('alert').textContent).toContain('It takes too long.');
  });
});
