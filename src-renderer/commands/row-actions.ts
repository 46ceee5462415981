import { m } from '../i18n/generated/messages';
import type { LogView } from '../state/log-view.svelte';
import type { AppState } from './app';
import type { CommandAction } from './commands';
import type { Some } from './control-commands';

/** What can be done with the row one is at, or with those that are selected. */
export function rowActions({
  workspace,
  rows,
  shell,
}: AppState): Some<
  | 'mark-row'
  | 'note-row'
  | 'next-mark'
  | 'previous-mark'
  | 'marks'
  | 'time-reference'
  | 'compare-rows'
> {
  const log = (): LogView | undefined => workspace.tabs.active?.log;
  const noTab = (): string | null => (log() === undefined ? m.off_no_tab() : null);
  const noRow = (): string | null => {
    const view = log();
    if (view === undefined) return m.off_no_tab();
    return view.active === null && view.selection.count === 0 ? m.off_no_row() : null;
  };
  const on = (
    run: (view: LogView) => void,
    offBecause: () => string | null = noRow,
  ): CommandAction => ({
    run() {
      const view = log();
      if (view !== undefined) run(view);
    },
    offBecause,
  });
  return {
    'mark-row': on((view) => void rows.toggleMark(view)),
    'note-row': on((view) => rows.note(view)),
    'next-mark': on((view) => void rows.stepMark(view, 'next'), noTab),
    'previous-mark': on((view) => void rows.stepMark(view, 'previous'), noTab),
    marks: on(() => shell.open({ kind: 'marks' }), noTab),
    'time-reference': on((view) => rows.refer(view)),
    'compare-rows': on((view) => void rows.compare(view)),
  };
}
