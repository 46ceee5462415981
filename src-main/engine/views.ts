import type { EngineUpdate, ResultOf } from '../../src-shared/contract/engine';
import { MAX_ROW_BYTES } from '../../src-shared/contract/engine';
import type { Row } from '../../src-shared/contract/row';
import type { SocketId } from '../../src-shared/contract/socket';
import { CommandError } from './command-error';
import type { RowView, RunningStatistics, Search, StatisticsRequest } from './types';

/** Views that one window may hold open; each costs a look with every update. */
const MAX_VIEWS = 256;

/** Threads that look through captures for one window: one a filtered or framed view, search or sum. */
const MAX_THREADS = 16;

interface OpenView {
  root: SocketId;
  rows: RowView;
  toldLength: number;
  toldScanned: number;
  search: Search | null;
  toldSearched: number;
  statistics: RunningStatistics | null;
  toldStatistics: number;
}

/** What changes when it goes on. */
function progressOf(scanned: RowView['scanning']): number {
  if (!scanned) return -1;
  return scanned.problem ? Infinity : scanned.scannedRows + (scanned.done ? 0.5 : 0);
}

function countedOf(statistics: RunningStatistics | null): number {
  if (!statistics) return -1;
  const { problem, done } = statistics.scanning;
  return problem ? Infinity : statistics.version + (done ? 0.5 : 0);
}

function newsOf({ scanning, version, latest }: RunningStatistics) {
  return { ...scanning, version, timedOut: latest?.latency?.timedOut ?? null };
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
    const told = { toldLength, toldScanned: -1, toldSearched: -1, toldStatistics: -1 };
    this.#open.set(name, { root, rows, ...told, search: null, statistics: null });
    return toldLength;
  }

  /** Throws when one more of these would be too many; that of this name is replaced. */
  mayScan(name: string): void {
    let threads = 0;
    for (const [key, { rows, search, statistics }] of this.#open)
      if (key !== name)
        threads += (rows.scanning ? 1 : 0) + (search ? 1 : 0) + (statistics ? 1 : 0);
    if (threads >= MAX_THREADS)
      throw new CommandError(
        'ERR_NOT_POSSIBLE',
        `No more than ${MAX_THREADS} logs can be filtered, framed, searched or counted at once`,
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

  /** Adds up from now on, instead of what was added up before; null: no more. */
  count(name: string, request: StatisticsRequest | null): void {
    const view = this.#get(name);
    if (request !== null) this.mayScan(name);
    view.statistics?.close();
    view.toldStatistics = -1;
    view.statistics = request && view.rows.statistics(request);
  }

  statistics(name: string): ResultOf<'statistics'> {
    const { statistics } = this.#get(name);
    if (statistics?.latest) return { scanning: statistics.scanning, statistics: statistics.latest };
    throw new CommandError('ERR_NOT_POSSIBLE', `Nothing is added up of the view "${name}" yet`);
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
    view?.statistics?.close();
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
      open.statistics?.refresh();
      const { length, scanning } = open.rows;
      const scanned = progressOf(scanning);
      const searched = progressOf(open.search?.scanning);
      const same = length === open.toldLength && scanned === open.toldScanned;
      const counted = countedOf(open.statistics);
      if (same && searched === open.toldSearched && counted === open.toldStatistics) continue;
      open.toldLength = length;
      open.toldScanned = scanned;
      open.toldSearched = searched;
      open.toldStatistics = counted;
      const { search, statistics } = open;
      const found = search
        ? { search: { ...search.scanning, hits: search.length, whole: search.whole } }
        : {};
      const sums = statistics ? { statistics: newsOf(statistics) } : {};
      grown.push({ view, length, ...(scanning ? { scanning } : {}), ...found, ...sums });
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
