import { describe, expect, test } from 'vitest';
import type { ResultOf } from '../../../src-shared/contract/engine';
import { copyRows } from '../../../src-renderer/state/copy-rows';
import { LogView } from '../../../src-renderer/state/log-view.svelte';
import { OpenViews } from '../../../src-renderer/state/open-views';
import { RowTools } from '../../../src-renderer/state/row-tools.svelte';
import { Shell } from '../../../src-renderer/state/shell.svelte';
import { Toasts } from '../../../src-renderer/state/toasts.svelte';
import { RowSelection } from '../../../src-renderer/state/row-selection';
import { dataRow, deferred, fakeEngine, rowsOf, settle } from './fakes';

/** A view over an engine that has `length.now` rows. */
async function opened(rows: number) {
  const length = { now: rows };
  const engine = fakeEngine({
    openView: () => ({ length: length.now }),
    closeView: () => ({}),
    rows: rowsOf(() => length.now),
  });
  const view = new LogView(engine, 1, 'view-1');
  await view.open();
  const grow = (to: number): void => view.grew((length.now = to));
  return { view, engine, grow, length };
}

function asked(engine: ReturnType<typeof fakeEngine>): unknown[] {
  return engine.named('rows').map(({ params }) => params);
}

describe('asking for rows', () => {
  test('what is in sight is asked for once, a page at a time', async () => {
    const { view, engine } = await opened(1000);
    view.setFollow(false);
    view.look(250, 290);
    await settle();
    expect(asked(engine)).toEqual([
      { view: 'view-1', from: 0, count: 256 },
      { view: 'view-1', from: 256, count: 256 },
    ]);
    expect(view.row(250)?.number).toBe(251);
    expect(view.row(289)?.number).toBe(290);
    view.look(250, 290);
    view.look(300, 340);
    await settle();
    expect(engine.named('rows')).toHaveLength(2);
  });

  test('at most two answers are waited for, and one for each page, however fast one scrolls', async () => {
    const answers: { from: number; done: ReturnType<typeof deferred<ResultOf<'rows'>>> }[] = [];
    const engine = fakeEngine({
      openView: () => ({ length: 1_000_000 }),
      rows: ({ from }) => {
        const done = deferred<ResultOf<'rows'>>();
        answers.push({ from, done });
        return done.promise;
      },
    });
    const view = new LogView(engine, 1, 'view-1');
    await view.open();
    view.setFollow(false);
    for (let page = 0; page < 100; page++) view.look(page * 256, page * 256 + 40);
    view.look(0, 40);
    await settle();
    expect(answers.map(({ from }) => from)).toEqual([0, 256]);
    view.look(900_000, 900_040);
    answers[0]?.done.resolve(rowsOf(() => 1_000_000)({ view: 'view-1', from: 0, count: 256 }));
    await settle();
    // The place where one is now comes next, not the 98 passed by.
    expect(answers.at(-1)?.from).toBe(900_000 - (900_000 % 256));
    expect(answers).toHaveLength(3);
  });

  test('pages not looked at for longest are let go, those in sight never', async () => {
    const { view } = await opened(100 * 256);
    view.setFollow(false);
    for (let page = 0; page < 80; page++) {
      view.look(page * 256, page * 256 + 40);
      await settle();
    }
    expect(view.row(0)).toBeUndefined();
    expect(view.row(79 * 256)).toBeDefined();
    expect(view.row(16 * 256)).toBeDefined();
  });

  test('a page that was partly there is asked for its rest only', async () => {
    const { view, engine, grow } = await opened(100);
    view.setFollow(false);
    view.look(60, 100);
    await settle();
    grow(150);
    view.look(80, 120);
    await settle();
    expect(asked(engine)).toEqual([
      { view: 'view-1', from: 0, count: 100 },
      { view: 'view-1', from: 100, count: 50 },
    ]);
  });

  test('a failure is shown, is not repeated by itself, and can be tried again', async () => {
    const { view, engine } = await opened(100);
    engine.handlers.rows = () => Promise.reject(new Error('the disk failed'));
    view.setFollow(false);
    view.look(0, 40);
    await settle();
    expect(view.problem?.message).toBe('the disk failed');
    expect(engine.named('rows')).toHaveLength(1);
    engine.handlers.rows = rowsOf(() => 100);
    view.retry();
    await settle();
    expect(view.problem).toBeNull();
    expect(view.row(0)).toBeDefined();
  });
});

describe('following', () => {
  test('a row is shown only once it is here, and one answer is waited for at a time', async () => {
    const { view, engine, grow } = await opened(0);
    grow(40);
    view.look(0, 40);
    await settle();
    const before = engine.named('rows').length;
    for (let n = 1; n <= 50; n++) grow(40 + n * 1600);
    expect(view.end).toBe(40);
    expect(engine.named('rows')).toHaveLength(before + 1);
    await settle();
    await settle();
    expect(view.end).toBe(80_040);
    for (let index = 80_000; index < 80_040; index++) expect(view.row(index)).toBeDefined();
    expect(engine.named('rows').length).toBeLessThanOrEqual(before + 3);
  });

  test('when not following all rows count at once, and what came since is told', async () => {
    const { view, grow } = await opened(100);
    view.look(60, 100);
    view.setFollow(false);
    grow(228);
    expect(view.length).toBe(228);
    expect(view.fresh).toBe(128);
    view.setFollow(true);
    expect(view.fresh).toBe(0);
  });
});

describe('rows that are found, not new', () => {
  /** A view of a capture with rows that a filter is put on; `looked` tells how far the engine is. */
  async function filtered(isLive: boolean) {
    let length = 100;
    const engine = fakeEngine({
      openView: ({ shape }) => ({ length: shape === undefined ? length : 0 }),
      closeView: () => ({}),
      rows: rowsOf(() => length),
    });
    const source = () => ({ isLive, rows: 100 });
    const view = new LogView(engine, 1, 'view-1', { source });
    await view.open();
    view.look(0, 40);
    await settle();
    const looked = (scannedRows: number, found: number): void =>
      view.grew((length = found), { scannedRows, pendingBytes: 0, problem: null, done: false });
    return { view, looked };
  }

  test('those of a filter are not, what comes after them is', async () => {
    const { view, looked } = await filtered(true);
    expect(view.follow).toBe(true);
    view.setFollow(false);
    view.shape.filter.set('dir:rx');
    await settle();
    looked(60, 30);
    looked(100, 50);
    expect([view.length, view.fresh]).toEqual([50, 0]);
    looked(130, 70);
    expect([view.length, view.fresh]).toEqual([70, 20]);
  });

  test('a file is read from its first row, and none of it is new', async () => {
    const { view, looked } = await filtered(false);
    expect([view.follow, view.length, view.fresh]).toEqual([false, 100, 0]);
    view.shape.filter.set('dir:rx');
    await settle();
    looked(100, 50);
    expect([view.length, view.fresh]).toEqual([50, 0]);
    view.setFollow(true);
    expect(view.follow).toBe(true);
  });
});

describe('pause and clear', () => {
  test('a paused view stands still and counts what it holds back', async () => {
    const { view, grow } = await opened(100);
    view.pause(true);
    grow(1304);
    expect([view.length, view.held]).toEqual([100, 1204]);
    view.pause(false);
    await settle();
    expect([view.length, view.held]).toEqual([1304, 0]);
  });

  test('clear hides what is shown, undo brings all of it back', async () => {
    const { view, grow } = await opened(100);
    view.look(0, 40);
    await settle();
    view.activate(7);
    const undo = view.clear();
    expect([view.length, view.active, view.selection.count]).toEqual([0, null, 0]);
    grow(105);
    await settle();
    expect([view.base, view.length]).toEqual([100, 5]);
    undo();
    expect([view.length, view.active, view.selection.count]).toEqual([105, 7, 1]);
  });

  test('what is held back while paused is not cleared away unseen', async () => {
    const { view, grow } = await opened(100);
    view.pause(true);
    grow(150);
    view.clear();
    expect([view.length, view.held]).toEqual([0, 50]);
    view.pause(false);
    await settle();
    expect(view.length).toBe(50);
  });
});

describe('selection', () => {
  test('single, extended in both directions, toggled, all', async () => {
    const { view } = await opened(1000);
    view.activate(10);
    expect(view.selection.spans).toEqual([{ from: 10, end: 11 }]);
    view.activate(14, 'extend');
    expect(view.selection.spans).toEqual([{ from: 10, end: 15 }]);
    view.activate(5, 'extend');
    expect(view.selection.spans).toEqual([{ from: 5, end: 11 }]);
    view.activate(20, 'toggle');
    view.activate(7, 'toggle');
    expect(view.selection.spans).toEqual([
      { from: 5, end: 7 },
      { from: 8, end: 11 },
      { from: 20, end: 21 },
    ]);
    view.cursor.selectAll();
    expect(view.selection.count).toBe(1000);
  });

  test('neighbours become one span; indexes stop at the bound', () => {
    const all = RowSelection.between(0, 3).with(RowSelection.between(4, 9));
    expect(all.spans).toEqual([{ from: 0, end: 10 }]);
    expect(all.indexes(4)).toEqual([0, 1, 2, 3]);
    expect(all.without(0).spans).toEqual([{ from: 1, end: 10 }]);
    expect([all.has(9), all.has(10)]).toEqual([true, false]);
  });

  test('a cleared row cannot become active', async () => {
    const { view, grow } = await opened(10);
    view.clear();
    grow(20);
    await settle();
    view.activate(3);
    expect(view.active).toBe(10);
  });
});

describe('the active row', () => {
  test('short payloads come from the preview, long ones are asked for', async () => {
    const { view, engine } = await opened(10);
    const whole = new Uint8Array(1000).fill(7);
    engine.handlers.rows = rowsOf(
      () => 10,
      (index) =>
        index === 3
          ? dataRow(3, { preview: whole.slice(0, 256), lengthBytes: 1000 })
          : dataRow(index),
    );
    engine.handlers.rowBytes = () => ({ chunks: [whole], truncated: false });
    view.look(0, 10);
    await settle();
    view.activate(2);
    expect(view.inspected.bytes).toEqual(new Uint8Array([2, 0x0d, 0x0a]));
    expect(engine.named('rowBytes')).toHaveLength(0);
    view.activate(3);
    expect(view.inspected.bytes).toBeNull();
    await settle();
    expect(view.inspected.bytes).toEqual(whole);
  });

  test('of rows passed by quickly only the last is asked for, and a late answer is not shown', async () => {
    const answers: ReturnType<typeof deferred<ResultOf<'rowBytes'>>>[] = [];
    const { view, engine } = await opened(100);
    engine.handlers.rows = rowsOf(
      () => 100,
      (index) => dataRow(index, { preview: new Uint8Array(256), lengthBytes: 5000 }),
    );
    engine.handlers.rowBytes = () => {
      const answer = deferred<ResultOf<'rowBytes'>>();
      answers.push(answer);
      return answer.promise;
    };
    view.look(0, 40);
    await settle();
    for (let row = 0; row < 30; row++) view.activate(row);
    await settle();
    expect(answers).toHaveLength(1);
    answers[0]?.resolve({ chunks: [new Uint8Array([1])], truncated: false });
    await settle();
    expect(view.inspected.bytes).toBeNull();
    expect(engine.named('rowBytes').at(-1)?.params).toEqual({ view: 'view-1', indexes: [29] });
    answers[1]?.resolve({ chunks: [new Uint8Array([29])], truncated: false });
    await settle();
    expect(view.inspected.bytes).toEqual(new Uint8Array([29]));
  });

  test('a row that is not here is fetched', async () => {
    const { view, engine } = await opened(100_000);
    view.activate(54_321);
    await settle();
    expect(view.inspected.row?.index).toBe(54_321);
    expect(engine.named('rows').length).toBeGreaterThan(0);
  });
});

describe('copying', () => {
  test.each([
    ['hex', '41 54\n0D 0A'],
    ['plain-hex', '4154\n0d0a'],
    ['text', 'AT\r\n'],
  ] as const)('%s', async (format, text) => {
    const { view, engine } = await opened(10);
    engine.handlers.rowBytes = () => ({
      chunks: [new Uint8Array([0x41, 0x54]), new Uint8Array([0x0d, 0x0a])],
      truncated: false,
    });
    view.activate(4);
    view.activate(5, 'extend');
    await expect(copyRows(engine, view, format)).resolves.toEqual({
      text,
      rows: 2,
      bytes: 4,
      truncated: false,
    });
    expect(engine.named('rowBytes').at(-1)?.params).toEqual({ view: 'view-1', indexes: [4, 5] });
  });

  test('nothing selected, nothing copied', async () => {
    const { view, engine } = await opened(10);
    await expect(copyRows(engine, view, 'hex')).resolves.toBeNull();
    expect(engine.named('rowBytes')).toHaveLength(0);
  });

  test('more than may be copied is cut and said to be', async () => {
    const { view, engine } = await opened(300_000);
    const chunk = new Uint8Array(6 * 1024 * 1024);
    engine.handlers.rowBytes = () => ({ chunks: [chunk, chunk, chunk], truncated: true });
    view.cursor.selectAll();
    const copied = await copyRows(engine, view, 'plain-hex');
    expect(copied).toMatchObject({ rows: 2, bytes: chunk.byteLength * 2, truncated: true });
    const params = engine.named('rowBytes').at(-1)?.params;
    expect(params).toMatchObject({ indexes: { length: 100_000 } });
  });
});

test('since the start is counted from the first row of the view, asked for once', async () => {
  const { view, engine } = await opened(5000);
  view.times.set('start');
  await settle();
  view.times.set('clock');
  view.times.set('start');
  await settle();
  expect(view.times.startedAt).toBe(dataRow(0).at);
  expect(asked(engine)).toEqual([{ view: 'view-1', from: 0, count: 1 }]);
});

describe('a filter', () => {
  test('gives another log: rows, selection and figures of the one before are gone', async () => {
    const { view, engine, length } = await opened(1000);
    view.setFollow(false);
    view.look(0, 40);
    await settle();
    view.activate(5);
    length.now = 3;
    view.shape.filter.text = 'dir:rx ';
    view.shape.filter.apply();
    expect([view.total, view.active, view.selection.count]).toEqual([0, null, 0]);
    expect(view.row(5)).toBeUndefined();
    await settle();
    expect(engine.named('openView').map(({ params }) => params)).toEqual([
      { view: 'view-1', socket: 1 },
      { view: 'view-1', socket: 1, shape: { filter: 'dir:rx' } },
    ]);
    expect(view.total).toBe(3);
    view.shape.filter.close();
    await settle();
    expect(engine.named('openView')).toHaveLength(3);
    expect(engine.named('openView').at(-1)?.params).toEqual({ view: 'view-1', socket: 1 });
    expect([view.shape.filter.applied, view.shape.filter.text]).toEqual([null, '']);
  });

  test('answers about the rows before are not taken for its own', async () => {
    const { view, engine } = await opened(1000);
    const rows = deferred<ResultOf<'rows'>>();
    const answer = deferred<ResultOf<'openView'>>();
    engine.handlers.rows = () => rows.promise;
    view.setFollow(false);
    view.look(0, 40);
    engine.handlers.openView = () => answer.promise;
    view.shape.filter.text = 'OK';
    view.shape.filter.apply();
    view.grew(1200);
    expect(view.total).toBe(0);
    engine.handlers.rows = rowsOf(() => 3);
    rows.resolve({ length: 1200, rows: [dataRow(0)] });
    await settle();
    expect(view.row(0)).toBeUndefined();
    answer.resolve({ length: 2 });
    await settle();
    expect(view.total).toBe(2);
    view.grew(3, { scannedRows: 1300, pendingBytes: 0, problem: null, done: false });
    expect([view.total, view.shape.progress?.scannedRows]).toEqual([3, 1300]);
  });

  test('that is wrong leaves the one in force', async () => {
    const { view, engine } = await opened(10);
    view.shape.filter.text = 'len>4';
    view.shape.filter.apply();
    view.shape.filter.text = 'len>4 and dir:up';
    view.shape.filter.apply();
    await settle();
    expect(view.shape.filter.error).toMatchObject({ code: 'bad-way', at: 10 });
    expect(view.shape.filter.applied).toBe('len>4');
    expect(engine.named('openView')).toHaveLength(2);
  });

  test('shows rows at once, although the log before was paused', async () => {
    const { view } = await opened(10);
    view.pause(true);
    view.shape.filter.text = 'x';
    view.shape.filter.apply();
    await settle();
    expect([view.paused, view.end]).toEqual([false, 10]);
  });
});

test('rows that the ring of their recording let go are shown no longer', async () => {
  const { view } = await opened(1000);
  const views = new OpenViews();
  views.add(view);
  view.setFollow(false);
  views.apply([{ view: 'view-1', length: 1200, first: 700 }]);
  expect([view.base, view.end, view.length]).toEqual([700, 1200, 500]);
  // What was cleared from sight stays so.
  view.clear();
  views.apply([{ view: 'view-1', length: 1300, first: 900 }]);
  expect([view.base, view.length]).toEqual([1200, 100]);
});

describe('the encoding of text', () => {
  const shapes = (engine: ReturnType<typeof fakeEngine>): unknown[] =>
    engine.named('openView').map(({ params }) => params);

  test('another one reads the same rows again, and nothing moves', async () => {
    const { view, engine } = await opened(1000);
    view.setFollow(false);
    view.look(250, 290);
    view.activate(260);
    await settle();
    await view.shape.encoding.choose('gbk');
    view.look(250, 290);
    await settle();
    expect(shapes(engine).at(-1)).toEqual({
      ...{ view: 'view-1', socket: 1 },
      shape: { encoding: 'gbk' },
    });
    expect([view.total, view.active, view.follow]).toEqual([1000, 260, false]);
    expect(asked(engine).slice(-2)).toEqual([
      { view: 'view-1', from: 0, count: 256 },
      { view: 'view-1', from: 256, count: 256 },
    ]);
    expect(view.inspected.row?.index).toBe(260);
    await view.shape.encoding.choose('utf-8');
    expect(shapes(engine).at(-1)).toEqual({ view: 'view-1', socket: 1 });
  });

  test('a filter means other bytes in it, so other rows are looked for', async () => {
    const { view, engine } = await opened(1000);
    view.shape.filter.set('"中"');
    await settle();
    view.activate(5);
    await view.shape.encoding.choose('big5');
    await settle();
    expect(shapes(engine).at(-1)).toMatchObject({ shape: { encoding: 'big5', filter: '"中"' } });
    expect(view.active).toBeNull();
    view.shape.filter.text = '"😀"';
    expect(view.shape.filter.error?.message).toMatch(/cannot be encoded in Big5/);
  });

  test('the last one chosen holds, whichever is here first', async () => {
    const { view, engine } = await opened(10);
    const first = view.shape.encoding.choose('euc-kr');
    const second = view.shape.encoding.choose('latin1');
    await Promise.all([first, second]);
    await settle();
    expect(view.charset.name).toBe('latin1');
    expect(shapes(engine).at(-1)).toMatchObject({ shape: { encoding: 'latin1' } });
  });
});

describe('marks', () => {
  test('when they change, rows in sight are asked for again and meanwhile shown as they were', async () => {
    const { view, engine } = await opened(1000);
    view.setFollow(false);
    view.look(0, 40);
    await settle();
    view.activate(3);
    engine.handlers.rows = rowsOf(
      () => 1000,
      (index) => dataRow(index, index === 3 ? { mark: { note: 'odd' } } : {}),
    );
    view.marksChanged();
    expect(view.row(3)?.number).toBe(4);
    await settle();
    expect([view.row(3)?.mark, view.inspected.mark, view.active]).toEqual([
      { note: 'odd' },
      { note: 'odd' },
      3,
    ]);
  });

  test('what a filter by marks shows is looked for again, and one stays where one was', async () => {
    const { view, engine, length } = await opened(10);
    view.shape.filter.text = 'mark';
    length.now = 3;
    view.shape.filter.apply();
    await settle();
    view.activate(2);
    await settle();
    length.now = 2;
    engine.handlers.placeOf = () => ({ at: null, holds: null });
    view.marksChanged();
    await settle();
    expect(engine.named('openView')).toHaveLength(3);
    expect([view.total, view.active]).toEqual([2, 1]);
  });

  test('what is selected is marked, a note can be had back, and two rows are compared', async () => {
    const { view, engine } = await opened(10);
    const [toasts, shell] = [new Toasts(), new Shell()];
    const tools = new RowTools(engine, toasts, shell);
    const before = [{ number: 4, mark: { note: 'was here' } }];
    engine.handlers.markRows = () => ({ before, marked: false });
    engine.handlers.setMarks = () => ({});
    view.look(0, 10);
    await settle();
    view.activate(3);
    await tools.toggleMark(view);
    expect(engine.named('markRows').at(-1)?.params).toEqual({
      view: 'view-1',
      rows: [{ from: 3, end: 4 }],
      change: { do: 'toggle' },
    });
    const [toast] = toasts.list;
    if (toast?.kind !== 'marked') throw new Error('nothing was told');
    toast.undo();
    await settle();
    expect(engine.named('setMarks').at(-1)?.params).toEqual({ view: 'view-1', marks: before });

    engine.handlers.rowBytes = ({ indexes }) => ({
      chunks: indexes.map((index) => new Uint8Array([index])),
      truncated: false,
    });
    await tools.compare(view);
    expect([tools.chosen?.number, shell.overlay]).toEqual([4, null]);
    view.activate(7);
    await tools.compare(view);
    expect(shell.overlay).toEqual({ kind: 'compare' });
    expect([tools.compared?.a.bytes, tools.compared?.b.bytes, tools.chosen]).toEqual([
      new Uint8Array([3]),
      new Uint8Array([7]),
      null,
    ]);
  });

  test('times are counted from a row until it is chosen again', async () => {
    const { view } = await opened(10);
    view.times.set('utc');
    view.times.refer(dataRow(4));
    expect([view.times.mode, view.times.reference?.number]).toEqual(['reference', 5]);
    view.times.refer(dataRow(6));
    view.times.refer(dataRow(6));
    expect([view.times.mode, view.times.reference]).toEqual(['utc', null]);
  });
});

test('sums are those of the selection asked for last', async () => {
  const { view, engine } = await opened(10);
  const answers: ReturnType<typeof deferred<ResultOf<'selectionSums'>>>[] = [];
  engine.handlers.selectionSums = () => {
    const answer = deferred<ResultOf<'selectionSums'>>();
    answers.push(answer);
    return answer.promise;
  };
  const sums = (rows: number) => ({ sums: { rows, bytes: rows, firstAt: 0, lastAt: 1 } });
  void view.sums.show(RowSelection.between(0, 1));
  void view.sums.show(RowSelection.between(0, 4));
  answers[1]?.resolve(sums(5));
  await settle();
  answers[0]?.resolve(sums(2));
  await settle();
  expect(view.sums.sums?.rows).toBe(5);
  expect(engine.named('selectionSums').map(({ params }) => params)).toEqual([
    { view: 'view-1', rows: [{ from: 0, end: 2 }] },
    { view: 'view-1', rows: [{ from: 0, end: 5 }] },
  ]);
});

test('a framing switched on millions of live rows keeps following: the tail is asked for as frames come', async () => {
  const { view, engine, grow, length } = await opened(3_000_000);
  view.look(2_999_960, 3_000_000);
  await settle();
  length.now = 0;
  view.shape.framing.set('line');
  await settle();
  expect(engine.named('openView').at(-1)?.params).toMatchObject({ shape: { framing: 'line' } });
  expect([view.follow, view.total, view.end]).toEqual([true, 0, 0]);
  for (const frames of [40_000, 1_500_000, 5_000_000]) {
    grow(frames);
    await settle();
    view.look(Math.max(0, view.end - 40), view.end);
    await settle();
    expect([view.follow, view.end]).toEqual([true, frames]);
    expect(view.row(frames - 1)?.number).toBe(frames);
  }
  // Only the tail: 40 rows for each, and nothing of the millions before.
  expect(engine.named('rows').length).toBeLessThan(10);
});
