/*
 * Keys that must stay free: input methods for Chinese take them, AltGr on European layouts is
 * Ctrl+Alt, and macOS keeps some for itself (§1.7 of the UX reference).
 */
const FORBIDDEN: readonly RegExp[] = [
  /^(?:Control|\$mod)\+(?:Space| )$/i,
  /^(?:Control|\$mod)\+(?:\.|Period)$/i,
  /^Shift$/i,
  /^(?:Control|\$mod)\+Shift$/i,
  /^(?:Control|\$mod)\+Alt\+(?:Shift\+)?(?:.|Key.|Digit\d|Delete|F\d+)$/i,
  /^(?:Meta|\$mod)\+[hmq]$/i,
];

/** Whether a command may not have this key. */
export function isForbiddenKey(keys: string): boolean {
  return FORBIDDEN.some((pattern) => pattern.test(keys));
}

const NAMES = new Map([
  ['PageUp', 'PgUp'],
  ['PageDown', 'PgDn'],
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['Delete', 'Del'],
  ['Escape', 'Esc'],
]);

const MAC_NAMES = new Map([
  ['Control', '⌃'],
  ['Alt', '⌥'],
  ['Shift', '⇧'],
  ['Meta', '⌘'],
  ['Enter', '↩'],
]);

/** As it is shown: `Ctrl+Shift+P`, on macOS `⇧⌘P`. */
export function showKeys(keys: string, mac: boolean): string {
  const parts = keys
    .split(/\b\+/)
    .map((part) => (part === '$mod' ? (mac ? 'Meta' : 'Control') : part));
  const shown = parts.map((part) => {
    const name = (mac ? MAC_NAMES.get(part) : undefined) ?? NAMES.get(part) ?? part;
    return name === 'Control' ? 'Ctrl' : name.length === 1 ? name.toUpperCase() : name;
  });
  return shown.join(mac ? '' : '+');
}

/** One spelling for the same press, to compare: modifiers in order, letters small. */
export function normalKeys(keys: string, mac: boolean): string {
  const parts = keys.split(/\b\+/);
  const key = (parts.pop() ?? '').toLowerCase();
  const mods = parts.map((part) => (part === '$mod' ? (mac ? 'Meta' : 'Control') : part)).sort();
  return [...mods, key].join('+');
}
