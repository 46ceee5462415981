/** An entry of a menu. */
export interface MenuItem {
  id: string;
  label: string;
  /** The shortcut, as shown. */
  keys?: string | undefined;
  /** Why it is off, or null. */
  offBecause?: string | null;
  danger?: boolean;
  /** For a choice among several: whether this one holds. */
  checked?: boolean;
  /** A line above it. */
  separated?: boolean;
  run(): void;
}

/** An entry that opens a menu of its own beside it. */
interface SubMenu {
  id: string;
  label: string;
  /** What holds now. */
  hint?: string | undefined;
  items: readonly MenuItem[];
}

export type MenuEntry = MenuItem | SubMenu;
