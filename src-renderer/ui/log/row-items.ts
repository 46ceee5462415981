import { m } from '../../i18n/generated/messages';
import type { LogView } from '../../state/log-view.svelte';
import type { MenuItem } from '../common/menu-item';

/** What is done with a row in the log by a key, or from its menu. */
export type RowDeed =
  'mark-row' | 'note-row' | 'time-reference' | 'compare-rows' | 'rule-from-rows';

/** Marks, notes, reference and comparison in the menu of the active row. */
export function rowItems(view: RowsOfMenu, ondeed: (deed: RowDeed) => void): MenuItem[] {
  const { active, selection, times } = view;
  const at = active === null ? undefined : view.row(active);
  if (at === undefined) return [];
  const isReference = times.reference?.number === at.number && times.reference.at === at.at;
  const marked = at.mark !== undefined;
  return [
    {
      id: 'mark',
      label: marked ? m.row_unmark() : m.row_mark(),
      keys: 'Space',
      separated: true,
      run: () => ondeed('mark-row'),
    },
    {
      id: 'note',
      label: typeof at.mark?.note === 'string' ? m.row_note_edit() : m.row_note(),
      keys: 'N',
      run: () => ondeed('note-row'),
    },
    {
      id: 'reference',
      label: isReference ? m.row_no_reference() : m.row_reference(),
      keys: 'T',
      run: () => ondeed('time-reference'),
    },
    {
      id: 'compare',
      label: selection.count === 2 ? m.row_compare_two() : m.row_compare(),
      keys: 'Ctrl+Shift+D',
      run: () => ondeed('compare-rows'),
    },
    {
      id: 'rule',
      label: selection.count === 2 ? m.row_rule_two() : m.row_rule(),
      run: () => ondeed('rule-from-rows'),
    },
  ];
}

interface RowsOfMenu {
  readonly active: LogView['active'];
  readonly selection: LogView['selection'];
  readonly times: Pick<LogView['times'], 'reference'>;
  row(index: number): ReturnType<LogView['row']>;
}
