import { Menu, type MenuItemConstructorOptions } from 'electron';
import { menuTable, type Item, type MenuSituation } from './menu-table';
import { TEXTS, type Language, type Texts } from './texts';

/** Shows the menus in `language`; `onCommand` gets the ids of the window's commands. */
export function showMenu(
  language: Language,
  situation: MenuSituation,
  onCommand: (command: string) => void,
): void {
  const texts = TEXTS[language];
  const template = menuTable(situation).map(({ label, role, items }) => ({
    label: texts[label],
    ...(role ? { role } : {}),
    submenu: items.map((item) => entry(item, texts, onCommand)),
  }));
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function entry(
  item: Item,
  texts: Texts,
  onCommand: (command: string) => void,
): MenuItemConstructorOptions {
  if (item === 'separator') return { type: 'separator' };
  const label = texts[item.label];
  if ('role' in item) return { label, role: item.role };
  return { label, id: item.command, click: () => onCommand(item.command) };
}
