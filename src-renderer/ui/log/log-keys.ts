import type { RowDeed } from './row-items';

/** What a key does while the log has the focus. */
export type LogAction =
  | { do: 'move'; to: Move; extend: boolean }
  | { do: 'select-all' }
  | { do: 'inspect' }
  | { do: 'copy' }
  | { do: 'pause' }
  /** Something with the rows that are selected. */
  | { do: 'deed'; deed: RowDeed }
  | { do: 'unselect' };

export type Move = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
};

const DEEDS: Readonly<Record<string, RowDeed>> = {
  ' ': 'mark-row',
  n: 'note-row',
  t: 'time-reference',
};

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Null: not ours. */
export function logAction({ key, shiftKey, ctrlKey, metaKey, altKey }: Key): LogAction | null {
  if (altKey) return null;
  const move = MOVES[key];
  const command = ctrlKey || metaKey;
  if (command) {
    if (key.toLowerCase() === 'a' && !shiftKey) return { do: 'select-all' };
    if (key.toLowerCase() === 'c' && !shiftKey) return { do: 'copy' };
    if (key === 'Home' || key === 'End')
      return { do: 'move', to: key === 'Home' ? 'first' : 'last', extend: shiftKey };
    return null;
  }
  if (move !== undefined) return { do: 'move', to: move, extend: shiftKey };
  if (shiftKey) return null;
  if (key === 'Enter') return { do: 'inspect' };
  if (key === 'Escape') return { do: 'unselect' };
  if (key.toLowerCase() === 'c') return { do: 'copy' };
  if (key.toLowerCase() === 'p') return { do: 'pause' };
  const deed = DEEDS[key.toLowerCase()];
  if (deed !== undefined) return { do: 'deed', deed };
  return null;
}

/** The position a move leads to, among `count` rows. */
export function moved(from: number, to: Move, count: number, pageRows: number): number {
  const last = count - 1;
  const clamp = (position: number): number => Math.max(0, Math.min(last, position));
  switch (to) {
    case 'up':
      return clamp(from - 1);
    case 'down':
      return clamp(from + 1);
    case 'page-up':
      return clamp(from - pageRows);
    case 'page-down':
      return clamp(from + pageRows);
    case 'first':
      return 0;
    case 'last':
      return last;
    default:
      return to satisfies never;
  }
}
