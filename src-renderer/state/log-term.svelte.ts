import type { EngineUpdate } from '../../src-shared/contract/engine';
import type { FilterError } from '../../src-shared/filter/filter';
import { parseFilter } from '../../src-shared/filter/parse';

/** How far the engine is with looking through the rows; `problem`: it has given up, and why. */
export type FilterProgress = NonNullable<EngineUpdate['views'][number]['scanning']>;

/** What a log is filtered by: what is typed, and what of it is in force. */
export class LogFilter {
  /** The field for it is shown. */
  open = $state.raw(false);
  /** Counts wishes that its field be focused. */
  wanted = $state.raw(0);
  text = $state.raw('');
  /** In force; null: all rows are shown. */
  applied = $state.raw<string | null>(null);
  progress = $state.raw<FilterProgress | null>(null);
  /** What is wrong with what is typed; the one in force stays. */
  readonly error: FilterError | null = $derived.by(() => {
    if (this.text.trim() === '') return null;
    const parsed = parseFilter(this.text);
    return parsed.ok ? null : parsed.error;
  });
  readonly #changed: () => void;

  /** `changed`: another filter is in force. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Shows the field and puts the cursor there. */
  show(): void {
    this.open = true;
    this.wanted++;
  }

  /** Puts what is typed in force, unless it is wrong. */
  apply(): void {
    if (this.error !== null) return;
    const typed = this.text.trim();
    this.#use(typed === '' ? null : typed);
  }

  /** Shows only rows that pass this as well. */
  narrow(term: string): void {
    const typed = this.applied;
    this.text = typed === null ? term : `(${typed}) and ${term}`;
    this.open = true;
    this.apply();
  }

  /** Shows all rows again. */
  close(): void {
    this.open = false;
    this.text = '';
    this.#use(null);
  }

  #use(filter: string | null): void {
    if (filter === this.applied) return;
    this.applied = filter;
    this.progress = null;
    this.#changed();
  }
}
