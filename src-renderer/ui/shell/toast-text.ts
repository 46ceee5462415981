import { plainLines, plainText } from '../../../src-shared/payload/plain-text';
import type { Problem } from '../../../src-shared/refusal/refusal';
import { errorText } from '../../format/error-text';
import { aboutAddress } from '../../format/error-about';
import { duration } from '../../format/duration';
import { problemDetail, problemText } from '../../format/problem-text';
import { profileProblemText } from '../../format/profile-problem-text';
import { formatCount, formatSize } from '../../format/sizes';
import { m } from '../../i18n/generated/messages';
import { getLocale } from '../../i18n/locale.svelte';
import type { Toast } from '../../state/toasts.svelte';

/** A toast as it is shown. */
export interface ToastText {
  title: string;
  description: string | null;
  bad: boolean;
  action: { label: string; run: () => void } | null;
  second: { label: string; run: () => void } | null;
  /** Stays until what it tells of is over. */
  lasting?: true;
}

export function toastText(toast: Toast): ToastText {
  const told = words(toast);
  const { title, description } = told;
  // Names of files and profiles, and words of others, stand in them.
  const plain = description === null ? null : plainLines(description);
  return { ...told, title: plainText(title), description: plain };
}

function words(toast: Toast): ToastText {
  switch (toast.kind) {
    case 'tab-closed':
      return closedText(toast);
    case 'log-cleared': {
      const shown = formatCount(toast.rows, getLocale());
      return undone(m.toast_log_cleared({ count: toast.rows, shown }), toast.undo);
    }
    case 'marked': {
      const shown = { count: toast.rows, shown: formatCount(toast.rows, getLocale()) };
      const title = toast.marked ? m.toast_marked(shown) : m.toast_unmarked(shown);
      return undone(title, toast.undo);
    }
    case 'no-marks':
      return told(m.toast_no_marks());
    case 'compare-with': {
      const number = formatCount(toast.number, getLocale());
      return told(m.toast_compare_with({ number }), m.toast_compare_with_next());
    }
    case 'profile-deleted':
      return undone(m.toast_profile_deleted({ name: toast.name }), toast.undo);
    case 'profile-saved':
      return told(m.toast_profile_saved({ name: toast.name }));
    case 'profiles-exported':
      return told(m.toast_exported({ count: toast.count, folder: toast.folder }));
    case 'capture-saved':
      return told(m.toast_capture_saved({ path: toast.path }));
    case 'exporting':
    case 'rows-exported':
    case 'export-cancelled':
      return exportText(toast);
    case 'view-restored':
      return told(m.toast_restored());
    case 'capture-recovered':
      return told(
        toast.cutBytes === 0
          ? m.captures_recovered_whole()
          : m.captures_recovered({ size: formatSize(toast.cutBytes, getLocale()) }),
        toast.name,
      );
    case 'profiles-imported':
      return importedText(toast.count, toast.problems);
    case 'copied': {
      const shown = formatCount(toast.rows, getLocale());
      const size = formatSize(toast.bytes, getLocale());
      const part = toast.truncated ? m.toast_copied_part() : null;
      return told(m.toast_copied({ count: toast.rows, shown, size }), part);
    }
    case 'fault':
      return faultText(toast);
    case 'silent':
      return silentText(toast);
    case 'failed':
      return failedText(toast.problem);
    default:
      return toast satisfies never;
  }
}

function closedText(toast: Extract<Toast, { kind: 'tab-closed' }>): ToastText {
  const second = toast.running ? { label: m.toast_stop_it(), run: toast.stop } : null;
  const description = toast.running ? m.toast_tab_running() : null;
  return { ...undone(m.toast_tab_closed({ name: toast.name }), toast.undo), description, second };
}

function silentText({
  name,
  afterMs,
  direction,
  more,
}: Extract<Toast, { kind: 'silent' }>): ToastText {
  const others = more === 0 ? null : m.toast_silent_more({ count: more });
  return {
    ...told(m.toast_silent({ name, time: duration(afterMs), direction }), others),
    bad: true,
  };
}

function told(title: string, description: string | null = null): ToastText {
  return { title, description, bad: false, action: null, second: null };
}

type ExportToast = Extract<
  Toast,
  { kind: 'exporting' } | { kind: 'rows-exported' } | { kind: 'export-cancelled' }
>;

function exportText(toast: ExportToast): ToastText {
  if (toast.kind === 'export-cancelled') return told(m.toast_export_cancelled());
  const count = toast.rows;
  const shown = formatCount(count, getLocale());
  if (toast.kind === 'exporting') {
    const percent = String(Math.floor(toast.part * 100));
    const action = { label: m.action_cancel(), run: toast.cancel };
    const rows = m.toast_exporting_rows({ count, shown });
    return { ...told(m.toast_exporting({ percent }), rows), action, lasting: true };
  }
  const size = formatSize(toast.bytes, getLocale());
  const action = { label: m.toast_show_in_folder(), run: toast.show };
  return { ...told(m.toast_rows_exported({ count, shown, size }), toast.path), action };
}

function undone(title: string, undo: () => void): ToastText {
  return { ...told(title), action: { label: m.action_undo(), run: undo } };
}

function importedText(
  count: number,
  problems: Extract<Toast, { kind: 'profiles-imported' }>['problems'],
): ToastText {
  if (problems.length === 0) return told(m.toast_imported({ count }));
  const failed = m.toast_problem_files({ count: problems.length });
  const lines = problems.map((one) => `${one.file}: ${profileProblemText(one)}`);
  const title = count === 0 ? failed : `${m.toast_imported({ count })} · ${failed}`;
  return { ...told(title, lines.join('\n')), bad: true };
}

function faultText(toast: Extract<Toast, { kind: 'fault' }>): ToastText {
  const { name, path, problem, times } = toast;
  const about = { ...aboutAddress(path ?? name, null), doing: 'send' as const };
  const text = errorText(problem, { ...about, local: path !== null });
  const title = name === '' ? text.sentence : m.toast_fault({ name, sentence: text.sentence });
  const often = times > 1 ? ` · ${m.toast_times({ times: formatCount(times, getLocale()) })}` : '';
  return { ...told(title, `${problem.code}${often}`), bad: true };
}

/** A rejected command. */
function failedText(problem: Problem): ToastText {
  return { ...told(problemText(problem), problemDetail(problem)), bad: true };
}
