import { engineCommands } from '../../src-shared/contract/engine';
import type { PairingRule } from '../../src-shared/contract/statistics';
import { handler, sessionOf, understand } from './command-handler';

/** The handlers of what is asked about the rows of a socket. */
export const viewHandlers = {
  openView: handler(engineCommands.openView, (engine, { view, socket, shape }, { views }) => {
    const { root, session } = sessionOf(engine, socket);
    const only = socket === root ? null : socket;
    if (shape?.filter === undefined && shape?.framing === undefined)
      return { length: views.open(view, root, session.view(only)) };
    understand(shape);
    views.mayScan(view);
    const onChange = () => {
      engine.registry.updates.resume();
    };
    return { length: views.open(view, root, session.view(only, { shape, onChange })) };
  }),
  search: handler(engineCommands.search, (engine, { view, search }, { views }) => {
    if (search !== null) understand({ filter: search });
    views.search(view, search, () => {
      engine.registry.updates.resume();
    });
    return {};
  }),
  findHit: handler(engineCommands.findHit, (_engine, { view, from, backwards }, { views }) =>
    views.findHit(view, from, backwards),
  ),
  hits: handler(engineCommands.hits, (_engine, { view, from, end }, { views }) =>
    views.hits(view, from, end),
  ),
  openStatistics: handler(engineCommands.openStatistics, (engine, { view, options }, { views }) => {
    understandPairing(options.pairing);
    const onChange = () => {
      engine.registry.updates.resume();
    };
    views.count(view, { options, onChange });
    return {};
  }),
  closeStatistics: handler(engineCommands.closeStatistics, (_engine, { view }, { views }) => {
    views.count(view, null);
    return {};
  }),
  statistics: handler(engineCommands.statistics, (_engine, { view }, { views }) =>
    views.statistics(view),
  ),
  closeView: handler(engineCommands.closeView, (_engine, { view }, { views }) => {
    views.close(view);
    return {};
  }),
  rows: handler(engineCommands.rows, (_engine, { view, from, count }, { views }) =>
    views.rows(view, from, count),
  ),
  rowBytes: handler(engineCommands.rowBytes, (_engine, { view, indexes }, { views }) =>
    views.rowBytes(view, indexes),
  ),
};

function understandPairing(pairing: PairingRule | null): void {
  if (pairing?.by !== 'patterns') return;
  understand({ filter: pairing.request });
  understand({ filter: pairing.response });
}
