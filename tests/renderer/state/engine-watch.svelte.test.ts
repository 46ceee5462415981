import { describe, expect, test } from 'vitest';
import { EngineWatch } from '../../../src-renderer/state/engine-watch.svelte';

const TICK_MS = 250;

/** A watch over an engine that answers as long as it is `well`, by a clock of the test's own. */
function watched() {
  const engine = { port: 1, well: true, asked: 0, ask: () => void (engine.asked += 1) };
  const watch = new EngineWatch(engine);
  let nowMs = 0;
  let answered = 0;
  /** Ticks of a page that runs; an answer comes between two of them. */
  const run = (ms: number, hidden = false) => {
    for (const endMs = nowMs + ms; nowMs < endMs;) {
      nowMs += TICK_MS;
      watch.tick(nowMs, nowMs, hidden);
      if (!engine.well || answered === engine.asked) continue;
      answered = engine.asked;
      watch.heard(nowMs);
    }
  };
  /** The page does nothing for so long, and then ticks before it reads. */
  const freeze = (ms: number) => {
    nowMs += ms;
    watch.tick(nowMs, nowMs, false);
  };
  const hear = () => watch.heard(nowMs);
  const talk = (ms: number) => {
    for (const endMs = nowMs + ms; nowMs < endMs;) {
      run(TICK_MS);
      hear();
    }
  };
  run(TICK_MS);
  hear();
  return { watch, engine, run, freeze, hear, talk };
}

describe('an engine that says nothing', () => {
  test('is told of within 3 s, with since when, and then how long it was', () => {
    const { watch, engine, run, hear } = watched();
    engine.well = false;
    run(2750);
    expect(watch.silentSince).toBeNull();
    run(250);
    expect(watch.silentSince).toBe(TICK_MS);
    run(10_000);
    expect(watch.silentSince).toBe(TICK_MS);
    expect(engine.asked).toBe(1);
    hear();
    expect(watch.silentSince).toBeNull();
    expect(watch.past).toEqual({ fromAt: TICK_MS, untilAt: TICK_MS + 13_000 });
    watch.dismiss();
    expect(watch.past).toBeNull();
  });

  test('may take its time to start', () => {
    const { watch, engine, run } = watched();
    Object.assign(engine, { port: 2, well: false });
    run(10_000);
    expect(watch.silentSince).toBeNull();
    run(2000);
    expect(watch.silentSince).not.toBeNull();
  });

  test.each([0, 2])('is nobody any more when it is gone (port %i)', (port) => {
    const { watch, engine, run } = watched();
    engine.well = false;
    run(4000);
    expect(watch.silentSince).not.toBeNull();
    engine.port = port;
    run(TICK_MS);
    expect(watch.silentSince).toBeNull();
    expect(watch.past).toBeNull();
  });
});

describe('no alarm is given', () => {
  test('while nothing passes and it answers: it is asked about once a second', () => {
    const { watch, engine, run } = watched();
    run(60_000);
    expect(engine.asked).toBeGreaterThan(30);
    expect(engine.asked).toBeLessThanOrEqual(60);
    expect([watch.silentSince, watch.past]).toEqual([null, null]);
  });

  test('while it speaks by itself, and it is not asked then', () => {
    const { watch, engine, talk } = watched();
    talk(10_000);
    expect(engine.asked).toBe(0);
    expect(watch.silentSince).toBeNull();
  });

  test('when the page was frozen or the computer slept, whatever was asked before', () => {
    const { watch, engine, run, freeze, hear } = watched();
    freeze(3_600_000);
    hear();
    engine.well = false;
    run(2000);
    expect(engine.asked).toBe(1);
    freeze(60_000);
    hear();
    expect([watch.silentSince, watch.past]).toEqual([null, null]);
  });

  test('in a window that nobody sees, which asks nothing', () => {
    const { watch, engine, run } = watched();
    engine.well = false;
    run(60_000, true);
    expect(engine.asked).toBe(0);
    expect(watch.silentSince).toBeNull();
    run(4000);
    expect(watch.silentSince).not.toBeNull();
  });

  test('where there is no engine', () => {
    const { watch, engine, run } = watched();
    engine.port = 0;
    run(60_000);
    expect(engine.asked).toBe(0);
    expect(watch.silentSince).toBeNull();
  });
});
