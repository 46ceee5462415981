import type { Span } from './row-cache';

/** Which rows are selected: spans in order that neither touch nor overlap. Never changed in place. */
export class RowSelection {
  static readonly none = new RowSelection([]);
  readonly spans: readonly Span[];

  private constructor(spans: readonly Span[]) {
    this.spans = spans;
  }

  /** Everything between two rows, both included, in either order. */
  static between(a: number, b: number): RowSelection {
    return new RowSelection([{ from: Math.min(a, b), end: Math.max(a, b) + 1 }]);
  }

  get count(): number {
    return this.spans.reduce((sum, { from, end }) => sum + end - from, 0);
  }

  has(index: number): boolean {
    return this.spans.some(({ from, end }) => from <= index && index < end);
  }

  with(added: RowSelection): RowSelection {
    const sorted = [...this.spans, ...added.spans].sort((a, b) => a.from - b.from);
    const merged: Span[] = [];
    for (const span of sorted) {
      const last = merged.at(-1);
      if (last !== undefined && span.from <= last.end) last.end = Math.max(last.end, span.end);
      else merged.push({ ...span });
    }
    return new RowSelection(merged);
  }

  without(index: number): RowSelection {
    const spans = this.spans.flatMap((span) =>
      span.from <= index && index < span.end
        ? [
            { from: span.from, end: index },
            { from: index + 1, end: span.end },
          ]
        : [span],
    );
    return new RowSelection(spans.filter(({ from, end }) => from < end));
  }

  /** The selected rows in order, at most so many. */
  indexes(atMost: number): number[] {
    const found: number[] = [];
    for (const { from, end } of this.spans)
      for (let index = from; index < end; index++) {
        if (found.length === atMost) return found;
        found.push(index);
      }
    return found;
  }
}
