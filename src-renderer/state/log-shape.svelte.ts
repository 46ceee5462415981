import type { ViewShape } from '../../src-shared/contract/view-shape';
import type { FilterError } from '../../src-shared/filter/filter';
import { parseFilter } from '../../src-shared/filter/parse';
import type { FramingError } from '../../src-shared/framing/framing';
import { parseFraming } from '../../src-shared/framing/framing';
import { LogTerm, type ScanProgress } from './log-term.svelte';

/** What is wrong with a filter, or null. */
export function filterError(text: string): FilterError | null {
  const parsed = parseFilter(text);
  return parsed.ok ? null : parsed.error;
}

function framingError(text: string): FramingError | null {
  const parsed = parseFraming(text);
  return parsed.ok ? null : parsed.error;
}

/** What a log shows of the rows there are: those that pass a filter, frames instead of chunks. */
export class LogShape {
  readonly filter: LogTerm<FilterError>;
  readonly framing: LogTerm<FramingError>;
  /** How far the engine is with what is in force. */
  progress = $state.raw<ScanProgress | null>(null);

  /** `changed`: another one is in force. */
  constructor(changed: () => void) {
    const told = (): void => {
      this.progress = null;
      changed();
    };
    this.filter = new LogTerm(filterError, told);
    this.framing = new LogTerm(framingError, told);
  }

  /** As the engine is asked for it; undefined: all rows as they are. */
  get asked(): ViewShape | undefined {
    const filter = this.filter.applied;
    const framing = this.framing.applied;
    if (filter === null && framing === null) return undefined;
    return { ...(filter === null ? {} : { filter }), ...(framing === null ? {} : { framing }) };
  }

  /** Only rows that pass this as well. */
  narrow(term: string): void {
    const { applied } = this.filter;
    this.filter.set(applied === null ? term : `(${applied}) and ${term}`);
  }
}
