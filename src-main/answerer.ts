import { messageOf } from './command-error';
import { firstAnswer, type FirstSettings, type Running } from './first-answers';
import type { Answerer } from './ipc';

/**
 * Answers the first questions by itself; all that comes later waits for the workbench. When that does
 * not load, each command that waited is told why, and the next one has it tried again.
 */
export function answerer(
  settings: FirstSettings,
  running: Running,
  load: () => Promise<Answerer>,
): Answerer {
  let workbench: Promise<Answerer> | null = null;
  let loaded = false;
  return async (name, params, caller) => {
    const first = loaded ? null : firstAnswer(name, params, settings, running);
    if (first !== null) return first;
    let loading: Promise<Answerer> | null = null;
    let answer: Answerer;
    try {
      loading = workbench ??= load();
      answer = await loading;
    } catch (thrown) {
      // Not one that another command has begun since.
      if (workbench === loading) workbench = null;
      console.error('[main] the workbench was not loaded:', thrown);
      // The window has words for the code: those of refusals come with what was not loaded.
      return { ok: false, error: { code: 'MAIN_INCOMPLETE', message: messageOf(thrown) } };
    }
    loaded = true;
    return answer(name, params, caller);
  };
}
