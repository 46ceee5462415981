import type { TreeRow } from './tree-row';

/** Where a key leads in a tree (ARIA tree pattern); null: it is none of ours. */
export function treeMove(
  key: string,
  rows: readonly TreeRow[],
  at: number,
  page: number,
): { to: number } | { expand: boolean } | null {
  const row = rows[at];
  if (row === undefined) return null;
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, at + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, at - 1) };
    case 'PageDown':
      return { to: Math.min(last, at + page) };
    case 'PageUp':
      return { to: Math.max(0, at - page) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (row.expanded === false) return { expand: true };
      return { to: row.expanded === true ? Math.min(last, at + 1) : at };
    case 'ArrowLeft': {
      if (row.expanded === true) return { expand: false };
      const parent = rows.findIndex((one) => one.key === row.parent);
      return { to: parent < 0 ? at : parent };
    }
    default:
      return null;
  }
}

/** The next row whose name begins with what was typed, from `at` on and round the end; or -1. */
export function indexOfLabel(names: readonly string[], typed: string, at: number): number {
  const wanted = typed.toLowerCase();
  // One letter asks for the next such row, more letters may still mean this one.
  const from = wanted.length === 1 ? at + 1 : at;
  for (let step = 0; step < names.length; step++) {
    const index = (from + step) % names.length;
    const name = (names[index] ?? '').toLowerCase();
    if (name.startsWith(wanted) || name.includes(`:${wanted}`)) return index;
  }
  return -1;
}
