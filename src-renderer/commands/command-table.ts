import { m } from '../i18n/generated/messages';

export type CommandGroup = 'socket' | 'tab' | 'log' | 'capture' | 'profile' | 'view' | 'app';

/** A thing that can be done: menu, palette and shortcut sheet are made from these. */
export interface CommandEntry {
  group: CommandGroup;
  title: () => string;
  /** In tinykeys' spelling; the first is the one shown. `$mod` is ⌘ on macOS, else Ctrl. */
  keys: readonly string[];
}

function entry(group: CommandGroup, title: () => string, ...keys: string[]): CommandEntry {
  return { group, title, keys };
}

/** Every command by its id; ids are also those of the application menu. */
export const commandTable = {
  'new-socket': entry('socket', m.cmd_new_socket, '$mod+n'),
  'open-options': entry('socket', m.cmd_open_options, '$mod+Shift+n'),
  probe: entry('socket', m.cmd_probe, '$mod+Shift+l'),
  'new-protocol': entry('socket', m.cmd_protocols),
  'focus-address': entry('socket', m.cmd_focus_address, '$mod+l'),
  'go-to': entry('socket', m.cmd_go_to, '$mod+p'),
  start: entry('socket', m.cmd_start, 'F5'),
  stop: entry('socket', m.cmd_stop, 'Shift+F5'),
  'reopen-options': entry('socket', m.cmd_reopen_options),
  'half-close': entry('socket', m.cmd_half_close),
  reset: entry('socket', m.cmd_reset),
  details: entry('socket', m.cmd_details, '$mod+e'),
  'look-up-name': entry('socket', m.cmd_look_up_name),
  'send-file': entry('socket', m.cmd_send_file),
  'pause-reading': entry('socket', m.cmd_pause_reading, '$mod+Shift+e'),
  'stop-accepting': entry('socket', m.cmd_stop_accepting),
  rules: entry('socket', m.cmd_rules),
  options: entry('socket', m.cmd_socket_options),
  calls: entry('socket', m.cmd_calls),
  code: entry('socket', m.cmd_code, '$mod+Shift+c'),
  remove: entry('socket', m.cmd_remove),
  'close-tab': entry('tab', m.cmd_close_tab, '$mod+w'),
  'reopen-tab': entry('tab', m.cmd_reopen_tab, '$mod+Shift+t'),
  'next-tab': entry('tab', m.cmd_next_tab, 'Control+Tab', 'Control+PageDown'),
  'previous-tab': entry('tab', m.cmd_previous_tab, 'Control+Shift+Tab', 'Control+PageUp'),
  'tab-left': entry('tab', m.cmd_tab_left, 'Control+Shift+PageUp'),
  'tab-right': entry('tab', m.cmd_tab_right, 'Control+Shift+PageDown'),
  'find-log': entry('log', m.cmd_find_log, '$mod+f'),
  'find-next': entry('log', m.cmd_find_next, 'F3'),
  'find-previous': entry('log', m.cmd_find_previous, 'Shift+F3'),
  'filter-log': entry('log', m.cmd_filter_log, '$mod+Shift+f'),
  'display-filter': entry('log', m.cmd_display_filter),
  'frame-log': entry('log', m.cmd_frame_log, '$mod+Shift+r'),
  'clear-log': entry('log', m.cmd_clear_log, '$mod+k'),
  'pane-log': entry('log', m.cmd_pane_log, '$mod+1'),
  'pane-stream': entry('log', m.cmd_pane_stream, '$mod+2'),
  'pane-charts': entry('log', m.cmd_pane_charts, '$mod+3'),
  'highlight-log': entry('log', m.cmd_highlight_log, '$mod+Shift+g'),
  'mark-row': entry('log', m.cmd_mark),
  'note-row': entry('log', m.cmd_note),
  'next-mark': entry('log', m.cmd_next_mark, 'F2'),
  'previous-mark': entry('log', m.cmd_previous_mark, 'Shift+F2'),
  marks: entry('log', m.cmd_marks, '$mod+Shift+m'),
  'time-reference': entry('log', m.cmd_reference),
  'rule-from-rows': entry('log', m.cmd_rule_from_rows),
  'compare-rows': entry('log', m.cmd_compare, '$mod+Shift+d'),
  'pause-log': entry('log', m.cmd_pause),
  'follow-log': entry('log', m.cmd_follow, '$mod+End'),
  'save-capture': entry('capture', m.cmd_save_capture, '$mod+Shift+s'),
  'export-rows': entry('capture', m.cmd_export_rows, '$mod+Shift+x'),
  'open-capture': entry('capture', m.cmd_open_capture, '$mod+o'),
  captures: entry('capture', m.cmd_captures),
  'open-wireshark': entry('capture', m.cmd_open_wireshark),
  'capture-folder': entry('capture', m.cmd_capture_folder),
  'save-profile': entry('profile', m.cmd_save_profile, '$mod+s'),
  'import-profiles': entry('profile', m.cmd_import_profiles),
  'export-profiles': entry('profile', m.cmd_export_profiles),
  'toggle-sidebar': entry('view', m.cmd_sidebar, '$mod+b'),
  'toggle-inspector': entry('view', m.cmd_inspector, '$mod+i'),
  'toggle-composer': entry('view', m.cmd_composer, '$mod+j'),
  'next-region': entry('view', m.cmd_next_region, 'F6'),
  'previous-region': entry('view', m.cmd_previous_region, 'Shift+F6'),
  'theme-light': entry('view', m.cmd_theme_light),
  'theme-dark': entry('view', m.cmd_theme_dark),
  'theme-system': entry('view', m.cmd_theme_system),
  'language-en': entry('view', m.cmd_language_en),
  'language-zh': entry('view', m.cmd_language_zh),
  palette: entry('app', m.cmd_palette, '$mod+Shift+p', 'F1'),
  shortcuts: entry('app', m.cmd_shortcuts, '$mod+/'),
  network: entry('app', m.cmd_network),
  layouts: entry('app', m.cmd_layouts),
  secrets: entry('app', m.cmd_secrets),
  certificates: entry('app', m.cmd_certificates),
  settings: entry('app', m.cmd_settings, '$mod+,'),
  about: entry('app', m.cmd_about),
} as const satisfies Record<string, CommandEntry>;

export type CommandId = keyof typeof commandTable;

export function isCommandId(text: string): text is CommandId {
  return Object.hasOwn(commandTable, text);
}

/** The title of a group, as the palette and the shortcut sheet show it. */
export function groupTitle(group: CommandGroup): string {
  switch (group) {
    case 'socket':
      return m.group_socket();
    case 'tab':
      return m.group_tab();
    case 'log':
      return m.group_log();
    case 'capture':
      return m.group_capture();
    case 'profile':
      return m.group_profile();
    case 'view':
      return m.group_view();
    case 'app':
      return m.group_app();
    default:
      return group satisfies never;
  }
}
