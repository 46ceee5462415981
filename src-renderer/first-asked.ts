import type { Bridge, CommandAnswer } from '../src-shared/contract/bridge';

/*
 * What the first frame needs of main is asked for before the page's other scripts run, so that the
 * answers are there when these have. This has to be the first import of main.ts.
 */
const FIRST = ['getSettings', 'appInfo'];

/** The bridge, with the answers that were asked for first: each is given once. */
function askingFirst(bridge: Bridge): Bridge {
  const asked = new Map<string, Promise<CommandAnswer>>();
  for (const name of FIRST) asked.set(name, bridge.command(name, {}));
  return {
    onEvent: (listener) => bridge.onEvent(listener),
    command: (name, params) => {
      const early = asked.get(name);
      asked.delete(name);
      return early ?? bridge.command(name, params);
    },
  };
}

const given = window.wirebench;

/** What the preload gave this page; undefined in a plain browser. */
export const bridge = given === undefined ? undefined : askingFirst(given);
