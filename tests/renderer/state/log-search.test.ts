import { describe, expect, test } from 'vitest';
import { LogView } from '../../../src-renderer/state/log-view.svelte';
import type { ResultOf } from '../../../src-shared/contract/engine';
import { deferred, fakeEngine, rowsOf, settle } from './fakes';

/** A log of `rows` rows whose search finds `hits`, which may be changed. */
async function searched(rows: number, hits: number[]) {
  const length = { now: rows };
  const engine = fakeEngine({
    openView: () => ({ length: length.now }),
    closeView: () => ({}),
    rows: rowsOf(() => length.now),
    search: () => ({}),
    hits: ({ from, end }) => ({ at: hits.filter((at) => at >= from && at < end) }),
    findHit: ({ from, backwards }) => {
      const found = backwards ? hits.findLast((at) => at <= from) : hits.find((at) => at >= from);
      const at = found ?? (backwards ? hits.at(-1) : hits[0]);
      if (at === undefined) return { hit: null };
      return { hit: { at, ordinal: hits.indexOf(at), wrapped: found === undefined } };
    },
  });
  const view = new LogView(engine, 1, 'view-1');
  await view.open();
  const { search } = view;
  const told = (whole: boolean): void =>
    search.grew({
      ...{ hits: hits.length, whole, scannedRows: length.now, pendingBytes: 0 },
      ...{ problem: null, done: false },
    });
  const step = async (way: 'next' | 'previous'): Promise<void> => {
    search.step(way);
    await settle();
  };
  return { view, search, engine, told, step, length, hits };
}

describe('going to hits', () => {
  test('forth and back, from the active row on, and past both ends with a notice', async () => {
    const { view, search, told, step } = await searched(100, [10, 40, 90]);
    search.term.set('needle');
    told(true);
    await settle();
    await step('next');
    expect([view.active, search.current?.ordinal, view.follow]).toEqual([10, 0, false]);
    await step('next');
    await step('next');
    expect([view.active, search.wrapped]).toEqual([90, null]);
    await step('next');
    expect([view.active, search.wrapped]).toEqual([10, 'end']);
    await step('previous');
    expect([view.active, search.wrapped]).toEqual([90, 'start']);
    view.activate(50);
    await step('previous');
    expect([view.active, search.current?.ordinal, search.wrapped]).toEqual([40, 1, null]);
    view.activate(90);
    await step('next');
    // The row chosen by hand is a hit itself.
    expect(view.active).toBe(90);
  });

  test('a step that asks while the last is told asks again', async () => {
    const { view, search, engine, told, hits } = await searched(1000, []);
    const answer = deferred<ResultOf<'findHit'>>();
    const { findHit } = engine.handlers;
    engine.handlers.findHit = () => answer.promise;
    search.term.set('needle');
    search.step('next');
    hits.push(700);
    told(false);
    await settle();
    told(true);
    Object.assign(engine.handlers, { findHit });
    answer.resolve({ hit: null });
    await settle();
    expect(view.active).toBe(700);
  });

  test('a hit whose row is still on its way is gone to when it is there', async () => {
    const { view, search, told } = await searched(0, [3, 5]);
    search.term.set('needle');
    search.step('previous');
    told(true);
    await settle();
    expect(view.active).toBeNull();
    view.grew(6);
    search.rowsCame();
    await settle();
    expect([view.active, search.wrapped]).toEqual([5, null]);
  });

  test('a step waits for what has not been looked at, and is done when it is', async () => {
    const { view, search, told, step, hits } = await searched(1000, []);
    search.term.set('needle');
    await step('next');
    expect(view.active).toBeNull();
    told(false);
    await settle();
    expect(view.active).toBeNull();
    hits.push(700);
    told(false);
    await settle();
    expect(view.active).toBe(700);
    await step('next');
    // Whether it must go on at the first row is known only when all was looked at.
    expect([search.current?.at, search.wrapped]).toEqual([700, null]);
    told(true);
    await settle();
    expect([view.active, search.wrapped]).toEqual([700, 'end']);
  });

  test('a live log goes on being searched, and rows cleared from sight are passed over', async () => {
    const { view, search, told, step, length, hits } = await searched(50, [5]);
    search.term.set('needle');
    told(true);
    await settle();
    view.clear();
    await step('next');
    expect([view.active, search.current]).toEqual([null, null]);
    hits.push(60);
    view.grew((length.now = 80));
    told(true);
    await step('next');
    expect([view.active, search.current?.ordinal]).toEqual([60, 1]);
    expect(search.wrapped).toBeNull();
    await step('previous');
    expect([view.active, search.wrapped]).toEqual([60, 'start']);
  });

  test('a hit among rows held back by a pause shows them', async () => {
    const { view, told, search, step, length, hits } = await searched(50, []);
    view.pause(true);
    view.grew((length.now = 80));
    hits.push(70);
    search.term.set('needle');
    told(true);
    await step('next');
    expect([view.active, view.paused]).toEqual([70, false]);
  });
});

test('the hits in sight are marked, again when more are found', async () => {
  const { view, search, told, hits, engine } = await searched(1000, [3, 30, 500]);
  view.setFollow(false);
  search.look(0, 40);
  expect(engine.named('hits')).toHaveLength(0);
  search.term.set('needle');
  told(false);
  await settle();
  expect([...search.marks]).toEqual([3, 30]);
  hits.push(20);
  told(true);
  await settle();
  expect([...search.marks].sort((a, b) => a - b)).toEqual([3, 20, 30]);
  told(true);
  await settle();
  expect(engine.named('hits')).toHaveLength(2);
  search.term.close();
  await settle();
  expect(search.marks.size).toBe(0);
  expect(engine.named('search').at(-1)?.params).toEqual({ view: 'view-1', search: null });
});

test('rows of another shape are searched anew, and what the engine refuses is told', async () => {
  const { view, search, told, engine } = await searched(100, [10]);
  search.term.set('needle');
  told(true);
  await settle();
  view.shape.filter.set('dir:rx');
  await settle();
  expect(engine.named('search').map(({ params }) => params)).toEqual([
    { view: 'view-1', search: 'needle' },
    { view: 'view-1', search: 'needle' },
  ]);
  expect(search.progress).toBeNull();
  engine.handlers.search = () => Promise.reject(new Error('too many'));
  search.term.set('other');
  await settle();
  expect(search.problem?.message).toBe('too many');
  search.term.text = 'dir:up';
  expect(search.term.error?.code).toBe('bad-way');
});
