import { m } from '../../i18n/generated/messages';
import type { CopyFormat } from '../../state/copy-rows';
import type { LogView } from '../../state/log-view.svelte';
import type { MenuItem } from '../common/menu-item';
import { copyItems } from './copy-items';
import { rowItems, type RowDeed } from './row-items';

/** What can be done with rows beside what the log itself does. */
export interface RowActions {
  oncopy: (format: CopyFormat) => void;
  /** The user wants to see all of the active row: in the inspector, or of a line in the log. */
  oninspect: () => void;
  /** Left out of the lines of a stream, which are no rows. */
  ondeed?: (deed: RowDeed) => void;
  /** Shows where the active row stands in its connection; null: nothing is streamed here. */
  onstream?: (() => void) | null;
}

/** The context menu of the active row. */
export function logMenu(
  view: LogView,
  { oncopy, oninspect, ondeed = () => undefined, onstream = null }: RowActions,
): MenuItem[] {
  const isStream = view.shape.lines !== null;
  const row = view.active === null ? undefined : view.row(view.active);
  const copyOff = view.selection.count > 0 ? null : m.log_copy_nothing();
  const peer = row?.peer ?? '';
  return [
    {
      id: 'inspect',
      label: isStream ? m.stream_to_row() : m.log_inspect(),
      keys: 'Enter',
      run: oninspect,
    },
    ...(onstream === null || row === undefined || isStream
      ? []
      : [{ id: 'stream', label: m.stream_show_row(), run: onstream }]),
    ...(isStream ? [] : rowItems(view, ondeed)),
    ...copyItems(oncopy, copyOff, 'C').map((item, place) =>
      place === 0 ? { ...item, separated: true } : item,
    ),
    ...(peer === '' || isStream
      ? []
      : [
          {
            id: 'peer',
            label: m.filter_peer(),
            separated: true,
            run: () => view.shape.narrow(`peer:${peer}`),
          },
        ]),
    {
      id: 'all',
      label: m.log_select_all(),
      separated: true,
      run: () => view.cursor.selectAll(),
    },
  ];
}
