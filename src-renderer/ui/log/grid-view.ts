import type { Row } from '../../../src-shared/contract/row';
import { rowText, type RowTextOptions } from '../../format/row-text';
import type { LogView } from '../../state/log-view.svelte';
import { badgeRoom, rowBadge } from './row-badges';
import { badgeChars, rowHighlight } from './row-highlight';
import { summaryText } from './row-summary';
import { RowPool, type RowWords, type ShownRow } from './row-pool';
import { type ScrollBar, Scroller } from './scroller';

/** How rows are drawn. */
export interface GridOptions extends RowTextOptions {
  /** What they are read as; null: no summary is shown. */
  summary: string | null;
}

export interface GridElements {
  /** Scrolls, has the focus, is the grid. */
  grid: HTMLElement;
  /** Stays where it is while the grid scrolls; holds header and rows. */
  layer: HTMLElement;
  rows: HTMLElement;
  spacer: HTMLElement;
}

/**
 * Moves the DOM of a log: binds the rows in sight, scrolls, asks the view for rows. Svelte only makes
 * the frame around it, since rows come 100,000 times a second.
 */
export class GridView {
  readonly scroller: Scroller;
  readonly #view: LogView;
  readonly #elements: GridElements;
  readonly #pool: RowPool;
  #headerPx = 0;
  #viewPx = 0;
  #longestPeer = 0;
  #longestNumber = 0;

  constructor(view: LogView, elements: GridElements, rowHeightPx: number) {
    this.#view = view;
    this.#elements = elements;
    this.#pool = new RowPool(elements.rows, view.id);
    this.scroller = new Scroller(this.#bar(), rowHeightPx);
  }

  /** The longest peer and number shown so far: columns grow, and never shrink under the eye. */
  get longest(): { peer: number; number: number } {
    return { peer: this.#longestPeer, number: this.#longestNumber };
  }

  /** Goes back to where this log was left. */
  restore(nowMs: number): void {
    const { follow, place } = this.#view;
    this.scroller.layout(this.#view.length, nowMs);
    if (!follow) this.scroller.scrollTo(place.top);
    this.scroller.setFollow(follow);
  }

  /** Nothing of this log stays on the page; the view remembers where it was. */
  leave(): void {
    this.#view.place.top = this.scroller.top;
    this.#elements.rows.replaceChildren();
    this.#elements.grid.removeAttribute('aria-activedescendant');
  }

  /** The grid has another size. */
  resized(headerPx: number): void {
    this.#headerPx = headerPx;
    this.#viewPx = Math.max(0, this.#elements.grid.clientHeight - headerPx);
    this.#elements.layer.style.height = `${this.#viewPx + headerPx}px`;
    // The layer takes no room of its own: what is scrolled is the spacer alone.
    this.#elements.layer.style.marginBottom = `-${this.#viewPx + headerPx}px`;
  }

  /** Whether the grid has another height than `resized` last saw. */
  get outgrown(): boolean {
    return this.#elements.grid.clientHeight !== this.#viewPx + this.#headerPx;
  }

  /** Brings a row into sight, to stay there: with so many above it, or moving as little as needed. */
  bring(index: number, above: number | null = null): void {
    const { scroller } = this;
    const row = index - this.#view.base;
    scroller.setFollow(false);
    scroller.layout(this.#view.length, performance.now());
    if (above === null) scroller.reveal(row);
    else scroller.scrollTo((row - above) * scroller.rowHeight);
    // The last row may come after it: that is not followed for being in sight.
    scroller.setFollow(false);
  }

  /** Puts what is in sight on the page. */
  draw(options: GridOptions, words: RowWords, nowMs: number): void {
    const { scroller } = this;
    const view = this.#view;
    scroller.layout(view.length, nowMs);
    const first = scroller.firstRow;
    const end = scroller.endRow;
    const rows: ShownRow[] = [];
    for (let position = first; position < end; position++)
      rows.push(this.#shown(position, options));
    const active = view.active === null ? -1 : view.active - view.base;
    const apart =
      active >= 0 && active < scroller.count && (active < first || active >= end)
        ? { ...this.#shown(active, options), y: -2 * scroller.rowHeight }
        : null;
    this.#pool.show(rows, apart, words);
    const name = active >= 0 && active < scroller.count ? this.#pool.idOf(active) : null;
    const { grid } = this.#elements;
    if (name === null) grid.removeAttribute('aria-activedescendant');
    else if (grid.getAttribute('aria-activedescendant') !== name)
      grid.setAttribute('aria-activedescendant', name);
    view.look(view.base + first, view.base + end);
    if (options.summary !== null)
      view.inspected.labels?.look(
        rows.flatMap(({ row }) => row ?? []),
        options.summary,
      );
    view.search.look(view.base + first, view.base + end);
  }

  /** The position of the row at a height in the window, or null. */
  positionAt(clientY: number): number | null {
    const y = clientY - this.#elements.rows.getBoundingClientRect().top;
    if (y < 0) return null;
    const position = Math.floor((y + this.scroller.top) / this.scroller.rowHeight);
    return position < this.scroller.count ? position : null;
  }

  /** Where a row is in the window, for a menu opened by key. */
  placeOf(position: number): { x: number; y: number } {
    const rect = this.#elements.rows.getBoundingClientRect();
    const y = (position + 1) * this.scroller.rowHeight - this.scroller.top;
    return { x: rect.left + 80, y: rect.top + Math.max(0, Math.min(y, rect.height)) };
  }

  #shown(position: number, options: GridOptions): ShownRow {
    const view = this.#view;
    const index = view.base + position;
    const row: Row | null = view.row(index) ?? null;
    const highlight = row === null ? null : rowHighlight(view.highlight.of(row));
    const mark = row === null ? null : rowBadge(row);
    const room = (highlight === null ? 0 : badgeChars(highlight)) + badgeRoom(mark);
    const fitted = room === 0 ? options : { ...options, dataChars: options.dataChars - room };
    const text = row === null ? null : rowText(row, fitted);
    this.#longestPeer = Math.max(this.#longestPeer, text?.peer.length ?? 0);
    this.#longestNumber = Math.max(this.#longestNumber, text?.number.length ?? 0);
    return {
      position,
      y: position * this.scroller.rowHeight - this.scroller.top,
      row,
      text,
      active: index === view.active,
      selected: view.selection.has(index),
      hit: view.search.marks.has(index),
      summary: row === null || options.summary === null ? '' : summaryText(view.inspected, row),
      highlight,
      mark,
    };
  }

  #bar(): ScrollBar {
    const { grid, spacer } = this.#elements;
    const viewPx = (): number => this.#viewPx;
    const headerPx = (): number => this.#headerPx;
    return {
      get viewHeight() {
        return viewPx();
      },
      get scrollTop() {
        return grid.scrollTop;
      },
      set scrollTop(px: number) {
        grid.scrollTop = px;
      },
      setContentHeight(px: number) {
        spacer.style.height = `${px + headerPx()}px`;
      },
    };
  }
}
