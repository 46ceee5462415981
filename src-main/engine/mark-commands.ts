import { engineCommands } from '../../src-shared/contract/engine';
import type { ParamsOf, ResultOf } from '../../src-shared/contract/engine';
import { MAX_MARKS } from '../../src-shared/contract/mark-limits';
import type { Mark } from '../../src-shared/contract/row';
import { refusal } from '../../src-shared/refusal/refusal';
import type { Marks } from './capture/store/marks';
import { CommandError } from './command-error';
import { handler, sessionOf } from './command-handler';
import type { Commanded } from './command-handler';
import { checksumsOf, sumsOf } from './selection';
import type { RowPlaces, RowView, Session } from './types';
import type { Views } from './views';

/** The handlers of marks, and of what a selection comes to. */
export const markHandlers = {
  markRows: handler(engineCommands.markRows, (engine, { view, rows, change }, { views }) =>
    changed(engine, markRows(marked(engine, views, view), rows, change)),
  ),
  setMarks: handler(engineCommands.setMarks, (engine, { view, marks: given }, { views }) => {
    const { marks } = marked(engine, views, view);
    marks.set(given.map(({ number, mark }) => ({ row: number - 1, mark })));
    return changed(engine, {});
  }),
  marks: handler(engineCommands.marks, (engine, { view, from, count }, { views }) => {
    const { marks, places, session } = marked(engine, views, view);
    const rows = marks.rows().slice(from, from + count);
    const all = session.view(null);
    const found = rows.flatMap((row) => all.rows(row, 1));
    return {
      total: marks.rows().length,
      missing: marks.missing,
      marks: found.map((row) => ({
        row: { ...row, preview: new Uint8Array(row.preview) },
        at: places.placeOf(row.number - 1),
      })),
    };
  }),
  findMark: handler(engineCommands.findMark, (engine, { view, from, backwards }, { views }) => {
    const { marks, places, rows } = marked(engine, views, view);
    return { hit: findMark(marks, places, { from, backwards, length: rows.length }) };
  }),
  selectionSums: handler(
    engineCommands.selectionSums,
    async (_engine, { view, rows }, { views }) => {
      const holds = views.asking(view, 'sums');
      return { sums: await sumsOf(views.view(view).rows, rows, holds) };
    },
  ),
  checksums: handler(
    engineCommands.checksums,
    async (_engine, { view, rows, names }, { views }) => {
      const holds = views.asking(view, 'checksums');
      return { checksums: await checksumsOf(views.view(view).rows, rows, { names, holds }) };
    },
  ),
};

interface Marked {
  session: Session;
  marks: Marks;
  rows: RowView;
  places: RowPlaces;
}

/** Throws ERR_NOT_POSSIBLE where rows are no rows of the capture. */
function marked(engine: Commanded, views: Views, name: string): Marked {
  const { root, rows } = views.view(name);
  const { session } = sessionOf(engine, root);
  const { places } = rows;
  if (places) return { session, marks: session.marks, rows, places };
  throw new CommandError('ERR_NOT_POSSIBLE', refusal('no-marks-here'));
}

/** All windows hear of it with the next update. */
function changed<Result>(engine: Commanded, result: Result): Result {
  engine.registry.updates.resume();
  return result;
}

function markRows(
  { marks, places, rows: view }: Marked,
  spans: ParamsOf<'markRows'>['rows'],
  change: ParamsOf<'markRows'>['change'],
): ResultOf<'markRows'> {
  // One frame more than can be marked is enough to be told that they are too many.
  const rows = new Set<number>();
  for (const { from, end } of spans)
    for (let at = from; at < Math.min(end, view.length) && rows.size <= MAX_MARKS; at++)
      rows.add(places.rowOf(at));
  const all = [...rows];
  const before = all.map((row) => ({ row, mark: marks.of(row) }));
  const off = change.do === 'toggle' && before.every(({ mark }) => mark !== null);
  const next = (mark: Mark | null): Mark | null => {
    if (change.do === 'note') return { note: change.note };
    return off ? null : (mark ?? { note: null });
  };
  marks.set(before.map(({ row, mark }) => ({ row, mark: next(mark) })));
  const told = before.slice(0, MAX_MARKS).map(({ row, mark }) => ({ number: row + 1, mark }));
  return { before: told, marked: !off && all.length > 0 };
}

interface From {
  from: number;
  backwards: boolean;
  /** Of the view. */
  length: number;
}

function findMark(
  marks: Marks,
  places: RowPlaces,
  { from, backwards, length }: From,
): ResultOf<'findMark'>['hit'] {
  if (length === 0) return null;
  const there = marks.rows().map((row) => places.placeOf(row));
  const shown = there.filter((at) => at !== null).sort((a, b) => a - b);
  const next = backwards ? shown.findLast((at) => at <= from) : shown.find((at) => at >= from);
  if (next !== undefined) return { at: next, wrapped: false };
  const other = backwards ? shown.at(-1) : shown[0];
  return other === undefined ? null : { at: other, wrapped: true };
}
