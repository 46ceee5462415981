import { expect, test } from 'vitest';
import { LogView } from '../../../src-renderer/state/log-view.svelte';
import { dataRow, deferred, fakeEngine, rowsOf, settle } from './fakes';

/** A log of 1000 rows that are not followed; with a filter, each tenth of them is shown. */
async function opened() {
  let every = 1;
  const length = () => 1000 / every;
  const engine = fakeEngine({
    openView: ({ shape }) => {
      every = shape?.filter === undefined ? 1 : 10;
      return { length: length() };
    },
    rows: (asked) =>
      rowsOf(length, (index) => dataRow(index, { number: (index + 1) * every }))(asked),
    placeOf: ({ number }) => {
      const at = Math.ceil(number / every) - 1;
      if (at >= length()) return { at: null, holds: null };
      return { at, holds: number % every === 0 ? at : null };
    },
  });
  const view = new LogView(engine, 1, 'view-1');
  await view.open();
  view.setFollow(false);
  const filter = async (text: string | null) => {
    view.shape.filter.set(text ?? '');
    await settle();
  };
  /** What the log does with the row that is wanted. */
  const arrive = async () => {
    const { at, above } = view.place.wanted ?? { at: 0, above: 0 };
    const from = Math.max(0, at - (above ?? 0));
    view.look(from, Math.min(view.total, from + 40));
    view.place.wanted = null;
    await settle();
  };
  return { view, engine, filter, arrive };
}

async function at({ view }: Awaited<ReturnType<typeof opened>>, from: number): Promise<void> {
  view.look(from, from + 40);
  await settle();
}

test('the row at the top stays there, or the first after it, and is there again without the filter', async () => {
  const log = await opened();
  await at(log, 505);
  await log.filter('len>6');
  expect(log.view.place.wanted).toEqual({ at: 50, above: 0 });
  expect(log.view.active).toBeNull();
  await log.arrive();
  await log.filter(null);
  expect(log.view.place.wanted).toEqual({ at: 505, above: 0 });
});

test('the active row in sight stays where it stood; one that does not pass comes back with its filter gone', async () => {
  const log = await opened();
  await at(log, 500);
  log.view.activate(509);
  await log.filter('len>6');
  expect([log.view.place.wanted, log.view.active]).toEqual([{ at: 50, above: 9 }, 50]);
  await log.arrive();
  await log.filter(null);
  await log.arrive();
  log.view.activate(512);
  await log.filter('len>6');
  expect([log.view.place.wanted, log.view.active]).toEqual([{ at: 51, above: 12 }, null]);
  await log.arrive();
  await log.filter(null);
  expect([log.view.place.wanted, log.view.active]).toEqual([{ at: 512, above: 12 }, 512]);
});

test('who goes elsewhere meanwhile is not called back', async () => {
  const log = await opened();
  await at(log, 505);
  const answer = deferred<{ at: number; holds: null }>();
  log.engine.handlers.placeOf = () => answer.promise;
  await log.filter('len>6');
  // The wheel was turned.
  log.view.setFollow(false);
  answer.resolve({ at: 50, holds: null });
  await settle();
  expect(log.view.place.wanted).toBeNull();
});

test('past the last row that passes, the last is shown', async () => {
  const log = await opened();
  await at(log, 900);
  log.engine.handlers.placeOf = () => ({ at: null, holds: null });
  await log.filter('len>6');
  expect(log.view.place.wanted).toEqual({ at: 99, above: 0 });
});

test('rows that are still looked for are waited for, until what was in sight is full again', async () => {
  const engine = fakeEngine({
    openView: ({ shape }) => ({ length: shape === undefined ? 1000 : 0 }),
    rows: rowsOf(() => 1000),
    placeOf: ({ number }) => ({ at: number <= view.total ? number - 1 : null, holds: null }),
  });
  const source = () => ({ isLive: false, rows: 1000 });
  const view: LogView = new LogView(engine, 1, 'view-1', { source });
  await view.open();
  view.look(500, 540);
  await settle();
  view.shape.framing.set('line');
  await settle();
  const scanned = async (rows: number) => {
    view.grew(rows, { scannedRows: rows, pendingBytes: 0, problem: null, done: rows === 1000 });
    await settle();
    return view.place.wanted;
  };
  expect(await scanned(300)).toBeNull();
  expect(await scanned(510)).toBeNull();
  expect(await scanned(600)).toEqual({ at: 500, above: 0 });
});

test('a log that follows its end goes on, one that was held stays', async () => {
  const log = await opened();
  log.view.setFollow(true);
  await at(log, 960);
  await log.filter('len>6');
  expect([log.view.place.wanted, log.view.follow]).toEqual([null, true]);
  await log.filter(null);
  log.view.pause(true);
  await at(log, 960);
  await log.filter('len>6');
  expect([log.view.place.wanted, log.view.follow]).toEqual([{ at: 96, above: 0 }, false]);
});
