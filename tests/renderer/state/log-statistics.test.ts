import { expect, test } from 'vitest';
import { LogStatistics } from '../../../src-renderer/state/log-statistics.svelte';
import { SilenceWatch } from '../../../src-renderer/state/silence-watch';
import type { EngineUpdate } from '../../../src-shared/contract/engine';
import { deferred, fakeEngine, settle, socketInfo } from './fakes';

const SCANNED = { scannedRows: 3, pendingBytes: 0, problem: null, done: false };

/** An engine that adds up, and what it is asked in between. */
function counting() {
  const listeners = new Set<(update: EngineUpdate) => void>();
  const engine = fakeEngine({
    openStatistics: () => ({}),
    closeStatistics: () => ({}),
  });
  const heard = {
    ...engine,
    onUpdate: (listener: (update: EngineUpdate) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (version: number): void => {
    const statistics = { ...SCANNED, version, timedOut: null };
    const views = [{ view: 'view-1', length: 3, statistics }];
    for (const listener of listeners)
      listener({ first: false, sockets: [], removed: [], views, faults: [] });
  };
  return { engine, statistics: new LogStatistics({ id: 'view-1' }, () => heard), tell, listeners };
}

test('figures are asked for when there is news, one question at a time, and only while somebody looks', async () => {
  const { engine, statistics, tell, listeners } = counting();
  await statistics.restart();
  expect(engine.calls).toEqual([]);
  const stop = statistics.show();
  await settle();
  expect(engine.named('openStatistics')).toEqual([
    {
      name: 'openStatistics',
      params: { view: 'view-1', options: { pairing: null, timeoutMs: 1000, bucketMs: null } },
    },
  ]);
  const answer = deferred<never>();
  engine.handlers.statistics = () => answer.promise;
  tell(1);
  tell(2);
  tell(3);
  await settle();
  expect(engine.named('statistics')).toHaveLength(1);
  expect(statistics.progress).toMatchObject({ scannedRows: 3, done: false });
  statistics.pair({ by: 'next', asks: 'client' }, 500);
  await settle();
  expect(engine.named('openStatistics').at(-1)?.params).toMatchObject({
    options: { pairing: { by: 'next', asks: 'client' }, timeoutMs: 500 },
  });
  answer.reject(new Error('gone'));
  await settle();
  expect(statistics.problem?.message).toBe('gone');
  stop();
  expect(listeners.size).toBe(0);
  expect(engine.named('closeStatistics')).toHaveLength(1);
});

test('a rule that names marks adds up anew when they change, and no other does', async () => {
  const { engine, statistics } = counting();
  const asked = () => engine.named('openStatistics').length;
  statistics.pair({ by: 'next', asks: 'client' }, 1000);
  const stop = statistics.show();
  await settle();
  statistics.marksChanged();
  await settle();
  expect(asked()).toBe(1);
  statistics.pair({ by: 'patterns', request: 'mark and dir:tx', response: 'dir:rx' }, 1000);
  await settle();
  statistics.marksChanged();
  await settle();
  expect(asked()).toBe(3);
  stop();
  statistics.marksChanged();
  await settle();
  expect(asked()).toBe(3);
});

test('each silence is told once, of sockets that were asked to warn', () => {
  const told: number[] = [];
  const watch = new SilenceWatch(({ id }, { timeoutMs }) => told.push(id, timeoutMs));
  const update = (silentSince: number | null, action: 'warn' | 'close', first = false) => {
    const direction = 'rx' as const;
    const idle = { timeoutMs: 5000, action, direction, deadlineAt: null, silentSince };
    watch.apply({
      ...{ first, sockets: [socketInfo({ id: 7, idle })], removed: [], views: [], faults: [] },
    });
  };
  update(100, 'warn', true);
  update(100, 'warn');
  expect(told).toEqual([]);
  update(null, 'warn');
  update(200, 'warn');
  update(200, 'warn');
  expect(told).toEqual([7, 5000]);
  update(null, 'warn');
  update(300, 'close');
  expect(told).toEqual([7, 5000]);
  update(300, 'warn');
  expect(told).toEqual([7, 5000, 7, 5000]);
});
