import type { LinesShape, ViewShape } from '../../src-shared/contract/view-shape';
import type { Charset } from '../../src-shared/encoding/charset';
import type { FilterError } from '../../src-shared/filter/filter';
import { parseFilter } from '../../src-shared/filter/parse';
import { usesMarks } from '../../src-shared/filter/uses';
import type { FramingError } from '../../src-shared/framing/framing';
import { parseFraming } from '../../src-shared/framing/framing';
import { LogTerm, type ScanProgress } from './log-term.svelte';
import { TextEncoding } from './text-encoding.svelte';

function framingError(text: string): FramingError | null {
  const parsed = parseFraming(text);
  return parsed.ok ? null : parsed.error;
}

/** Whether a filter may mean something else when the rules change. */
export function namesRule(filter: string | null): boolean {
  return filter !== null && /\brule[:!=]/i.test(filter);
}

/** Whether what a filter lets pass changes with the marks. */
export function dependsOnMarks(filter: string | null | undefined): boolean {
  const parsed = typeof filter === 'string' ? parseFilter(filter) : null;
  return parsed?.ok === true && usesMarks(parsed.filter);
}

/** What filters may name besides what all of them know. */
export interface FilterRules {
  /** What is wrong with a filter, or null. */
  error(text: string, charset?: Charset): FilterError | null;
  /** As the engine understands it. */
  expanded(text: string): string;
}

/** What a log shows of the rows there are: those that pass a filter, frames instead of chunks. */
export class LogShape {
  readonly filter: LogTerm<FilterError>;
  readonly framing: LogTerm<FramingError>;
  /** Wireshark's display filter: only Wireshark knows what is wrong with one. */
  readonly display: LogTerm<never>;
  readonly encoding: TextEncoding;
  /** How far the engine is with what is in force. */
  progress = $state.raw<ScanProgress | null>(null);
  /** Lines of a stream instead of rows; then neither filter nor framing. */
  lines = $state.raw<LinesShape | null>(null);
  readonly #rules: FilterRules;
  readonly #changed: () => void;

  /** `changed`: another one is in force. `reread`: the same rows, in another encoding. */
  constructor(changed: () => void, reread: () => void, rules: FilterRules) {
    this.#rules = rules;
    this.#changed = (): void => {
      this.progress = null;
      changed();
    };
    this.encoding = new TextEncoding(() => {
      if (this.isDerived) this.#changed();
      else reread();
    });
    this.filter = new LogTerm((text) => rules.error(text, this.encoding.charset), this.#changed);
    this.framing = new LogTerm(framingError, this.#changed);
    this.display = new LogTerm<never>(() => null, this.#changed);
  }

  showLines(lines: LinesShape): void {
    this.lines = lines;
    this.#changed();
  }

  /** The display filter is asked about what has come since, too. */
  lookAgain(): void {
    if (this.display.applied !== null) this.#changed();
  }

  /** Rules mean something else: so may the filter. */
  rulesChanged(): void {
    if (namesRule(this.filter.applied)) this.#changed();
  }

  /** As the engine is asked for it; undefined: all rows as they are. */
  get asked(): ViewShape | undefined {
    const { name } = this.encoding;
    const encoding = name === 'utf-8' ? {} : { encoding: name };
    if (this.lines !== null) return { lines: this.lines, ...encoding };
    const { applied } = this.filter;
    const filter = applied === null ? null : this.#rules.expanded(applied);
    const displayFilter = this.display.applied;
    const shape = {
      ...(filter === null ? {} : { filter }),
      ...(displayFilter === null ? {} : { displayFilter }),
      ...this.unfiltered,
    };
    return Object.keys(shape).length === 0 ? undefined : shape;
  }

  /** The engine looks for what is shown among the rows of the capture. */
  get isDerived(): boolean {
    return this.isFiltered || this.framing.applied !== null || this.lines !== null;
  }

  /** Some rows are left out. */
  get isFiltered(): boolean {
    return this.filter.applied !== null || this.display.applied !== null;
  }

  /** Rows as the log shows them, those too that it leaves out; undefined: as they are. */
  get unfiltered(): ViewShape | undefined {
    const { name } = this.encoding;
    const framing = this.framing.applied;
    if (framing === null && name === 'utf-8') return undefined;
    return {
      ...(framing === null ? {} : { framing }),
      ...(name === 'utf-8' ? {} : { encoding: name }),
    };
  }

  /** Which rows there are changes with the marks. */
  get usesMarks(): boolean {
    return dependsOnMarks(this.asked?.filter);
  }

  /** Only rows that pass this as well. */
  narrow(term: string): void {
    const { applied } = this.filter;
    this.filter.set(applied === null ? term : `(${applied}) and ${term}`);
  }
}
