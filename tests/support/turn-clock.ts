import { onTestFinished } from 'vitest';

const STEP_MS = 20;

/**
 * A clock that stands still while this process has no turn: what has to happen within a time is not
 * late because the machine was. The milliseconds that passed on it since it was made.
 */
export function turnClock(): () => number {
  const began = performance.now();
  let last = began;
  let lostMs = 0;
  const late = () => Math.max(0, performance.now() - last - 2 * STEP_MS);
  const ticks = setInterval(() => {
    lostMs += late();
    last = performance.now();
  }, STEP_MS);
  onTestFinished(() => clearInterval(ticks));
  return () => performance.now() - began - lostMs - late();
}
