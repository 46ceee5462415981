import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts';

/** A menu as data: what a test can look at without Electron. */
export interface Menu {
  readonly label: keyof Texts;
  readonly role?: 'appMenu' | 'windowMenu' | 'help';
  readonly items: readonly Item[];
}

export type Item =
  | 'separator'
  /** A command of the window. It has no accelerator here: the window listens for its keys itself. */
  | { readonly label: keyof Texts; readonly command: string }
  /** What Electron does by itself, with its usual key on each system. */
  | {
      readonly label: keyof Texts;
      readonly role: NonNullable<MenuItemConstructorOptions['role']>;
    };

export interface MenuSituation {
  readonly mac: boolean;
  /** Reload and developer tools are for developing only. */
  readonly packaged: boolean;
}

const ABOUT: Item = { label: 'about', command: 'about' };
const SETTINGS: Item = { label: 'settings', command: 'settings' };

const FILE: readonly Item[] = [
  { label: 'newSocket', command: 'new-socket' },
  'separator',
  { label: 'openCapture', command: 'open-capture' },
  { label: 'captures', command: 'captures' },
  { label: 'saveCapture', command: 'save-capture' },
  { label: 'exportRows', command: 'export-rows' },
  { label: 'openWireshark', command: 'open-wireshark' },
  'separator',
  { label: 'saveProfile', command: 'save-profile' },
  { label: 'importProfiles', command: 'import-profiles' },
  { label: 'exportProfiles', command: 'export-profiles' },
  'separator',
];

const EDIT: readonly Item[] = [
  { label: 'undo', role: 'undo' },
  { label: 'redo', role: 'redo' },
  'separator',
  { label: 'cut', role: 'cut' },
  { label: 'copy', role: 'copy' },
  { label: 'paste', role: 'paste' },
  { label: 'selectAll', role: 'selectAll' },
  'separator',
  { label: 'clearLog', command: 'clear-log' },
];

const VIEW: readonly Item[] = [
  { label: 'palette', command: 'palette' },
  'separator',
  { label: 'sidebar', command: 'toggle-sidebar' },
  { label: 'inspector', command: 'toggle-inspector' },
  { label: 'composer', command: 'toggle-composer' },
  'separator',
  { label: 'actualSize', role: 'resetZoom' },
  { label: 'zoomIn', role: 'zoomIn' },
  { label: 'zoomOut', role: 'zoomOut' },
  { label: 'fullScreen', role: 'togglefullscreen' },
];

const APP: readonly Item[] = [
  ABOUT,
  'separator',
  SETTINGS,
  'separator',
  { label: 'services', role: 'services' },
  'separator',
  { label: 'hide', role: 'hide' },
  { label: 'hideOthers', role: 'hideOthers' },
  { label: 'showAll', role: 'unhide' },
  'separator',
  { label: 'quit', role: 'quit' },
];

const MAC_WINDOW: readonly Item[] = [
  { label: 'minimise', role: 'minimize' },
  { label: 'zoomWindow', role: 'zoom' },
  'separator',
  { label: 'front', role: 'front' },
];

/** The menus from left to right. On macOS the app's own menu holds settings, about and quit. */
export function menuTable({ mac, packaged }: MenuSituation): readonly Menu[] {
  const closeTab: Item = { label: 'closeTab', command: 'close-tab' };
  const developing: Item[] = packaged
    ? []
    : [
        'separator',
        { label: 'reload', role: 'reload' },
        { label: 'devTools', role: 'toggleDevTools' },
      ];
  const shortcuts: Item = { label: 'shortcuts', command: 'shortcuts' };
  const common: Menu[] = [
    {
      label: 'file',
      items: mac
        ? [...FILE, closeTab]
        : [...FILE, SETTINGS, 'separator', closeTab, { label: 'quit', role: 'quit' }],
    },
    { label: 'edit', items: EDIT },
    { label: 'view', items: [...VIEW, ...developing] },
  ];
  if (!mac) return [...common, { label: 'help', items: [shortcuts, ABOUT] }];
  return [
    // macOS puts the name of the app there, whatever the label.
    { label: 'about', role: 'appMenu', items: APP },
    ...common,
    { label: 'window', role: 'windowMenu', items: MAC_WINDOW },
    { label: 'help', role: 'help', items: [shortcuts] },
  ];
}
