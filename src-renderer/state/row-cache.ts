import type { Row } from '../../src-shared/contract/row';

export const PAGE_ROWS = 256;
const MAX_PAGES = 64;

/** Part of a view, in row indexes: `from` up to but not including `end`. */
export interface Span {
  from: number;
  end: number;
}

/** Rows of one view in pages; those not looked at for longest are let go. */
export class RowCache {
  /** In the order they were last looked at. */
  readonly #pages = new Map<number, (Row | undefined)[]>();
  /** Rows that have changed: shown as they were until they come anew. */
  readonly #stale = new Set<number>();

  get pageCount(): number {
    return this.#pages.size;
  }

  get(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  put(rows: readonly Row[]): void {
    for (const row of rows) {
      const number = Math.floor(row.index / PAGE_ROWS);
      let page = this.#pages.get(number);
      if (page === undefined) this.#pages.set(number, (page = []));
      page[row.index % PAGE_ROWS] = row;
      this.#stale.delete(row.index);
    }
    this.#trim();
  }

  /** Marks the pages of a span as looked at. */
  touch({ from, end }: Span): void {
    for (let n = Math.floor(from / PAGE_ROWS); n * PAGE_ROWS < end; n++) {
      const page = this.#pages.get(n);
      if (page === undefined) continue;
      this.#pages.delete(n);
      this.#pages.set(n, page);
    }
  }

  /** The smallest span that holds every missing row of this one; null when all are here. */
  missing({ from, end }: Span): Span | null {
    let first = from;
    while (first < end && this.#has(first)) first++;
    if (first >= end) return null;
    let last = end;
    while (this.#has(last - 1)) last--;
    return { from: first, end: last };
  }

  /** Has changed, if it is here. */
  stale(index: number): void {
    if (this.get(index) !== undefined) this.#stale.add(index);
  }

  staleAll(): void {
    for (const page of this.#pages.values())
      for (const row of page) if (row !== undefined) this.#stale.add(row.index);
  }

  clear(): void {
    this.#stale.clear();
    this.#pages.clear();
  }

  #has(index: number): boolean {
    return this.get(index) !== undefined && !this.#stale.has(index);
  }

  #trim(): void {
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) return;
      this.#pages.delete(number);
    }
  }
}
