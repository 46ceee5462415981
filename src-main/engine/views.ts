import type { EngineUpdate, ResultOf } from '../../src-shared/contract/engine';
import { MAX_ROW_BYTES } from '../../src-shared/contract/engine';
import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import { CommandError } from './command-error';
import type { RowView, Search } from './types';

/** Views that one window may hold open; each costs a look with every update. */
const MAX_VIEWS = 256;

/** Threads that look through captures for one window: one a filtered or framed view or a search. */
const MAX_THREADS = 16;

interface OpenView {
  root: SocketId;
  rows: RowView;
  toldLength: number;
  toldScanned: number;
  search: Search | null;
  toldSearched: number;
}

/** What changes when it goes on. */
function progressOf(scanned: RowView['scanning']): number {
  if (!scanned) return -1;
  return scanned.problem ? Infinity : scanned.scannedRows + (scanned.done ? 0.5 : 0);
}

/** The views that one window has opened, by the names it gave them. */
export class Views {
  readonly #open = new Map<string, OpenView>();

  /** A name in use is taken over. */
  open(name: string, root: SocketId, rows: RowView): number {
    if (!this.#open.has(name) && this.#open.size >= MAX_VIEWS)
      throw new CommandError('ERR_NOT_POSSIBLE', `No more than ${MAX_VIEWS} views can be open`);
    this.close(name);
    const toldLength = rows.length;
    const told = { toldLength, toldScanned: -1, toldSearched: -1 };
    this.#open.set(name, { root, rows, ...told, search: null });
    return toldLength;
  }

  /** Throws when one more of these would be too many; that of this name is replaced. */
  mayScan(name: string): void {
    let threads = 0;
    for (const [key, { rows, search }] of this.#open)
      if (key !== name) threads += (rows.scanning ? 1 : 0) + (search ? 1 : 0);
    if (threads >= MAX_THREADS)
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        `No more than ${MAX_THREADS} logs can be filtered, framed or searched at once`,
      );
  }

  /** Looks for something else in a view from now on; null: for nothing. */
  search(name: string, search: string | null, onChange: () => void): void {
    const view = this.#get(name);
    if (search !== null) this.mayScan(name);
    view.search?.close();
    view.toldSearched = -1;
    view.search = search === null ? null : view.rows.search({ search, onChange });
  }

  findHit(name: string, from: number, backwards: boolean): ResultOf<'findHit'> {
    return { hit: this.#get(name).search?.find(from, backwards) ?? null };
  }

  hits(name: string, from: number, end: number): ResultOf<'hits'> {
    return { at: this.#get(name).search?.between(from, end) ?? [] };
  }

  close(name: string): void {
    const view = this.#open.get(name);
    view?.search?.close();
    view?.rows.close?.();
    this.#open.delete(name);
  }

  closeAll(): void {
    for (const name of this.#open.keys()) this.close(name);
  }

  /** Its root is forgotten. */
  closeOf(root: SocketId): void {
    for (const [name, view] of this.#open) if (view.root === root) this.close(name);
  }

  rows(name: string, from: number, count: number): ResultOf<'rows'> {
    const { rows } = this.#get(name);
    const { length } = rows;
    return { length, rows: rows.rows(from, count).map(withOwnPreview) };
  }

  rowBytes(name: string, indexes: readonly number[]): ResultOf<'rowBytes'> {
    const { rows } = this.#get(name);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    for (const index of indexes) {
      if (index >= rows.length)
        throw new CommandError(
          'ERR_BAD_COMMAND',
          `There is no row ${index}; there are ${rows.length}`,
        );
      const bytes = rows.bytes(index);
      total += bytes.byteLength;
      if (total > MAX_ROW_BYTES) return { chunks, truncated: true };
      chunks.push(new Uint8Array(bytes));
    }
    return { chunks, truncated: false };
  }

  /** What grew, or was looked through, since it was asked before. */
  grown(): EngineUpdate['views'] {
    const grown: EngineUpdate['views'] = [];
    for (const [view, open] of this.#open) {
      open.rows.refresh?.();
      open.search?.refresh();
      const { length, scanning } = open.rows;
      const scanned = progressOf(scanning);
      const searched = progressOf(open.search?.scanning);
      const same = length === open.toldLength && scanned === open.toldScanned;
      if (same && searched === open.toldSearched) continue;
      open.toldLength = length;
      open.toldScanned = scanned;
      open.toldSearched = searched;
      const { search } = open;
      const found = search
        ? { search: { ...search.scanning, hits: search.length, whole: search.whole } }
        : {};
      grown.push({ view, length, ...(scanning ? { scanning } : {}), ...found });
    }
    return grown;
  }

  #get(name: string): OpenView {
    const view = this.#open.get(name);
    if (view) return view;
    throw new CommandError('ERR_NO_SUCH_VIEW', `There is no view "${name}" (any more)`);
  }
}

/** A part of a buffer would be cloned to the window with the whole buffer around it. */
function withOwnPreview(row: Row): Row {
  return { ...row, preview: new Uint8Array(row.preview) };
}
