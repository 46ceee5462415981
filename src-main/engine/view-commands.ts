import { engineCommands } from '../../src-shared/contract/engine';
import type { PairingRule } from '../../src-shared/contract/statistics';
import { parseAddress } from '../../src-shared/address/address';
import type { SocketId } from '../../src-shared/contract/socket';
import type { ViewShape } from '../../src-shared/contract/view-shape';
import { loadCharset } from '../../src-shared/encoding/load';
import { filtersIn } from '../../src-shared/statistics/pairing-rule';
import { isDerived } from './capture/views/row-view';
import { handler, matchesOf, sessionOf, understand } from './command-handler';
import type { Commanded } from './command-handler';
import type { RowQuestions } from './types';

/** The handlers of what is asked about the rows of a socket. */
export const viewHandlers = {
  openView: handler(engineCommands.openView, async (engine, { view, socket, shape }, { views }) => {
    // Also of what is at hand: views are opened in the order they were asked for.
    const charset = await loadCharset(shape?.encoding ?? 'utf-8');
    const { root, session } = sessionOf(engine, socket);
    const only = socket === root ? null : socket;
    if (!shape) return { length: views.open(view, root, session.view(only)) };
    understand(shape);
    if (isDerived(shape)) views.mayScan(view);
    const onChange = () => {
      engine.registry.updates.resume();
    };
    const matches = matchesOf(engine, session, shape);
    const options = { shape, charset, onChange, ...matches };
    return { length: views.open(view, root, session.view(only, options)) };
  }),
  search: handler(engineCommands.search, (engine, { view, search, definitions }, { views }) => {
    if (search !== null) understand({ filter: search, definitions });
    const onChange = () => {
      engine.registry.updates.resume();
    };
    views.search(view, search === null ? null : { search, definitions, onChange });
    return {};
  }),
  findHit: handler(engineCommands.findHit, (_engine, { view, from, backwards }, { views }) =>
    views.findHit(view, from, backwards),
  ),
  hits: handler(engineCommands.hits, (_engine, { view, from, end }, { views }) =>
    views.hits(view, from, end),
  ),
  openStatistics: handler(engineCommands.openStatistics, (engine, asked, { views }) => {
    const { view, options, definitions } = asked;
    understandPairing(options.pairing, definitions);
    const onChange = () => {
      engine.registry.updates.resume();
    };
    views.count(view, { options, definitions, onChange });
    return {};
  }),
  closeStatistics: handler(engineCommands.closeStatistics, (_engine, { view }, { views }) => {
    views.count(view, null);
    return {};
  }),
  statistics: handler(engineCommands.statistics, (_engine, { view }, { views }) =>
    views.statistics(view),
  ),
  highlight: handler(engineCommands.highlight, (engine, asked, { views }) => {
    const { view, expressions, definitions } = asked;
    for (const filter of expressions) understand({ filter, definitions });
    const onChange = () => {
      engine.registry.updates.resume();
    };
    views.highlight(view, { rules: expressions, definitions, onChange });
    return {};
  }),
  placeOf: handler(engineCommands.placeOf, (_engine, { view, number }, { views }) =>
    views.placeOf(view, number),
  ),
  tryFraming: handler(engineCommands.tryFraming, async (engine, { socket, framing }) => {
    understand({ framing });
    const tried = await asking(engine, socket, (questions) => questions.tryFraming(framing));
    const skipped = tried.frames - tried.first.length - tried.last.length;
    return { ...tried, skipped };
  }),
  suggestFraming: handler(engineCommands.suggestFraming, async (engine, { socket }) => {
    const port = portOf(engine, socket);
    const suggestions = await asking(engine, socket, (questions) => questions.suggestFraming(port));
    return { suggestions };
  }),
  dissector: handler(engineCommands.dissector, ({ wireshark }) => wireshark.info()),
  dissect: handler(engineCommands.dissect, (engine, { view, index }, { views }) => {
    const { root, rows } = views.rowsOf(view);
    return engine.wireshark.dissect(sessionOf(engine, root).session, rows, index);
  }),
  closeView: handler(engineCommands.closeView, async (_engine, { view }, { views }) => {
    // After the opening of it that may be on its way.
    await loadCharset('utf-8');
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

function understandPairing(
  pairing: PairingRule | null,
  definitions: ViewShape['definitions'],
): void {
  for (const filter of filtersIn(pairing)) understand({ filter, definitions });
}

/** A question about what is recorded of a socket, in a thread that ends with the answer. */
async function asking<Answer>(
  engine: Commanded,
  socket: SocketId,
  ask: (questions: RowQuestions) => Promise<Answer>,
): Promise<Answer> {
  const { root, session } = sessionOf(engine, socket);
  const view = session.view(socket === root ? null : socket);
  const questions = view.questions({ rules: [], onChange: () => undefined });
  try {
    return await ask(questions);
  } finally {
    questions.close();
  }
}

/** The port at which its protocol is usual: of a listener its own, else the peer's. */
function portOf(engine: Commanded, socket: SocketId): number | null {
  const found = engine.registry.get(socket);
  const parsed = parseAddress(found.address);
  return parsed.ok ? (parsed.address.port ?? null) : null;
}
