import type { SocketInfo } from '../../src-shared/contract/socket';
import { m } from '../i18n/generated/messages';
import { toProblem } from '../state/command-error';
import type { LogView } from '../state/log-view.svelte';
import type { RulesOverlay } from '../state/shell.svelte';
import type { AppState } from './app';
import { on, type Some } from './control-commands';

/** Why a socket cannot answer by rules, or null. */
export function rulesOff(info: SocketInfo): string | null {
  if (info.kind === 'capture-file') return m.off_capture_file();
  if (info.parent !== null) return m.off_rules_child();
  return info.phase === 'closed' || info.phase === 'closing' ? m.off_not_running() : null;
}

/** The editor of the rules of a root socket. */
export function offerRules(
  app: Pick<AppState, 'shell'>,
  { id }: SocketInfo,
  fresh: RulesOverlay['fresh'] = null,
): void {
  app.shell.open({ kind: 'rules', socket: id, fresh });
}

/** Rules of what is shown, and one made of the rows that are selected. */
export function ruleActions(
  app: AppState,
  here: () => SocketInfo | undefined,
): Some<'rules' | 'rule-from-rows'> {
  const { workspace, sockets } = app;
  const root = (): SocketInfo | undefined => {
    const info = here();
    return info && sockets.get(sockets.rootOf(info.id));
  };
  return {
    rules: on(root, rulesOff, (info) => offerRules(app, info)),
    'rule-from-rows': on(
      root,
      (info) => {
        const log = workspace.tabs.active?.log;
        return rulesOff(info) ?? (log === undefined ? m.off_no_tab() : rowsOff(log));
      },
      (info) => void fromRows(app, info),
    ),
  };
}

/** Why no rule can be made of what is selected, or null. */
function rowsOff(log: LogView): string | null {
  return questionOf(log) === null ? m.off_rule_rows() : null;
}

/** Makes a rule of the message that came and of what was sent, and shows it in the editor. */
async function fromRows(app: AppState, root: SocketInfo): Promise<void> {
  const log = app.workspace.tabs.active?.log;
  const chosen = log && questionOf(log);
  if (!chosen) return;
  try {
    const { question, answer } = chosen;
    const view = log.id;
    const [when] = (await app.engine.command('rowBytes', { view, indexes: [question] })).chunks;
    if (when === undefined) return;
    const [reply = null] =
      answer === null
        ? []
        : (await app.engine.command('rowBytes', { view, indexes: [answer] })).chunks;
    offerRules(app, root, { when, reply });
  } catch (thrown) {
    app.toasts.failed(toProblem(thrown));
  }
}

/** A received row alone, or one received and one sent; null: neither. */
function questionOf(log: LogView): { question: number; answer: number | null } | null {
  const selected = [...log.selection.indexes(3)];
  const indexes = selected.length > 0 ? selected : log.active === null ? [] : [log.active];
  const rows = indexes.flatMap((index) => log.row(index) ?? []);
  if (rows.length !== indexes.length || rows.length > 2) return null;
  const question = rows.find(({ direction }) => direction === 'in');
  const answer = rows.find(({ direction }) => direction === 'out');
  if (question === undefined || (rows.length === 2 && answer === undefined)) return null;
  return { question: question.index, answer: answer?.index ?? null };
}
