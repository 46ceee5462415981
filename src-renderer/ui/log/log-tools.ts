import ArrowDownToLine from '@lucide/svelte/icons/arrow-down-to-line';
import Brackets from '@lucide/svelte/icons/brackets';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Eraser from '@lucide/svelte/icons/eraser';
import Funnel from '@lucide/svelte/icons/funnel';
import Highlighter from '@lucide/svelte/icons/highlighter';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Search from '@lucide/svelte/icons/search';
import { ENCODING_CHOICES } from '../../format/encoding-text';
import { formatCount } from '../../format/sizes';
import { m } from '../../i18n/generated/messages';
import { getLocale } from '../../i18n/locale.svelte';
import type { CopyFormat } from '../../state/copy-rows';
import type { TimeMode } from '../../state/log-times.svelte';
import type { LogView } from '../../state/log-view.svelte';
import type { ShowAs } from '../../state/pane';
import type { MenuItem } from '../common/menu-item';
import { choiceTool, type ButtonTool, type Tool } from '../common/tool';
import { copyItems } from './copy-items';

/** What the toolbar of a log asks others to do. */
export interface LogToolActions {
  oncopy: (format: CopyFormat) => void;
  onclear: () => void;
  onexport: () => void;
}

/** What is used most stays in sight longest. */
export const LOG_TOOL_ORDER: readonly string[] = [
  ...['find', 'filter', 'follow', 'frame', 'show', 'encoding', 'time', 'micro', 'highlight'],
  ...['pause', 'copy', 'export', 'clear', 'count'],
];

/** The tools of a log, as they stand; reactive where it is read. */
export function logTools(view: LogView, actions: LogToolActions): Tool[] {
  return [...howShown(view), ...whatShown(view), ...whatIsDone(view, actions)];
}

function howShown(view: LogView): Tool[] {
  const { times, selection } = view;
  const count = formatCount(view.length, getLocale());
  const selected = formatCount(selection.count, getLocale());
  return [
    choiceTool<ShowAs>('show', {
      label: m.log_show(),
      value: view.showAs,
      options: [
        { value: 'both', label: m.log_show_both() },
        { value: 'hex', label: m.log_show_hex() },
        { value: 'text', label: m.log_show_text() },
      ],
      onchange: (value) => void (view.showAs = value),
    }),
    encodingTool(view),
    choiceTool('time', {
      label: m.log_time(),
      value: times.mode,
      options: timeModes(times.reference !== null),
      onchange: (value) => times.set(value),
    }),
    button('µs', {
      id: 'micro',
      label: m.log_microseconds(),
      checked: times.microseconds,
      run: () => (times.microseconds = !times.microseconds),
    }),
    {
      id: 'count',
      kind: 'text',
      text:
        selection.count > 1
          ? m.log_selected({ count: selected, total: count })
          : m.log_rows({ count: view.length, shown: count }),
    },
  ];
}

function timeModes(hasReference: boolean): { value: TimeMode; label: string }[] {
  return [
    { value: 'clock', label: m.log_time_clock() },
    { value: 'date', label: m.log_time_date() },
    { value: 'start', label: m.log_time_start() },
    { value: 'delta', label: m.log_time_delta() },
    { value: 'utc', label: m.log_time_utc() },
    ...(hasReference ? [{ value: 'reference' as const, label: m.log_time_reference() }] : []),
  ];
}

function whatShown(view: LogView): Tool[] {
  const { shape, highlight } = view;
  return [
    findTool(view),
    bar('frame', Brackets, m.cmd_frame_log(), shape.framing),
    bar('filter', Funnel, m.cmd_filter_log(), shape.filter),
    button(Highlighter, {
      id: 'highlight',
      label: m.cmd_highlight_log(),
      checked: highlight.sent.length > 0,
      run: () => (highlight.editing = true),
    }),
  ];
}

function whatIsDone(view: LogView, { oncopy, onclear, onexport }: LogToolActions): Tool[] {
  const { paused } = view;
  const label = paused ? m.log_resume() : m.log_pause();
  const pause = { id: 'pause', label, keys: 'P', run: () => view.pause(!paused) };
  return [
    { ...button(paused ? Play : Pause, pause), pressed: paused },
    followTool(view),
    copyTool(view, oncopy),
    exportTool(onexport),
    button(Eraser, { id: 'clear', label: m.log_clear(), run: onclear }),
  ];
}

export function encodingTool({ shape }: LogView): Tool {
  return choiceTool('encoding', {
    label: m.log_encoding(),
    value: shape.encoding.name,
    options: ENCODING_CHOICES,
    onchange: (value) => void shape.encoding.choose(value),
  });
}

/** Goes along with what comes. */
export function followTool(view: LogView): Tool {
  const run = (): void => view.setFollow(!view.follow);
  const label = m.log_follow();
  return button(ArrowDownToLine, { id: 'follow', label, keys: 'End', checked: view.follow, run });
}

export function copyTool(view: LogView, oncopy: (format: CopyFormat) => void): Tool {
  const offBecause = view.selection.count > 0 ? null : m.log_copy_nothing();
  const items = copyItems(oncopy, offBecause, 'C');
  return { id: 'copy', kind: 'menu', face: Copy, label: m.log_copy(), items };
}

export function exportTool(run: () => void): Tool {
  return button(Download, { id: 'export', label: m.cmd_export_rows(), run });
}

export function findTool({ search }: LogView): Tool {
  return bar('find', Search, m.cmd_find_log(), search.term);
}

/** Opens and closes one of the bars above the rows. */
function bar(
  id: string,
  face: ButtonTool['face'],
  label: string,
  of: { open: boolean; show(): void; close(): void },
): Tool {
  const run = (): void => {
    if (of.open) of.close();
    else of.show();
  };
  return button(face, { id, label, checked: of.open, run });
}

function button(face: ButtonTool['face'], item: MenuItem): ButtonTool {
  return { id: item.id, kind: 'button', face, item };
}
