import { m } from '../i18n/generated/messages';
import type { Pane } from '../state/pane';
import type { AppState } from './app';
import type { CommandAction } from './commands';
import type { Some } from './control-commands';

/** What a tab shows of what passed, and what stands out in it. */
export function paneActions({
  workspace,
}: AppState): Some<'pane-log' | 'pane-stream' | 'pane-charts' | 'highlight-log'> {
  const off = (): string | null => (workspace.tabs.active === null ? m.off_no_tab() : null);
  const show = (pane: Pane): CommandAction => ({
    run() {
      const log = workspace.tabs.active?.log;
      if (log !== undefined) log.pane = pane;
    },
    offBecause: off,
  });
  return {
    'pane-log': show('log'),
    'pane-stream': show('stream'),
    'pane-charts': show('charts'),
    'highlight-log': {
      run() {
        const log = workspace.tabs.active?.log;
        if (log === undefined) return;
        log.pane = 'log';
        log.highlight.editing = true;
      },
      offBecause: off,
    },
  };
}
