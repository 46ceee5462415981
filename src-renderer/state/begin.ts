import type { EngineClient } from './engine-client';
import type { Layouts } from './layouts.svelte';
import type { MainCommands } from './main-client';
import type { Profiles } from './profiles.svelte';
import type { Toasts } from './toasts.svelte';
import { rejectedWith, toProblem } from './command-error';

interface Parts {
  engine: Pick<EngineClient, 'giveUp'>;
  main: MainCommands;
  toasts: Toasts;
  profiles: Pick<Profiles, 'load'>;
  layouts: Pick<Layouts, 'load'>;
}

/** Asks main for all that comes after the first frame. */
export function begin(parts: Parts): void {
  void connect(parts);
  void parts.profiles.load();
  void parts.layouts.load();
}

/** Asks for an engine. When main has none to give, all is asked for again with the next command to it. */
export async function connect(parts: Parts): Promise<void> {
  try {
    await parts.main.command('connectEngine', {});
  } catch (thrown) {
    const problem = toProblem(thrown);
    parts.toasts.failed(problem);
    parts.engine.giveUp(rejectedWith(problem), () => begin(parts));
  }
}
