import type { Charset } from '../../../src-shared/encoding/charset';
import { type BytesPerLine, hexColumn, hexLine, type Mark, marks } from '../../format/hex-layout';

/** One line of the hexdump: its text, and what is marked in it. */
class LineElement {
  readonly root: HTMLElement;
  readonly #cell: HTMLElement;
  readonly #text: Text;
  readonly #hexMark: HTMLElement;
  readonly #textMark: HTMLElement;
  readonly #cuts: HTMLElement[] = [];

  constructor(document: Document) {
    this.root = document.createElement('div');
    this.root.className = 'line';
    this.root.setAttribute('role', 'row');
    this.#hexMark = document.createElement('span');
    this.#textMark = document.createElement('span');
    for (const mark of [this.#hexMark, this.#textMark]) {
      mark.className = 'mark';
      mark.setAttribute('aria-hidden', 'true');
    }
    this.#cell = document.createElement('div');
    this.#cell.setAttribute('role', 'gridcell');
    this.#text = document.createTextNode('');
    this.#cell.append(this.#text);
    this.root.append(this.#hexMark, this.#textMark, this.#cell);
  }

  show(id: string, line: number, text: string, label: string, y: number): void {
    this.root.hidden = false;
    this.root.id = id;
    this.root.setAttribute('aria-rowindex', String(line + 1));
    this.root.style.transform = `translateY(${y}px)`;
    if (this.#text.data === text) return;
    this.#text.data = text;
    this.#cell.setAttribute('aria-label', label);
  }

  mark(marked: { hex: Mark; text: Mark } | null): void {
    place(this.#hexMark, marked?.hex ?? null);
    place(this.#textMark, marked?.text ?? null);
  }

  /** Where in the line another chunk begins. */
  cut(places: readonly number[]): void {
    while (this.#cuts.length < places.length) {
      const cut = this.root.ownerDocument.createElement('span');
      cut.className = 'cut';
      cut.setAttribute('aria-hidden', 'true');
      this.#cuts.push(cut);
      this.root.append(cut);
    }
    this.#cuts.forEach((cut, n) => {
      const at = places[n];
      cut.hidden = at === undefined;
      if (at !== undefined) cut.style.left = `${hexColumn(at) - 0.5}ch`;
    });
  }

  hide(): void {
    this.root.hidden = true;
    this.root.removeAttribute('id');
  }
}

function place(element: HTMLElement, mark: Mark | null): void {
  element.hidden = mark === null;
  if (mark === null) return;
  element.style.left = `${mark.column}ch`;
  element.style.width = `${mark.chars}ch`;
}

export interface HexWindow {
  bytes: Uint8Array;
  perLine: BytesPerLine;
  /** Of the text column. */
  charset: Charset;
  firstLine: number;
  endLine: number;
  linePx: number;
  topPx: number;
  selection: { from: number; end: number } | null;
  /** Offsets at which another chunk begins, ascending. */
  cuts: readonly number[];
  /** What a screen reader is told of a line. */
  label(offset: number, bytes: Uint8Array): string;
}

/** As many line elements as are seen, bound to the lines in sight. */
export class HexLines {
  readonly #parent: HTMLElement;
  readonly #idPrefix: string;
  readonly #elements: LineElement[] = [];

  constructor(parent: HTMLElement, idPrefix: string) {
    this.#parent = parent;
    this.#idPrefix = idPrefix;
  }

  idOf(line: number): string {
    return `${this.#idPrefix}-${line}`;
  }

  show(of: HexWindow): void {
    const count = of.endLine - of.firstLine;
    while (this.#elements.length < count) {
      const element = new LineElement(this.#parent.ownerDocument);
      this.#elements.push(element);
      this.#parent.append(element.root);
    }
    this.#elements.forEach((element, n) => {
      const line = of.firstLine + n;
      if (n >= count) {
        element.hide();
        return;
      }
      const offset = line * of.perLine;
      const label = of.label(offset, of.bytes.subarray(offset, offset + of.perLine));
      const text = hexLine(of.bytes, offset, of.perLine, of.charset);
      element.show(this.idOf(line), line, text, label, line * of.linePx - of.topPx);
      const inLine = of.cuts.filter((cut) => cut >= offset && cut < offset + of.perLine);
      element.cut(inLine.map((cut) => cut - offset));
      element.mark(of.selection === null ? null : marks(of.selection, offset, of.perLine));
    });
  }
}
