import { rowSign } from '../../format/event-sign';
import type { Row } from '../../../src-shared/contract/row';
import type { RowText } from '../../format/row-text';
import type { RowBadge } from './row-badges';
import type { RowHighlight } from './row-highlight';

/** What a row element shows. */
export interface ShownRow {
  /** In the view, counted from the first row shown; names the element for assistive technology. */
  position: number;
  /** Px below the top of the view; negative above it. */
  y: number;
  /** Null while the row is on its way. */
  row: Row | null;
  text: RowText | null;
  active: boolean;
  selected: boolean;
  /** What is searched for begins in it. */
  hit: boolean;
  /** What it says; empty: nothing, or it is not known yet. */
  summary: string;
  /** A rule that it passes. */
  highlight: RowHighlight | null;
  /** That it is marked. */
  mark: RowBadge | null;
}

/** Words that belong to the language of the window. */
export interface RowWords {
  in: string;
  out: string;
  state: string;
  fault: string;
  loading: string;
}

type Column = 'number' | 'time' | 'delta' | 'direction' | 'peer' | 'length' | 'data' | 'summary';

/** One row element and what it shows now, so that only what differs is touched. */
class RowElement {
  readonly root: HTMLElement;
  readonly #cells: Record<Column, Text>;
  readonly #arrow: Text;
  readonly #badge: HTMLElement;
  readonly #star: HTMLElement;
  #className = '';
  #y = NaN;
  #position = -1;
  #selected: boolean | null = null;

  constructor(document: Document) {
    this.root = document.createElement('div');
    this.root.setAttribute('role', 'row');
    this.#arrow = document.createTextNode('');
    const cell = (column: Column, index: number): Text => {
      const element = document.createElement('div');
      element.className = `cell ${column}`;
      element.setAttribute('role', 'gridcell');
      element.setAttribute('aria-colindex', String(index + 1));
      if (column === 'direction') {
        const arrow = document.createElement('span');
        arrow.className = 'arrow';
        arrow.setAttribute('aria-hidden', 'true');
        arrow.append(this.#arrow);
        element.append(arrow);
      }
      const text = document.createTextNode('');
      element.append(text);
      this.root.append(element);
      return text;
    };
    this.#cells = {
      number: cell('number', 0),
      time: cell('time', 1),
      delta: cell('delta', 2),
      direction: cell('direction', 3),
      peer: cell('peer', 4),
      length: cell('length', 5),
      data: cell('data', 6),
      summary: cell('summary', 7),
    };
    this.#badge = document.createElement('span');
    this.#badge.className = 'hl-badge';
    this.#star = document.createElement('span');
    this.#star.className = 'star';
    this.#cells.data.before(this.#star);
    this.#cells.data.after(this.#badge);
  }

  show(shown: ShownRow, idPrefix: string, words: RowWords): void {
    const { row, text, position } = shown;
    if (position !== this.#position) {
      this.#position = position;
      this.root.id = `${idPrefix}-${position}`;
      // Row 1 is the header.
      this.root.setAttribute('aria-rowindex', String(position + 2));
    }
    this.#setText('number', text?.number ?? '');
    this.#setText('time', text?.time ?? '');
    this.#setText('delta', text?.delta ?? '');
    this.#setText('direction', row === null ? '' : words[row.direction]);
    this.#setText('peer', text?.peer ?? '');
    this.#setText('length', text?.length ?? '');
    this.#setText('data', text?.data ?? words.loading);
    this.#setText('summary', shown.summary);
    const arrow = row === null ? '' : rowSign(row);
    if (this.#arrow.data !== arrow) this.#arrow.data = arrow;
    this.#mark(shown);
    this.move(shown.y);
  }

  move(y: number): void {
    if (y === this.#y) return;
    this.#y = y;
    this.root.style.transform = `translateY(${y}px)`;
  }

  hide(): void {
    if (this.#position === -1 && this.#className === 'row hidden') return;
    this.#position = -1;
    this.root.removeAttribute('id');
    this.#setClass('row hidden');
  }

  #mark({ row, active, selected, hit, highlight, mark }: ShownRow): void {
    const direction = row?.direction ?? 'loading';
    const marks = `${selected ? ' selected' : ''}${active ? ' active' : ''}${hit ? ' hit' : ''}`;
    const colour = highlight === null ? '' : ` hl hl-${highlight.colour}`;
    this.#setClass(`row ${direction}${marks}${colour}`);
    const sign = mark?.sign ?? '';
    if (this.#star.textContent !== sign) this.#star.textContent = sign;
    const title = mark?.title ?? '';
    if (this.#star.title !== title) this.#star.title = title;
    const badge = highlight?.badge ?? '';
    if (this.#badge.textContent !== badge) this.#badge.textContent = badge;
    if (selected === this.#selected) return;
    this.#selected = selected;
    this.root.setAttribute('aria-selected', String(selected));
  }

  #setClass(name: string): void {
    if (name === this.#className) return;
    this.#className = name;
    this.root.className = name;
  }

  #setText(column: Column, text: string): void {
    // Only ever text nodes: a payload can never become markup.
    if (this.#cells[column].data !== text) this.#cells[column].data = text;
  }
}

/**
 * As many row elements as are seen, bound again and again to other rows. A row keeps its element
 * while it is in sight.
 */
export class RowPool {
  readonly #layer: HTMLElement;
  readonly #idPrefix: string;
  #elements: RowElement[] = [];
  /** For the active row when it is out of sight: assistive technology must still find it. */
  readonly #apart: RowElement;

  constructor(layer: HTMLElement, idPrefix: string) {
    this.#layer = layer;
    this.#idPrefix = idPrefix;
    this.#apart = new RowElement(layer.ownerDocument);
    this.#apart.hide();
    layer.append(this.#apart.root);
  }

  /** The element of a row has this id while the row is bound. */
  idOf(position: number): string {
    return `${this.#idPrefix}-${position}`;
  }

  /** `rows` are neighbours, in order. */
  show(rows: readonly ShownRow[], apart: ShownRow | null, words: RowWords): void {
    while (this.#elements.length < rows.length) {
      const element = new RowElement(this.#layer.ownerDocument);
      this.#elements.push(element);
      this.#layer.append(element.root);
    }
    const size = this.#elements.length;
    const used = new Set<number>();
    // First: the row may have come into sight, and two elements must not have the same id.
    this.#apart.hide();
    for (const shown of rows) {
      used.add(shown.position % size);
      this.#elements[shown.position % size]?.show(shown, this.#idPrefix, words);
    }
    this.#elements.forEach((element, slot) => {
      if (!used.has(slot)) element.hide();
    });
    if (apart !== null) this.#apart.show(apart, this.#idPrefix, words);
  }
}
