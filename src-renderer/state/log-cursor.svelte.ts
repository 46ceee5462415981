import { RowSelection } from './row-selection';

/** Rows that can be gone to, in row indexes. */
interface Shown {
  readonly base: number;
  readonly end: number;
}

/** Which row one is at, and which are selected. */
export class LogCursor {
  active = $state.raw<number | null>(null);
  selection = $state.raw(RowSelection.none);
  readonly #shown: Shown;
  readonly #moved: () => void;
  #anchor = 0;

  /** `moved`: another row is active. */
  constructor(shown: Shown, moved: () => void) {
    this.#shown = shown;
    this.#moved = moved;
  }

  /**
   * Makes a row the active one. `extend` selects up to it from where the selection began, `toggle`
   * adds or takes away that row alone.
   */
  activate(index: number, how: 'only' | 'extend' | 'toggle' = 'only'): void {
    const { base, end } = this.#shown;
    if (end <= base) return;
    const row = Math.min(end - 1, Math.max(base, index));
    const alone = RowSelection.between(row, row);
    if (how === 'extend') {
      this.selection = RowSelection.between(this.#anchor, row);
    } else {
      this.#anchor = row;
      if (how === 'only') this.selection = alone;
      else if (this.selection.has(row)) this.selection = this.selection.without(row);
      else this.selection = this.selection.with(alone);
    }
    this.active = row;
    this.#moved();
  }

  selectAll(): void {
    const { base, end } = this.#shown;
    if (end <= base) return;
    this.#anchor = base;
    if (this.active === null) this.activate(end - 1, 'toggle');
    this.selection = RowSelection.between(base, end - 1);
  }

  clearSelection(): void {
    this.selection = RowSelection.none;
  }

  /** At no row, and none selected. Returns what goes back. */
  leave(): () => void {
    const { active, selection } = this;
    this.active = null;
    this.selection = RowSelection.none;
    return () => {
      this.active = active;
      this.selection = selection;
      this.#moved();
    };
  }
}
